//! Dashboards and the rows behind their panels.

use std::{collections::BTreeMap, sync::Arc};

use arrow::datatypes::Schema;
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
    response::Response,
};
use dinamika_engine::{Filter, Session, Source, Wanted};
use dinamika_project::{Dashboard, IndicatorId, Level, Panel, PanelData, Role, TableName};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Refusals, RowsAnswer};
use crate::{
    Problem, Serving,
    answer::{Column, Listed, Question, Reading, Tabular, Told, fingerprint, listing, one, rows},
    query::{ReadParameters, RowsParameters, filter_of, names},
};

/// A page of panels.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "vpr", "title": "ВПР: динамика", "description": "Как меняется доля «2»?",
    "filters": ["period", "municipality"], "revision": "5f0e12ab",
    "panels": [{"id": "share2", "title": "Доля «2»", "section": null, "kind": "table", "width": "full", "data": "values",
        "indicators": ["vpr.share2"], "level": "region", "filters": {}, "text": null, "reads": ["indicator_vpr_share2"],
        "loaded_at": "2026-09-23T02:30:04Z", "seen_from": null}]
}))]
pub(crate) struct DashboardInfo {
    /// Its id.
    id: String,
    /// Its heading.
    title: String,
    /// What question it answers.
    description: String,
    /// What its readers may narrow it by: names of columns.
    filters: Vec<&'static str>,
    /// Changes with anything in its file: a page that shows it asks for its rows again.
    revision: String,
    /// In order.
    panels: Vec<PanelInfo>,
}

/// One picture or table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PanelInfo {
    /// Its id.
    id: String,
    /// Its heading.
    title: String,
    /// Part of the page it stands in; a page with none is shown whole.
    section: Option<String>,
    /// How it is drawn.
    kind: String,
    /// How much of a wide page's width it takes: `full`, `two-thirds`, `half`, `third`.
    width: &'static str,
    /// `values`, `dynamics`, `sql` or `text`.
    data: &'static str,
    /// Indicators it shows.
    indicators: Vec<String>,
    /// Level it shows them at.
    level: Option<&'static str>,
    /// Columns of values and the only value shown of each.
    filters: BTreeMap<String, String>,
    /// Markdown of a text.
    text: Option<String>,
    /// Tables it reads: where its numbers come from is told of these.
    reads: Vec<String>,
    /// When the newest file behind it was loaded; none where no file is behind it.
    loaded_at: Option<String>,
    /// The role that sees it, where the reader's does not; such a panel's rows are refused.
    seen_from: Option<&'static str>,
}

impl Tabular for DashboardInfo {
    const NAME: (&'static str, &'static str) = ("dashboards", "Панели");
    const COLUMNS: &'static [Column] = &[Column::Text("id"), Column::Text("title"), Column::Text("description")];
}

impl Tabular for PanelInfo {
    const NAME: (&'static str, &'static str) = ("panel", "Текст");
    const COLUMNS: &'static [Column] = &[Column::Text("id"), Column::Text("title"), Column::Text("text")];
}

/// Страницы с графиками и таблицами.
#[utoipa::path(get, path = "/api/v1/dashboards", operation_id = "dashboards", tag = "dashboards", params(ReadParameters),
    responses((status = 200, description = "Все страницы", body = Listed<DashboardInfo>), Refusals))]
pub(crate) async fn list(reading: Reading) -> Result<Response, Problem> {
    reading.caller.asked.only(&names(ReadParameters::GROUPS))?;
    let all: Vec<DashboardInfo> =
        reading.caller.serving.pages().dashboards.iter().map(|page| info(page, &reading)).collect();
    listing(&reading.caller, Some(&reading.release.info), all)
}

/// Одна страница.
#[utoipa::path(get, path = "/api/v1/dashboards/{id}", operation_id = "dashboard", tag = "dashboards",
    params(("id" = String, Path, description = "Имя страницы", example = "vpr"), ReadParameters),
    responses((status = 200, description = "Страница", body = Told<DashboardInfo>), Refusals))]
