//! Which rows of a table a new batch replaces: those of the same batch, and those that agree on the key columns.

use std::collections::{BTreeMap, HashSet};

use arrow::{
    array::{AsArray, BooleanArray},
    compute::{filter_record_batch, not},
    datatypes::SchemaRef,
    record_batch::RecordBatch,
    row::{RowConverter, SortField},
};
use dinamika_project::{BatchId, ColumnName};
use object_store::ObjectStoreExt as _;
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};

use crate::{
    LakeError, PinnedFile,
    parquet_file::DataFile,
    stats::FileStats,
    table::Table,
    writer::{TableSpec, new_file},
};

/// The column every row's batch stands in.
const BATCH: &str = "_batch";

/// The distinct keys of the rows written so far.
pub(crate) struct Keys {
    columns: Vec<ColumnName>,
    converter: Option<RowConverter>,
    seen: HashSet<Box<[u8]>>,
    stats: FileStats,
}

impl Keys {
    pub(crate) fn new(schema: &SchemaRef, columns: &[ColumnName]) -> Result<Self, LakeError> {
        let fields = columns
            .iter()
            .map(|column| Ok(SortField::new(schema.field_with_name(column.as_str())?.data_type().clone())))
            .collect::<Result<Vec<_>, LakeError>>()?;
        let converter = if fields.is_empty() { None } else { Some(RowConverter::new(fields)?) };
        Ok(Self { columns: columns.to_vec(), converter, seen: HashSet::new(), stats: FileStats::default() })
    }

