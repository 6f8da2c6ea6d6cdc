//! Columns of the tables made of indicators.

use arrow::datatypes::{DataType, SchemaRef};
use dinamika_project::builtin_tables;

use crate::EngineError;

/// What splits values besides the entity.
pub(super) const DIMENSIONS: [(&str, DataType); 5] = [
    ("period", DataType::Utf8),
    ("subject", DataType::Utf8),
    ("grade", DataType::Int64),
    ("pupil_grade", DataType::Int64),
    ("task", DataType::Utf8),
];

/// What is summed on the way up.
pub(super) const SUMS: [&str; 4] = ["num", "den", "n", "sq"];

/// Tables made of `indicator_values`, an indicator at a time: changes, places in the region, sums
/// of years, slopes.
pub const DERIVED: [&str; 4] = ["indicator_dynamics", "indicator_position", "indicator_pooled", "indicator_trend"];

/// Columns of one of the tables made of indicators, in order, as the project promises them.
pub fn indicator_schema(table: &str) -> Result<SchemaRef, EngineError> {
    let promised = builtin_tables().into_iter().find(|(name, _)| name.as_str() == table);
    promised.map(|(_, schema)| schema).ok_or_else(|| EngineError::Engine(format!("no built-in table {table}")))
}
