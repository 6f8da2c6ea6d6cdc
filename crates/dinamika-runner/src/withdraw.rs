//! Taking a file out of the tables, putting it back, reading refused ones again.

use std::collections::{BTreeMap, BTreeSet};

use dinamika_lake::state::{BatchStatus, FileId, FileRow, FileStatus};
use dinamika_project::{BatchId, TableName};

use crate::{Progress, RunError, Runner};

impl Runner {
    /// Takes a file's rows out of all tables; the raw file stays in landing. Files whose rows it had
    /// replaced are read again by the next run. Gives the file's path.
    pub async fn withdraw(&self, file: &str, progress: &dyn Progress) -> Result<String, RunError> {
        let _turn = self.turn(progress).await?;
        let file = self.file(file, |status| status != FileStatus::Withdrawn)?;
        let mut tables: BTreeMap<TableName, Vec<BatchId>> = BTreeMap::new();
        let batches = self.state.batches()?;
        for batch in batches.iter().filter(|batch| batch.file == file.id) {
            tables.entry(batch.table_name.clone()).or_default().push(batch.batch.clone());
        }
        for (table, batches) in &tables {
            self.remove(table, batches).await?;
        }
        self.state.batches_withdrawn(file.id)?;
        self.state.rejects_of(file.id, &[], self.clock.now())?;
        self.state.file_became(file.id, FileStatus::Withdrawn, None, None)?;
        let withdrawn = self.state.files()?.into_iter().filter(|file| file.status == FileStatus::Withdrawn);
        let withdrawn: BTreeSet<FileId> = withdrawn.map(|file| file.id).collect();
        for batch in &batches {
            let lost_rows = batch.rows_replaced > 0 || batch.status == BatchStatus::Superseded;
            if lost_rows && !withdrawn.contains(&batch.file) && tables.contains_key(&batch.table_name) {
                self.state.file_became(batch.file, FileStatus::New, None, None)?;
            }
        }
        Ok(file.path)
    }

    /// Puts a withdrawn file back: the next run reads it. Gives the file's path.
    pub async fn restore(&self, file: &str, progress: &dyn Progress) -> Result<String, RunError> {
        let _turn = self.turn(progress).await?;
        let file = self.file(file, |status| status == FileStatus::Withdrawn)?;
        self.state.file_became(file.id, FileStatus::New, None, None)?;
        Ok(file.path)
    }

    /// Marks every file that was refused or has rejects to be read again. Gives how many.
    pub async fn replay_rejected(&self, progress: &dyn Progress) -> Result<usize, RunError> {
        let _turn = self.turn(progress).await?;
        let with_rejects = self.state.files_with_rejects()?;
        let again: Vec<FileRow> = self
            .state
            .files()?
            .into_iter()
            .filter(|file| {
                file.status == FileStatus::Refused
                    || (file.status == FileStatus::Loaded && with_rejects.contains(&file.id))
            })
            .collect();
        for file in &again {
            self.state.file_became(file.id, FileStatus::New, None, None)?;
        }
        Ok(again.len())
    }

    /// The file with this path or with a hash that begins so, among those that are `so`. A copy stands for the
    /// file it is a copy of: its rows are that one's.
    fn file(&self, wanted: &str, so: impl Fn(FileStatus) -> bool) -> Result<FileRow, RunError> {
        let files = self.state.files()?;
        let origin = |file: &FileRow| {
            let mut at = file.clone();
            // A file becomes a copy of one that is none, so the way is short; bounded all the same.
            for _ in 0..files.len() {
                match files.iter().find(|other| Some(other.id) == at.copy_of) {
                    Some(of) => at = of.clone(),
                    None => break,
                }
            }
            at
        };
        let is_meant = |file: &&FileRow| file.path == wanted || (wanted.len() >= 6 && file.sha256.starts_with(wanted));
        // Of several contents a path has had, the newest is meant.
        files.iter().filter(is_meant).map(origin).rfind(|file| so(file.status)).ok_or_else(|| {
            RunError::Missing(format!(
                "файла «{wanted}» в таком состоянии; файлы и их состояния: `dinamika files list`"
            ))
        })
    }
}
