//! Models and indicators: what changed is built, partition by partition where the model allows it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

use arrow::{
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
    record_batch::RecordBatch,
};
use dinamika_engine::{EngineError, Rows, Session};
use dinamika_lake::{Commit, Mode, TableSpec, state::BuildRow};
use dinamika_project::{ColumnName, Model, ModelKind, TableName, Zone};
use futures::{StreamExt as _, stream::FuturesUnordered};

use crate::{
    Built, Decision, RunError, Runner, Why, decide,
    fingerprint::hash,
    recorder::{Figures, Recorder},
    stand::{Stand, views},
};

/// A run's view of the tables: what is pinned, and the session that sees it.
pub(crate) struct Bench {
    pub(crate) stand: Stand,
    pub(crate) session: Session,
    /// Models that failed or wait for one that did.
    pub(crate) broken: BTreeSet<TableName>,
}

/// A table model that is to be built, with what it is built from.
struct TableBuild<'p> {
    model: &'p Model,
    partition_by: Option<&'p ColumnName>,
    zone: Zone,
    session: Session,
    now: Built,
    why: String,
    partitions: Option<Vec<Option<String>>>,
    since: Instant,
}

impl Runner {
    /// Pins every table there is; pipelines' tables without rows are seen empty.
    pub(crate) async fn bench(&self) -> Result<Bench, RunError> {
        let builtin = dinamika_project::builtin_tables();
        let names = self
            .project
            .pipelines
            .iter()
            .map(|p| p.table.clone())
            .chain(self.project.references.iter().map(|r| r.name.clone()))
            .chain(
                self.project
                    .models
                    .iter()
                    .filter(|m| matches!(m.kind, ModelKind::Table { .. }))
                    .map(|m| m.name.clone()),
            )
            .chain(builtin.iter().map(|(name, _)| name.clone()));
        let stand = Stand::of(&self.lake, names).await?;
        let empty = self
            .project
            .pipelines
            .iter()
            .map(|p| (p.table.clone(), p.schema()))
            .chain(self.project.references.iter().map(|r| (r.name.clone(), r.schema())))
            .chain(builtin)
            .filter(|(name, _)| stand.get(name).is_none())
            .map(|(name, schema)| (name, vec![RecordBatch::new_empty(schema)]))
            .collect();
        let pinned = stand.iter().map(|(_, table)| table.clone()).collect();
        let session = self.engine.session(pinned, empty, Vec::new(), &self.project.config.params).await?;
        Ok(Bench { stand, session, broken: BTreeSet::new() })
    }

    /// A table has a new version: the bench sees it.
    pub(crate) async fn moved(&self, bench: &mut Bench, name: &TableName) -> Result<(), RunError> {
        bench.stand.moved(&self.lake, name).await?;
        if let Some(table) = bench.stand.get(name) {
            bench.session.register_pinned(table)?;
        }
        Ok(())
    }

