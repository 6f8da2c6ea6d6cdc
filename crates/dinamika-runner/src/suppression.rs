//! The hidden cells of a release: found once, when values or the policy changed, and published with it.

use std::time::Instant;

use dinamika_engine::suppression_rules;
use dinamika_lake::state::BuildRow;
use dinamika_project::Zone;

use crate::{
    RunError, Runner,
    build::Bench,
    builtin::table,
    fingerprint::hash,
    recorder::{Figures, Recorder},
};

/// Under which name the state remembers what the hidden cells were found from.
const FOUND_FROM: &str = "suppression <- indicator_values";

impl Runner {
    /// Finds the hidden cells anew where the values or the rules are others than last time.
    pub(crate) async fn suppress(&self, bench: &mut Bench, recorder: &Recorder) -> Result<(), RunError> {
        let Some(values) = bench.stand.get(&table("indicator_values")?) else { return Ok(()) };
        let name = table("suppression")?;
        let from =
            hash(&[&values.version.to_string(), &suppression_rules(&self.project.policy), env!("CARGO_PKG_VERSION")]);
        let known = self.state.build(FOUND_FROM)?;
        if bench.stand.get(&name).is_some() && known.is_some_and(|last| last.built == from) {
            return Ok(());
        }
        let since = Instant::now();
        let rows = bench.session.suppression(&self.project).await?;
        let figures = Figures { rows_out: rows.num_rows() as u64, ..Figures::default() };
        if let Some(moved) = self.put(&name, Zone::Mart, rows).await? {
            self.moved(bench, &moved).await?;
        }
        self.state.built(&BuildRow {
            model: FOUND_FROM.to_owned(),
            built: from,
            version: 0,
            rows: figures.rows_out,
            seconds: since.elapsed().as_secs_f64(),
            built_at: self.clock.now(),
        })?;
        recorder.done("build", name.as_str(), since, figures)?;
        Ok(())
    }
}
