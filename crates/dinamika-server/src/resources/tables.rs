//! Marts: tables of the release that are made for reading.

use axum::{extract::Path, response::Response};
use dinamika_engine::Source;
use dinamika_project::{Model, ModelKind, Project, Zone};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Refusals, RowsAnswer};
use crate::{
    Problem,
    answer::{Column, Listed, Question, Reading, Tabular, listing, rows_or_none},
    query::{ReadParameters, RowsParameters, names},
};

/// A mart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "risk_board", "title": "Доска рисков", "columns": ["period", "school_key", "risk_title"],
    "loaded_at": "2026-09-23T02:30:04Z"}))]
pub(crate) struct TableInfo {
    /// Its name in SQL.
    name: String,
    /// What a row of it is about.
    title: String,
    /// Its columns in order; each but the measures is a filter.
    columns: Vec<String>,
    /// When the newest file behind it was loaded; none where no file is behind it.
    loaded_at: Option<String>,
}

impl Tabular for TableInfo {
    const NAME: (&'static str, &'static str) = ("tables", "Витрины");
    const COLUMNS: &'static [Column] =
        &[Column::Text("name"), Column::Text("title"), Column::Text("columns"), Column::Text("loaded_at")];
}

/// Витрины выпуска: таблицы, сделанные для чтения.
#[utoipa::path(get, path = "/api/v1/tables", operation_id = "tables", tag = "tables", params(ReadParameters),
    responses((status = 200, description = "Все витрины", body = Listed<TableInfo>), Refusals))]
pub(crate) async fn list(reading: Reading) -> Result<Response, Problem> {
    reading.caller.asked.only(&names(ReadParameters::GROUPS))?;
    let project = reading.caller.serving.project();
    let mut all = Vec::new();
    for model in marts(project) {
        if !reading.release.session.has(model.name.as_str()) {
            continue;
        }
        let schema = reading.release.session.columns(&Source::Table(model.name.clone())).await?;
        let columns = schema.fields().iter().map(|field| field.name().clone()).collect();
        let loaded_at = reading.release.loads.newest(project, [model.name.as_str()]);
        all.push(TableInfo { name: model.name.to_string(), title: model.title.clone(), columns, loaded_at });
    }
    listing(&reading.caller, Some(&reading.release.info), all)
}

/// Строки одной витрины; любой её столбец, кроме измерений, — фильтр.
#[utoipa::path(get, path = "/api/v1/tables/{name}", operation_id = "table", tag = "tables",
    params(("name" = String, Path, description = "Имя витрины", example = "schools"), RowsParameters),
    responses((status = 200, description = "Строки; также .csv .xlsx .parquet .arrow", body = RowsAnswer), Refusals))]
pub(crate) async fn show(reading: Reading, Path(name): Path<String>) -> Result<Response, Problem> {
    let found = marts(reading.caller.serving.project()).find(|model| model.name.as_str() == name);
    let Some(model) = found.filter(|model| reading.release.session.has(model.name.as_str())) else {
        return Err(Problem::NotFound {
            what: "витрины", id: name, hint: "Список — /api/v1/tables.".to_owned()
        });
    };
    let question = Question {
        from: Source::Table(model.name.clone()),
        fixed: Vec::new(),
        ordered: true,
        title: model.title.clone(),
        name: model.name.to_string(),
    };
    rows_or_none(reading, question).await
}

/// Models kept as tables of the mart zone, and views the policy has a rule for: rows of people stay in the house, other
/// views are parts of models.
fn marts(project: &Project) -> impl Iterator<Item = &Model> {
    let is_mart = |model: &&Model| match &model.kind {
        ModelKind::Table { zone, .. } => *zone == Zone::Mart,
        ModelKind::View => project.policy.table(model.name.as_str()).is_some(),
        ModelKind::Indicator(_) => false,
    };
    project.models.iter().filter(is_mart)
}