    /// Builds table models and registers views, each as soon as what it reads is there and as many at once as
    /// there are threads; a failure is noted and told to what reads it. `models` come with whether they are selected.
    pub(crate) async fn build_models<'p>(
        &self,
        bench: &mut Bench,
        models: impl IntoIterator<Item = (&'p Model, bool)>,
        full: bool,
        recorder: &Recorder,
    ) -> Result<(), RunError> {
        let mut waiting: Vec<(&Model, bool)> = models.into_iter().collect();
        let mut unfinished: BTreeSet<&TableName> = waiting.iter().map(|(model, _)| &model.name).collect();
        let mut running = FuturesUnordered::new();
        // Too large to be built beside others: once more, when the memory is theirs alone.
        let mut large = Vec::new();
        loop {
            let lone = if running.is_empty() { large.pop() } else { None };
            let is_alone = lone.is_some();
            running.extend(lone.map(|build| self.build_table(build)));
            while !is_alone && large.is_empty() && running.len() < self.threads {
                let ready = |(model, _): &(&Model, bool)| !model.reads.iter().any(|read| unfinished.contains(read));
                let Some(at) = waiting.iter().position(ready) else { break };
                let (model, selected) = waiting.remove(at);
                match self.begin(bench, model, selected, full, recorder).await {
                    Ok(Some(build)) => running.push(self.build_table(build)),
                    Ok(None) => {
                        unfinished.remove(&model.name);
                    }
                    Err((since, error)) => {
                        self.failed(bench, model, since, &error, recorder)?;
                        unfinished.remove(&model.name);
                    }
                }
            }
            let Some((build, commit)) = running.next().await else { return Ok(()) };
            if !is_alone && matches!(&commit, Err(RunError::Engine(EngineError::Memory(_)))) {
                large.push(build);
                continue;
            }
            unfinished.remove(&build.model.name);
            match commit {
                Ok(commit) => {
                    self.moved(bench, &build.model.name).await?;
                    self.note_build(build.model.name.as_str(), &build.now, &commit, build.since)?;
                    let figures = Figures {
                        rows_out: commit.rows,
                        bytes: commit.bytes,
                        reason: Some(build.why),
                        ..Figures::default()
                    };
                    recorder.done("build", build.model.name.as_str(), build.since, figures)?;
                }
                Err(error) => self.failed(bench, build.model, build.since, &error, recorder)?,
            }
        }
    }

