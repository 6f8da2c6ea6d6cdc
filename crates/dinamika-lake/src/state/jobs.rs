//! Which intended runs of jobs there were: the key of a run is job + intended time.

use chrono::{DateTime, Utc};
use dinamika_project::JobId;
use rusqlite::params;

use super::{State, StateError};

impl State {
    /// The latest intended time of a job that was claimed; `now` the first time it is asked for.
    pub fn job_last(&self, job: &JobId, now: DateTime<Utc>) -> Result<DateTime<Utc>, StateError> {
        let db = self.db();
        db.prepare_cached("insert or ignore into jobs values (?1, ?2)")?.execute(params![job.as_str(), now])?;
        Ok(db.prepare_cached("select last from jobs where job = ?1")?.query_row([job.as_str()], |row| row.get(0))?)
    }

    /// Takes a run; false when it was taken before.
    pub fn job_claim(&self, job: &JobId, intended: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool, StateError> {
        let mut db = self.db();
        let work = db.transaction()?;
        let taken = work.execute(
            "insert or ignore into job_runs (job, intended_at, claimed_at, status) values (?1, ?2, ?3, 'claimed')",
            params![job.as_str(), intended, now],
        )?;
        work.execute("insert or ignore into jobs values (?1, ?2)", params![job.as_str(), intended])?;
        work.execute("update jobs set last = max(last, ?2) where job = ?1", params![job.as_str(), intended])?;
        work.commit()?;
        Ok(taken > 0)
    }

    /// Notes how an attempt ended.
    pub fn job_ended(
        &self,
        job: &JobId,
        intended: DateTime<Utc>,
        attempt: u32,
        failure: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StateError> {
        let status = if failure.is_some() { "failed" } else { "done" };
        self.db().execute(
            "update job_runs set attempt = ?3, status = ?4, message = ?5, ended_at = ?6 where job = ?1 and intended_at = ?2",
            params![job.as_str(), intended, attempt, status, failure, now],
        )?;
        Ok(())
    }
}
