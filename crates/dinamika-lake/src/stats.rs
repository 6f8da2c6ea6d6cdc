//! Statistics of a data file as the Delta log keeps them: rows, nulls, smallest and largest value of flat columns.

use std::collections::BTreeMap;

use arrow::{
    array::{Array, ArrayRef, AsArray},
    compute::{max, max_boolean, max_string, min, min_boolean, min_string},
    datatypes::{DataType, Date32Type, Float32Type, Float64Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType},
    record_batch::RecordBatch,
};
use serde_json::{Map, Value, json};

/// Longer texts have no smallest and largest value in the log.
const LONGEST: usize = 64;

/// Gathers the statistics of one file, batch by batch.
#[derive(Debug, Default)]
pub(crate) struct FileStats {
    rows: u64,
    columns: BTreeMap<String, ColumnStats>,
}

#[derive(Debug, Clone, Default)]
struct ColumnStats {
    nulls: u64,
    /// None once a value came that has no place in the log.
    bounds: Option<(Value, Value)>,
    unknown: bool,
}

impl FileStats {
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    pub(crate) fn add(&mut self, batch: &RecordBatch) {
        self.rows += batch.num_rows() as u64;
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            if field.data_type().is_nested() {
                continue;
            }
            let stats = self.columns.entry(field.name().clone()).or_default();
            stats.nulls += column.null_count() as u64;
            if column.null_count() < column.len() {
                match bounds(column) {
                    Some((low, high)) => stats.widen(low, high),
                    None => stats.unknown = true,
                }
            }
        }
    }

    /// Smallest and largest text of a column, where known.
    pub(crate) fn texts(&self, column: &str) -> Option<(&str, &str)> {
        let stats = self.columns.get(column).filter(|stats| !stats.unknown)?;
        let (low, high) = stats.bounds.as_ref()?;
        Some((low.as_str()?, high.as_str()?))
    }

    /// How many nulls a column has.
    pub(crate) fn nulls(&self, column: &str) -> u64 {
        self.columns.get(column).map_or(0, |stats| stats.nulls)
    }

    /// The log's JSON.
    pub(crate) fn to_json(&self) -> String {
        let known = || self.columns.iter().filter(|(_, stats)| !stats.unknown);
        let side = |pick: fn(&(Value, Value)) -> &Value| -> Map<String, Value> {
            known().filter_map(|(name, stats)| Some((name.clone(), pick(stats.bounds.as_ref()?).clone()))).collect()
        };
        let nulls: Map<String, Value> = self.columns.iter().map(|(name, stats)| (name.clone(), json!(stats.nulls))).collect();
        json!({ "numRecords": self.rows, "minValues": side(|b| &b.0), "maxValues": side(|b| &b.1), "nullCount": nulls }).to_string()
    }
}

impl ColumnStats {
    fn widen(&mut self, low: Value, high: Value) {
        self.bounds = Some(match self.bounds.take() {
            None => (low, high),
            Some((known_low, known_high)) => (lesser(known_low, low), lesser_last(known_high, high)),
        });
    }
}

fn lesser(a: Value, b: Value) -> Value {
    if less(&b, &a) { b } else { a }
}

fn lesser_last(a: Value, b: Value) -> Value {
    if less(&a, &b) { b } else { a }
}

fn less(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a < b,
        (Value::Bool(a), Value::Bool(b)) => !a & b,
        _ => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a < b,
            _ => a.as_f64() < b.as_f64(),
        },
    }
}

fn bounds(column: &ArrayRef) -> Option<(Value, Value)> {
    let pair = |low: Value, high: Value| Some((low, high));
    match column.data_type() {
        DataType::Utf8 => {
            let texts = column.as_string::<i32>();
            let (low, high) = (min_string(texts)?, max_string(texts)?);
            (low.len() <= LONGEST && high.len() <= LONGEST).then(|| (json!(low), json!(high)))
        }
        DataType::Int32 => {
            let numbers = column.as_primitive::<Int32Type>();
            pair(json!(min(numbers)?), json!(max(numbers)?))
        }
        DataType::Int64 => {
            let numbers = column.as_primitive::<Int64Type>();
            pair(json!(min(numbers)?), json!(max(numbers)?))
        }
        DataType::Float32 => {
            let numbers = column.as_primitive::<Float32Type>();
            finite(f64::from(min(numbers)?), f64::from(max(numbers)?))
        }
        DataType::Float64 => {
            let numbers = column.as_primitive::<Float64Type>();
            finite(min(numbers)?, max(numbers)?)
        }
        DataType::Boolean => {
            let flags = column.as_boolean();
            pair(json!(min_boolean(flags)?), json!(max_boolean(flags)?))
        }
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>();
            let text = |day| Date32Type::to_naive_date_opt(day).map(|date| json!(date.to_string()));
            pair(text(min(days)?)?, text(max(days)?)?)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let times = column.as_primitive::<TimestampMicrosecondType>();
            let text = |time| Some(json!(chrono::DateTime::from_timestamp_micros(time)?.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()));
            pair(text(min(times)?)?, text(max(times)?)?)
        }
        _ => None,
    }
}

/// NaN and infinities have no place in JSON.
fn finite(low: f64, high: f64) -> Option<(Value, Value)> {
    (low.is_finite() && high.is_finite()).then(|| (json!(low), json!(high)))
}
