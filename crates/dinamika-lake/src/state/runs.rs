//! Run history.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use super::{State, StateError, word, words};

words! {
    /// How a run or a step stands.
    RunStatus {
        /// At work.
        Running = "running",
        /// Ended well.
        Done = "done",
        /// Ended badly.
        Failed = "failed",
        /// Its process was killed.
        Cancelled = "cancelled",
        /// There was nothing to do.
        Skipped = "skipped",
    }
}

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunRow {
    /// Its number.
    pub id: i64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// A job's id, or `command`.
    pub trigger: String,
    /// What it was about; everything when empty.
    pub selection: String,
    /// How it stands.
    pub status: RunStatus,
    /// Why it failed.
    pub error: Option<String>,
    /// The release it published.
    pub release_id: Option<u64>,
}

/// One step of a run: a file, a model, a test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepRow {
    /// `pull`, `read`, `match`, `build`, `test`, `publish`.
    pub kind: String,
    /// What it was about.
    pub name: String,
    /// How it ended.
    pub status: RunStatus,
    /// Why it was done, skipped or failed.
    pub reason: Option<String>,
    /// Rows read.
    pub rows_in: u64,
    /// Rows written.
    pub rows_out: u64,
    /// Rows and cells refused.
    pub rejects: u64,
    /// Bytes written.
    pub bytes: u64,
    /// How long it took.
    pub seconds: f64,
}

impl State {
    /// Begins a run.
    pub fn run_began(&self, trigger: &str, selection: &str, now: DateTime<Utc>) -> Result<i64, StateError> {
        let db = self.db();
        db.execute(
            "insert into runs (started_at, trigger, selection, status) values (?1, ?2, ?3, 'running')",
            params![now, trigger, selection],
        )?;
        Ok(db.last_insert_rowid())
    }

    /// Adds a step to a run.
    pub fn step(&self, run: i64, step: &StepRow) -> Result<(), StateError> {
        self.db()
            .prepare_cached(
                "insert into steps
             select ?1, count(*) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 from steps where run_id = ?1",
            )?
            .execute(params![
                run,
                step.kind,
                step.name,
                step.status.as_str(),
                step.reason,
                step.rows_in,
                step.rows_out,
                step.rejects,
                step.bytes,
                step.seconds,
            ])?;
        Ok(())
    }

    /// Ends a run.
    pub fn run_ended(
        &self,
        run: i64,
        status: RunStatus,
        error: Option<&str>,
        release: Option<u64>,
        now: DateTime<Utc>,
    ) -> Result<(), StateError> {
        self.db().execute(
            "update runs set status = ?2, error = ?3, release_id = ?4, finished_at = ?5 where id = ?1",
            params![run, status.as_str(), error, release, now],
        )?;
        Ok(())
    }

    /// The newest runs first.
    pub fn runs(&self, limit: usize) -> Result<Vec<RunRow>, StateError> {
        let db = self.db();
        let mut statement = db.prepare_cached(&format!("{RUN} order by id desc limit ?1"))?;
        let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], run)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One run.
    pub fn run(&self, id: i64) -> Result<Option<RunRow>, StateError> {
        Ok(self.db().prepare_cached(&format!("{RUN} where id = ?1"))?.query_row([id], run).optional()?)
    }

    /// The steps of a run, in order.
    pub fn steps(&self, run: i64) -> Result<Vec<StepRow>, StateError> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "select kind, name, status, reason, rows_in, rows_out, rejects, bytes, seconds from steps where run_id = ?1 order by n",
        )?;
        let rows = statement.query_map([run], |row| {
            Ok(StepRow {
                kind: row.get(0)?,
                name: row.get(1)?,
                status: word(&row.get::<_, String>(2)?)?,
                reason: row.get(3)?,
                rows_in: row.get(4)?,
                rows_out: row.get(5)?,
                rejects: row.get(6)?,
                bytes: row.get(7)?,
                seconds: row.get(8)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

const RUN: &str = "select id, started_at, finished_at, trigger, selection, status, error, release_id from runs";

fn run(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    Ok(RunRow {
        id: row.get(0)?,
        started_at: row.get(1)?,
        finished_at: row.get(2)?,
        trigger: row.get(3)?,
        selection: row.get(4)?,
        status: word(&row.get::<_, String>(5)?)?,
        error: row.get(6)?,
        release_id: row.get(7)?,
    })
}
