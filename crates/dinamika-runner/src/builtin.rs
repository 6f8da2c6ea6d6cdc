//! The house's own tables: references, `region`, `indicators`, `batches`, `rejects`, `school_match`.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanArray, StringArray},
    compute::cast,
    datatypes::{DataType, SchemaRef},
    json::{LineDelimitedWriter, ReaderBuilder},
    record_batch::RecordBatch,
};
use chrono::{DateTime, Utc};
use dinamika_lake::{
    Mode, TableSpec,
    state::{BuildRow, RejectsAsked},
};
use dinamika_project::{Direction, Measure, ModelKind, Reference, TableName, Zone, builtin_tables};
use serde::Serialize;

use crate::{RunError, Runner, fingerprint::hash};

/// Rejects beyond so many stay in the state database only.
const REJECTS_IN_TABLE: usize = 200_000;

impl Runner {
    /// Writes references and the tables that tell of files; those that say the same as before are left alone.
    pub(crate) async fn write_builtins(&self) -> Result<Vec<TableName>, RunError> {
        let mut moved = Vec::new();
        for reference in &self.project.references {
            moved.extend(self.put(&reference.name, Zone::Mart, reference_rows(reference)?).await?);
        }
        let zone = |name: &str| if name == "rejects" { Zone::Curated } else { Zone::Mart };
        for (name, rows) in
            [("indicators", self.indicators()?), ("batches", self.batches()?), ("rejects", self.rejects()?)]
        {
            moved.extend(self.put(&table(name)?, zone(name), rows).await?);
        }
        Ok(moved)
    }

    /// Puts rows in place of a small table's, unless they are the same. The name when it moved.
    pub(crate) async fn put(
        &self,
        name: &TableName,
        zone: Zone,
        rows: RecordBatch,
    ) -> Result<Option<TableName>, RunError> {
        let content = hash(&[&every_cell(&rows)?, &format!("{:?}", rows.schema())]);
        if self.state.build(name.as_str())?.is_some_and(|last| last.built == content) {
            return Ok(None);
        }
        let count = rows.num_rows() as u64;
        let spec =
            TableSpec { name: name.clone(), zone, schema: rows.schema(), partition_by: None, replacing: Vec::new() };
        let mut writer = self.lake.writer(spec).await?;
        writer.write(rows).await?;
        let commit = writer.commit(Mode::Replace).await?;
        let built = BuildRow {
            model: name.to_string(),
            built: content,
            version: commit.version,
            rows: count,
            seconds: 0.0,
            built_at: self.clock.now(),
        };
        self.state.built(&built)?;
        Ok(Some(name.clone()))
    }

