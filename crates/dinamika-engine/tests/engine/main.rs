//! The engine over small tables, in memory and in Parquet.

mod checks;
mod discoveries;
mod indicators;
mod lake;
mod models;
mod projects;
mod scan;
mod sessions;
mod support;
