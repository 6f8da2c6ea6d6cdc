//! What must run and why; runs it, records it, publishes it; the schedule behind an injected clock.

mod clock;
mod decision;
mod progress;
pub mod schedule;
mod selection;

pub use clock::{Clock, SystemClock};
pub use decision::{Built, Decision, Why, decide};
pub use progress::{Event, Outcome, Progress, Silent};
pub use selection::{Selected, Selection, UnknownSelection};
