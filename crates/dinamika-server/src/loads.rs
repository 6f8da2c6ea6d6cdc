//! When the files behind a release's tables were loaded.

use std::collections::{BTreeMap, BTreeSet};

use dinamika_engine::{Params, Session};
use dinamika_project::{Model, ModelKind, Project};

use crate::{Problem, explain::rows_as_json};

/// Pipeline → when its newest file was loaded. Told to whoever sees a number: when a file came is no number of anybody.
#[derive(Debug, Default)]
pub(crate) struct Loads(BTreeMap<String, String>);

/// Tables that say where a school is and how places are spelt. Nearly all files name places, so that a newer one would
/// always stand behind these; a number is as old as the files it is counted from.
const PLACES: [&str; 6] =
    ["schools", "municipalities", "region", "school_match", "municipality_alias", "municipality_spelling"];

/// Tables the house makes of all indicators.
const OF_INDICATORS: [&str; 5] =
    ["indicator_values", "indicator_dynamics", "indicator_position", "indicator_pooled", "indicator_trend"];

/// What the house writes of all files.
const BOOKS: [&str; 3] = ["batches", "rejects", "school_match"];

impl Loads {
    /// The loads of a release, from its whole session. A release without them is served all the same.
    pub(crate) async fn of(session: &Session) -> Self {
        Self::read(session).await.unwrap_or_else(|error| {
            tracing::warn!(?error, "this release does not tell when files were loaded");
            Self::default()
        })
    }

    async fn read(session: &Session) -> Result<Self, Problem> {
        if !session.has("data_quality") {
            return Ok(Self::default());
        }
        let sql = "select pipeline, max(loaded_at) as loaded_at from data_quality group by pipeline";
        let rows = rows_as_json(&session.ask(sql, Params::None).await?.collect_one().await?)?;
        let text = |row: &serde_json::Value, name: &str| row[name].as_str().map(str::to_owned);
        Ok(Self(rows.iter().filter_map(|row| Some((text(row, "pipeline")?, text(row, "loaded_at")?))).collect()))
    }

    /// When the newest file was loaded that numbers of these tables are counted from; none where no file is behind them.
    pub(crate) fn newest<'n>(&self, project: &'n Project, tables: impl IntoIterator<Item = &'n str>) -> Option<String> {
        let asked: BTreeSet<&str> = tables.into_iter().collect();
        let counted = |table: &&str| !PLACES.contains(table);
        let mut seen: BTreeSet<&str> = asked.iter().copied().filter(counted).collect();
        // A list of schools is asked for itself.
        if seen.is_empty() {
            seen = asked;
        }
        let mut open: Vec<&str> = seen.iter().copied().collect();
        while let Some(name) = open.pop() {
            let reads = makers(project, name).flat_map(|model| &model.reads);
            open.extend(reads.map(|read| read.as_str()).filter(counted).filter(|read| seen.insert(read)));
        }
        let is_of_all = BOOKS.iter().any(|book| seen.contains(book));
        let is_told = |table: &str| is_of_all || seen.contains(table);
        let pipelines = project.pipelines.iter().filter(|pipeline| is_told(pipeline.table.as_str()));
        pipelines.filter_map(|pipeline| self.0.get(pipeline.name.as_str())).max().cloned()
    }
}

/// The models a table is made by: its own, or all indicators where the house makes it of them.
fn makers<'n>(project: &'n Project, table: &'n str) -> impl Iterator<Item = &'n Model> {
    let own = project.models.iter().any(|model| model.name.as_str() == table);
    project.models.iter().filter(move |model| match own {
        true => model.name.as_str() == table,
        false => OF_INDICATORS.contains(&table) && matches!(model.kind, ModelKind::Indicator(_)),
    })
}
