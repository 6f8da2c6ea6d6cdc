//! Whether the program lives, whether it has something to serve, and its figures.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Problem, Serving, problem::ProblemBody};

/// What is served.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"status": "ready", "release": 12}))]
pub(crate) struct Readiness {
    /// Always `ready`.
    status: &'static str,
    /// The release.
    release: u64,
}

/// Программа жива.
#[utoipa::path(get, path = "/health", operation_id = "health", tag = "service",
    responses((status = 200, description = "Жива", body = String, content_type = "text/plain", example = "ok")))]
pub(crate) async fn health() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "ok").into_response()
}

/// Есть опубликованный выпуск: можно направлять читателей.
#[utoipa::path(get, path = "/ready", operation_id = "ready", tag = "service",
    responses((status = 200, description = "Готова", body = Readiness),
        (status = 503, description = "Выпуска ещё нет", body = ProblemBody)))]
pub(crate) async fn ready(State(serving): State<Arc<Serving>>) -> Result<Response, Problem> {
    let release = serving.try_current().ok_or(Problem::NoRelease)?.info.id;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Readiness { status: "ready", release })).into_response())
}

/// Показатели работы программы для Prometheus.
#[utoipa::path(get, path = "/metrics", operation_id = "metrics", tag = "service",
    responses((status = 200, description = "OpenMetrics", body = String,
        content_type = "application/openmetrics-text", example = "dinamika_release 12")))]
pub(crate) async fn metrics(State(serving): State<Arc<Serving>>) -> Result<Response, Problem> {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, serving.metrics.text()?).into_response())
}
