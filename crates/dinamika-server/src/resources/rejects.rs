//! Refused cells and rows, without what was in them.

use axum::response::Response;

use super::Refusals;
use crate::{
    Problem, RejectInfo, RejectsAsked,
    answer::{Caller, Column, Listed, Tabular, listing},
    query::{RejectsParameters, names},
};

impl Tabular for RejectInfo {
    const NAME: (&'static str, &'static str) = ("rejects", "Отклонения при чтении");
    const COLUMNS: &'static [Column] = &[
        Column::Text("batch"),
        Column::Text("pipeline"),
        Column::Text("path"),
        Column::Text("sheet"),
        Column::Whole("row"),
        Column::Text("column"),
        Column::Text("rule"),
        Column::Text("suggestion"),
    ];
}

/// Что не прочитано и почему; самих значений здесь нет.
#[utoipa::path(get, path = "/api/v1/rejects", operation_id = "rejects", tag = "runs", params(RejectsParameters),
    responses((status = 200, description = "Отклонения", body = Listed<RejectInfo>), Refusals))]
pub(crate) async fn list(caller: Caller) -> Result<Response, Problem> {
    let asked = &caller.asked;
    asked.only(&names(RejectsParameters::GROUPS))?;
    let owned = |name: &str| asked.get(name).map(str::to_owned);
    let asked = RejectsAsked {
        pipeline: owned("pipeline"),
        batch: owned("batch"),
        path: owned("path"),
        rule: owned("rule"),
        limit: asked.whole("limit", 1, 50_000)?.unwrap_or(1_000) as usize,
        offset: asked.whole("offset", 0, u64::from(u32::MAX))?.unwrap_or(0) as usize,
    };
    if let Some(pipeline) = &asked.pipeline {
        known_pipeline(&caller, pipeline)?;
    }
    let rejects = caller.serving.control()?.rejects(&asked).await.map_err(Problem::internal)?;
    listing(&caller, None, rejects)
}

pub(super) fn known_pipeline(caller: &Caller, name: &str) -> Result<(), Problem> {
    let known: Vec<&str> = caller.serving.project().pipelines.iter().map(|pipeline| pipeline.name.as_str()).collect();
    if known.contains(&name) {
        return Ok(());
    }
    let expected = format!("Известны: {}.", known.join(", "));
    Err(Problem::BadValue { parameter: "pipeline".to_owned(), value: name.to_owned(), expected })
}
