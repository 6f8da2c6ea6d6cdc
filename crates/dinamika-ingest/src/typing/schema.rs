//! The table's columns as Arrow types.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use dinamika_project::{ColumnKind, Pipeline};

/// As [`ColumnKind`] says: every column nullable, `school_ref`, `_batch` and `_row` last.
pub(crate) fn schema_of(pipeline: &Pipeline) -> SchemaRef {
    let mut fields = Vec::new();
    for column in &pipeline.columns {
        let name = column.name.as_str();
        let mut add = |suffix: &str, kind: DataType| fields.push(Field::new(format!("{name}{suffix}"), kind, true));
        match &column.kind {
            ColumnKind::Text
            | ColumnKind::Login
            | ColumnKind::Period
            | ColumnKind::Subject
            | ColumnKind::Choice(_)
            | ColumnKind::Key => add("", DataType::Utf8),
            ColumnKind::Int { .. } => add("", DataType::Int64),
            ColumnKind::Mark => add("", DataType::Int32),
            ColumnKind::Number { .. } => add("", DataType::Float64),
            ColumnKind::Bool => add("", DataType::Boolean),
            ColumnKind::Date => add("", DataType::Date32),
            ColumnKind::Amount => {
                add("", DataType::Float64);
                add("_cmp", DataType::Utf8);
            }
            ColumnKind::Dates => {
                add("", DataType::Utf8);
                add("_from", DataType::Date32);
                add("_to", DataType::Date32);
                add("_precision", DataType::Utf8);
            }
            ColumnKind::Documents => {
                add("", DataType::Utf8);
                add("_count", DataType::Int32);
                add("_from", DataType::Date32);
                add("_to", DataType::Date32);
            }
            ColumnKind::Tasks => add("", tasks()),
        }
    }
    if pipeline.school.is_some() {
        fields.push(Field::new("school_ref", DataType::Utf8, true));
    }
    fields.push(Field::new("_batch", DataType::Utf8, true));
    fields.push(Field::new("_row", DataType::Int32, true));
    Arc::new(Schema::new(fields))
}

fn tasks() -> DataType {
    let item = Fields::from(vec![
        Field::new("no", DataType::Int32, true),
        Field::new("label", DataType::Utf8, true),
        Field::new("max", DataType::Int32, true),
        Field::new("score", DataType::Float32, true),
        Field::new("state", DataType::Utf8, true),
    ]);
    DataType::List(Arc::new(Field::new("item", DataType::Struct(item), true)))
}
