//! SELECTs people keep for each other.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Refusals;
use crate::{
    Problem, QueryInfo, Serving,
    access::Who,
    answer::{Caller, Column, Listed, Tabular, listing},
    problem::ProblemBody,
    query::{ReadParameters, names},
};

impl Tabular for QueryInfo {
    const NAME: (&'static str, &'static str) = ("queries", "Сохранённые запросы");
    const COLUMNS: &'static [Column] =
        &[Column::Text("name"), Column::Text("sql"), Column::Text("who"), Column::Text("saved_at")];
}

/// The text of a question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"sql": "select period, count(*) as n from indicator_values group by period"}))]
pub(crate) struct QueryAsked {
    /// One SELECT.
    sql: String,
}

/// Letters of a name.
const NAME: usize = 80;
/// Letters of a question.
const TEXT: usize = 20_000;

/// Запросы, сохранённые для всех, по названию.
#[utoipa::path(get, path = "/api/v1/queries", operation_id = "queries", tag = "access", params(ReadParameters),
    responses((status = 200, description = "Запросы", body = Listed<QueryInfo>), Refusals))]
pub(crate) async fn list(caller: Caller) -> Result<Response, Problem> {
    caller.asked.only(&names(ReadParameters::GROUPS))?;
    let queries = caller.serving.control()?.queries().await.map_err(Problem::internal)?;
    listing(&caller, None, queries)
}

/// Сохранить запрос под названием; прежний с тем же названием заменяется.
#[utoipa::path(put, path = "/api/v1/queries/{name}", operation_id = "keep_query", tag = "access",
    params(("name" = String, Path, description = "Название", example = "Охват")), request_body = QueryAsked,
    responses((status = 200, description = "Сохранён", body = QueryInfo),
        (status = 403, description = "Чужая страница или роль ниже", body = ProblemBody), Refusals))]
pub(crate) async fn keep(
    State(serving): State<Arc<Serving>>,
    who: Who,
    Path(name): Path<String>,
    sent: Result<Json<QueryAsked>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(QueryAsked { sql }) = sent.map_err(|_| Problem::BadBody("{\"sql\": \"select …\"}"))?;
    let bad = |parameter: &str, expected: String| Problem::BadValue {
        parameter: parameter.to_owned(),
        value: name.chars().take(NAME).collect(),
        expected,
    };
    if name.trim().is_empty() || name.chars().count() > NAME {
        return Err(bad("name", format!("Название — от одного до {NAME} знаков.")));
    }
    if sql.trim().is_empty() || sql.chars().count() > TEXT {
        return Err(bad("sql", format!("Текст запроса — от одного до {TEXT} знаков.")));
    }
    let kept = serving.control()?.keep_query(name.trim(), &sql, who.told()).await.map_err(Problem::internal)?;
    serving.gate().note(&who, "sql", &format!("сохранён: {}", kept.name), "ok")?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(kept)).into_response())
}

/// Убрать сохранённый запрос.
#[utoipa::path(delete, path = "/api/v1/queries/{name}", operation_id = "forget_query", tag = "access",
    params(("name" = String, Path, description = "Название", example = "Охват")),
    responses((status = 204, description = "Убран"),
        (status = 403, description = "Чужая страница или роль ниже", body = ProblemBody), Refusals))]
pub(crate) async fn forget(
    State(serving): State<Arc<Serving>>,
    who: Who,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    if !serving.control()?.forget_query(&name).await.map_err(Problem::internal)? {
        let hint = "Список — /api/v1/queries.".to_owned();
        return Err(Problem::NotFound { what: "запроса", id: name, hint });
    }
    serving.gate().note(&who, "sql", &format!("убран: {name}"), "ok")?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
