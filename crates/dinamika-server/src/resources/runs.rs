//! What ran, when and how it ended.

use axum::{extract::Path, response::Response};

use super::Refusals;
use crate::{
    Problem, RunDetail, RunInfo,
    answer::{Caller, Column, Listed, Tabular, listing, one},
    query::{ListParameters, ReadParameters, names},
};

const COLUMNS: &[Column] = &[
    Column::Text("id"),
    Column::Text("job"),
    Column::Text("select"),
    Column::Text("status"),
    Column::Text("started_at"),
    Column::Text("finished_at"),
    Column::Whole("release"),
    Column::Text("message"),
];

impl Tabular for RunInfo {
    const NAME: (&'static str, &'static str) = ("runs", "Запуски");
    const COLUMNS: &'static [Column] = COLUMNS;
}

impl Tabular for RunDetail {
    const NAME: (&'static str, &'static str) = ("run", "Запуск");
    const COLUMNS: &'static [Column] = COLUMNS;
}

/// Запуски, новые — первыми.
#[utoipa::path(get, path = "/api/v1/runs", operation_id = "runs", tag = "runs", params(ListParameters),
    responses((status = 200, description = "Запуски", body = Listed<RunInfo>), Refusals))]
pub(crate) async fn list(caller: Caller) -> Result<Response, Problem> {
    caller.asked.only(&names(ListParameters::GROUPS))?;
    let limit = caller.asked.whole("limit", 1, 50_000)?.unwrap_or(100) as usize;
    let runs = caller.serving.control()?.runs(limit).await.map_err(Problem::internal)?;
    listing(&caller, None, runs)
}

/// Один запуск с шагами.
#[utoipa::path(get, path = "/api/v1/runs/{id}", operation_id = "run", tag = "runs",
    params(("id" = String, Path, description = "Номер запуска", example = "0199f0c1"), ReadParameters),
    responses((status = 200, description = "Запуск", body = RunDetail), Refusals))]
pub(crate) async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    caller.asked.only(&names(ReadParameters::GROUPS))?;
    let found = caller.serving.control()?.run(&id).await.map_err(Problem::internal)?;
    let hint = || "Список — /api/v1/runs.".to_owned();
    one(&caller, None, found.ok_or_else(|| Problem::NotFound { what: "запуска", id, hint: hint() })?)
}
