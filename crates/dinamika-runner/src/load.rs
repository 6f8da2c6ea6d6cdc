//! From landing to tables: files are read side by side and committed one after another, oldest first. A file
//! that comes late takes rows of newer ones; those are read once more, so the newest always stands.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Instant,
};

use dinamika_ingest::{RawFile, Refusal, SchoolMention};
use dinamika_lake::{
    Commit, LandedFile, Mode, TableSpec,
    state::{BatchRow, BatchStatus, FileId, FileRow, FileStatus, MentionRow, RejectRow},
};
use dinamika_project::{BatchId, Pipeline, TableName};
use futures::{StreamExt as _, stream};

use crate::{
    RunError, Runner,
    fingerprint::{Fingerprints, is_stale},
    recorder::{Figures, Recorder},
    stage::{StageError, Staged, StagedPart, pipeline, stage},
};

/// What loading did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Files read.
    pub files: usize,
    /// Files that say again what others said.
    pub copies: usize,
    /// Rows kept.
    pub rows: u64,
    /// Rows left out.
    pub rejected_rows: u64,
    /// Cells and rows noted as rejects.
    pub rejects: u64,
    /// Rows of older files that newer ones took the place of.
    pub replaced_rows: u64,
    /// Files refused: path and reason.
    pub refused: Vec<(String, String)>,
    /// Tables that have new versions.
    pub tables: BTreeSet<TableName>,
}

impl Runner {
    /// Files that have to be read, oldest first, and why.
    pub(crate) fn waiting(&self, full: bool) -> Result<Vec<(FileRow, &'static str)>, RunError> {
        let fingerprints = Fingerprints::of(&self.project);
        let mut waiting = Vec::new();
        for file in self.state.files()? {
            let why = match file.status {
                FileStatus::Withdrawn => None,
                FileStatus::New => Some("новый файл"),
                _ if full => Some("запрошено полное чтение"),
                FileStatus::Loaded | FileStatus::Refused | FileStatus::Copy => {
                    is_stale(file.fingerprint.as_deref(), &fingerprints).then_some("изменились конвейеры")
                }
            };
            waiting.extend(why.map(|why| (file, why)));
        }
        Ok(waiting)
    }

    pub(crate) async fn load(&self, full: bool, recorder: &Recorder) -> Result<Loaded, RunError> {
        let mut loaded = Loaded::default();
        let mut waiting: Vec<FileRow> = self.waiting(full)?.into_iter().map(|(file, _)| file).collect();
        let ages: HashMap<FileId, usize> =
            self.state.files()?.into_iter().enumerate().map(|(age, file)| (file.id, age)).collect();
        let fingerprints = Fingerprints::of(&self.project);
        // Each round is of newer files than the one before, so there is a last one.
        while !waiting.is_empty() {
            recorder.phase("Чтение файлов", waiting.len());
            let overtaken = self.load_in_turn(waiting, &ages, &fingerprints, &mut loaded, recorder).await?;
            waiting = self.state.files()?.into_iter().filter(|file| overtaken.contains(&file.id)).collect();
        }
        Ok(loaded)
    }

    /// Reads files and commits them in turn. Gives the newer files that lost rows to older ones.
    async fn load_in_turn(
        &self,
        waiting: Vec<FileRow>,
        ages: &HashMap<FileId, usize>,
        fingerprints: &Fingerprints,
        loaded: &mut Loaded,
        recorder: &Recorder,
    ) -> Result<BTreeSet<FileId>, RunError> {
        let mut overtaken = BTreeSet::new();
        let mut read = stream::iter(waiting.into_iter().map(|file| self.read(file, recorder))).buffered(self.threads);
        while let Some((file, since, staged)) = read.next().await {
            overtaken.remove(&file.id);
            match staged {
                Ok((staged, landed)) => {
                    let losers = self.commit(&file, since, staged, fingerprints, loaded, recorder).await?;
                    for loser in losers.into_iter().filter(|loser| ages.get(loser) > ages.get(&file.id)) {
                        self.state.file_became(loser, FileStatus::New, None, None)?;
                        overtaken.insert(loser);
                    }
                    drop(landed);
                }
                Err(StageError::Refused(refusal)) => {
                    self.refuse(&file, since, &refusal, fingerprints, loaded, recorder)?
                }
                Err(StageError::Lake(error)) => return Err(error.into()),
                Err(StageError::Broken(reason)) => return Err(RunError::Broken(format!("{}: {reason}", file.path))),
            }
        }
        Ok(overtaken)
    }

