//! Statistics of a data file as the Delta log keeps them: rows, nulls, smallest and largest value of flat columns.

use std::collections::BTreeMap;

use arrow::{
    array::{Array, ArrayRef, AsArray},
    compute::{max, max_boolean, max_string, min, min_boolean, min_string},
    datatypes::{
        DataType, Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit,
        TimestampMicrosecondType,
    },
    record_batch::RecordBatch,
};
use serde_json::{Map, Value, json};

/// Characters of a text kept in the log: a longer smallest one is cut, a longer largest one is cut and raised.
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

    /// Smallest and largest value of a column, as in the log; none when unknown or all null.
    pub(crate) fn bounds(&self, column: &str) -> Option<(&Value, &Value)> {
        let stats = self.columns.get(column).filter(|stats| !stats.unknown)?;
        stats.bounds.as_ref().map(|(low, high)| (low, high))
    }

    /// The text all rows have in a column.
    pub(crate) fn only_text(&self, column: &str) -> Option<&str> {
        let (low, high) = self.bounds(column).filter(|_| self.nulls(column) == 0)?;
        low.as_str().filter(|text| high.as_str() == Some(text) && text.chars().count() < LONGEST)
    }

    /// Whether every row is null in a column.
    pub(crate) fn is_null(&self, column: &str) -> bool {
        self.nulls(column) == self.rows
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
        let nulls: Map<String, Value> =
            self.columns.iter().map(|(name, stats)| (name.clone(), json!(stats.nulls))).collect();
        json!({ "numRecords": self.rows, "minValues": side(|b| &b.0), "maxValues": side(|b| &b.1), "nullCount": nulls })
            .to_string()
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

/// The order of two values of one column.
pub(crate) fn less(a: &Value, b: &Value) -> bool {
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
            pair(json!(cut(low)), json!(cut_up(high)?))
        }
        DataType::Int8 => {
            let numbers = column.as_primitive::<Int8Type>();
            pair(json!(min(numbers)?), json!(max(numbers)?))
        }
        DataType::Int16 => {
            let numbers = column.as_primitive::<Int16Type>();
            pair(json!(min(numbers)?), json!(max(numbers)?))
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
            let text = |time| {
                Some(json!(chrono::DateTime::from_timestamp_micros(time)?.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()))
            };
            pair(text(min(times)?)?, text(max(times)?)?)
        }
        _ => None,
    }
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}

/// No text that begins with the first characters of `text` is larger than this.
fn cut_up(text: &str) -> Option<String> {
    let kept = cut(text);
    if kept.len() == text.len() {
        return Some(text.to_owned());
    }
    let mut chars: Vec<char> = kept.chars().collect();
    while let Some(last) = chars.pop() {
        // The next character, over the gap that Unicode leaves; after the very last one there is none.
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

/// NaN and infinities have no place in JSON.
fn finite(low: f64, high: f64) -> Option<(Value, Value)> {
    (low.is_finite() && high.is_finite()).then(|| (json!(low), json!(high)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array, Int32Array, StringArray};
    use proptest::prelude::*;

    use super::*;

    fn stats(column: ArrayRef) -> FileStats {
        let mut stats = FileStats::default();
        stats.add(&RecordBatch::try_from_iter_with_nullable([("x", column, true)]).unwrap());
        stats
    }

    proptest! {
        #[test]
        fn cut_texts_still_hold_every_value(texts in prop::collection::vec("\\PC{0,90}", 1..8)) {
            let stats = stats(Arc::new(StringArray::from(texts.clone())));
            if let Some((low, high)) = stats.bounds("x") {
                for text in &texts {
                    prop_assert!(low.as_str().unwrap() <= text.as_str() && text.as_str() <= high.as_str().unwrap());
                }
            }
            prop_assert!(serde_json::from_str::<Value>(&stats.to_json()).is_ok());
        }
    }

    #[test]
    fn the_largest_character_is_stepped_over() {
        let long = format!("а{}", char::MAX.to_string().repeat(80));
        assert_eq!(cut_up(&long).as_deref(), Some("б"));
        assert_eq!(cut_up(&char::MAX.to_string().repeat(80)), None);
        let surrogates = "\u{D7FF}".repeat(80);
        assert!(cut_up(&surrogates).unwrap().ends_with('\u{E000}'));
    }

    #[test]
    fn what_has_no_word_in_json_has_no_bounds() {
        let stats = stats(Arc::new(Float64Array::from(vec![Some(1.0), None, Some(f64::NAN)])));
        let json: Value = serde_json::from_str(&stats.to_json()).unwrap();
        assert_eq!(json, json!({"numRecords": 3, "minValues": {}, "maxValues": {}, "nullCount": {"x": 1}}));
    }

    #[test]
    fn bounds_widen_over_batches() {
        let mut stats = FileStats::default();
        for part in [vec![Some(5), None], vec![Some(-3)], vec![None]] {
            let column: ArrayRef = Arc::new(Int32Array::from(part));
            stats.add(&RecordBatch::try_from_iter_with_nullable([("x", column, true)]).unwrap());
        }
        assert_eq!(stats.bounds("x"), Some((&json!(-3), &json!(5))));
        assert_eq!((stats.rows(), stats.nulls("x"), stats.is_null("x")), (4, 2, false));
    }
}