    pub(crate) fn add(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        let Some(converter) = &self.converter else { return Ok(()) };
        let keys = self.project(batch)?;
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

    fn project(&self, batch: &RecordBatch) -> Result<RecordBatch, LakeError> {
        let at = self.columns.iter().map(|column| batch.schema_ref().index_of(column.as_str())).collect::<Result<Vec<_>, _>>()?;
        Ok(batch.project(&at)?)
    }

    /// Whether a file may hold a row with one of the keys, told by its statistics.
    fn may_meet(&self, file: &PinnedFile, partition_by: Option<&ColumnName>) -> bool {
        if self.seen.is_empty() {
            return false;
        }
        let stats: serde_json::Value = file.stats.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        self.columns.iter().all(|column| {
            let name = column.as_str();
            let Some((low, high)) = self.stats.texts(name) else { return true };
            let nullable = self.stats.nulls(name) > 0;
            if partition_by == Some(column) {
                return file.partition.as_deref().map_or(nullable, |value| low <= value && value <= high);
            }
            match (stats["minValues"][name].as_str(), stats["maxValues"][name].as_str()) {
                (Some(file_low), Some(file_high)) => {
                    (low <= file_high && file_low <= high) || (nullable && stats["nullCount"][name].as_u64() != Some(0))
                }
                _ => true,
            }
        })
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
}

/// Finds the rows of `files` that a new batch replaces and writes the others of their files anew.
pub(crate) async fn replacement(table: &Table, spec: &TableSpec, files: &[PinnedFile], keys: &Keys, batches: &[BatchId]) -> Result<Replacement, LakeError> {
    let mut replacement = Replacement::default();
    for file in files.iter().filter(|file| holds(file, batches) || keys.may_meet(file, spec.partition_by.as_ref())) {
        let leaving = leaving(table, spec, file, keys, batches, &mut replacement.replaced).await?;
        let rows = leaving.iter().map(BooleanArray::true_count).sum::<usize>() as u64;
        if rows == 0 {
            continue;
        }
        if rows < file.rows {
            replacement.added.push(rewrite(table, spec, file, &leaving).await?);
        }
        replacement.removed.push(file.clone());
    }
    Ok(replacement)
}

/// Whether a file may hold rows of these batches.
fn holds(file: &PinnedFile, batches: &[BatchId]) -> bool {
    let stats: serde_json::Value = file.stats.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    match (stats["minValues"][BATCH].as_str(), stats["maxValues"][BATCH].as_str()) {
        (Some(low), Some(high)) => batches.iter().any(|batch| low <= batch.as_str() && batch.as_str() <= high),
        _ => true,
    }
}

/// For each batch of rows of the file: which of them leave.
async fn leaving(table: &Table, spec: &TableSpec, file: &PinnedFile, keys: &Keys, batches: &[BatchId], replaced: &mut BTreeMap<BatchId, u64>) -> Result<Vec<BooleanArray>, LakeError> {
    let columns: Vec<&str> = keys.columns.iter().map(ColumnName::as_str).chain([BATCH]).collect();
    let mut stream = open(table, file, Some(&columns)).await?;
    let mut masks = Vec::new();
    while let Some(rows) = stream.next().transpose()? {
        let rows = with_partition(rows, spec, file)?;
        let of = rows.column(rows.schema_ref().index_of(BATCH)?).clone();
        let of = of.as_string::<i32>();
        let known = match &keys.converter {
            Some(converter) if !keys.seen.is_empty() => Some(converter.convert_columns(keys.project(&rows)?.columns())?),
            _ => None,
        };
        let mask: BooleanArray = (0..rows.num_rows())
            .map(|row| {
                let same_batch = batches.iter().any(|batch| of.value(row) == batch.as_str());
                same_batch || known.as_ref().is_some_and(|known| keys.seen.contains(known.row(row).data()))
            })
            .map(Some)
            .collect();
        for row in (0..rows.num_rows()).filter(|row| mask.value(*row)) {
            if let Ok(batch) = of.value(row).parse::<BatchId>() && !batches.contains(&batch) {
                *replaced.entry(batch).or_default() += 1;
            }
        }
        masks.push(mask);
    }
    Ok(masks)
}

async fn rewrite(table: &Table, spec: &TableSpec, file: &PinnedFile, leaving: &[BooleanArray]) -> Result<DataFile, LakeError> {
    let mut stream = open(table, file, None).await?;
    let mut masks = leaving.iter();
    let mut out = None;
    while let Some(rows) = stream.next().transpose()? {
        let Some(mask) = masks.next() else { break };
        let kept = filter_record_batch(&rows, &not(mask)?)?;
        let writer = match &mut out {
            Some(writer) => writer,
            none => none.insert(new_file(table, &rows.schema(), file.partition.clone())?),
        };
        writer.write(&kept).await?;
    }
    match out {
        Some(writer) => writer.close().await,
        None => Err(LakeError::Missing(format!("строк в {} таблицы {}", file.path, spec.name))),
    }
}

/// The rows of a data file in batches of one size, so that two passes meet the same batches. A data file is small
/// enough to be held whole.
async fn open(table: &Table, file: &PinnedFile, columns: Option<&[&str]>) -> Result<ParquetRecordBatchReader, LakeError> {
    let bytes = table.store().get(&file.path).await?.bytes().await?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?.with_batch_size(16_384);
    let mask = match columns {
        Some(columns) => ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied()),
        None => ProjectionMask::all(),
    };
    Ok(builder.with_projection(mask).build()?)
}

/// Puts the partition's value back as a column, for keys that name it.
fn with_partition(rows: RecordBatch, spec: &TableSpec, file: &PinnedFile) -> Result<RecordBatch, LakeError> {
    let Some(column) = &spec.partition_by else { return Ok(rows) };
    let values: arrow::array::StringArray = std::iter::repeat_n(file.partition.as_deref(), rows.num_rows()).collect();
    let mut fields: Vec<_> = rows.schema().fields().iter().cloned().collect();
    fields.push(std::sync::Arc::new(arrow::datatypes::Field::new(column.as_str(), arrow::datatypes::DataType::Utf8, true)));
    let mut columns = rows.columns().to_vec();
    columns.push(std::sync::Arc::new(values));
    Ok(RecordBatch::try_new(std::sync::Arc::new(arrow::datatypes::Schema::new(fields)), columns)?)
}