pub(crate) async fn show(reading: Reading, at: DashboardAt) -> Result<Response, Problem> {
    reading.caller.asked.only(&names(ReadParameters::GROUPS))?;
    one(&reading.caller, Some(&reading.release.info), info(&at.0, &reading))
}

/// Строки одной панели; любой её столбец — фильтр.
#[utoipa::path(get, path = "/api/v1/dashboards/{id}/panels/{panel}", operation_id = "panel", tag = "dashboards",
    params(("id" = String, Path, description = "Имя страницы", example = "vpr"),
        ("panel" = String, Path, description = "Имя панели", example = "share2"), RowsParameters),
    responses((status = 200, description = "Строки; также .csv .xlsx .parquet .arrow", body = RowsAnswer), Refusals))]
pub(crate) async fn panel(reading: Reading, at: PanelAt) -> Result<Response, Problem> {
    match panel_question(&reading.release.session, &at.0, &at.1).await? {
        Some(question) => rows(reading, question).await,
        None => {
            reading.caller.asked.only(&names(RowsParameters::GROUPS))?;
            one(&reading.caller, Some(&reading.release.info), panel_info(&at.1, &reading))
        }
    }
}

/// The dashboard an address names.
pub(crate) struct DashboardAt(pub(crate) Dashboard);

/// The panel an address names, and its dashboard.
pub(crate) struct PanelAt(Dashboard, Panel);

impl FromRequestParts<Arc<Serving>> for DashboardAt {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, serving: &Arc<Serving>) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, serving).await.map_err(|_| Problem::NoSuchPath)?;
        dashboard(serving, id).map(Self)
    }
}

impl FromRequestParts<Arc<Serving>> for PanelAt {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, serving: &Arc<Serving>) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, serving).await;
        let Path((id, panel)) = path.map_err(|_| Problem::NoSuchPath)?;
        let dashboard = dashboard(serving, id)?;
        match dashboard.panels.iter().find(|other| other.id.as_str() == panel).cloned() {
            Some(panel) => Ok(Self(dashboard, panel)),
            None => {
                let known: Vec<&str> = dashboard.panels.iter().map(|panel| panel.id.as_str()).collect();
                let hint = format!("Известны: {}.", known.join(", "));
                Err(Problem::NotFound { what: "панели", id: panel, hint })
            }
        }
    }
}

/// The question whose rows a panel shows; none for a text.
pub(crate) async fn panel_question(
    session: &Session,
    dashboard: &Dashboard,
    panel: &Panel,
) -> Result<Option<Question>, Problem> {
    let (from, fixed, ordered) = match &panel.data {
        PanelData::Values { indicators, level, filters } => {
            let from = table("indicator_values")?;
            let schema = session.columns(&from).await?;
            (from, chosen(&schema, indicators, *level, filters)?, true)
        }
        PanelData::Dynamics { indicators, level, filters } => {
            let from = table("indicator_dynamics")?;
            let schema = session.columns(&from).await?;
            (from, chosen(&schema, indicators, *level, filters)?, true)
        }
        PanelData::Sql { sql, .. } => (Source::Sql(sql.clone()), Vec::new(), false),
        PanelData::Text(_) => return Ok(None),
    };
    let name = format!("{}-{}", dashboard.id, panel.id);
    Ok(Some(Question { from, fixed, ordered, title: panel.title.clone(), name }))
}

fn table(name: &str) -> Result<Source, Problem> {
    Ok(Source::Table(name.parse::<TableName>().map_err(Problem::internal)?))
}

