//! Questions in SQL that people keep for each other.

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{State, StateError};

/// A question that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryRow {
    /// Its name.
    pub name: String,
    /// One SELECT.
    pub sql: String,
    /// Who kept it.
    pub who: String,
    /// When.
    pub saved_at: DateTime<Utc>,
}

impl State {
    /// All of them by name.
    pub fn queries(&self) -> Result<Vec<QueryRow>, StateError> {
        let db = self.db();
        let mut query = db.prepare_cached("select name, sql, who, saved_at from queries order by name")?;
        let rows = query.query_map([], |row| {
            Ok(QueryRow { name: row.get(0)?, sql: row.get(1)?, who: row.get(2)?, saved_at: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps one; one of the same name is replaced.
    pub fn query_keep(&self, row: &QueryRow) -> Result<(), StateError> {
        self.db().execute(
            "insert or replace into queries (name, sql, who, saved_at) values (?1, ?2, ?3, ?4)",
            params![row.name, row.sql, row.who, row.saved_at],
        )?;
        Ok(())
    }

    /// Forgets one; false when there is none of that name.
    pub fn query_forget(&self, name: &str) -> Result<bool, StateError> {
        Ok(self.db().execute("delete from queries where name = ?1", [name])? > 0)
    }
}
