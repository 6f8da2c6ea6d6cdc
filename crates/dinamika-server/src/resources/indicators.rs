//! Indicators, their values and their dynamics.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
    response::Response,
};
use dinamika_engine::{Filter, Source, Wanted};
use dinamika_project::{Direction, Indicator, Model, ModelKind, Project, TableName};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Refusals, RowsAnswer};
use crate::{
    Problem, ServedRelease, Serving,
    access::Who,
    answer::{Column, Listed, Question, Reading, Tabular, Told, listing, one, rows},
    query::{DynamicsParameters, ReadParameters, ValuesParameters, names},
};

/// A measure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "vpr.share2", "title": "Доля «2»", "formula": "отметка 2 / участники", "unit": "%", "direction": "down",
    "min_n": 10, "measure": "share", "levels": ["school", "municipality", "region"], "dimensions": [], "source": null,
    "loaded_at": "2026-09-23T02:30:04Z"
}))]
pub(crate) struct IndicatorInfo {
    /// `group.name`.
    id: String,
    /// What it is.
    title: String,
    /// Its formula in words.
    formula: String,
    /// `%`, `чел.`, `балл` …
    unit: String,
    /// What a larger value means: `up` better, `down` worse, `neutral`.
    direction: &'static str,
    /// Least n at which a value is spoken of.
    min_n: u32,
    /// `share`, `percent`, `mean`, `ratio`, `count`.
    measure: &'static str,
    /// Levels it is published at.
    levels: Vec<&'static str>,
    /// Columns that split its values beyond the usual ones.
    dimensions: Vec<String>,
    /// Where the formula comes from.
    source: Option<String>,
    /// When the newest file it is counted from was loaded; none where no file is behind it.
    loaded_at: Option<String>,
}

impl Tabular for IndicatorInfo {
    const NAME: (&'static str, &'static str) = ("indicators", "Показатели");
    const COLUMNS: &'static [Column] = &[
        Column::Text("id"),
        Column::Text("title"),
        Column::Text("formula"),
        Column::Text("unit"),
        Column::Text("direction"),
        Column::Whole("min_n"),
        Column::Text("measure"),
        Column::Text("levels"),
        Column::Text("dimensions"),
        Column::Text("source"),
        Column::Text("loaded_at"),
    ];
}

/// Показатели: что измеряется, в чём и по какой формуле.
#[utoipa::path(get, path = "/api/v1/indicators", operation_id = "indicators", tag = "indicators", params(ReadParameters),
    responses((status = 200, description = "Все показатели", body = Listed<IndicatorInfo>), Refusals))]
pub(crate) async fn list(reading: Reading) -> Result<Response, Problem> {
    reading.caller.asked.only(&names(ReadParameters::GROUPS))?;
    let project = reading.caller.serving.project();
    let role = reading.caller.who.principal.role();
    let seen = |found: &(&Model, &Indicator)| role >= project.policy.indicator_shown_to(&found.1.id);
    let all: Vec<IndicatorInfo> =
        indicators(project).filter(seen).map(|found| info(found, project, &reading.release)).collect();
    listing(&reading.caller, Some(&reading.release.info), all)
}

/// Один показатель.
#[utoipa::path(get, path = "/api/v1/indicators/{id}", operation_id = "indicator", tag = "indicators",
    params(("id" = String, Path, description = "Код показателя", example = "vpr.share2"), ReadParameters),
    responses((status = 200, description = "Показатель", body = Told<IndicatorInfo>), Refusals))]
pub(crate) async fn show(reading: Reading, at: IndicatorAt) -> Result<Response, Problem> {
    reading.caller.asked.only(&names(ReadParameters::GROUPS))?;
    let told = info((&at.model, &at.indicator), reading.caller.serving.project(), &reading.release);
    one(&reading.caller, Some(&reading.release.info), told)
}

