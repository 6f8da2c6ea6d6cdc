//! Who logged in, downloaded, asked SQL, changed accounts or the policy.

use chrono::{DateTime, Utc};
use rusqlite::params;
use serde::Serialize;

use super::{State, StateError};

/// Something done that is worth remembering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit<'a> {
    /// Login name, or `—` for a guest.
    pub who: &'a str,
    /// As whom.
    pub principal: &'a str,
    /// `login`, `logout`, `download`, `sql`, `user`, `token`, `policy`, `as`.
    pub action: &'a str,
    /// What it was about: an address, a statement, an account. Never a password, a secret or a cell.
    pub what: &'a str,
    /// `ok`, `refused` or `failed`.
    pub outcome: &'a str,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Login name.
    pub who: String,
    /// As whom.
    pub principal: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub what: String,
    /// How it ended.
    pub outcome: String,
}

impl State {
    /// Writes a line.
    pub fn audit(&self, line: &Audit<'_>, now: DateTime<Utc>) -> Result<(), StateError> {
        self.db()
            .prepare_cached(
                "insert into audit (at, who, principal, action, what, outcome) values (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![now, line.who, line.principal, line.action, line.what, line.outcome])?;
        Ok(())
    }

    /// The newest lines first, of one action when it is given.
    pub fn audited(&self, action: Option<&str>, limit: usize) -> Result<Vec<AuditRow>, StateError> {
        let db = self.db();
        let mut query = db.prepare_cached(
            "select id, at, who, principal, action, what, outcome from audit
             where ?1 is null or action = ?1 order by id desc limit ?2",
        )?;
        let rows = query.query_map(params![action, limit], |row| {
            Ok(AuditRow {
                id: row.get(0)?,
                at: row.get(1)?,
                who: row.get(2)?,
                principal: row.get(3)?,
                action: row.get(4)?,
                what: row.get(5)?,
                outcome: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
