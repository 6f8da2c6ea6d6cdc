//! Which school a row is about.
//!
//! A row mentions a school by codes or by a name in one of many spellings. [`Mentions`] turns
//! each mention into a reference that is the same for all spellings of one name, without knowing
//! any school; [`Registry`] later says which school a reference is. So a decision about a
//! reference never makes a file be read again.

pub(crate) mod fold;
mod likeness;
mod mention;
mod municipality;
mod name;
mod registry;
mod search;
mod words;

pub use mention::{MentionColumns, Mentions, SchoolMention};
pub use municipality::{Municipality, fold_municipality};
pub use name::{ParsedName, fold_name, parse_name, parse_numbers};
pub use registry::{Candidate, Decision, Decisions, Registry, Resolution, School};
pub use words::SchoolKind;
