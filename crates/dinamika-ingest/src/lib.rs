//! dinamika-ingest

pub mod personal;
pub mod schools;
pub mod sources;
pub mod values;
