//! What must run and why; runs it, records it, publishes it; the schedule behind an injected clock.

mod build;
mod builtin;
mod clock;
mod decision;
mod error;
mod fingerprint;
mod indicators;
mod load;
mod matching;
mod mend;
mod plan;
mod progress;
mod publish;
mod pull;
mod recorder;
mod run;
mod runner;
pub mod schedule;
mod selection;
mod stage;
mod stand;
mod suppression;
mod verify;
mod withdraw;

pub use clock::{Clock, SystemClock};
pub use decision::{Built, Decision, Why, decide};
pub use error::RunError;
pub use load::Loaded;
pub use plan::Planned;
pub use progress::{Event, Outcome, Progress, Silent};
pub use pull::Pulled;
pub use run::{RunOutcome, RunRequest};
pub use runner::{Runner, Setup};
pub use selection::{Selected, Selection, UnknownSelection};
pub use verify::{Broken, Verdict};
