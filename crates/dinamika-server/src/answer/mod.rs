//! From rows and things to bytes: format, envelope, headers, caching.

mod disposition;
mod etag;
mod format;
mod head;
mod labels;
mod listing;
mod reading;
mod rows;

pub(crate) use disposition::percent;
pub(crate) use etag::Etag;
pub(crate) use format::Wish;
pub(crate) use head::Head;
pub(crate) use labels::label;
pub(crate) use listing::{Column, Listed, Tabular, Told, listing, one, with_table};
pub(crate) use reading::{Caller, Reading};
pub(crate) use rows::{Question, collected, columns, file, rows, rows_or_none, streamed};
