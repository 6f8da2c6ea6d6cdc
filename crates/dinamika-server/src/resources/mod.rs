//! One file a resource: its wire types, its handlers.

pub(crate) mod account;
pub(crate) mod dashboards;
pub(crate) mod entities;
pub(crate) mod health;
pub(crate) mod indicators;
pub(crate) mod jobs;
pub(crate) mod rejects;
pub(crate) mod releases;
pub(crate) mod runs;
mod told;

pub(crate) use told::{Refusals, RowsAnswer};
