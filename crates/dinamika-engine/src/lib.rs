//! SQL over pinned tables: rows of queries, models and indicators, their tests, and files of rows.
//!
//! [`Engine`] owns threads, memory and caches; [`Session`] is the tables of one release under
//! their names. [`Session::query`] answers a reader, [`Session::model_rows`],
//! [`Session::indicator_rows`] and [`Session::derived_rows`] give what a build writes, [`check`]
//! plans a whole project without data. [`encode`] turns [`Rows`] into bytes.

mod access;
mod build;
mod catalogue;
mod check;
mod compare;
pub mod encode;
mod engine;
mod error;
mod functions;
mod indicator;
mod lineage;
pub mod postgres;
mod rows;
mod scan;
mod select;
mod session;
mod tests;
mod trace;
mod unit;

pub use access::{Access, suppression_rules};
pub use check::check;
pub use compare::Comparison;
pub use dinamika_lake::{PinnedFile, PinnedTable};
pub use engine::{Engine, EngineOptions, STACK};
pub use error::EngineError;
pub use indicator::{COVERAGE, DERIVED_TABLES, SERIES_BREAKS, indicator_schema};
pub use lineage::{Lineage, Node, NodeColumn, NodeKind, lineage};
pub use rows::Rows;
pub use select::{Filter, Select, SortKey, Source, Wanted};
pub use session::{Param, Params, Session};
pub use tests::Outcome;
pub use trace::{BatchRows, SourceRows, Spelling, Trace, Traced};
pub use unit::{UnitOutcome, run_unit_test, run_unit_tests};
