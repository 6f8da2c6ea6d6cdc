//! The policies that were in force: who could see what at a moment can be told later.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::{State, StateError};

impl State {
    /// The text of the policy last kept.
    pub fn policy(&self) -> Result<Option<String>, StateError> {
        let db = self.db();
        let mut query = db.prepare_cached("select text from policies order by id desc limit 1")?;
        Ok(query.query_row([], |row| row.get(0)).optional()?)
    }

    /// Keeps the text of the policy in force; false when it is the one last kept. Of two processes that start with a
    /// new policy, one is told true.
    pub fn policy_keep(&self, text: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        let kept = self.db().execute(
            "insert into policies (since, text)
             select ?1, ?2 where ?2 is not (select text from policies order by id desc limit 1)",
            params![now, text],
        )?;
        Ok(kept > 0)
    }
}
