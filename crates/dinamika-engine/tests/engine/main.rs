//! The engine over small tables, in memory and in Parquet.

mod checks;
mod indicators;
mod lake;
mod models;
mod scan;
mod sessions;
mod support;
