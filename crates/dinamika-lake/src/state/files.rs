//! The landing ledger: which bytes came, where from, and which batches they became.

use chrono::{DateTime, Utc};
use dinamika_project::{BatchId, PipelineName, TableName};
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use super::{State, StateError, word, words};

words! {
    /// What became of a raw file.
    FileStatus {
        /// Landed, not read yet.
        New = "new",
        /// Its rows are in tables.
        Loaded = "loaded",
        /// Not accepted; the message says why.
        Refused = "refused",
        /// Taken out by command.
        Withdrawn = "withdrawn",
        /// The same bytes as another file, and its path tells nothing else of them.
        Copy = "copy",
    }
}

words! {
    /// What became of a batch.
    BatchStatus {
        /// Some or all of its rows stand.
        Current = "current",
        /// Newer files took the place of all its rows.
        Superseded = "superseded",
        /// Taken out by command.
        Withdrawn = "withdrawn",
    }
}

/// A file's number in the ledger.
pub type FileId = i64;

/// A raw file: bytes at a path, since the path may tell what the bytes do not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileRow {
    /// Its number.
    pub id: FileId,
    /// Hash of its bytes.
    pub sha256: String,
    /// The source it came from.
    pub source: String,
    /// Its path there.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// When its sender changed it.
    pub modified_at: Option<DateTime<Utc>>,
    /// When it was first pulled.
    pub first_seen: DateTime<Utc>,
    /// What became of it.
    pub status: FileStatus,
    /// Why it was refused.
    pub message: Option<String>,
    /// Of the pipelines it was read with.
    pub fingerprint: Option<String>,
    /// The file whose rows its rows would be again.
    pub copy_of: Option<FileId>,
}

/// What a source showed at a path the last time.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// Hash of the bytes.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// When it was changed.
    pub modified_at: Option<DateTime<Utc>>,
    /// Version as the source names it.
    pub etag: Option<String>,
}

/// One sheet read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BatchRow {
    /// Its id.
    pub batch: BatchId,
    /// The file.
    pub file: FileId,
    /// Who read it.
    pub pipeline: PipelineName,
    /// Where its rows went.
    pub table_name: TableName,
    /// The layout.
    pub layout: String,
    /// Member of a zip.
    pub entry: Option<String>,
    /// The sheet.
    pub sheet: String,
    /// Rows of data.
    pub rows_in: u64,
    /// Rows kept.
    pub rows_kept: u64,
    /// Rows left out.
    pub rows_rejected: u64,
    /// Rows that newer files took the place of.
    pub rows_replaced: u64,
    /// Rows that are no data, by kind, JSON.
    pub skipped: String,
    /// What became of it.
    pub status: BatchStatus,
    /// When.
    pub loaded_at: DateTime<Utc>,
}

