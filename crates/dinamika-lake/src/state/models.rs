//! What each model was built from.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::{State, StateError};

/// The latest build of a model, an indicator or a built-in table.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildRow {
    /// Its name.
    pub model: String,
    /// What it was built from; the runner's own JSON.
    pub built: String,
    /// Version of the table it became.
    pub version: u64,
    /// Rows written.
    pub rows: u64,
    /// How long it took.
    pub seconds: f64,
    /// When.
    pub built_at: DateTime<Utc>,
}

impl State {
    /// The latest build of a model.
    pub fn build(&self, model: &str) -> Result<Option<BuildRow>, StateError> {
        let sql = "select model, built, version, rows, seconds, built_at from builds where model = ?1";
        let read = |row: &rusqlite::Row<'_>| {
            Ok(BuildRow {
                model: row.get(0)?,
                built: row.get(1)?,
                version: row.get(2)?,
                rows: row.get(3)?,
                seconds: row.get(4)?,
                built_at: row.get(5)?,
            })
        };
        Ok(self.db().prepare_cached(sql)?.query_row([model], read).optional()?)
    }

    /// Notes a build.
    pub fn built(&self, build: &BuildRow) -> Result<(), StateError> {
        self.db().execute(
            "insert or replace into builds values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![build.model, build.built, build.version, build.rows, build.seconds, build.built_at],
        )?;
        Ok(())
    }
}
