//! From rows and things to bytes: format, envelope, headers, caching.

mod about;
mod disposition;
mod etag;
mod format;
mod head;
mod headings;
mod labels;
mod listing;
mod reading;
mod rows;

pub(crate) use about::told;
pub use about::{About, about};
pub(crate) use disposition::{attachment, percent};
pub(crate) use etag::{Etag, fingerprint};
pub(crate) use format::Wish;
pub(crate) use head::Head;
pub(crate) use labels::{label, russian};
pub(crate) use listing::{Column, Listed, Tabular, Told, listing, one, with_table};
pub(crate) use reading::{Caller, Reading};
pub(crate) use rows::{
    Counted, Question, at_most, collected, columns, contract_order, file, not_modified, release_headers, rows,
    rows_or_none, set, streamed,
};
