//! The schedule, and beginning a job's run by hand.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use chrono::{DateTime, Utc};
use dinamika_project::{CatchUp, Job};
use serde::Serialize;
use utoipa::ToSchema;

use super::Refusals;
use crate::{
    Problem, Serving, StartError, Started,
    answer::{Caller, Column, Listed, Tabular, listing, percent},
    problem::ProblemBody,
    query::{ReadParameters, names},
};

/// A job of the schedule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "nightly", "cron": "30 2 * * *", "time_zone": "Europe/Moscow", "select": "", "catch_up": "last",
    "retries": 2, "next": "2026-09-24T23:30:00Z"
}))]
pub(crate) struct JobInfo {
    /// Its id.
    id: String,
    /// As written.
    cron: String,
    /// In which `cron` is read.
    time_zone: String,
    /// What it runs; everything when empty.
    select: String,
    /// What becomes of missed runs: `none`, `last`, `all`.
    catch_up: &'static str,
    /// Further attempts after a failure.
    retries: u32,
    /// When it is due next; none when never.
    next: Option<DateTime<Utc>>,
}

impl Tabular for JobInfo {
    const NAME: (&'static str, &'static str) = ("jobs", "Расписание");
    const COLUMNS: &'static [Column] = &[
        Column::Text("id"),
        Column::Text("cron"),
        Column::Text("time_zone"),
        Column::Text("select"),
        Column::Text("catch_up"),
        Column::Whole("retries"),
        Column::Text("next"),
    ];
}

/// Задания расписания и когда каждое начнётся.
#[utoipa::path(get, path = "/api/v1/jobs", operation_id = "jobs", tag = "runs", params(ReadParameters),
    responses((status = 200, description = "Задания", body = Listed<JobInfo>), Refusals))]
pub(crate) async fn list(caller: Caller) -> Result<Response, Problem> {
    caller.asked.only(&names(ReadParameters::GROUPS))?;
    let now = caller.serving.gate().now();
    let jobs = caller.serving.project().config.jobs.iter().map(|job| info(job, now)).collect();
    listing(&caller, None, jobs)
}

fn info(job: &Job, now: DateTime<Utc>) -> JobInfo {
    let next = job.cron.find_next_occurrence(&now.with_timezone(&job.time_zone), false);
    JobInfo {
        id: job.id.to_string(),
        cron: job.cron_text.clone(),
        time_zone: job.time_zone.to_string(),
        select: job.select.clone(),
        catch_up: match job.catch_up {
            CatchUp::None => "none",
            CatchUp::Last => "last",
            CatchUp::All => "all",
        },
        retries: job.retries,
        next: next.ok().map(|next| next.with_timezone(&Utc)),
    }
}

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
