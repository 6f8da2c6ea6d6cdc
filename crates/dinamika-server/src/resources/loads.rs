//! When the files behind a table were loaded.

use std::collections::{BTreeMap, BTreeSet};

use dinamika_engine::{Lineage, Params};

use crate::{Problem, ServedRelease, Serving, explain::rows_as_json};

/// The newest load of each pipeline, and which tables are made from which pipelines.
pub(super) struct Loads<'a> {
    lineage: &'a Lineage,
    by_pipeline: BTreeMap<String, String>,
}

/// The loads behind the served release. When a file came is told to whoever sees the panel: it is no number of anybody.
pub(super) async fn loads(serving: &Serving) -> Result<Loads<'_>, Problem> {
    let by_pipeline = match serving.try_current() {
        Some(release) => newest_loads(&release).await?,
        None => BTreeMap::new(),
    };
    Ok(Loads { lineage: serving.lineage().await, by_pipeline })
}

async fn newest_loads(release: &ServedRelease) -> Result<BTreeMap<String, String>, Problem> {
    if !release.session.has("data_quality") {
        return Ok(BTreeMap::new());
    }
    let sql = "select pipeline, max(loaded_at) as loaded_at from data_quality group by pipeline";
    let rows = release.session.ask(sql, Params::None).await?.collect_one().await?;
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().map(str::to_owned);
    Ok(rows_as_json(&rows)?.iter().filter_map(|row| Some((text(row, "pipeline")?, text(row, "loaded_at")?))).collect())
}

impl Loads<'_> {
    /// When the newest file was loaded that any of these tables is made from.
    pub(super) fn newest(&self, tables: &[String]) -> Option<&str> {
        let mut seen: BTreeSet<&str> = tables.iter().map(String::as_str).collect();
        let mut open: Vec<&str> = seen.iter().copied().collect();
        while let Some(name) = open.pop() {
            let reads = self.lineage.nodes.iter().filter(|node| node.name == name).flat_map(|node| &node.reads);
            open.extend(reads.map(String::as_str).filter(|read| seen.insert(read)));
        }
        seen.iter().filter_map(|name| self.by_pipeline.get(*name)).max().map(String::as_str)
    }
}
