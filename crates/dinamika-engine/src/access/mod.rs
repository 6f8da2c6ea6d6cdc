//! Who sees which rows, columns and cells: the one place every answer passes.
//!
//! [`Session::suppression`] finds a release's hidden cells once, when it is made; they are a table of the release.
//! [`Session::seen_by`] gives a session whose tables are read through a veil: everything a reader asks — a page, a
//! file, their own SQL — is computed over what the veil let through.

mod ask;
mod blocks;
mod ends;
mod find;
mod hidden;
mod masks;
mod modest;
mod nameless;
mod past;
mod rules;
mod seen;
#[cfg(test)]
mod solver;
mod suppress;
#[cfg(test)]
mod tests;
mod veil;

pub(crate) use ask::{Allowed, counted, harmless, short_enough};
pub use find::suppression_rules;
pub(crate) use modest::plannable;
pub use seen::Access;
