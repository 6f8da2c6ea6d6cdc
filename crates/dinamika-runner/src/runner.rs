//! The runner: a project, its lake, its state and an engine, joined.

use std::{path::PathBuf, sync::Arc};

use dinamika_engine::Engine;
use dinamika_ingest::{Reader, values::Secret};
use dinamika_lake::{Lake, state::State};
use dinamika_project::Project;

use crate::Clock;

/// What a runner is made of.
pub struct Setup {
    /// The project's folder: relative locations begin here.
    pub root: PathBuf,
    /// Checked, without errors.
    pub project: Arc<Project>,
    /// Where tables and releases are.
    pub lake: Lake,
    /// Opened for writing.
    pub state: State,
    /// Where SQL runs.
    pub engine: Engine,
    /// Key of the hashes that stand for people.
    pub secret: Secret,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Files read at once.
    pub threads: usize,
}

/// Runs a project's work. Cheap to share behind an `Arc`; one run at a time.
pub struct Runner {
    pub(crate) root: PathBuf,
    pub(crate) project: Arc<Project>,
    pub(crate) lake: Lake,
    pub(crate) state: State,
    pub(crate) engine: Engine,
    pub(crate) reader: Arc<Reader>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) threads: usize,
    pub(crate) turn: tokio::sync::Mutex<()>,
}

impl Runner {
    /// Joins the rooms.
    pub fn new(setup: Setup) -> Self {
        let pipelines: Arc<[_]> = setup.project.pipelines.clone().into();
        let limits = setup.project.config.limits.clone();
        Self {
            reader: Arc::new(Reader::new(pipelines, limits, setup.secret)),
            root: setup.root,
            project: setup.project,
            lake: setup.lake,
            state: setup.state,
            engine: setup.engine,
            clock: setup.clock,
            threads: setup.threads.max(1),
            turn: tokio::sync::Mutex::new(()),
        }
    }

    /// The project's folder.
    pub fn root(&self) -> &std::path::Path {
        &self.root
    }
    /// The project.
    pub fn project(&self) -> &Arc<Project> {
        &self.project
    }
    /// The lake.
    pub fn lake(&self) -> &Lake {
        &self.lake
    }
    /// The state database.
    pub fn state(&self) -> &State {
        &self.state
    }
    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}
