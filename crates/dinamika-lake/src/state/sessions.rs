//! Sessions of browsers: only hashes of their cookies are kept.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::{State, StateError};

/// A session of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose.
    pub user: String,
    /// What a page of ours sends back with whatever changes something.
    pub csrf: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl State {
    /// Begins a session; ended ones are forgotten on the way.
    pub fn session_begin(&self, hash: &str, session: &SessionRow, now: DateTime<Utc>) -> Result<(), StateError> {
        let db = self.db();
        db.execute("delete from sessions where expires_at <= ?1", [now])?;
        db.execute(
            "insert into sessions (hash, user, csrf, created_at, expires_at) values (?1, ?2, ?3, ?4, ?5)",
            params![hash, session.user, session.csrf, now, session.expires_at],
        )?;
        Ok(())
    }

    /// A session that has not ended.
    pub fn session(&self, hash: &str, now: DateTime<Utc>) -> Result<Option<SessionRow>, StateError> {
        let db = self.db();
        let mut query =
            db.prepare_cached("select user, csrf, expires_at from sessions where hash = ?1 and expires_at > ?2")?;
        let found = query.query_row(params![hash, now], |row| {
            Ok(SessionRow { user: row.get(0)?, csrf: row.get(1)?, expires_at: row.get(2)? })
        });
        Ok(found.optional()?)
    }

    /// Ends a session.
    pub fn session_end(&self, hash: &str) -> Result<(), StateError> {
        self.db().execute("delete from sessions where hash = ?1", [hash])?;
        Ok(())
    }
}
