//! Writes a run's history while it works, and tells whoever listens.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use dinamika_lake::state::{RunStatus, State, StateError, StepRow};

use crate::{Event, Outcome, Progress};

/// The history of one run.
pub(crate) struct Recorder {
    state: State,
    run: i64,
    progress: Arc<dyn Progress>,
}

/// Figures of one step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures {
    pub(crate) rows_in: u64,
    pub(crate) rows_out: u64,
    pub(crate) rejects: u64,
    pub(crate) bytes: u64,
    pub(crate) reason: Option<String>,
}

impl Recorder {
    pub(crate) fn new(state: State, run: i64, progress: Arc<dyn Progress>) -> Self {
        Self { state, run, progress }
    }

    pub(crate) fn phase(&self, title: &'static str, steps: usize) {
        self.progress.event(Event::Phase { title, steps });
    }

    pub(crate) fn started(&self, name: &str) -> Instant {
        self.progress.event(Event::Started { name: name.to_owned() });
        Instant::now()
    }

    pub(crate) fn done(&self, kind: &str, name: &str, since: Instant, figures: Figures) -> Result<(), StateError> {
        let outcome = Outcome::Done { rows: figures.rows_out, rejected: figures.rejects };
        self.note(kind, name, RunStatus::Done, since.elapsed(), figures, outcome)
    }

    pub(crate) fn failed(&self, kind: &str, name: &str, since: Instant, message: &str) -> Result<(), StateError> {
        let figures = Figures { reason: Some(message.to_owned()), ..Figures::default() };
        self.note(kind, name, RunStatus::Failed, since.elapsed(), figures, Outcome::Failed(message.to_owned()))
    }

    /// A step with nothing to do is told, but leaves no row: a night without news is not forty rows of history.
    pub(crate) fn skipped(&self, name: &str) {
        let finished = Event::Finished { name: name.to_owned(), outcome: Outcome::Skipped, took: Duration::ZERO };
        self.progress.event(finished);
    }

    fn note(
        &self,
        kind: &str,
        name: &str,
        status: RunStatus,
        took: Duration,
        figures: Figures,
        outcome: Outcome,
    ) -> Result<(), StateError> {
        self.progress.event(Event::Finished { name: name.to_owned(), outcome, took });
        self.state.step(
            self.run,
            &StepRow {
                kind: kind.to_owned(),
                name: name.to_owned(),
                status,
                reason: figures.reason,
                rows_in: figures.rows_in,
                rows_out: figures.rows_out,
                rejects: figures.rejects,
                bytes: figures.bytes,
                seconds: took.as_secs_f64(),
            },
        )
    }
}
