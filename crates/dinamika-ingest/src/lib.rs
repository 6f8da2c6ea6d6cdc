//! From an export to typed batches.
//!
//! [`Reader`] takes a raw file, finds out by its content which layout of which pipeline each
//! sheet has, and streams typed rows into a [`Sink`], with every cell it could not type and every
//! school it met. Nothing here knows tables, SQL or the run it is part of.

mod layout;
mod personal;
mod raw;
mod reader;
mod refusal;
mod report;
pub mod schools;
mod sheets;
mod sniff;
pub mod sources;
mod typing;
pub mod values;

pub use personal::find_personal;
pub use raw::{RawSheet, raw_rows};
pub use reader::Reader;
pub use refusal::{Nearest, Refusal};
pub use report::{FileReport, PartHeader, PartReport, RawFile, Reject, Sink, SinkError};
pub use schools::SchoolMention;
pub use sniff::{Sniffed, SniffedColumn, SniffedSheet};
pub use values::Secret;