    fn indicators(&self) -> Result<RecordBatch, RunError> {
        #[derive(Serialize)]
        struct Row<'a> {
            indicator: &'a str,
            title: &'a str,
            formula: &'a str,
            unit: &'a str,
            direction: &'static str,
            min_n: u32,
            measure: &'static str,
            source: Option<&'a str>,
            equated: bool,
        }
        let rows: Vec<Row<'_>> = self
            .project
            .models
            .iter()
            .filter_map(|model| match &model.kind {
                ModelKind::Indicator(indicator) => Some(Row {
                    indicator: indicator.id.as_str(),
                    title: &model.title,
                    formula: &indicator.formula,
                    unit: &indicator.unit,
                    direction: match indicator.direction {
                        Direction::Up => "up",
                        Direction::Down => "down",
                        Direction::Neutral => "neutral",
                    },
                    min_n: indicator.min_n,
                    measure: match indicator.measure {
                        Measure::Share => "share",
                        Measure::Percent => "percent",
                        Measure::Mean => "mean",
                        Measure::Ratio => "ratio",
                        Measure::Count => "count",
                    },
                    source: indicator.source.as_deref(),
                    equated: indicator.equated,
                }),
                _ => None,
            })
            .collect();
        rows_of("indicators", &rows)
    }

    fn batches(&self) -> Result<RecordBatch, RunError> {
        #[derive(Serialize)]
        struct Row {
            batch: String,
            pipeline: String,
            table_name: String,
            layout: String,
            path: Option<String>,
            sheet: String,
            sha256: String,
            modified_at: Option<DateTime<Utc>>,
            loaded_at: DateTime<Utc>,
            rows_in: u64,
            rows_kept: u64,
            rows_rejected: u64,
            status: &'static str,
        }
        let files: std::collections::HashMap<_, _> =
            self.state.files()?.into_iter().map(|file| (file.id, file)).collect();
        let rows: Vec<Row> = self
            .state
            .batches()?
            .into_iter()
            .map(|batch| {
                let file = files.get(&batch.file);
                let path = file.map(|file| match &batch.entry {
                    Some(entry) => format!("{}/{entry}", file.path),
                    None => file.path.clone(),
                });
                Row {
                    batch: batch.batch.to_string(),
                    pipeline: batch.pipeline.to_string(),
                    table_name: batch.table_name.to_string(),
                    layout: batch.layout,
                    path,
                    sheet: batch.sheet,
                    modified_at: file.and_then(|file| file.modified_at),
                    sha256: file.map(|file| file.sha256.clone()).unwrap_or_default(),
                    loaded_at: batch.loaded_at,
                    rows_in: batch.rows_in,
                    rows_kept: batch.rows_kept,
                    rows_rejected: batch.rows_rejected,
                    status: batch.status.as_str(),
                }
            })
            .collect();
        rows_of("batches", &rows)
    }

    /// Rejects without their raw values.
    fn rejects(&self) -> Result<RecordBatch, RunError> {
        #[derive(Serialize)]
        struct Row {
            batch: Option<String>,
            pipeline: Option<String>,
            path: String,
            sheet: Option<String>,
            row: Option<u32>,
            column_name: Option<String>,
            rule: String,
            suggestion: Option<String>,
        }
        let asked = RejectsAsked { limit: REJECTS_IN_TABLE, ..RejectsAsked::default() };
        let rows: Vec<Row> = self
            .state
            .rejects(&asked)?
            .into_iter()
            .map(|reject| Row {
                batch: reject.batch.map(String::from),
                pipeline: reject.pipeline.map(String::from),
                path: reject.path,
                sheet: reject.sheet,
                row: reject.row,
                column_name: reject.column,
                rule: reject.rule,
                suggestion: reject.suggestion,
            })
            .collect();
        rows_of("rejects", &rows)
    }
}

/// Rows of a built-in table as its schema wants them.
pub(crate) fn rows_of(name: &str, rows: &[impl Serialize]) -> Result<RecordBatch, RunError> {
    let name = table(name)?;
    let missing = || RunError::Missing(format!("служебной таблицы {name}"));
    let schema =
        builtin_tables().into_iter().find(|(known, _)| *known == name).map(|(_, schema)| schema).ok_or_else(missing)?;
    let mut decoder = ReaderBuilder::new(Arc::clone(&schema)).with_batch_size(rows.len().max(1)).build_decoder()?;
    decoder.serialize(rows)?;
    Ok(decoder.flush()?.unwrap_or_else(|| RecordBatch::new_empty(schema)))
}

/// All rows as text: a batch's `Debug` tells of the first and the last ten only.
fn every_cell(rows: &RecordBatch) -> Result<String, RunError> {
    let mut writer = LineDelimitedWriter::new(Vec::new());
    writer.write(rows)?;
    writer.finish()?;
    Ok(String::from_utf8_lossy(&writer.into_inner()).into_owned())
}

fn reference_rows(reference: &Reference) -> Result<RecordBatch, RunError> {
    let schema: SchemaRef = reference.schema();
    let columns = schema
        .fields()
        .iter()
        .enumerate()
        .map(|(at, field)| {
            let cells = || reference.rows.iter().map(|row| row.get(at).and_then(Option::as_deref));
            let column: ArrayRef = match field.data_type() {
                DataType::Boolean => Arc::new(
                    cells().map(|cell| cell.map(|cell| matches!(cell, "true" | "да" | "1"))).collect::<BooleanArray>(),
                ),
                data_type => cast(&(Arc::new(cells().collect::<StringArray>()) as ArrayRef), data_type)?,
            };
            Ok(column)
        })
        .collect::<Result<Vec<_>, RunError>>()?;
    Ok(RecordBatch::try_new(schema, columns)?)
}

pub(crate) fn table(name: &str) -> Result<TableName, RunError> {
    name.parse().map_err(|error: dinamika_project::WordError| RunError::Broken(error.to_string()))
}
