//! The one form in which a table's columns stand in the log, in its files and in what readers get.

use std::sync::Arc;

use arrow::{
    array::RecordBatch,
    compute::{CastOptions, cast_with_options},
    datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit},
};
use dinamika_project::{ColumnName, TableName};

use crate::LakeError;

/// A schema as the Delta log can say it: queries give views, dictionaries and unsigned numbers, which
/// Delta does not have. A table's files are written in this form too, so that no reader has to cast.
pub(crate) fn canonical(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new(
        schema.fields().iter().map(|field| canonical_field(field.name(), field.data_type())).collect::<Vec<_>>(),
    ))
}

fn canonical_field(name: &str, kind: &DataType) -> FieldRef {
    Arc::new(Field::new(name, canonical_type(kind), true))
}

fn canonical_type(kind: &DataType) -> DataType {
    match kind {
        // A column of nothing but `null` has no kind of its own.
        DataType::Utf8View | DataType::LargeUtf8 | DataType::Null => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary | DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt32 | DataType::UInt64 => DataType::Int64,
        DataType::Float16 => DataType::Float32,
        DataType::Date64 => DataType::Date32,
        DataType::Timestamp(..) => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        DataType::Decimal32(digits, scale) | DataType::Decimal64(digits, scale) => {
            DataType::Decimal128(*digits, *scale)
        }
        DataType::Dictionary(_, values) => canonical_type(values),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => DataType::List(canonical_field("element", item.data_type())),
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(|field| canonical_field(field.name(), field.data_type())).collect())
        }
        other => other.clone(),
    }
}

/// The rows with exactly the columns of `schema`, in its order and types; a value that does not fit is an error.
pub(crate) fn conform(rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, LakeError> {
    if rows.schema_ref() == schema {
        return Ok(rows.clone());
    }
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    let columns = schema
        .fields()
        .iter()
        .map(|field| {
            let column = rows.column(rows.schema_ref().index_of(field.name())?);
            if column.data_type() == field.data_type() {
                Ok(Arc::clone(column))
            } else {
                cast_with_options(column, field.data_type(), &strict)
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}

/// A table's columns widened by those that newer rows have; none when it has them all. A column never
/// goes away and never changes its kind: [`Mode::Replace`](crate::Mode::Replace) alone may do that.
pub(crate) fn widened(table: &TableName, known: &Schema, wanted: &Schema) -> Result<Option<Schema>, LakeError> {
    let mut added = Vec::new();
    for field in wanted.fields() {
        match known.field_with_name(field.name()) {
            Err(_) => added.push(Arc::clone(field)),
            Ok(was) if was.data_type() == field.data_type() => {}
            Ok(was) => {
                return Err(LakeError::Shape {
                    table: table.clone(),
                    column: field.name().clone(),
                    was: was.data_type().to_string(),
                    now: field.data_type().to_string(),
                });
            }
        }
    }
    if added.is_empty() {
        Ok(None)
    } else {
        Ok(Some(Schema::new(known.fields().iter().cloned().chain(added).collect::<Vec<_>>())))
    }
}

/// Rows cannot be spread over other partitions than those there are.
pub(crate) fn same_partition(
    table: &TableName,
    was: Option<&ColumnName>,
    now: Option<&ColumnName>,
) -> Result<(), LakeError> {
    if was == now {
        return Ok(());
    }
    let word = |column: Option<&ColumnName>| column.map_or_else(|| "нет".to_owned(), ToString::to_string);
    Err(LakeError::Shape { table: table.clone(), column: "partition_by".to_owned(), was: word(was), now: word(now) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_queries_give_becomes_what_delta_has() {
        let inner = DataType::Struct(vec![Field::new("label", DataType::Utf8View, false)].into());
        let schema = Schema::new(vec![
            Field::new("view", DataType::Utf8View, false),
            Field::new("nothing", DataType::Null, true),
            Field::new("code", DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)), true),
            Field::new("n", DataType::UInt64, true),
            Field::new("tasks", DataType::List(Arc::new(Field::new("item", inner, false))), true),
        ]);
        let canonical = canonical(&schema);
        let kinds: Vec<String> = canonical.fields().iter().map(|field| field.data_type().to_string()).collect();
        assert_eq!(kinds[..4], ["Utf8", "Utf8", "Utf8", "Int64"]);
        let DataType::List(item) = canonical.field(4).data_type() else { panic!("{}", kinds[4]) };
        assert_eq!((item.name().as_str(), item.is_nullable()), ("element", true));
        assert_eq!(super::canonical(&canonical), canonical, "a second time changes nothing");
    }
}
