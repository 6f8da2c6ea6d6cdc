//! Columns of `indicator_values` and `indicator_dynamics`.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

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

/// Columns of `indicator_values`, in order. `task` holds the indicator's one further dimension.
pub fn indicator_values_schema() -> SchemaRef {
    Arc::new(Schema::new(values()))
}

/// Columns of `indicator_dynamics`: those of the later value, then of the change.
pub fn indicator_dynamics_schema() -> SchemaRef {
    let mut fields = values();
    fields.extend(change());
    Arc::new(Schema::new(fields))
}

fn values() -> Vec<Field> {
    fields(&[
        ("indicator", DataType::Utf8),
        ("level", DataType::Utf8),
        ("entity", DataType::Utf8),
        ("entity_name", DataType::Utf8),
        ("municipality", DataType::Utf8),
        ("period", DataType::Utf8),
        ("subject", DataType::Utf8),
        ("grade", DataType::Int64),
        ("pupil_grade", DataType::Int64),
        ("task", DataType::Utf8),
        ("num", DataType::Float64),
        ("den", DataType::Float64),
        ("n", DataType::Int64),
        ("value", DataType::Float64),
        ("ci_low", DataType::Float64),
        ("ci_high", DataType::Float64),
        ("status", DataType::Utf8),
        ("sq", DataType::Float64),
    ])
}

fn change() -> Vec<Field> {
    fields(&[
        ("kind", DataType::Utf8),
        ("base_period", DataType::Utf8),
        ("base_value", DataType::Float64),
        ("change", DataType::Float64),
        ("change_ci_low", DataType::Float64),
        ("change_ci_high", DataType::Float64),
        ("verdict", DataType::Utf8),
    ])
}

fn fields(columns: &[(&str, DataType)]) -> Vec<Field> {
    columns.iter().map(|(name, data_type)| Field::new(*name, data_type.clone(), true)).collect()
}
