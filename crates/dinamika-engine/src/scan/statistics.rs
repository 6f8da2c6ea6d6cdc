//! What the Delta log says of a file, in DataFusion's words.

use std::{collections::HashSet, sync::Arc};

use arrow::{
    array::{ArrayRef, BooleanArray, UInt64Array},
    datatypes::{DataType, Schema, SchemaRef},
};
use datafusion::{
    common::{Column, ColumnStatistics, Statistics, pruning::PruningStatistics, stats::Precision},
    datasource::table_schema::TableSchema,
    error::Result,
    scalar::ScalarValue,
};
use serde_json::Value;

use crate::PinnedFile;

/// Longer texts may be shortened in the log, so their bounds are not values of the column.
const WHOLE_TEXT: usize = 32;

/// Rows, nulls and bounds of the columns of `table`, the partition column (`partition`) last.
pub(super) fn of_file(file: &PinnedFile, table: &TableSchema, partition: &[ScalarValue]) -> Statistics {
    let rows = usize::try_from(file.rows).map_or(Precision::Absent, Precision::Exact);
    let stats = file.stats.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()).unwrap_or_default();
    let of_column = |name: &str, data_type: &DataType| ColumnStatistics {
        null_count: stats["nullCount"][name]
            .as_u64()
            .and_then(|count| usize::try_from(count).ok())
            .map_or(Precision::Absent, Precision::Exact),
        min_value: bound(&stats["minValues"][name], data_type),
        max_value: bound(&stats["maxValues"][name], data_type),
        ..ColumnStatistics::new_unknown()
    };
    let mut columns: Vec<_> =
        table.file_schema().fields().iter().map(|field| of_column(field.name(), field.data_type())).collect();
    columns.extend(partition.iter().map(|value| of_partition(value, &rows)));
    Statistics { num_rows: rows, total_byte_size: Precision::Absent, column_statistics: columns }
}

/// A bound, if the log gives the very value: numbers with a fraction and times are rounded by JSON.
fn bound(value: &Value, data_type: &DataType) -> Precision<ScalarValue> {
    let exact = match (value, data_type) {
        (Value::Number(number), DataType::Int32) => {
            number.as_i64().and_then(|n| i32::try_from(n).ok()).map(|n| ScalarValue::Int32(Some(n)))
        }
        (Value::Number(number), DataType::Int64) => number.as_i64().map(|n| ScalarValue::Int64(Some(n))),
        (Value::String(text), DataType::Utf8View | DataType::Date32) if text.chars().count() < WHOLE_TEXT => {
            ScalarValue::try_from_string(text.clone(), data_type).ok()
        }
        _ => None,
    };
    exact.map_or(Precision::Absent, Precision::Exact)
}

fn of_partition(value: &ScalarValue, rows: &Precision<usize>) -> ColumnStatistics {
    if value.is_null() {
        return ColumnStatistics { null_count: *rows, ..ColumnStatistics::new_unknown() };
    }
    ColumnStatistics {
        null_count: Precision::Exact(0),
        min_value: Precision::Exact(value.clone()),
        max_value: Precision::Exact(value.clone()),
        ..ColumnStatistics::new_unknown()
    }
}

/// What is known of all files together.
pub(super) fn of_all<'a>(files: impl Iterator<Item = &'a Statistics> + Clone, schema: &Schema) -> Result<Statistics> {
    let mut all = Statistics::try_merge_iter(files.clone(), schema)?;
    for (at, column) in all.column_statistics.iter_mut().enumerate() {
        // A file with nothing but nulls has no bounds, and takes none away.
        let valued = || files.clone().filter(|file| file.column_statistics[at].null_count != file.num_rows);
        let bounds = valued().map(|file| &file.column_statistics[at]);
        let bounds = bounds.fold(None, |known: Option<(Precision<_>, Precision<_>)>, next| {
            Some(match known {
                Some((min, max)) => (min.min(&next.min_value), max.max(&next.max_value)),
                None => (next.min_value.clone(), next.max_value.clone()),
            })
        });
        if let Some((min, max)) = bounds {
            (column.min_value, column.max_value) = (min, max);
        }
    }
    Ok(all)
}

/// The files' statistics as a pruning predicate reads them, unknown bounds as nulls.
pub(super) struct Bounds {
    pub(super) files: Vec<Arc<Statistics>>,
    pub(super) schema: SchemaRef,
}

impl Bounds {
    fn known(&self, column: &Column, of: fn(&ColumnStatistics) -> &Precision<ScalarValue>) -> Option<ArrayRef> {
        let at = self.schema.index_of(column.name()).ok()?;
        let unknown = ScalarValue::try_from(self.schema.field(at).data_type()).ok()?;
        let bounds = self.files.iter().map(|file| match of(&file.column_statistics[at]) {
            Precision::Exact(bound) => bound.clone(),
            _ => unknown.clone(),
        });
        ScalarValue::iter_to_array(bounds).ok()
    }

    fn counts(&self, of: impl Fn(&Statistics) -> Precision<usize>) -> ArrayRef {
        let counts = self.files.iter().map(|file| match of(file) {
            Precision::Exact(count) => Some(count as u64),
            _ => None,
        });
        Arc::new(counts.collect::<UInt64Array>())
    }
}

impl PruningStatistics for Bounds {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.known(column, |column| &column.min_value)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.known(column, |column| &column.max_value)
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let at = self.schema.index_of(column.name()).ok()?;
        Some(self.counts(|file| file.column_statistics[at].null_count))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(self.counts(|file| file.num_rows))
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
