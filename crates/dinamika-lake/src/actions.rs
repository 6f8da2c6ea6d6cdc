//! The words of the Delta log: what a table is, a file that comes, a file that leaves.

use std::collections::HashMap;

use arrow::datatypes::Schema;
use deltalake_core::{
    TableProperty,
    kernel::{
        Action, Add, Metadata, MetadataExt as _, Protocol, Remove, StructType,
        engine::arrow_conversion::TryIntoKernel as _, new_metadata,
    },
};
use dinamika_project::ColumnName;

use crate::{
    LakeError, PinnedFile,
    parquet_file::DataFile,
    replace::BATCH,
    shape,
    table::{Table, Version},
    writer::TableSpec,
};

/// Commits between two checkpoints.
pub(crate) const CHECKPOINT_EVERY: u64 = 100;

/// The tag of a file whose rows are all of one batch.
const BATCH_TAG: &str = "batch";

/// What the first commit says of a table. The oldest protocol every Delta reader knows.
pub(crate) fn creation(table: &Table, spec: &TableSpec) -> Result<Vec<Action>, LakeError> {
    let protocol: Protocol =
        serde_json::from_value(serde_json::json!({ "minReaderVersion": 1, "minWriterVersion": 2 }))
            .map_err(|error| LakeError::Corrupt { path: table.root().to_string(), error })?;
    let metadata = metadata(table, &shape::canonical(&spec.schema), spec.partition_by.as_ref())?;
    Ok(vec![Action::Protocol(protocol), Action::Metadata(metadata)])
}

/// What a commit says of a table whose columns change with it.
pub(crate) fn reshaping(
    table: &Table,
    spec: &TableSpec,
    there: &Version,
    whole: bool,
) -> Result<Option<Action>, LakeError> {
    let (was, wanted) = (&there.pinned, shape::canonical(&spec.schema));
    let failed = || LakeError::log(table.name());
    let known = there.delta.snapshot().map_err(failed())?.metadata().clone();
    if whole {
        if was.schema == wanted && was.partition_by == spec.partition_by {
            return Ok(None);
        }
        let metadata = metadata(table, &wanted, spec.partition_by.as_ref())?
            .with_table_id(known.id().to_owned())
            .map_err(|error| failed()(error.into()))?;
        return Ok(Some(Action::Metadata(metadata)));
    }
    shape::same_partition(table.name(), was.partition_by.as_ref(), spec.partition_by.as_ref())?;
    let Some(widened) = shape::widened(table.name(), &was.schema, &wanted)? else { return Ok(None) };
    let kernel: StructType = (&widened).try_into_kernel()?;
    Ok(Some(Action::Metadata(known.with_schema(&kernel).map_err(|error| failed()(error.into()))?)))
}

fn metadata(table: &Table, schema: &Schema, partition_by: Option<&ColumnName>) -> Result<Metadata, LakeError> {
    let kernel: StructType = schema.try_into_kernel()?;
    let every = CHECKPOINT_EVERY.to_string();
    let settings = [
        (TableProperty::CheckpointInterval.as_ref(), every.as_str()),
        (TableProperty::DataSkippingNumIndexedCols.as_ref(), "64"),
    ];
    new_metadata(&kernel, partition_by, settings).map_err(|error| LakeError::log(table.name())(error.into()))
}

/// A file that comes.
pub(crate) fn add(table: &Table, spec: &TableSpec, file: &DataFile) -> Add {
    let batch = file.stats.only_text(BATCH).map(str::to_owned);
    Add {
        path: table.name_of(&file.path),
        partition_values: values(spec.partition_by.as_ref(), &file.partition),
        size: i64::try_from(file.size).unwrap_or(i64::MAX),
        modification_time: written_at(file),
        data_change: true,
        stats: Some(file.stats.to_json()),
        tags: batch.map(|batch| HashMap::from([(BATCH_TAG.to_owned(), Some(batch))])),
        ..Add::default()
    }
}

/// A file that leaves.
pub(crate) fn remove(table: &Table, there: Option<&Version>, file: &PinnedFile) -> Remove {
    let partition_by = there.and_then(|there| there.pinned.partition_by.as_ref());
    Remove {
        path: table.name_of(&file.path),
        data_change: true,
        deletion_timestamp: millis(&uuid::Uuid::now_v7()),
        extended_file_metadata: Some(true),
        partition_values: Some(values(partition_by, &file.partition)),
        size: i64::try_from(file.size).ok(),
        ..Remove::default()
    }
}

/// Delta has one word for an empty text and no value in a partition.
pub(crate) fn partition(value: Option<&str>) -> Option<String> {
    value.filter(|value| !value.is_empty()).map(str::to_owned)
}

fn values(partition_by: Option<&ColumnName>, value: &Option<String>) -> HashMap<String, Option<String>> {
    partition_by.map(|column| (column.to_string(), value.clone())).into_iter().collect()
}

/// A file's name carries the moment it was begun: its uuid is of version 7.
fn written_at(file: &DataFile) -> i64 {
    let text = file.path.filename().unwrap_or_default().trim_start_matches("part-").trim_end_matches(".parquet");
    uuid::Uuid::parse_str(text).ok().and_then(|id| millis(&id)).unwrap_or(0)
}

fn millis(id: &uuid::Uuid) -> Option<i64> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    i64::try_from(seconds).ok().map(|seconds| seconds * 1_000 + i64::from(nanos / 1_000_000))
}
