//! Which school a row is about.

pub(crate) mod fold;
