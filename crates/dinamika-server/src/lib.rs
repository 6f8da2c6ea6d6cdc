//! The published release over HTTP: routes, one problem type, the page.
//!
//! One response is one release: a handler takes the [`ServedRelease`] once and everything it
//! answers comes from it. Which tables a release has, what a job does and what the indicators
//! mean is decided elsewhere; this crate translates requests into typed questions to the
//! engine's session and rows into bytes.

mod access;
mod answer;
mod explain;
mod layers;
mod ledger;
mod lineage;
mod loads;
mod local;
mod metrics;
mod page;
mod pages;
mod problem;
mod query;
mod resources;
mod review;
mod router;
mod seam;
mod serving;
mod shelf;
mod wire;

pub use access::{Gate, NewToken, Now, Oidc, PasswordError, hash_password, new_token};
pub use answer::{About, about};
pub use explain::{
    Explained, ExplainedFile, ExplainedIndicator, ExplainedModel, ExplainedSchool, ExplainedSource, Explanation,
};
pub use ledger::{Begin, Ledger};
pub use lineage::{LineageColumn, LineageNode, LineageOrigin, nodes as lineage_nodes};
pub use local::{LocalFile, ask};
pub use pages::{MistakeInfo, Pages};
pub use problem::Problem;
pub use query::explain_filters;
pub use review::{CandidateInfo, Deciding, DecisionInfo, FileInfo, FilesAsked, ReviewInfo, SheetRead};
pub use router::{openapi, router};
pub use seam::{
    ChangedTable, Control, Failure, Mentioned, QueryInfo, RejectInfo, RejectsAsked, ReleaseDiff, ReleaseInfo,
    RunDetail, RunInfo, RunStep, Shelf, StartError, Started, TestsInfo,
};
pub use serving::{ServedRelease, Serving, follow, serve};
pub use shelf::LakeShelf;
pub use wire::{Tls, TlsError, serve as serve_postgres};

/// The sentence every page, file and answer carries.
pub const NOTICE: &str = "Результаты ВПР не предназначены для оценки деятельности школ и учителей";
