//! One commit: files in, files out, atomically; tried again when somebody was faster.

use std::collections::{BTreeMap, HashMap};

use deltalake_core::{
    DeltaTable, DeltaTableError,
    kernel::{
        Action, Add, Remove,
        transaction::{CommitBuilder, CommitProperties},
    },
    protocol::{DeltaOperation, SaveMode},
};
use dinamika_project::{BatchId, ColumnName, TableName};

use crate::{
    Lake, LakeError, PinnedFile,
    parquet_file::{DataFile, discard},
    replace::{Keys, Replacement, replacement},
    table::Table,
    writer::TableSpec,
};

/// Times a commit is tried against newer versions of the log.
const TRIES: usize = 5;

/// Which rows leave with a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// All.
    Replace,
    /// Those of these partitions.
    ReplacePartitions(Vec<Option<String>>),
    /// Those of the same batch, and those that agree with a new row on `TableSpec::replacing`.
    Batch(BatchId),
}

/// What a commit did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// The table's version after it.
    pub version: u64,
    /// Rows added.
    pub rows: u64,
    /// Bytes added.
    pub bytes: u64,
    /// Files added.
    pub files_added: usize,
    /// Files removed.
    pub files_removed: usize,
    /// Rows of other batches that left, by batch.
    pub replaced: BTreeMap<BatchId, u64>,
}

pub(crate) async fn commit(table: &Table, spec: &TableSpec, files: Vec<DataFile>, keys: &Keys, mode: Mode) -> Result<Commit, LakeError> {
    let mut tries = 0;
    loop {
        let mut guard = table.for_writing(&spec.schema, spec.partition_by.as_ref()).await?;
        let delta = guard.as_mut().ok_or_else(|| LakeError::Missing(spec.name.to_string()))?;
        let there = pinned_files(table, delta)?;
        let replacement = match &mode {
            Mode::Replace => Replacement { removed: there, ..Replacement::default() },
            Mode::ReplacePartitions(partitions) => Replacement {
                removed: there.into_iter().filter(|file| partitions.contains(&file.partition)).collect(),
                ..Replacement::default()
            },
            Mode::Batch(batch) => replacement(table, spec, &there, keys, std::slice::from_ref(batch)).await?,
        };
        match apply(table, delta, &spec.name, spec.partition_by.as_ref(), &files, replacement).await {
            Err(Attempt::Conflict) if tries < TRIES => tries += 1,
            Err(Attempt::Conflict) => return Err(LakeError::Missing(format!("свободной версии таблицы {}: её меняет кто-то ещё", spec.name))),
            Err(Attempt::Failed(error)) => return Err(error),
            Ok(commit) => return Ok(commit),
        }
    }
}

impl Lake {
    /// Takes the rows of batches out of a table.
    pub async fn remove_batches(&self, spec: &TableSpec, batches: &[BatchId]) -> Result<Commit, LakeError> {
        let table = self.table(&spec.name, spec.zone)?;
        let keys = Keys::new(&spec.schema, &[])?;
        let mut guard = table.for_writing(&spec.schema, spec.partition_by.as_ref()).await?;
        let delta = guard.as_mut().ok_or_else(|| LakeError::Missing(spec.name.to_string()))?;
        let there = pinned_files(&table, delta)?;
        let replacement = replacement(&table, spec, &there, &keys, batches).await?;
        apply(&table, delta, &spec.name, spec.partition_by.as_ref(), &[], replacement).await.map_err(|attempt| match attempt {
            Attempt::Failed(error) => error,
            Attempt::Conflict => LakeError::Missing(format!("свободной версии таблицы {}", spec.name)),
        })
    }
}

enum Attempt {
    Conflict,
    Failed(LakeError),
}

async fn apply(table: &Table, delta: &mut DeltaTable, name: &TableName, partition_by: Option<&ColumnName>, files: &[DataFile], replacement: Replacement) -> Result<Commit, Attempt> {
    let failed = |error| Attempt::Failed(LakeError::log(name)(error));
    let snapshot = delta.snapshot().map_err(failed)?;
    let adds: Vec<Action> = files.iter().chain(&replacement.added).map(|file| Action::Add(add(table, partition_by, file))).collect();
    let removes: Vec<Action> = replacement.removed.iter().map(|file| Action::Remove(remove(table, partition_by, file))).collect();
    let mut commit = Commit {
        version: snapshot.version(),
        rows: files.iter().map(|file| file.stats.rows()).sum(),
        bytes: files.iter().map(|file| file.size).sum(),
        files_added: adds.len(),
        files_removed: removes.len(),
        replaced: replacement.replaced,
    };
    if adds.is_empty() && removes.is_empty() {
        return Ok(commit);
    }
    let operation = DeltaOperation::Write {
        mode: if removes.is_empty() { SaveMode::Append } else { SaveMode::Overwrite },
        partition_by: partition_by.map(|column| vec![column.to_string()]),
        predicate: None,
    };
    let built = CommitBuilder::from(CommitProperties::default().with_max_retries(0).with_cleanup_expired_logs(Some(false)))
        .with_actions(removes.into_iter().chain(adds).collect())
        .build(Some(snapshot), delta.log_store(), operation);
    match built.await {
        Ok(finalized) => commit.version = finalized.version(),
        Err(DeltaTableError::Transaction { .. } | DeltaTableError::VersionAlreadyExists(_)) => {
            discard(table.store(), replacement.added.into_iter().map(|file| file.path)).await;
            return Err(Attempt::Conflict);
        }
        Err(error) => return Err(failed(error)),
    }
    delta.update_incremental(None).await.map_err(failed)?;
    Ok(commit)
}

fn pinned_files(table: &Table, delta: &DeltaTable) -> Result<Vec<PinnedFile>, LakeError> {
    Ok(table.pinned(delta)?.files)
}

fn add(table: &Table, partition_by: Option<&ColumnName>, file: &DataFile) -> Add {
    Add {
        path: table.name_of(&file.path),
        partition_values: values(partition_by, &file.partition),
        size: i64::try_from(file.size).unwrap_or(i64::MAX),
        modification_time: written_at(table, file),
        data_change: true,
        stats: Some(file.stats.to_json()),
        ..Add::default()
    }
}

fn remove(table: &Table, partition_by: Option<&ColumnName>, file: &PinnedFile) -> Remove {
    Remove {
        path: table.name_of(&file.path),
        data_change: true,
        deletion_timestamp: Some(written_at_uuid()),
        extended_file_metadata: Some(true),
        partition_values: Some(values(partition_by, &file.partition)),
        size: i64::try_from(file.size).ok(),
        ..Remove::default()
    }
}

fn values(partition_by: Option<&ColumnName>, value: &Option<String>) -> HashMap<String, Option<String>> {
    partition_by.map(|column| (column.to_string(), value.clone())).into_iter().collect()
}

/// A file's name carries the moment it was begun: its uuid is of version 7.
fn written_at(table: &Table, file: &DataFile) -> i64 {
    let name = table.name_of(&file.path);
    let text = name.trim_start_matches("part-").trim_end_matches(".parquet");
    uuid::Uuid::parse_str(text).ok().and_then(|id| millis(&id)).unwrap_or(0)
}

fn written_at_uuid() -> i64 {
    millis(&uuid::Uuid::now_v7()).unwrap_or(0)
}

fn millis(id: &uuid::Uuid) -> Option<i64> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    i64::try_from(seconds).ok().map(|seconds| seconds * 1_000 + i64::from(nanos / 1_000_000))
}
