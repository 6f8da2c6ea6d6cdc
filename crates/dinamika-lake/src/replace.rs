//! Which rows of a table a new batch replaces: those of the same batch, and those that agree on the key columns.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, StringArray, new_null_array},
    compute::{cast, filter_record_batch, not},
    datatypes::{DataType, SchemaRef},
    record_batch::RecordBatch,
    row::{RowConverter, SortField},
};
use dinamika_project::{BatchId, ColumnName};
use object_store::ObjectStoreExt as _;
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};
use serde_json::Value;

use crate::{
    LakeError, PinnedFile,
    parquet_file::DataFile,
    stats::{FileStats, less},
    table::Table,
    writer::{TableSpec, new_file},
};

/// The column every row's batch stands in.
pub(crate) const BATCH: &str = "_batch";

/// The distinct keys of the rows written so far.
pub(crate) struct Keys {
    columns: Vec<(ColumnName, DataType)>,
    converter: Option<RowConverter>,
    seen: HashSet<Box<[u8]>>,
    stats: FileStats,
}

impl Keys {
    pub(crate) fn new(schema: &SchemaRef, columns: &[ColumnName]) -> Result<Self, LakeError> {
        let columns = columns
            .iter()
            .map(|column| Ok((column.clone(), schema.field_with_name(column.as_str())?.data_type().clone())))
            .collect::<Result<Vec<_>, LakeError>>()?;
        let fields: Vec<_> = columns.iter().map(|(_, kind)| SortField::new(kind.clone())).collect();
        let converter = if fields.is_empty() { None } else { Some(RowConverter::new(fields)?) };
        Ok(Self { columns, converter, seen: HashSet::new(), stats: FileStats::default() })
    }

    pub(crate) fn add(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        let Some(converter) = &self.converter else { return Ok(()) };
        let at = self
            .columns
            .iter()
            .map(|(column, _)| batch.schema_ref().index_of(column.as_str()))
            .collect::<Result<Vec<_>, _>>()?;
        let keys = batch.project(&at)?;
        self.stats.add(&keys);
        let rows = converter.convert_columns(keys.columns())?;
        let mut before: Option<&[u8]> = None;
        for row in &rows {
            let row = row.data();
            // Rows of one key stand together.
            if before != Some(row) && !self.seen.contains(row) {
                self.seen.insert(row.into());
            }
            before = Some(row);
        }
        Ok(())
    }

    /// Whether a file may hold a row with one of the keys, told by its statistics.
    fn may_meet(&self, file: &PinnedFile, stats: &Value, partition_by: Option<&ColumnName>) -> bool {
        !self.seen.is_empty()
            && self.columns.iter().all(|(column, kind)| self.may_agree(column, kind, file, stats, partition_by))
    }

    fn may_agree(
        &self,
        column: &ColumnName,
        kind: &DataType,
        file: &PinnedFile,
        stats: &Value,
        partition_by: Option<&ColumnName>,
    ) -> bool {
        let name = column.as_str();
        let nullable = self.stats.nulls(name) > 0;
        let bounds = self.stats.bounds(name);
        if bounds.is_none() && !self.stats.is_null(name) {
            return true;
        }
        let overlaps = |file_low: &Value, file_high: &Value| {
            bounds.is_some_and(|(low, high)| !less(file_high, low) && !less(high, file_low))
        };
        if partition_by == Some(column) {
            return match file.partition.as_deref() {
                // Delta has one word for an empty text and for none.
                None => nullable || bounds.is_some_and(|(low, _)| low.as_str() == Some("")),
                Some(value) if *kind == DataType::Utf8 => overlaps(&value.into(), &value.into()),
                Some(_) => true,
            };
        }
        // Other kinds are written in more than one way.
        let comparable = matches!(kind, DataType::Utf8 | DataType::Date32) || kind.is_integer();
        if !comparable || (nullable && stats["nullCount"][name].as_u64() != Some(0)) {
            return true;
        }
        match (&stats["minValues"][name], &stats["maxValues"][name]) {
            (Value::Null, _) | (_, Value::Null) => {
                stats["nullCount"][name].as_u64() != Some(file.rows) || file.rows == 0
            }
            (low, high) => overlaps(low, high),
        }
    }

    /// For each row of an old file: whether its key is among ours.
    fn met(
        &self,
        rows: &RecordBatch,
        file: &PinnedFile,
        partition_by: Option<&ColumnName>,
    ) -> Result<Option<BooleanArray>, LakeError> {
        let Some(converter) = self.converter.as_ref().filter(|_| !self.seen.is_empty()) else { return Ok(None) };
        let columns = self
            .columns
            .iter()
            .map(|(column, kind)| {
                if partition_by == Some(column) {
                    let values: StringArray = std::iter::repeat_n(file.partition.as_deref(), rows.num_rows()).collect();
                    return Ok(cast(&values, kind)?);
                }
                Ok(match rows.column_by_name(column.as_str()) {
                    Some(found) if found.data_type() == kind => Arc::clone(found),
                    Some(found) => cast(found, kind)?,
                    // The file is older than the column.
                    None => new_null_array(kind, rows.num_rows()),
                })
            })
            .collect::<Result<Vec<ArrayRef>, LakeError>>()?;
        let known = converter.convert_columns(&columns)?;
        Ok(Some(known.iter().map(|row| Some(self.seen.contains(row.data()))).collect()))
    }
}

/// What has to be done to the files there are.
#[derive(Default)]
pub(crate) struct Replacement {
    /// Files that leave.
    pub(crate) removed: Vec<PinnedFile>,
    /// Files with the rows that stay.
    pub(crate) added: Vec<DataFile>,
    /// Rows that left, by batch.
    pub(crate) replaced: BTreeMap<BatchId, u64>,
    /// Whether nothing old stays, so that the columns may change.
    pub(crate) reshape: bool,
}