impl State {
    /// What a source showed at a path the last time.
    pub fn sighting(&self, source: &str, path: &str) -> Result<Option<Sighting>, StateError> {
        let read = |row: &Row<'_>| {
            Ok(Sighting { sha256: row.get(0)?, size: row.get(1)?, modified_at: row.get(2)?, etag: row.get(3)? })
        };
        let sql = "select sha256, size, modified_at, etag from sightings where source = ?1 and path = ?2";
        Ok(self.db().prepare_cached(sql)?.query_row([source, path], read).optional()?)
    }

    /// Notes what a source shows at a path, and the file when the path has not shown these bytes before. True when
    /// no path has. A path that goes back to bytes it had before makes them its newest word: they are read again,
    /// unless they were withdrawn.
    pub fn sighted(&self, source: &str, path: &str, seen: &Sighting, now: DateTime<Utc>) -> Result<bool, StateError> {
        let mut db = self.db();
        let work = db.transaction()?;
        let before: Option<String> = work
            .query_row("select sha256 from sightings where source = ?1 and path = ?2", [source, path], |row| row.get(0))
            .optional()?;
        work.execute(
            "insert or replace into sightings values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![source, path, seen.sha256, seen.size, seen.modified_at, seen.etag, now],
        )?;
        let known: bool =
            work.query_row("select exists (select 1 from files where sha256 = ?1)", [&seen.sha256], |row| row.get(0))?;
        let added = work.execute(
            "insert or ignore into files (source, path, sha256, size, modified_at, first_seen, status)
             values (?1, ?2, ?3, ?4, ?5, ?6, 'new')",
            params![source, path, seen.sha256, seen.size, seen.modified_at, now],
        )?;
        if added == 0 && before.is_some_and(|before| before != seen.sha256) {
            work.execute(
                "update files set status = 'new', modified_at = ?4, message = null, copy_of = null
                 where source = ?1 and path = ?2 and sha256 = ?3 and status <> 'withdrawn'",
                params![source, path, seen.sha256, seen.modified_at],
            )?;
        }
        work.commit()?;
        Ok(!known)
    }

    /// The file whose rows these batches are already, when reading them from `file` would add no word: all of them
    /// were read from other files, and the path of this one never showed anything else (or they were withdrawn).
    pub fn is_copy(&self, file: FileId, batches: &[BatchId]) -> Result<Option<FileId>, StateError> {
        let db = self.db();
        let mut owner = db.prepare_cached(
            "select f.id, f.status = 'withdrawn' from batches b join files f on f.id = b.file
             where b.batch = ?1 and b.file <> ?2",
        )?;
        let mut origin = None;
        for batch in batches {
            let found = owner
                .query_row(params![batch.as_str(), file], |row| Ok((row.get::<_, FileId>(0)?, row.get::<_, bool>(1)?)));
            let Some((other, withdrawn)) = found.optional()? else { return Ok(None) };
            origin = Some(match origin {
                Some((first, out)) => (first, out || withdrawn),
                None => (other, withdrawn),
            });
        }
        let changed: bool = db
            .prepare_cached(
                "select exists (select 1 from files a join files b using (source, path) where a.id = ?1 and b.id <> ?1)",
            )?
            .query_row([file], |row| row.get(0))?;
        Ok(origin.filter(|(_, withdrawn)| *withdrawn || !changed).map(|(origin, _)| origin))
    }

    /// Notes that a file says what another has said.
    pub fn copied(&self, file: FileId, origin: FileId, fingerprint: &str) -> Result<(), StateError> {
        self.db().execute(
            "update files set status = 'copy', copy_of = ?2, fingerprint = ?3,
                    message = 'те же данные, что в «' || (select path from files o where o.id = ?2) || '»'
             where id = ?1",
            params![file, origin, fingerprint],
        )?;
        Ok(())
    }

    /// The file a batch was read from.
    pub fn file_of(&self, batch: &BatchId) -> Result<Option<FileId>, StateError> {
        let sql = "select file from batches where batch = ?1";
        Ok(self.db().prepare_cached(sql)?.query_row([batch.as_str()], |row| row.get(0)).optional()?)
    }

    /// All files, in the order their senders changed them.
    pub fn files(&self) -> Result<Vec<FileRow>, StateError> {
        let sql =
            "select id, source, path, size, modified_at, first_seen, status, message, fingerprint, sha256, copy_of
                   from files order by coalesce(modified_at, first_seen), path, sha256";
        let db = self.db();
        let mut statement = db.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(FileRow {
                id: row.get(0)?,
                source: row.get(1)?,
                path: row.get(2)?,
                size: row.get(3)?,
                modified_at: row.get(4)?,
                first_seen: row.get(5)?,
                status: word(&row.get::<_, String>(6)?)?,
                message: row.get(7)?,
                fingerprint: row.get(8)?,
                sha256: row.get(9)?,
                copy_of: row.get(10)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Notes what became of a file.
    pub fn file_became(
        &self,
        file: FileId,
        status: FileStatus,
        message: Option<&str>,
        fingerprint: Option<&str>,
    ) -> Result<(), StateError> {
        self.db().execute(
            "update files set status = ?2, message = ?3, fingerprint = ?4, copy_of = null where id = ?1",
            params![file, status.as_str(), message, fingerprint],
        )?;
        Ok(())
    }

    /// Notes a batch, in place of an earlier reading of it.
    pub fn batch_loaded(&self, batch: &BatchRow) -> Result<(), StateError> {
        self.db().execute(
            "insert or replace into batches (batch, file, pipeline, table_name, layout, entry, sheet, rows_in, rows_kept,
                    rows_rejected, rows_replaced, skipped, status, loaded_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            params![
                batch.batch.as_str(),
                batch.file,
                batch.pipeline.as_str(),
                batch.table_name.as_str(),
                batch.layout,
                batch.entry,
                batch.sheet,
                batch.rows_in,
                batch.rows_kept,
                batch.rows_rejected,
                batch.rows_replaced,
                batch.skipped,
                batch.status.as_str(),
                batch.loaded_at,
            ],
        )?;
        Ok(())
    }

    /// Notes that a newer file took the place of rows; a batch without rows left is superseded.
    pub fn batch_replaced(&self, batch: &BatchId, rows: u64) -> Result<(), StateError> {
        self.db().execute(
            "update batches set rows_replaced = rows_replaced + ?2,
                    status = iif(rows_replaced + ?2 >= rows_kept, 'superseded', status)
             where batch = ?1",
            params![batch.as_str(), rows],
        )?;
        Ok(())
    }

    /// Notes that the batches of a file were taken out.
    pub fn batches_withdrawn(&self, file: FileId) -> Result<(), StateError> {
        self.db().execute("update batches set status = 'withdrawn' where file = ?1", [file])?;
        Ok(())
    }

    /// All batches, in the order they were loaded.
    pub fn batches(&self) -> Result<Vec<BatchRow>, StateError> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "select batch, file, pipeline, table_name, layout, entry, sheet, rows_in, rows_kept, rows_rejected,
                    rows_replaced, skipped, status, loaded_at
             from batches order by loaded_at, batch",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(BatchRow {
                batch: word(&row.get::<_, String>(0)?)?,
                file: row.get(1)?,
                pipeline: word(&row.get::<_, String>(2)?)?,
                table_name: word(&row.get::<_, String>(3)?)?,
                layout: row.get(4)?,
                entry: row.get(5)?,
                sheet: row.get(6)?,
                rows_in: row.get(7)?,
                rows_kept: row.get(8)?,
                rows_rejected: row.get(9)?,
                rows_replaced: row.get(10)?,
                skipped: row.get(11)?,
                status: word(&row.get::<_, String>(12)?)?,
                loaded_at: row.get(13)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
