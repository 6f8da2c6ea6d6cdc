//! The published release over HTTP: routes, one problem type, the page.
//!
//! One response is one release: a handler takes the [`ServedRelease`] once and everything it
//! answers comes from it. Which tables a release has, what a job does and what the indicators
//! mean is decided elsewhere; this crate translates requests into typed questions to the
//! engine's session and rows into bytes.

mod access;
mod answer;
mod layers;
mod ledger;
mod metrics;
mod page;
mod problem;
mod query;
mod resources;
mod router;
mod seam;
mod serving;
mod shelf;

pub use access::{Gate, Now, PasswordError, hash_password, new_token};
pub use ledger::{Begin, Ledger};
pub use problem::Problem;
pub use router::{openapi, router};
pub use seam::{
    Control, Failure, RejectInfo, RejectsAsked, ReleaseInfo, RunDetail, RunInfo, RunStep, Shelf, StartError, Started,
    TestsInfo,
};
pub use serving::{ServedRelease, Serving, follow, serve};
pub use shelf::LakeShelf;

/// The sentence every page, file and answer carries.
pub const NOTICE: &str = "Результаты ВПР не предназначены для оценки деятельности школ и учителей";