/// Finds the rows of `files` that a new batch replaces and writes the others of their files anew.
pub(crate) async fn replacement(
    table: &Table,
    spec: &TableSpec,
    files: &[PinnedFile],
    keys: &Keys,
    batches: &[BatchId],
) -> Result<Replacement, LakeError> {
    let mut replacement = Replacement::default();
    for file in files {
        let Some(outcome) = examine(table, spec, file, keys, batches).await? else { continue };
        replacement.removed.push(outcome.removed);
        replacement.added.extend(outcome.added);
        for (batch, rows) in outcome.replaced {
            *replacement.replaced.entry(batch).or_default() += rows;
        }
    }
    Ok(replacement)
}

/// A file that cannot stay as it is.
struct Outcome {
    removed: PinnedFile,
    added: Option<DataFile>,
    replaced: BTreeMap<BatchId, u64>,
}

async fn examine(
    table: &Table,
    spec: &TableSpec,
    file: &PinnedFile,
    keys: &Keys,
    batches: &[BatchId],
) -> Result<Option<Outcome>, LakeError> {
    let stats: Value = file.stats.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let (low, high) = (stats["minValues"][BATCH].as_str(), stats["maxValues"][BATCH].as_str());
    let only = low.filter(|low| high == Some(low) && stats["nullCount"][BATCH].as_u64() == Some(0));
    if only.is_some_and(|only| batches.iter().any(|batch| batch.as_str() == only)) {
        return Ok(Some(Outcome { removed: file.clone(), added: None, replaced: BTreeMap::new() }));
    }
    let holds = match (low, high) {
        (Some(low), Some(high)) => batches.iter().any(|batch| low <= batch.as_str() && batch.as_str() <= high),
        _ => true,
    };
    if !holds && !keys.may_meet(file, &stats, spec.partition_by.as_ref()) {
        return Ok(None);
    }
    let mut replaced = BTreeMap::new();
    let leaving = leaving(table, spec, file, keys, batches, &mut replaced).await?;
    let (left, all) = leaving.iter().fold((0, 0), |(left, all), mask| (left + mask.true_count(), all + mask.len()));
    let added = if left > 0 && left < all { Some(rewrite(table, spec, file, &leaving).await?) } else { None };
    Ok((left > 0).then(|| Outcome { removed: file.clone(), added, replaced }))
}

/// For each batch of rows of the file: which of them leave.
async fn leaving(
    table: &Table,
    spec: &TableSpec,
    file: &PinnedFile,
    keys: &Keys,
    batches: &[BatchId],
    replaced: &mut BTreeMap<BatchId, u64>,
) -> Result<Vec<BooleanArray>, LakeError> {
    let columns: Vec<&str> = keys.columns.iter().map(|(column, _)| column.as_str()).chain([BATCH]).collect();
    let reader = open(table, file, Some(&columns)).await?;
    let mut masks = Vec::new();
    for rows in reader {
        let rows = rows?;
        let of = match rows.column_by_name(BATCH) {
            Some(found) => cast(found, &DataType::Utf8)?,
            None => new_null_array(&DataType::Utf8, rows.num_rows()),
        };
        let of = of.as_string::<i32>();
        let met = keys.met(&rows, file, spec.partition_by.as_ref())?;
        let mut mask = Vec::with_capacity(rows.num_rows());
        for (row, batch) in of.iter().enumerate() {
            let same_batch = batch.is_some_and(|batch| batches.iter().any(|new| new.as_str() == batch));
            let leaves = same_batch || met.as_ref().is_some_and(|met| met.value(row));
            if leaves
                && !same_batch
                && let Some(batch) = batch
            {
                count(replaced, batch);
            }
            mask.push(leaves);
        }
        masks.push(BooleanArray::from(mask));
    }
    Ok(masks)
}

fn count(replaced: &mut BTreeMap<BatchId, u64>, batch: &str) {
    match replaced.iter_mut().find(|(known, _)| known.as_str() == batch) {
        Some((_, rows)) => *rows += 1,
        None => {
            if let Ok(batch) = batch.parse() {
                replaced.insert(batch, 1);
            }
        }
    }
}

async fn rewrite(
    table: &Table,
    spec: &TableSpec,
    file: &PinnedFile,
    leaving: &[BooleanArray],
) -> Result<DataFile, LakeError> {
    let reader = open(table, file, None).await?;
    let mut masks = leaving.iter();
    let mut out = None;
    for rows in reader {
        let (rows, Some(mask)) = (rows?, masks.next()) else { break };
        let kept = filter_record_batch(&rows, &not(mask)?)?;
        let writer = match &mut out {
            Some(writer) => writer,
            none => none.insert(new_file(table, &rows.schema(), spec.partition_by.as_ref(), file.partition.clone())?),
        };
        writer.write(&kept).await?;
    }
    match out {
        Some(writer) => writer.close().await,
        None => Err(LakeError::Missing(format!("строк в {} таблицы {}", file.path, spec.name))),
    }
}

/// The rows of a data file in batches of one size, so that two passes meet the same batches.
async fn open(
    table: &Table,
    file: &PinnedFile,
    columns: Option<&[&str]>,
) -> Result<ParquetRecordBatchReader, LakeError> {
    let bytes = table.store().get(&file.path).await?.bytes().await?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?.with_batch_size(16_384);
    let mask = match columns {
        Some(columns) => ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied()),
        None => ProjectionMask::all(),
    };
    Ok(builder.with_projection(mask).build()?)
}
