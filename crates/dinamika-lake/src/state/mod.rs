//! The state of an installation, in SQLite beside the lake: what was pulled, read, refused, decided and run.
//!
//! The lake is the truth of the data; the state is the memory of the work. Times are handed in. Methods block for
//! well under a millisecond and may be called from async code.

mod audit;
mod files;
mod jobs;
mod lock;
mod models;
mod policies;
mod queries;
mod rejects;
mod runs;
mod schema;
mod schools;
mod sessions;
mod tokens;
mod users;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::Connection;

pub use audit::{Audit, AuditRow};
pub use files::{BatchRow, BatchStatus, FileId, FileRow, FileStatus, Sighting};
pub use models::BuildRow;
pub use queries::QueryRow;
pub use rejects::{RejectRow, RejectsAsked};
pub use runs::{RunRow, RunStatus, StepRow};
pub use schools::{DecisionAction, DecisionRow, MentionRow, ResolutionRow};
pub use sessions::SessionRow;
pub use tokens::TokenRow;
pub use users::{PasswordRow, UserRow, UserStatus};

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The database refused.
    #[error("база состояния: {0}")]
    Database(#[from] rusqlite::Error),
    /// The folder or the lock file cannot be used.
    #[error("папка состояния `{path}`: {error}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// Somebody else does what only one may do at a time.
    #[error("этим уже занят другой процесс ({0})")]
    Busy(String),
    /// A row that this version did not write.
    #[error("база состояния: непонятная запись: {0}")]
    Corrupt(String),
}

/// A handle on the state; cheap to clone.
#[derive(Clone)]
pub struct State {
    connection: Arc<Mutex<Connection>>,
    folder: PathBuf,
}

/// The right to do what only one may do at a time, in any process; given back when dropped or killed.
#[must_use]
pub struct Turn {
    _lock: lock::Lock,
}

impl State {
    /// Opens the state of a folder, made when absent, beside whoever else has it open.
    pub fn open(folder: &Path) -> Result<Self, StateError> {
        let failed = |error| StateError::Folder { path: folder.to_owned(), error };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let connection = Connection::open(folder.join("state.sqlite"))?;
        schema::prepare(&connection)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), folder: folder.to_owned() })
    }

    /// Takes the turn to change tables: one run at a time. Runs that a killed process left `running` become
    /// `cancelled`. [`StateError::Busy`] while another has it.
    pub fn turn(&self) -> Result<Turn, StateError> {
        let turn = Turn { _lock: lock::Lock::take(&self.folder.join("lock"))? };
        self.db().execute("update runs set status = 'cancelled' where status = 'running'", [])?;
        Ok(turn)
    }

    /// Takes the schedule, for as long as a server keeps it. [`StateError::Busy`] while another does.
    pub fn keep_schedule(&self) -> Result<Turn, StateError> {
        Ok(Turn { _lock: lock::Lock::take(&self.folder.join("schedule.lock"))? })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves SQLite itself in order: its transactions roll back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a word back into its type.
fn word<T: std::str::FromStr>(text: &str) -> rusqlite::Result<T> {
    text.parse().map_err(|_| {
        let error = StateError::Corrupt(text.to_owned());
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}

/// Declares an enum of words as they stand in the database.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }
        impl $name {
            /// The word in the database, in tables and over HTTP.
            pub fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
        }
        impl std::str::FromStr for $name {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }
    };
}
use words;
