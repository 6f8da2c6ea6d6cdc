//! The runner: a project, its lake, its state and an engine, joined.

use std::{sync::Arc, time::Duration};

use dinamika_engine::Engine;
use dinamika_ingest::{Reader, sources::Reach, values::Secret};
use dinamika_lake::{
    Lake,
    state::{State, StateError, Turn},
};
use dinamika_project::Project;

use crate::{Clock, Event, Progress, RunError};

/// How often a turn that another has is asked for again.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// What a runner is made of.
pub struct Setup {
    /// From where the project's sources are reached: its folder, and the access to stores.
    pub reach: Reach,
    /// Checked, without errors.
    pub project: Arc<Project>,
    /// Where tables and releases are.
    pub lake: Lake,
    /// Beside whoever else has it open.
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
    pub(crate) reach: Reach,
    pub(crate) project: Arc<Project>,
    pub(crate) lake: Lake,
    pub(crate) state: State,
    pub(crate) engine: Engine,
    pub(crate) reader: Arc<Reader>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) threads: usize,
}

impl Runner {
    /// Joins the rooms.
    pub fn new(setup: Setup) -> Self {
        let pipelines: Arc<[_]> = setup.project.pipelines.clone().into();
        let limits = setup.project.config.limits.clone();
        Self {
            reader: Arc::new(Reader::new(pipelines, limits, setup.secret)),
            reach: setup.reach,
            project: setup.project,
            lake: setup.lake,
            state: setup.state,
            engine: setup.engine,
            clock: setup.clock,
            threads: setup.threads.max(1),
        }
    }

    /// Waits for the turn to change tables: a run of this process or another may be on.
    pub(crate) async fn turn(&self, progress: &dyn Progress) -> Result<Turn, RunError> {
        let mut told = false;
        loop {
            match self.state.turn() {
                Err(StateError::Busy(who)) => {
                    if !std::mem::replace(&mut told, true) {
                        progress.event(Event::Waiting { who });
                    }
                    tokio::time::sleep(ASK_AGAIN).await;
                }
                taken => return Ok(taken?),
            }
        }
    }

    /// The project's folder.
    pub fn root(&self) -> &std::path::Path {
        &self.reach.base
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
