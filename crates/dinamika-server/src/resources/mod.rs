//! One file a resource: its wire types, its handlers.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod dashboards;
pub(crate) mod entities;
pub(crate) mod explain;
pub(crate) mod extract;
pub(crate) mod files;
pub(crate) mod health;
pub(crate) mod indicators;
pub(crate) mod jobs;
pub(crate) mod lineage;
pub(crate) mod map;
pub(crate) mod mistakes;
pub(crate) mod queries;
pub(crate) mod rejects;
pub(crate) mod releases;
pub(crate) mod runs;
pub(crate) mod schools;
pub(crate) mod sql;
pub(crate) mod tables;
pub(crate) mod tokens;
mod told;

pub(crate) use told::{Refusals, RowsAnswer, refusals};
