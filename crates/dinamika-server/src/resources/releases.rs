//! Published releases.

use axum::{extract::Path, response::Response};

use super::Refusals;
use crate::{
    Problem, ReleaseInfo,
    answer::{Caller, Column, Listed, Tabular, listing, one},
    query::{ListParameters, ReadParameters, names},
};

impl Tabular for ReleaseInfo {
    const NAME: (&'static str, &'static str) = ("releases", "Выпуски");
    const COLUMNS: &'static [Column] = &[
        Column::Whole("id"),
        Column::Text("published_at"),
        Column::Text("tests"),
        Column::Text("coverage"),
        Column::Text("note"),
        Column::Whole("republished_from"),
    ];
}

/// Выпуски, новые — первыми.
#[utoipa::path(get, path = "/api/v1/releases", operation_id = "releases", tag = "releases", params(ListParameters),
    responses((status = 200, description = "Выпуски", body = Listed<ReleaseInfo>), Refusals))]
pub(crate) async fn list(caller: Caller) -> Result<Response, Problem> {
    caller.asked.only(&names(ListParameters::GROUPS))?;
    let limit = caller.asked.whole("limit", 1, 50_000)?.unwrap_or(1_000) as usize;
    let mut all = caller.serving.shelf().list().await.map_err(Problem::internal)?;
    all.truncate(limit);
    let current = caller.serving.try_current();
    listing(&caller, current.as_ref().map(|release| &release.info), all)
}

/// Один выпуск: время, версии таблиц, итоги проверок, охват.
#[utoipa::path(get, path = "/api/v1/releases/{id}", operation_id = "release", tag = "releases",
    params(("id" = u64, Path, description = "Номер выпуска", example = 12), ReadParameters),
    responses((status = 200, description = "Выпуск", body = ReleaseInfo), Refusals))]
pub(crate) async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    caller.asked.only(&names(ReadParameters::GROUPS))?;
    let all = caller.serving.shelf().list().await.map_err(Problem::internal)?;
    let found = all.into_iter().find(|release| release.id.to_string() == id);
    let hint = || "Список — /api/v1/releases.".to_owned();
    one(&caller, None, found.ok_or_else(|| Problem::NotFound { what: "выпуска", id, hint: hint() })?)
}
