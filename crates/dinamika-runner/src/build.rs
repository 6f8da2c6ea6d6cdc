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
use dinamika_engine::{Rows, Session};
use dinamika_lake::{Commit, Mode, TableSpec, state::BuildRow};
use dinamika_project::{ColumnName, Model, ModelKind, TableName, Zone};
use futures::StreamExt as _;

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

    /// Builds a table model, or registers a view; a failure is noted and told to what reads it.
    pub(crate) async fn build_model(
        &self,
        bench: &mut Bench,
        model: &Model,
        selected: bool,
        full: bool,
        recorder: &Recorder,
    ) -> Result<(), RunError> {
        if model.reads.iter().any(|read| bench.broken.contains(read)) {
            bench.broken.insert(model.name.clone());
            return Ok(());
        }
        let since = Instant::now();
        let done = match &model.kind {
            ModelKind::View | ModelKind::Indicator(_) => {
                bench.session.register_view(model).await.map_err(RunError::from)
            }
            ModelKind::Table { partition_by, zone } if selected => {
                self.build_table(bench, model, partition_by.as_ref(), *zone, full, recorder).await
            }
            ModelKind::Table { .. } => Ok(()),
        };
        if let Err(error) = done {
            bench.broken.insert(model.name.clone());
            recorder.failed("build", model.name.as_str(), since, &error.to_string())?;
        }
        Ok(())
    }

    async fn build_table(
        &self,
        bench: &mut Bench,
        model: &Model,
        partition_by: Option<&ColumnName>,
        zone: Zone,
        full: bool,
        recorder: &Recorder,
    ) -> Result<(), RunError> {
        let now = Built {
            fingerprint: self.model_fingerprint(model),
            inputs: bench.stand.inputs(&self.project, &model.reads),
        };
        let last = if bench.stand.get(&model.name).is_some() { self.last_build(model.name.as_str())? } else { None };
        let Decision::Build(why) = decide(last.as_ref(), &now, full) else {
            recorder.skipped(model.name.as_str());
            return Ok(());
        };
        let since = recorder.started(model.name.as_str());
        let partitions = match (&why, partition_by, &last) {
            (Why::InputsChanged(changed), Some(column), Some(last)) => {
                self.changed_partitions(bench, column, last, changed).await?
            }
            _ => None,
        };
        let rows = bench.session.model_rows(model, partitions.as_deref()).await?;
        let spec = TableSpec {
            name: model.name.clone(),
            zone,
            schema: storable(rows.schema()),
            partition_by: partition_by.cloned(),
            replacing: Vec::new(),
        };
        let mode = partitions.clone().map_or(Mode::Replace, Mode::ReplacePartitions);
        let commit = self.write(spec, vec![rows], mode).await?;
        self.moved(bench, &model.name).await?;
        self.note_build(model.name.as_str(), &now, &commit, since)?;
        let scope = partitions.map_or(String::new(), |parts| format!("; разделов: {}", parts.len()));
        let figures = Figures {
            rows_out: commit.rows,
            bytes: commit.bytes,
            reason: Some(format!("{why}{scope}")),
            ..Figures::default()
        };
        recorder.done("build", model.name.as_str(), since, figures)?;
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
