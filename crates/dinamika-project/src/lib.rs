//! The text of a dinamika project and what it means.
//!
//! [`load`] reads `dinamika.toml`, `pipelines/`, `sql/` and `dashboards/` once and gives a
//! [`Project`] of checked types together with a [`Report`] of every mistake. Past this crate
//! there are no strings that mean things. It knows no clock, no network and no data.

mod config;
mod dashboard;
mod diagnostic;
mod fold;
mod map;
mod model;
mod order;
mod pipeline;
mod policy;
mod principal;
mod read;
mod schema;
mod vocabulary;

pub use config::*;
pub use dashboard::*;
pub use diagnostic::*;
pub use fold::{fold_header, tidy_header};
pub use map::*;
pub use model::*;
pub use pipeline::*;
pub use policy::*;
pub use principal::{Principal, Role};
pub use read::{load, load_text, models_by_name};
pub use schema::{builtin_tables, task_fields};
pub use vocabulary::*;

/// Everything a project says, checked: no unknown name, no cycle, no duplicate.
#[derive(Debug, Clone)]
pub struct Project {
    /// The process-independent settings of `dinamika.toml`.
    pub config: Config,
    /// Who sees what: `policy.toml`, or the standard one.
    pub policy: Policy,
    /// One per file of `pipelines/`, by name.
    pub pipelines: Vec<Pipeline>,
    /// Hand-kept tables of `pipelines/reference/*.csv`.
    pub references: Vec<Reference>,
    /// Models and indicators in an order in which each comes after what it reads.
    pub models: Vec<Model>,
    /// `sql/tests/*.sql`: queries that must return no rows.
    pub checks: Vec<Check>,
    /// `sql/unit/*.toml`: rows in, rows out.
    pub unit_tests: Vec<UnitTest>,
    /// One per file of `dashboards/`.
    pub dashboards: Vec<Dashboard>,
    /// Outlines of municipalities, where the project has them.
    pub map: Option<AreaMap>,
}

/// What [`load`] found: as much of the project as is well-formed, and all its mistakes.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Usable only when `report` has no error.
    pub project: Project,
    /// Every mistake, sorted by place.
    pub report: Report,
}
