//! The hidden cells of a release: found once, when values or the policy changed, and published with it.

use std::time::Instant;

use dinamika_engine::suppression_rules;
use dinamika_lake::state::BuildRow;
use dinamika_project::{TableName, Zone};

use crate::{
    RunError, Runner,
    build::Bench,
    builtin::table,
    fingerprint::hash,
    recorder::{Figures, Recorder},
};

/// Under which name the state remembers what the hidden cells were found from.
const FOUND_FROM: &str = "suppression <- indicator_values";
/// Under which name it remembers the rules.
const FOUND_BY: &str = "suppression <- policy";

impl Runner {
    /// Finds the hidden cells anew where the values or the rules are others than last time.
    pub(crate) async fn suppress(&self, bench: &mut Bench, recorder: &Recorder) -> Result<(), RunError> {
        let Some(values) = bench.stand.get(&table("indicator_values")?) else { return Ok(()) };
        let name = table("suppression")?;
        let rules = hash(&[&suppression_rules(&self.project.policy)]);
        let last = self.lake.releases().latest().await?;
        let last_has = |name: &TableName| last.as_ref().and_then(|last| last.content.tables.get(name)).copied();
        let published = (last_has(&values.name), last_has(&name));
        let from = hash(&[&values.version.to_string(), &rules, &format!("{published:?}"), env!("CARGO_PKG_VERSION")]);
        let is_known =
            |row: &str, hash: &str| Ok::<_, RunError>(self.state.build(row)?.is_some_and(|last| last.built == hash));
        let has_same_rules = is_known(FOUND_BY, &rules)?;
        let stands = bench.stand.get(&name).map(|table| table.version);
        // What is published was found from the same values by the same rules.
        let is_published = published.0.map(|of| of.1) == Some(values.version)
            && stands.is_some()
            && published.1.map(|of| of.1) == stands;
        if has_same_rules && (is_published || stands.is_some() && is_known(FOUND_FROM, &from)?) {
            return Ok(());
        }
        let since = Instant::now();
        // Other rules are the administrator's word: what they show is meant to be seen.
        let before = match published {
            (Some((zone, version)), Some((of_zone, of))) if has_same_rules => {
                let tables =
                    [self.lake.pin_at(&values.name, zone, version).await?, self.lake.pin_at(&name, of_zone, of).await?];
                let none = &self.project.config.params;
                Some(self.engine.session(tables.to_vec(), Vec::new(), Vec::new(), none).await?)
            }
            _ => None,
        };
        let rows = bench.session.suppression(&self.project, before.as_ref()).await?;
        let figures = Figures { rows_out: rows.num_rows() as u64, ..Figures::default() };
        if let Some(moved) = self.put(&name, Zone::Mart, rows).await? {
            self.moved(bench, &moved).await?;
        }
        for (model, built) in [(FOUND_FROM, from), (FOUND_BY, rules)] {
            self.state.built(&BuildRow {
                model: model.to_owned(),
                built,
                version: 0,
                rows: figures.rows_out,
                seconds: since.elapsed().as_secs_f64(),
                built_at: self.clock.now(),
            })?;
        }
        recorder.done("build", name.as_str(), since, figures)?;
        Ok(())
    }
}
