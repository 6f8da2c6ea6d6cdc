//! Published releases.

use axum::{
    Json,
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Refusals;
use crate::{
    ChangedTable, Problem, ReleaseDiff, ReleaseInfo,
    answer::{Caller, Column, Listed, Tabular, file, listing, one},
    explain::rows_as_json,
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
    if let Some((a, b)) = id.split_once("..") {
        return diff(&caller, a, b).await;
    }
    caller.asked.only(&names(ReadParameters::GROUPS))?;
    let all = caller.serving.shelf().list().await.map_err(Problem::internal)?;
    let found = all.into_iter().find(|release| release.id.to_string() == id);
    let hint = || "Список — /api/v1/releases.".to_owned();
    one(&caller, None, found.ok_or_else(|| Problem::NotFound { what: "выпуска", id, hint: hint() })?)
}

/// Two releases side by side.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiffAnswer {
    /// The older.
    a: ReleaseInfo,
    /// The newer.
    b: ReleaseInfo,
    /// Tables of different versions.
    tables: Vec<ChangedTable>,
    /// `indicator`, `changed`, `added`, `removed`, `largest`: values that differ, by indicator.
    #[schema(value_type = Vec<Object>)]
    indicators: Vec<Value>,
    /// Columns of a value that differs, in order.
    columns: Vec<String>,
    /// Values that differ, the largest changes first: whose they are, `what` (`changed`, `added`, `removed`),
    /// `value_a`, `value_b`, `change`, `n_a`, `n_b`, `status_a`, `status_b`.
    #[schema(value_type = Vec<Object>)]
    rows: Vec<Value>,
}

/// Чем отличаются два выпуска: таблицы, число изменившихся значений по показателям, сами значения — крупные изменения первыми.
#[utoipa::path(get, path = "/api/v1/releases/{a}..{b}", operation_id = "release_diff", tag = "releases",
    params(("a" = u64, Path, description = "Номер первого выпуска", example = 11),
        ("b" = u64, Path, description = "Номер второго выпуска", example = 12), ListParameters),
    responses((status = 200, description = "Отличия; файлом — изменившиеся значения", body = DiffAnswer), Refusals))]
pub(crate) async fn diff(caller: &Caller, a: &str, b: &str) -> Result<Response, Problem> {
    const SHOWN: u64 = 1_000;
    caller.asked.only(&names(ListParameters::GROUPS))?;
    let limit = caller.asked.whole("limit", 1, 50_000)?;
    let hint = || "Пишется /api/v1/releases/11..12; список — /api/v1/releases.".to_owned();
    let missing = || Problem::NotFound { what: "пары выпусков", id: format!("{a}..{b}"), hint: hint() };
    let (Ok(older), Ok(newer)) = (a.parse(), b.parse()) else { return Err(missing()) };
    let older = caller.serving.other(older, &caller.who).await?.ok_or_else(missing)?;
    let newer = caller.serving.other(newer, &caller.who).await?.ok_or_else(missing)?;
    let found = ReleaseDiff::of((older.info.clone(), &older.session), (newer.info.clone(), &newer.session)).await?;
    let name = format!("releases-{a}-{b}");
    let title = format!("Выпуски {a} и {b}: изменившиеся значения");
    if !caller.wish.is_json() {
        let values = found.values.as_ref().ok_or_else(missing)?;
        let rows = values.changes(limit.map(|limit| limit as usize)).await?;
        return Ok(file(caller, Some(&found.b), rows, (&name, &title)));
    }
    let mut answer = DiffAnswer {
        tables: found.tables(),
        a: found.a,
        b: found.b,
        indicators: Vec::new(),
        columns: Vec::new(),
        rows: Vec::new(),
    };
    if let Some(values) = &found.values {
        answer.indicators = rows_as_json(&values.summary().await?.collect_one().await?)?;
        let rows = values.changes(Some(limit.unwrap_or(SHOWN) as usize)).await?.collect_one().await?;
        answer.columns = rows.schema().fields().iter().map(|field| field.name().clone()).collect();
        answer.rows = rows_as_json(&rows)?;
    }
    let headers = [(header::CACHE_CONTROL, "private, no-cache"), (header::VARY, "Accept")];
    Ok((headers, Json(answer)).into_response())
}
