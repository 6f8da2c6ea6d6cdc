//! Why a run could not go on.

use dinamika_engine::EngineError;
use dinamika_ingest::sources::SourceError;
use dinamika_lake::{LakeError, state::StateError};
use dinamika_project::TableName;

use crate::UnknownSelection;

/// Failures of a run; a refused file or a failed test is none of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The selection names nothing of the project.
    #[error(transparent)]
    Selection(#[from] UnknownSelection),
    /// Tables, landing or releases.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The state database.
    #[error(transparent)]
    State(#[from] StateError),
    /// A source that cannot be listed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// SQL that failed outside any model.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A model that could not be built.
    #[error("модель {model}: {error}")]
    Model {
        /// Which.
        model: TableName,
        /// Why.
        #[source]
        error: Box<RunError>,
    },
    /// Rows of the house's own tables.
    #[error("служебная таблица: {0}")]
    Rows(#[from] arrow::error::ArrowError),
    /// A task ended without a word.
    #[error("работа прервалась: {0}")]
    Broken(String),
    /// Tests that stop a release.
    #[error("не пройдены проверки ({0}); выпуск не опубликован, читатели видят прежний")]
    TestsFailed(String),
    /// No such file, release or run.
    #[error("нет {0}")]
    Missing(String),
}
