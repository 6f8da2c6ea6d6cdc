//! Refused cells and rows, kept with their raw values: the only place that has them.

use chrono::{DateTime, Utc};
use dinamika_project::{BatchId, PipelineName};
use rusqlite::params;
use serde::Serialize;

use super::{FileId, State, StateError, word};

/// A refused cell or row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RejectRow {
    /// The batch; none when the whole file was refused.
    pub batch: Option<BatchId>,
    /// The file.
    pub file: FileId,
    /// The file's path in its source; filled on reading.
    pub path: String,
    /// Who read it.
    pub pipeline: Option<PipelineName>,
    /// The sheet.
    pub sheet: Option<String>,
    /// The row in the sheet, from 1.
    pub row: Option<u32>,
    /// Letter and header.
    pub column: Option<String>,
    /// As it stood.
    pub value: Option<String>,
    /// What is wrong.
    pub rule: String,
    /// What would help.
    pub suggestion: Option<String>,
}

/// Which rejects are asked for, newest first.
#[derive(Debug, Clone, Default)]
pub struct RejectsAsked {
    /// Of one pipeline.
    pub pipeline: Option<String>,
    /// Of one batch.
    pub batch: Option<String>,
    /// Of files whose path contains this.
    pub path: Option<String>,
    /// Refused by one rule.
    pub rule: Option<String>,
    /// At most so many.
    pub limit: usize,
    /// After so many.
    pub offset: usize,
}

impl State {
    /// Puts the rejects of a file in place of those of an earlier reading.
    pub fn rejects_of(&self, file: FileId, rejects: &[RejectRow], now: DateTime<Utc>) -> Result<(), StateError> {
        let mut db = self.db();
        let work = db.transaction()?;
        work.execute("delete from rejects where file = ?1", [file])?;
        {
            let mut insert = work.prepare_cached(
                "insert into rejects (batch, file, pipeline, sheet, row, column_name, value, rule, suggestion, created_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?;
            for reject in rejects {
                insert.execute(params![
                    reject.batch.as_ref().map(BatchId::as_str),
                    file,
                    reject.pipeline.as_ref().map(PipelineName::as_str),
                    reject.sheet,
                    reject.row,
                    reject.column,
                    reject.value,
                    reject.rule,
                    reject.suggestion,
                    now,
                ])?;
            }
        }
        work.commit()?;
        Ok(())
    }

    /// Forgets the rejects of a batch.
    pub fn rejects_forgotten(&self, batch: &BatchId) -> Result<(), StateError> {
        self.db().execute("delete from rejects where batch = ?1", [batch.as_str()])?;
        Ok(())
    }

    /// Rejects as asked for.
    pub fn rejects(&self, asked: &RejectsAsked) -> Result<Vec<RejectRow>, StateError> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "select r.batch, r.file, f.path, r.pipeline, r.sheet, r.row, r.column_name, r.value, r.rule, r.suggestion
             from rejects r join files f on f.id = r.file
             where (?1 is null or r.pipeline = ?1) and (?2 is null or r.batch = ?2)
               and (?3 is null or instr(f.path, ?3) > 0) and (?4 is null or r.rule = ?4)
             order by r.id desc limit ?5 offset ?6",
        )?;
        let limit = i64::try_from(asked.limit).unwrap_or(i64::MAX);
        let offset = i64::try_from(asked.offset).unwrap_or(i64::MAX);
        let rows = statement.query_map(
            params![asked.pipeline, asked.batch, asked.path, asked.rule, limit, offset],
            |row| {
                Ok(RejectRow {
                    batch: row.get::<_, Option<String>>(0)?.as_deref().map(word).transpose()?,
                    file: row.get(1)?,
                    path: row.get(2)?,
                    pipeline: row.get::<_, Option<String>>(3)?.as_deref().map(word).transpose()?,
                    sheet: row.get(4)?,
                    row: row.get(5)?,
                    column: row.get(6)?,
                    value: row.get(7)?,
                    rule: row.get(8)?,
                    suggestion: row.get(9)?,
                })
            },
        )?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many rejects there are.
    pub fn reject_count(&self) -> Result<u64, StateError> {
        Ok(self.db().query_row("select count(*) from rejects", [], |row| row.get(0))?)
    }

    /// Files that have rejects.
    pub fn files_with_rejects(&self) -> Result<Vec<FileId>, StateError> {
        let db = self.db();
        let mut statement = db.prepare_cached("select distinct file from rejects order by file")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