fn chosen<'a>(
    schema: &Schema,
    indicators: &[IndicatorId],
    level: Level,
    filters: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> Result<Vec<Filter>, Problem> {
    let indicators = indicators.iter().map(|id| Wanted::Text(id.to_string())).collect();
    let mut fixed = vec![
        Filter { column: "indicator".to_owned(), any_of: indicators },
        Filter { column: "level".to_owned(), any_of: vec![Wanted::Text(level.as_str().to_owned())] },
    ];
    for (column, value) in filters {
        // A panel that names what is not there is the project's mistake, not the reader's.
        fixed.push(filter_of(schema, column, value).map_err(Problem::internal)?);
    }
    Ok(fixed)
}

fn dashboard(serving: &Serving, id: String) -> Result<Dashboard, Problem> {
    let found = serving.pages().dashboards.iter().find(|dashboard| dashboard.id.as_str() == id).cloned();
    let hint = || "Список — /api/v1/dashboards.".to_owned();
    found.ok_or_else(|| Problem::NotFound { what: "страницы", id, hint: hint() })
}

fn info(dashboard: &Dashboard, reading: &Reading) -> DashboardInfo {
    DashboardInfo {
        id: dashboard.id.to_string(),
        title: dashboard.title.clone(),
        description: dashboard.description.clone(),
        filters: dashboard.filters.iter().map(|filter| filter.as_str()).collect(),
        revision: format!("{:08x}", fingerprint(&[&format!("{dashboard:?}")])),
        panels: dashboard.panels.iter().map(|panel| panel_info(panel, reading)).collect(),
    }
}

fn panel_info(panel: &Panel, reading: &Reading) -> PanelInfo {
    let reads: Vec<String> = match &panel.data {
        PanelData::Values { indicators, .. } | PanelData::Dynamics { indicators, .. } => {
            indicators.iter().map(|id| format!("indicator_{}", id.to_string().replace('.', "_"))).collect()
        }
        PanelData::Sql { reads, .. } => reads.iter().map(ToString::to_string).collect(),
        PanelData::Text(_) => Vec::new(),
    };
    let filters = match &panel.data {
        PanelData::Values { filters, .. } | PanelData::Dynamics { filters, .. } => filters.clone(),
        PanelData::Sql { .. } | PanelData::Text(_) => BTreeMap::new(),
    };
    let (data, indicators, level, text) = match &panel.data {
        PanelData::Values { indicators, level, .. } => ("values", indicators.as_slice(), Some(*level), None),
        PanelData::Dynamics { indicators, level, .. } => ("dynamics", indicators.as_slice(), Some(*level), None),
        PanelData::Sql { .. } => ("sql", &[][..], None, None),
        PanelData::Text(text) => ("text", &[][..], None, Some(text.clone())),
    };
    PanelInfo {
        id: panel.id.to_string(),
        title: panel.title.clone(),
        section: panel.section.clone(),
        kind: panel.kind.clone(),
        width: panel.width.as_str(),
        data,
        indicators: indicators.iter().map(ToString::to_string).collect(),
        level: level.map(Level::as_str),
        filters,
        text,
        loaded_at: reading.release.loads.newest(reading.caller.serving.project(), reads.iter().map(String::as_str)),
        seen_from: seen_from(panel, reading),
        reads,
    }
}

/// The role from which a panel is seen, where the reader's is below it.
fn seen_from(panel: &Panel, reading: &Reading) -> Option<&'static str> {
    let project = reading.caller.serving.project();
    let to = match &panel.data {
        PanelData::Values { indicators, level, .. } | PanelData::Dynamics { indicators, level, .. } => {
            indicators.iter().map(|id| project.policy.shown_to(id.as_str(), *level)).min()
        }
        // Only what is there to be read is asked about: a view the reader cannot plan is not.
        PanelData::Sql { reads, .. } => {
            let missing = reads.iter().filter(|name| !reading.release.session.has(name.as_str()));
            missing.map(|name| project.policy.table(name.as_str()).map_or(Role::Regional, |rule| rule.to)).max()
        }
        PanelData::Text(_) => None,
    };
    to.filter(|role| reading.caller.who.principal.role() < *role).map(Role::as_str)
}