    async fn read(
        &self,
        file: FileRow,
        recorder: &Recorder,
    ) -> (FileRow, Instant, Result<(Staged, LandedFile), StageError>) {
        let since = recorder.started(&file.path);
        let staged = async {
            let landed = self.lake.landing().fetch(&file.sha256).await?;
            let raw = RawFile { path: file.path.clone(), local: landed.path().to_owned(), sha256: file.sha256.clone() };
            let staged = stage(Arc::clone(&self.reader), &self.lake, &self.project, raw).await?;
            Ok((staged, landed))
        };
        let staged = staged.await;
        (file, since, staged)
    }

    /// Gives the files that lost rows to this one.
    async fn commit(
        &self,
        file: &FileRow,
        since: Instant,
        staged: Staged,
        fingerprints: &Fingerprints,
        loaded: &mut Loaded,
        recorder: &Recorder,
    ) -> Result<BTreeSet<FileId>, RunError> {
        let current: Vec<BatchId> = staged.parts.iter().map(|part| part.header.batch.clone()).collect();
        let readers: BTreeSet<String> = staged.parts.iter().map(|part| part.header.pipeline.to_string()).collect();
        if let Some(origin) = self.state.is_copy(file.id, &current)? {
            for part in staged.parts {
                part.writer.abort().await?;
            }
            self.forget_other_batches(file, &current, loaded).await?;
            self.state.rejects_of(file.id, &[], self.clock.now())?;
            self.state.copied(file.id, origin, &fingerprints.of_readers(&readers))?;
            loaded.copies += 1;
            recorder.skipped(&file.path);
            return Ok(BTreeSet::new());
        }
        let mut losers = BTreeSet::new();
        let mut figures = Figures::default();
        let mut rejects = Vec::new();
        for part in staged.parts {
            let Some(pipeline) = pipeline(&self.project, &part.header) else { continue };
            figures.rows_in += part.report.rows_in;
            figures.rows_out += part.report.rows_kept;
            loaded.rejected_rows += part.report.rows_rejected;
            rejects.extend(part.report.rejects.iter().map(|reject| RejectRow {
                batch: Some(part.header.batch.clone()),
                file: file.id,
                path: file.path.clone(),
                pipeline: Some(pipeline.name.clone()),
                sheet: Some(part.header.sheet.clone()),
                row: Some(reject.row),
                column: reject.column.clone(),
                value: reject.value.clone(),
                rule: reject.rule.clone(),
                suggestion: reject.suggestion.clone(),
            }));
            if let Some(owner) = self.state.file_of(&part.header.batch)?.filter(|owner| *owner != file.id) {
                self.state.copied(owner, file.id, &fingerprints.of_readers(&readers))?;
            }
            let commit = self.commit_part(file, pipeline, part).await?;
            figures.bytes += commit.bytes;
            for (batch, rows) in &commit.replaced {
                loaded.replaced_rows += rows;
                losers.extend(self.state.file_of(batch)?);
            }
            loaded.tables.insert(pipeline.table.clone());
        }
        self.forget_other_batches(file, &current, loaded).await?;
        figures.rejects = rejects.len() as u64;
        if !staged.report.ignored_sheets.is_empty() {
            figures.reason = Some(format!("листы без данных: {}", staged.report.ignored_sheets.join(", ")));
        }
        self.state.rejects_of(file.id, &rejects, self.clock.now())?;
        self.state.file_became(file.id, FileStatus::Loaded, None, Some(&fingerprints.of_readers(&readers)))?;
        loaded.files += 1;
        loaded.rows += figures.rows_out;
        loaded.rejects += figures.rejects;
        recorder.done("read", &file.path, since, figures)?;
        Ok(losers)
    }

