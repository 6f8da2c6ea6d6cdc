//! One commit: files in, files out, atomically; tried again when somebody was faster.

use std::collections::BTreeMap;

use deltalake_core::{
    DeltaTable, DeltaTableError,
    kernel::{
        Action,
        transaction::{CommitBuilder, CommitProperties, TableReference, TransactionError},
    },
    protocol::{DeltaOperation, SaveMode, checkpoints},
};
use dinamika_project::BatchId;

use crate::{
    Lake, LakeError, PinnedFile,
    actions::{self, CHECKPOINT_EVERY},
    parquet_file::{DataFile, discard},
    replace::{Keys, Replacement, replacement},
    shape,
    table::{Table, Version},
    writer::TableSpec,
};

/// Times a commit is tried against newer versions of the log.
const TRIES: usize = 10;

/// Which rows leave with a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// All, and the table's columns and partitions become those of the [`TableSpec`].
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

/// Makes files visible. Those of a commit that failed are gone when this returns.
pub(crate) async fn commit(
    table: &Table,
    spec: &TableSpec,
    files: Vec<DataFile>,
    keys: &Keys,
    mode: Mode,
) -> Result<Commit, LakeError> {
    let _turn = table.turn().await;
    let leaving = match &mode {
        Mode::Replace => Leaving::All,
        Mode::ReplacePartitions(partitions) => Leaving::Partitions(partitions),
        Mode::Batch(batch) => Leaving::Batches(std::slice::from_ref(batch), keys),
    };
    let done = attempts(table, spec, &files, &leaving).await;
    if done.is_err() {
        discard(table.store(), files.into_iter().map(|file| file.path)).await;
    }
    done
}

impl Lake {
    /// Takes the rows of batches out of a table; nothing happens when there is no such table.
    pub async fn remove_batches(&self, spec: &TableSpec, batches: &[BatchId]) -> Result<Commit, LakeError> {
        let table = self.table(&spec.name, spec.zone)?;
        let keys = Keys::new(&shape::canonical(&spec.schema), &[])?;
        let _turn = table.turn().await;
        if table.newest().await?.is_none() {
            return Ok(Commit::default());
        }
        attempts(&table, spec, &[], &Leaving::Batches(batches, &keys)).await
    }
}

/// Which of the rows there are leave.
enum Leaving<'a> {
    All,
    Partitions(&'a [Option<String>]),
    Batches(&'a [BatchId], &'a Keys),
}

impl Leaving<'_> {
    async fn of(&self, table: &Table, spec: &TableSpec, files: &[PinnedFile]) -> Result<Replacement, LakeError> {
        match self {
            Self::All => Ok(Replacement { removed: files.to_vec(), reshape: true, ..Replacement::default() }),
            Self::Partitions(partitions) => {
                let wanted: Vec<_> = partitions.iter().map(|wanted| actions::partition(wanted.as_deref())).collect();
                let removed = files.iter().filter(|file| wanted.contains(&file.partition)).cloned().collect();
                Ok(Replacement { removed, ..Replacement::default() })
            }
            Self::Batches(batches, keys) => replacement(table, spec, files, keys, batches).await,
        }
    }
}

/// Plans a commit against the newest version and tries it, until nobody came between.
async fn attempts(
    table: &Table,
    spec: &TableSpec,
    files: &[DataFile],
    leaving: &Leaving<'_>,
) -> Result<Commit, LakeError> {
    for _ in 0..TRIES {
        let there = table.newest().await?;
        let old = there.as_ref().map_or(&[][..], |there| &there.pinned.files);
        let replacement = leaving.of(table, spec, old).await?;
        let rewritten: Vec<_> = replacement.added.iter().map(|file| file.path.clone()).collect();
        match attempt(table, spec, there, files, replacement).await {
            Ok(Some(commit)) => return Ok(commit),
            Ok(None) => discard(table.store(), rewritten).await,
            Err(error) => {
                discard(table.store(), rewritten).await;
                return Err(error);
            }
        }
    }
    Err(LakeError::Contended(spec.name.clone()))
}

