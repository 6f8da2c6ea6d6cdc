//! Columns of every table a project has before any model.

use std::{collections::BTreeMap, sync::Arc};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use dinamika_project::{Column, ColumnKind, Project, TableName};

use crate::{indicator_dynamics_schema, indicator_values_schema};

/// Schemas of pipelines' tables, references and built-ins.
pub(crate) fn catalogue(project: &Project) -> BTreeMap<TableName, SchemaRef> {
    let mut tables: BTreeMap<TableName, SchemaRef> = builtins();
    for pipeline in &project.pipelines {
        let mut fields: Vec<Field> = pipeline.columns.iter().flat_map(of_column).collect();
        if pipeline.school.is_some() {
            fields.push(Field::new("school_ref", DataType::Utf8, true));
        }
        fields.push(Field::new("_batch", DataType::Utf8, true));
        fields.push(Field::new("_row", DataType::Int32, true));
        tables.insert(pipeline.table.clone(), Arc::new(Schema::new(fields)));
    }
    for reference in &project.references {
        let fields: Vec<Field> = reference.columns.iter().flat_map(of_column).collect();
        tables.insert(reference.name.clone(), Arc::new(Schema::new(fields)));
    }
    tables
}

fn builtins() -> BTreeMap<TableName, SchemaRef> {
    use DataType::{Float64, Int32, Int64, Utf8};
    let moment = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let texts = |names: &[&'static str]| names.iter().map(|name| (*name, Utf8)).collect::<Vec<_>>();
    let mut match_columns = texts(&["school_ref", "school_key", "municipality_key", "method"]);
    match_columns.extend([("score", Float64), ("status", Utf8)]);
    let mut batches = texts(&["batch", "pipeline", "table_name", "layout", "path", "sheet", "sha256"]);
    batches.extend([("modified_at", moment.clone()), ("loaded_at", moment)]);
    batches.extend([("rows_in", Int64), ("rows_kept", Int64), ("rows_rejected", Int64), ("status", Utf8)]);
    let mut rejects = texts(&["batch", "pipeline", "path", "sheet"]);
    rejects.push(("row", Int32));
    rejects.extend(texts(&["column_name", "rule", "suggestion"]));
    let mut indicators = texts(&["indicator", "title", "formula", "unit", "direction"]);
    indicators.push(("min_n", Int32));
    indicators.extend(texts(&["measure", "source"]));
    let tables = [
        ("school_match", schema(match_columns)),
        ("batches", schema(batches)),
        ("rejects", schema(rejects)),
        ("region", schema(texts(&["region_key", "region_name"]))),
        ("indicators", schema(indicators)),
        ("indicator_values", indicator_values_schema()),
        ("indicator_dynamics", indicator_dynamics_schema()),
    ];
    tables.into_iter().filter_map(|(name, schema)| Some((name.parse().ok()?, schema))).collect()
}

fn schema(columns: Vec<(&str, DataType)>) -> SchemaRef {
    Arc::new(Schema::new(
        columns.into_iter().map(|(name, data_type)| Field::new(name, data_type, true)).collect::<Vec<_>>(),
    ))
}

fn of_column(column: &Column) -> Vec<Field> {
    let name = column.name.as_str();
    let field = |suffix: &str, data_type: DataType| Field::new(format!("{name}{suffix}"), data_type, true);
    match &column.kind {
        ColumnKind::Int { .. } => vec![field("", DataType::Int64)],
        ColumnKind::Number { .. } => vec![field("", DataType::Float64)],
        ColumnKind::Amount => vec![field("", DataType::Float64), field("_cmp", DataType::Utf8)],
        ColumnKind::Bool => vec![field("", DataType::Boolean)],
        ColumnKind::Date => vec![field("", DataType::Date32)],
        ColumnKind::Dates => vec![
            field("", DataType::Utf8),
            field("_from", DataType::Date32),
            field("_to", DataType::Date32),
            field("_precision", DataType::Utf8),
        ],
        ColumnKind::Documents => vec![
            field("", DataType::Utf8),
            field("_count", DataType::Int32),
            field("_from", DataType::Date32),
            field("_to", DataType::Date32),
        ],
        ColumnKind::Mark => vec![field("", DataType::Int32)],
        ColumnKind::Tasks => vec![field("", tasks())],
        ColumnKind::Text
        | ColumnKind::Login
        | ColumnKind::Period
        | ColumnKind::Subject
        | ColumnKind::Choice(_)
        | ColumnKind::Key => vec![field("", DataType::Utf8)],
    }
}

fn tasks() -> DataType {
    let fields = vec![
        Field::new("no", DataType::Int32, true),
        Field::new("label", DataType::Utf8, true),
        Field::new("max", DataType::Int32, true),
        Field::new("score", DataType::Float32, true),
        Field::new("state", DataType::Utf8, true),
    ];
    DataType::List(Arc::new(Field::new("item", DataType::Struct(fields.into()), true)))
}
