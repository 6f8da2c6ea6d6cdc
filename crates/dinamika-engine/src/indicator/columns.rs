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

/// The columns of `indicator_values`, or of `indicator_dynamics`, that the contract with readers names.
/// What stands after them compares an entity with others.
pub(crate) fn contract(is_dynamics: bool) -> impl Iterator<Item = &'static str> {
    let change = if is_dynamics { &CHANGE[..] } else { &[] };
    VALUES.iter().chain(change).copied()
}

const VALUES: [&str; 22] = [
    "indicator",
    "level",
    "entity",
    "entity_name",
    "municipality",
    "period",
    "subject",
    "grade",
    "pupil_grade",
    "task",
    "num",
    "den",
    "n",
    "value",
    "ci_low",
    "ci_high",
    "status",
    "sq",
    "schools_expected",
    "schools_received",
    "pupils_expected",
    "pupils_received",
];
const CHANGE: [&str; 8] =
    ["kind", "base_period", "base_value", "change", "change_ci_low", "change_ci_high", "verdict", "break_reason"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_is_part_of_the_tables() {
        for (table, is_dynamics) in [("indicator_values", false), ("indicator_dynamics", true)] {
            let schema = indicator_schema(table).unwrap();
            assert_eq!(contract(is_dynamics).find(|name| schema.field_with_name(name).is_err()), None, "{table}");
        }
    }
}
