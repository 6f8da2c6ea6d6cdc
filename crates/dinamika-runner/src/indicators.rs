//! Indicators: rolled up where their inputs changed, then compared with earlier periods.

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use arrow::{datatypes::SchemaRef, record_batch::RecordBatch};
use dinamika_engine::{COVERAGE, DERIVED_TABLES, EngineError, Rows, SERIES_BREAKS, indicator_schema};
use dinamika_lake::{Commit, Mode, TableSpec};
use dinamika_project::{Indicator, Model, ModelKind, TableName, Zone};
use futures::{StreamExt as _, stream};

use crate::{
    Built, Decision, RunError, Runner,
    build::Bench,
    builtin::table,
    decide,
    recorder::{Figures, Recorder},
};

/// Tables an indicator's roll-up and changes read besides its own.
const ROLL_UP: [&str; 5] = ["schools", "municipalities", "region", COVERAGE, SERIES_BREAKS];

/// An indicator to be built, with what it is built from.
type Changed<'p> = (&'p Model, &'p Indicator, Built);

impl Runner {
    /// Rolls changed indicators up into `indicator_values`, then computes what is made of that: changes,
    /// places, sums of years, slopes.
    pub(crate) async fn build_indicators(
        &self,
        bench: &mut Bench,
        selected: &BTreeSet<TableName>,
        full: bool,
        recorder: &Recorder,
    ) -> Result<(), RunError> {
        let indicators: Vec<(&Model, &Indicator)> = self
            .project
            .models
            .iter()
            .filter_map(|model| match &model.kind {
                ModelKind::Indicator(indicator) => Some((model, indicator)),
                _ => None,
            })
            .collect();
        let mut changed = self.changed_indicators(bench, &indicators, selected, full, recorder)?;
        let gone = self.gone_indicators(bench, &indicators);
        if changed.is_empty() && gone.is_empty() {
            return Ok(());
        }
        recorder.phase("Показатели", changed.len());
        let session = bench.session.clone();
        let values = |model| {
            let session = session.clone();
            async move { session.indicator_rows(model).await }
        };
        self.write_indicators(
            bench,
            "indicator_values",
            indicator_schema("indicator_values")?,
            &changed,
            &gone,
            values,
            recorder,
        )
        .await?;
        changed.retain(|(model, ..)| !bench.broken.contains(&model.name));
        recorder.phase("Динамика", changed.len());
        let since = Instant::now();
        let mut commit = None;
        for name in DERIVED_TABLES {
            let session = bench.session.clone();
            let derived = |model| {
                let session = session.clone();
                async move { session.derived_rows(name, model).await }
            };
            let schema = indicator_schema(name)?;
            let done = self.write_indicators(bench, name, schema, &changed, &gone, derived, recorder).await?;
            // What a run tells of an indicator is its changes.
            commit.get_or_insert(done);
            changed.retain(|(model, ..)| !bench.broken.contains(&model.name));
        }
        let Some(commit) = commit else { return Ok(()) };
        for (model, _, now) in changed.iter().filter(|(model, ..)| !bench.broken.contains(&model.name)) {
            self.note_build(model.name.as_str(), now, &commit, since)?;
        }
        Ok(())
    }

    fn changed_indicators<'p>(
        &self,
        bench: &Bench,
        indicators: &[(&'p Model, &'p Indicator)],
        selected: &BTreeSet<TableName>,
        full: bool,
        recorder: &Recorder,
    ) -> Result<Vec<Changed<'p>>, RunError> {
        let mut changed = Vec::new();
        let missing = |name: &&str| table(name).is_ok_and(|name| bench.stand.get(&name).is_none());
        let forced = full || ["indicator_values"].iter().chain(&DERIVED_TABLES).any(missing);
        for (model, indicator) in indicators {
            let usable = selected.contains(&model.name)
                && !bench.broken.contains(&model.name)
                && !model.reads.iter().any(|read| bench.broken.contains(read));
            let mut reads = model.reads.clone();
            reads.extend(ROLL_UP.iter().filter_map(|name| table(name).ok()));
            let inputs = bench.stand.inputs(&self.project, &reads);
            let now = Built { fingerprint: self.model_fingerprint(model), inputs };
            match decide(self.last_build(model.name.as_str())?.as_ref(), &now, forced) {
                Decision::Build(_) if usable => changed.push((*model, *indicator, now)),
                _ => recorder.skipped(indicator.id.as_str()),
            }
        }
        Ok(changed)
    }

    /// Indicators that have values and no file any more.
    fn gone_indicators(&self, bench: &Bench, indicators: &[(&Model, &Indicator)]) -> Vec<String> {
        let Some(values) = table("indicator_values").ok().and_then(|name| bench.stand.get(&name)) else {
            return Vec::new();
        };
        let known = |id: &str| indicators.iter().any(|(_, indicator)| indicator.id.as_str() == id);
        let there: BTreeSet<&str> = values.files.iter().filter_map(|file| file.partition.as_deref()).collect();
        there.into_iter().filter(|id| !known(id)).map(str::to_owned).collect()
    }

    /// Puts rows of changed indicators in place of the former, a few indicators at a time: one that fails is
    /// noted, keeps its former rows and spoils no other.
    #[expect(clippy::too_many_arguments, reason = "one table with all it is made from")]
    async fn write_indicators<'p, F>(
        &self,
        bench: &mut Bench,
        name: &str,
        schema: SchemaRef,
        changed: &[Changed<'p>],
        gone: &[String],
        rows: impl Fn(&'p Model) -> F,
        recorder: &Recorder,
    ) -> Result<Commit, RunError>
    where
        F: Future<Output = Result<Rows, EngineError>>,
    {
        let since = Instant::now();
        let spec = TableSpec {
            name: table(name)?,
            zone: Zone::Mart,
            schema: Arc::clone(&schema),
            partition_by: "indicator".parse().ok(),
            replacing: Vec::new(),
        };
        let mut writer = self.lake.writer(spec).await?;
        let mut partitions: Vec<Option<String>> = gone.iter().cloned().map(Some).collect();
        let work = changed.iter().map(|(model, indicator, _)| {
            let rows = rows(model);
            async move {
                // Whole before the first is written: half an indicator must not be committed.
                let gathered: Result<Vec<RecordBatch>, EngineError> = async { rows.await?.collect().await }.await;
                (*model, indicator.id.to_string(), gathered)
            }
        });
        let mut work = stream::iter(work).buffered(self.threads);
        while let Some((model, id, gathered)) = work.next().await {
            match gathered {
                Ok(batches) => {
                    for batch in batches {
                        writer.write(batch).await?;
                    }
                    partitions.push(Some(id));
                }
                Err(error) => {
                    recorder.failed("build", &id, since, &error.to_string())?;
                    bench.broken.insert(model.name.clone());
                }
            }
        }
        let commit = writer.commit(Mode::ReplacePartitions(partitions)).await?;
        self.moved(bench, &table(name)?).await?;
        let figures = Figures { rows_out: commit.rows, bytes: commit.bytes, ..Figures::default() };
        recorder.done("build", name, since, figures)?;
        Ok(commit)
    }
}
