//! The state of an installation, in SQLite beside the lake: what was pulled, read, refused, decided and run.
//!
//! The lake is the truth of the data; the state is the memory of the work. Times are handed in. Methods block for
//! well under a millisecond and may be called from async code.

mod files;
mod jobs;
mod lock;
mod models;
mod rejects;
mod runs;
mod schema;
mod schools;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::Connection;

pub use files::{BatchRow, BatchStatus, FileId, FileRow, FileStatus, Sighting};
pub use models::BuildRow;
pub use rejects::{RejectRow, RejectsAsked};
pub use runs::{RunRow, RunStatus, StepRow};
pub use schools::{DecisionAction, DecisionRow, MentionRow, ResolutionRow};

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
    /// Another process runs this project.
    #[error("с этим проектом уже работает другой процесс ({0}); дождитесь его или остановите")]
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
    /// Held while this process may write.
    lock: Option<Arc<lock::Lock>>,
}

impl State {
    /// Opens the state of a folder, made when absent, beside whoever else has it open.
    pub fn open(folder: &Path) -> Result<Self, StateError> {
        let failed = |error| StateError::Folder { path: folder.to_owned(), error };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let connection = Connection::open(folder.join("state.sqlite"))?;
        schema::prepare(&connection)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), folder: folder.to_owned(), lock: None })
    }

    /// Opens the state as the only one who runs the project; runs that a killed process left
    /// `running` become `cancelled`. A second such handle, in any process, is [`StateError::Busy`].
    pub fn open_exclusive(folder: &Path) -> Result<Self, StateError> {
        let mut state = Self::open(folder)?;
        state.lock = Some(Arc::new(lock::Lock::take(&folder.join("lock"))?));
        state.db().execute("update runs set status = 'cancelled' where status = 'running'", [])?;
        Ok(state)
    }

    /// Whether this handle may run the project.
    pub fn is_exclusive(&self) -> bool {
        self.lock.is_some()
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
