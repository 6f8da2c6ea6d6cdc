//! What a run tells while it works.

use std::time::Duration;

/// One thing that happened; the program paints it, the server streams it.
#[derive(Debug, Clone)]
pub enum Event {
    /// Another run is on; this one waits for its end.
    Waiting {
        /// Whose it is.
        who: String,
    },
    /// A phase begins with so many things to do.
    Phase {
        /// Its name, Russian.
        title: &'static str,
        /// How many steps it has, where known.
        steps: usize,
    },
    /// A step begins.
    Started {
        /// File, table or model.
        name: String,
    },
    /// A step ended.
    Finished {
        /// File, table or model.
        name: String,
        /// How.
        outcome: Outcome,
        /// How long it took.
        took: Duration,
    },
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done; so many rows.
    Done {
        /// Rows written.
        rows: u64,
        /// Rows refused.
        rejected: u64,
    },
    /// Nothing to do.
    Skipped,
    /// Refused or failed, with the reason.
    Failed(String),
}

/// Whoever listens to a run.
pub trait Progress: Send + Sync {
    /// Takes one event.
    fn event(&self, event: Event);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _: Event) {}
}