/// Значения показателя: числитель, знаменатель, значение, интервал.
#[utoipa::path(get, path = "/api/v1/indicators/{id}/values", operation_id = "indicator_values", tag = "indicators",
    params(("id" = String, Path, description = "Код показателя", example = "vpr.share2"), ValuesParameters),
    responses((status = 200, description = "Строки; также .csv .xlsx .parquet .arrow", body = RowsAnswer), Refusals))]
pub(crate) async fn values(reading: Reading, at: IndicatorAt) -> Result<Response, Problem> {
    rows(reading, at.question("indicator_values", "values", "значения")?).await
}

/// Динамика показателя: изменение между сопоставимыми периодами с интервалом и выводом.
#[utoipa::path(get, path = "/api/v1/indicators/{id}/dynamics", operation_id = "indicator_dynamics", tag = "indicators",
    params(("id" = String, Path, description = "Код показателя", example = "vpr.share2"), DynamicsParameters),
    responses((status = 200, description = "Строки; также .csv .xlsx .parquet .arrow", body = RowsAnswer), Refusals))]
pub(crate) async fn dynamics(reading: Reading, at: IndicatorAt) -> Result<Response, Problem> {
    rows(reading, at.question("indicator_dynamics", "dynamics", "динамика")?).await
}

/// The indicator an address names.
pub(crate) struct IndicatorAt {
    model: Model,
    indicator: Indicator,
}

impl IndicatorAt {
    fn question(&self, table: &str, name: &str, title: &str) -> Result<Question, Problem> {
        let id = Wanted::Text(self.indicator.id.to_string());
        Ok(Question {
            from: Source::Table(table.parse::<TableName>().map_err(Problem::internal)?),
            fixed: vec![Filter { column: "indicator".to_owned(), any_of: vec![id] }],
            ordered: true,
            title: format!("{} — {title}", self.model.title),
            name: format!("{}-{name}", self.indicator.id),
        })
    }
}

impl FromRequestParts<Arc<Serving>> for IndicatorAt {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, serving: &Arc<Serving>) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, serving).await.map_err(|_| Problem::NoSuchPath)?;
        let mut all = indicators(serving.project());
        let found = all.find(|(_, indicator)| indicator.id.as_str() == id);
        let who = Who::from_request_parts(parts, serving).await?;
        if let Some((_, indicator)) = found {
            let least = serving.project().policy.indicator_shown_to(&indicator.id);
            if who.principal.role() < least {
                return Err(Problem::NotAllowed(least));
            }
        }
        let told =
            |(model, indicator): (&Model, &Indicator)| Self { model: model.clone(), indicator: indicator.clone() };
        found.map(told).ok_or_else(|| Problem::NotFound {
            what: "показателя",
            id,
            hint: "Список — /api/v1/indicators.".to_owned(),
        })
    }
}

/// Indicators of the project with their models.
pub(crate) fn indicators(project: &Project) -> impl Iterator<Item = (&Model, &Indicator)> {
    project.models.iter().filter_map(|model| match &model.kind {
        ModelKind::Indicator(indicator) => Some((model, indicator)),
        ModelKind::View | ModelKind::Table { .. } => None,
    })
}

fn info((model, indicator): (&Model, &Indicator), project: &Project, release: &ServedRelease) -> IndicatorInfo {
    IndicatorInfo {
        id: indicator.id.to_string(),
        title: model.title.clone(),
        formula: indicator.formula.clone(),
        unit: indicator.unit.clone(),
        direction: match indicator.direction {
            Direction::Up => "up",
            Direction::Down => "down",
            Direction::Neutral => "neutral",
        },
        min_n: indicator.min_n,
        measure: crate::explain::measure(indicator.measure),
        levels: indicator.levels.iter().map(|level| level.as_str()).collect(),
        dimensions: indicator.dimensions.iter().map(ToString::to_string).collect(),
        source: indicator.source.clone(),
        loaded_at: release.loads.newest(project, [model.name.as_str()]),
    }
}