    /// What there is to build of a model; nothing of a view, of a model that waits for a broken one, of one that
    /// is as it was.
    async fn begin<'p>(
        &self,
        bench: &mut Bench,
        model: &'p Model,
        selected: bool,
        full: bool,
        recorder: &Recorder,
    ) -> Result<Option<TableBuild<'p>>, (Instant, RunError)> {
        if model.reads.iter().any(|read| bench.broken.contains(read)) {
            bench.broken.insert(model.name.clone());
            return Ok(None);
        }
        let since = Instant::now();
        let failed = |error| (since, error);
        let (partition_by, zone) = match &model.kind {
            ModelKind::View | ModelKind::Indicator(_) => {
                bench.session.register_view(model).await.map_err(RunError::from).map_err(failed)?;
                return Ok(None);
            }
            ModelKind::Table { partition_by, zone } if selected => (partition_by.as_ref(), *zone),
            ModelKind::Table { .. } => return Ok(None),
        };
        let now = Built {
            fingerprint: self.model_fingerprint(model),
            inputs: bench.stand.inputs(&self.project, &model.reads),
        };
        let last = bench.stand.get(&model.name).map_or(Ok(None), |_| self.last_build(model.name.as_str()));
        let last = last.map_err(failed)?;
        let Decision::Build(why) = decide(last.as_ref(), &now, full) else {
            recorder.skipped(model.name.as_str());
            return Ok(None);
        };
        recorder.started(model.name.as_str());
        let partitions = match (&why, partition_by, &last) {
            (Why::InputsChanged(changed), Some(column), Some(last)) => {
                self.changed_partitions(bench, column, last, changed).await.map_err(failed)?
            }
            _ => None,
        };
        let scope = partitions.as_ref().map_or(String::new(), |parts| format!("; разделов: {}", parts.len()));
        let why = format!("{why}{scope}");
        let session = bench.session.clone();
        Ok(Some(TableBuild { model, partition_by, zone, session, now, why, partitions, since }))
    }

    async fn build_table<'p>(&self, build: TableBuild<'p>) -> (TableBuild<'p>, Result<Commit, RunError>) {
        let commit = async {
            let rows = build.session.model_rows(build.model, build.partitions.as_deref()).await?;
            let spec = TableSpec {
                name: build.model.name.clone(),
                zone: build.zone,
                schema: storable(rows.schema()),
                partition_by: build.partition_by.cloned(),
                replacing: Vec::new(),
            };
            let mode = build.partitions.clone().map_or(Mode::Replace, Mode::ReplacePartitions);
            self.write(spec, vec![rows], mode).await
        };
        let commit = commit.await;
        (build, commit)
    }

    fn failed(
        &self,
        bench: &mut Bench,
        model: &Model,
        since: Instant,
        error: &RunError,
        recorder: &Recorder,
    ) -> Result<(), RunError> {
        bench.broken.insert(model.name.clone());
        recorder.failed("build", model.name.as_str(), since, &error.to_string())?;
        Ok(())
    }

    pub(crate) async fn write(&self, spec: TableSpec, all: Vec<Rows>, mode: Mode) -> Result<Commit, RunError> {
        let mut writer = self.lake.writer(spec).await?;
        for mut rows in all {
            while let Some(batch) = rows.next().await {
                match batch {
                    Ok(batch) => writer.write(batch).await?,
                    Err(error) => {
                        writer.abort().await?;
                        return Err(error.into());
                    }
                }
            }
        }
        Ok(writer.commit(mode).await?)
    }

    /// Partitions whose files differ between the version a model was built from and the current one;
    /// none when a changed input is not partitioned alike.
    async fn changed_partitions(
        &self,
        bench: &Bench,
        column: &ColumnName,
        last: &Built,
        changed: &BTreeSet<TableName>,
    ) -> Result<Option<Vec<Option<String>>>, RunError> {
        let mut partitions: BTreeSet<Option<String>> = BTreeSet::new();
        for name in changed {
            let (Some(current), Some(version)) = (bench.stand.get(name), last.inputs.get(name)) else {
                return Ok(None);
            };
            if current.partition_by.as_ref() != Some(column) || *version == u64::MAX {
                return Ok(None);
            }
            // A version whose log was cleaned away only costs a whole build.
            let Ok(former) = self.lake.pin_at(name, current.zone, *version).await else { return Ok(None) };
            let before: BTreeSet<_> = former.files.iter().map(|file| (&file.path, &file.partition)).collect();
            let after: BTreeSet<_> = current.files.iter().map(|file| (&file.path, &file.partition)).collect();
            partitions.extend(before.symmetric_difference(&after).map(|(_, partition)| (*partition).clone()));
        }
        Ok(Some(partitions.into_iter().collect()))
    }

    pub(crate) fn model_fingerprint(&self, model: &Model) -> String {
        let views = views(&self.project, &model.reads);
        let params = format!("{:?} {:?}", self.project.config.params, model.kind);
        let texts: Vec<&str> = [model.sql.as_str(), &params, env!("CARGO_PKG_VERSION")]
            .into_iter()
            .chain(views.iter().map(|view| view.sql.as_str()))
            .collect();
        hash(&texts)
    }

    pub(crate) fn last_build(&self, name: &str) -> Result<Option<Built>, RunError> {
        Ok(self.state.build(name)?.and_then(|row| serde_json::from_str(&row.built).ok()))
    }

    pub(crate) fn note_build(
        &self,
        name: &str,
        built: &Built,
        commit: &Commit,
        since: Instant,
    ) -> Result<(), RunError> {
        let text = serde_json::to_string(built).map_err(|error| RunError::Broken(error.to_string()))?;
        self.state.built(&BuildRow {
            model: name.to_owned(),
            built: text,
            version: commit.version,
            rows: commit.rows,
            seconds: since.elapsed().as_secs_f64(),
            built_at: self.clock.now(),
        })?;
        Ok(())
    }
}

/// The nearest types that Delta has.
fn storable(schema: &SchemaRef) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| {
            let data_type = match field.data_type() {
                DataType::UInt64 | DataType::UInt32 => DataType::Int64,
                DataType::Int8 | DataType::Int16 | DataType::UInt8 | DataType::UInt16 => DataType::Int32,
                DataType::Null | DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
                DataType::Date64 => DataType::Date32,
                DataType::Timestamp(_, _) => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
                other => other.clone(),
            };
            Field::new(field.name(), data_type, true)
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// Inputs of a named piece of work, for those that are no model.
pub(crate) fn built(fingerprint: String, inputs: BTreeMap<TableName, u64>) -> Built {
    Built { fingerprint, inputs }
}
