//! Beginning a job's run by hand.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::Refusals;
use crate::{Problem, Serving, StartError, Started, answer::percent, problem::ProblemBody};

/// Запустить задание сейчас, не дожидаясь расписания.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/run", operation_id = "run_job", tag = "runs",
    params(("id" = String, Path, description = "Имя задания из dinamika.toml", example = "nightly")),
    responses((status = 202, description = "Запуск начат; его адрес — в Location", body = Started),
        (status = 403, description = "Запрос с чужой страницы", body = ProblemBody),
        (status = 409, description = "Уже идёт другой запуск", body = ProblemBody), Refusals))]
pub(crate) async fn run(State(serving): State<Arc<Serving>>, Path(id): Path<String>) -> Result<Response, Problem> {
    let control = serving.control()?;
    let jobs = &serving.project().config.jobs;
    let Some(job) = jobs.iter().find(|job| job.id.as_str() == id) else {
        let known: Vec<&str> = jobs.iter().map(|job| job.id.as_str()).collect();
        return Err(Problem::NotFound {
            what: "задания", id, hint: format!("Известны: {}.", known.join(", "))
        });
    };
    let started = control.start(&job.id).await.map_err(|error| match error {
        StartError::Busy => Problem::Busy,
        StartError::Failed(cause) => Problem::internal(cause),
    })?;
    let location = match &started.run {
        Some(run) => format!("/api/v1/runs/{}", percent(run)),
        None => "/api/v1/runs".to_owned(),
    };
    let location = HeaderValue::try_from(location);
    let mut response = (StatusCode::ACCEPTED, Json(started)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::LOCATION, location.map_err(Problem::internal)?);
    Ok(response)
}