/// None when somebody else took the version.
async fn attempt(
    table: &Table,
    spec: &TableSpec,
    there: Option<Version>,
    files: &[DataFile],
    replacement: Replacement,
) -> Result<Option<Commit>, LakeError> {
    let head = match &there {
        None => actions::creation(table, spec)?,
        Some(there) => actions::reshaping(table, spec, there, replacement.reshape)?.into_iter().collect(),
    };
    let is_new = there.is_none();
    let adds = files.iter().chain(&replacement.added).map(|file| Action::Add(actions::add(table, spec, file)));
    let removes = replacement.removed.iter().map(|file| Action::Remove(actions::remove(table, there.as_ref(), file)));
    let mut commit = Commit {
        version: there.as_ref().map_or(0, |there| there.pinned.version),
        rows: files.iter().map(|file| file.stats.rows()).sum(),
        bytes: files.iter().map(|file| file.size).sum(),
        files_added: files.len() + replacement.added.len(),
        files_removed: replacement.removed.len(),
        replaced: replacement.replaced,
    };
    let actions: Vec<Action> = head.into_iter().chain(removes).chain(adds).collect();
    if actions.is_empty() {
        return Ok(Some(commit));
    }
    let operation = DeltaOperation::Write {
        mode: if commit.files_removed == 0 { SaveMode::Append } else { SaveMode::Overwrite },
        partition_by: spec.partition_by.as_ref().map(|column| vec![column.to_string()]),
        predicate: None,
    };
    let delta = there.map_or_else(|| table.fresh(), |there| there.delta);
    let snapshot = if is_new { None } else { Some(delta.snapshot().map_err(LakeError::log(table.name()))?) };
    // Conflicts are ours to resolve: a plan made against older rows must be made again. Checkpoints come
    // after the commit, where their failure can no longer be taken for its own.
    let quiet = CommitProperties::default()
        .with_max_retries(0)
        .with_create_checkpoint(false)
        .with_cleanup_expired_logs(Some(false));
    let built = CommitBuilder::from(quiet)
        .with_actions(actions)
        .build(snapshot.map(|snapshot| snapshot as &dyn TableReference), delta.log_store(), operation)
        .await;
    match built {
        Ok(done) => commit.version = done.version(),
        // The store may have kept the commit and lost the answer: the log knows.
        Err(error) => match landed(table, files).await {
            Some(version) => commit.version = version,
            None if is_conflict(&error) => return Ok(None),
            None => return Err(LakeError::log(table.name())(error)),
        },
    }
    settle(table, delta, commit.version).await;
    Ok(Some(commit))
}

fn is_conflict(error: &DeltaTableError) -> bool {
    use TransactionError::{CommitConflict, MaxCommitAttempts, VersionAlreadyExists};
    match error {
        DeltaTableError::VersionAlreadyExists(_) => true,
        DeltaTableError::Transaction { source } => {
            matches!(source, CommitConflict(_) | MaxCommitAttempts(_) | VersionAlreadyExists(_))
        }
        _ => false,
    }
}

/// The version at which the log knows one of the files. Their names are unique, so they tell whose commit it was.
async fn landed(table: &Table, files: &[DataFile]) -> Option<u64> {
    let first = files.first()?;
    table.moved(None).await;
    let newest = table.pin().await.ok().flatten()?;
    newest.files.iter().any(|file| file.path == first.path).then_some(newest.version)
}

/// After a commit nothing may fail any more: what is not done now is done by the next reader or at night.
async fn settle(table: &Table, mut delta: DeltaTable, version: u64) {
    let moved = delta.update_incremental(None).await.is_ok();
    if moved && (version + 1).is_multiple_of(CHECKPOINT_EVERY) {
        let _ = checkpoints::create_checkpoint(&delta, None).await;
    }
    table.moved(moved.then_some(delta)).await;
}