    async fn commit_part(&self, file: &FileRow, pipeline: &Pipeline, part: StagedPart) -> Result<Commit, RunError> {
        let batch = part.header.batch;
        let commit = part.writer.commit(Mode::Batch(batch.clone())).await?;
        let mentions: Vec<MentionRow> = part.report.school_refs.into_iter().map(mention).collect();
        self.state.mentioned(&batch, &mentions, self.clock.now())?;
        let skipped: serde_json::Map<String, serde_json::Value> = part
            .report
            .skipped
            .iter()
            .map(|(kind, rows)| (format!("{kind:?}").to_lowercase(), (*rows).into()))
            .collect();
        self.state.batch_loaded(&BatchRow {
            batch,
            file: file.id,
            pipeline: pipeline.name.clone(),
            table_name: pipeline.table.clone(),
            layout: part.header.layout,
            entry: part.header.entry,
            sheet: part.header.sheet,
            rows_in: part.report.rows_in,
            rows_kept: part.report.rows_kept,
            rows_rejected: part.report.rows_rejected,
            rows_replaced: 0,
            skipped: serde_json::Value::Object(skipped).to_string(),
            status: BatchStatus::Current,
            loaded_at: self.clock.now(),
        })?;
        for (batch, rows) in &commit.replaced {
            self.state.batch_replaced(batch, *rows)?;
        }
        Ok(commit)
    }

    /// A file read again by other pipelines leaves nothing behind in the tables of the former.
    async fn forget_other_batches(
        &self,
        file: &FileRow,
        current: &[BatchId],
        loaded: &mut Loaded,
    ) -> Result<(), RunError> {
        let former = self.state.batches()?.into_iter().filter(|batch| {
            batch.file == file.id && batch.status == BatchStatus::Current && !current.contains(&batch.batch)
        });
        for batch in former {
            self.remove(&batch.table_name, std::slice::from_ref(&batch.batch)).await?;
            self.state.batch_replaced(&batch.batch, batch.rows_kept)?;
            loaded.tables.insert(batch.table_name);
        }
        Ok(())
    }

    /// Takes batches out of a pipeline's table.
    pub(crate) async fn remove(&self, table: &TableName, batches: &[BatchId]) -> Result<(), RunError> {
        let Some(pipeline) = self.project.pipelines.iter().find(|pipeline| pipeline.table == *table) else {
            return Ok(());
        };
        self.lake.remove_batches(&spec(pipeline), batches).await?;
        Ok(())
    }

    fn refuse(
        &self,
        file: &FileRow,
        since: Instant,
        refusal: &Refusal,
        fingerprints: &Fingerprints,
        loaded: &mut Loaded,
        recorder: &Recorder,
    ) -> Result<(), RunError> {
        // Names of sheets and headers are the sender's; a terminal must not obey them.
        let message: String = refusal.to_string().chars().filter(|c| !c.is_control()).collect();
        // A file that was loaded before keeps its rows: a failed file harms nothing.
        self.state.file_became(file.id, FileStatus::Refused, Some(&message), Some(&fingerprints.of_all()))?;
        recorder.failed("read", &file.path, since, &message)?;
        loaded.refused.push((file.path.clone(), message));
        Ok(())
    }
}

/// The table a pipeline fills.
pub(crate) fn spec(pipeline: &Pipeline) -> TableSpec {
    TableSpec {
        name: pipeline.table.clone(),
        zone: pipeline.zone,
        schema: pipeline.schema(),
        partition_by: pipeline.partition_by.clone(),
        replacing: pipeline.natural_key.clone(),
    }
}

fn mention(mention: SchoolMention) -> MentionRow {
    let SchoolMention { school_ref, login, inn, ogrn, oge, ege, name, municipality } = mention;
    MentionRow { school_ref, login, inn, ogrn, oge, ege, name, municipality }
}
