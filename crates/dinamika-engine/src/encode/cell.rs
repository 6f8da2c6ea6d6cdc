//! One value of any column, as the writers of text and of workbooks need it.

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray,
        TimestampMicrosecondArray,
    },
    compute::cast,
    datatypes::{DataType, Date32Type, Float32Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType},
    record_batch::RecordBatch,
    util::display::{ArrayFormatter, FormatOptions},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime};

use crate::EngineError;

/// One value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    Nothing,
    Text(&'a str),
    Whole(i64),
    Number(f64),
    Truth(bool),
    Day(NaiveDate),
    Moment(NaiveDateTime),
}

/// A column of a batch.
pub(super) enum Cells {
    Text(StringArray),
    Whole(Int64Array),
    Number(Float64Array),
    Truth(BooleanArray),
    Day(Date32Array),
    Moment(TimestampMicrosecondArray),
}

impl Cells {
    /// The columns of a batch.
    pub(super) fn of_batch(batch: &RecordBatch) -> Result<Vec<Self>, EngineError> {
        batch.columns().iter().map(Self::of).collect()
    }

    fn of(array: &ArrayRef) -> Result<Self, EngineError> {
        Ok(match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string::<i32>().clone()),
            DataType::Boolean => Self::Truth(array.as_boolean().clone()),
            DataType::Float64 => Self::Number(array.as_primitive::<Float64Type>().clone()),
            DataType::Float32 => Self::Number(shortest(array)),
            DataType::Decimal128(..) | DataType::Decimal256(..) => {
                Self::Number(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
            }
            DataType::Date32 => Self::Day(array.as_primitive::<Date32Type>().clone()),
            DataType::Timestamp(..) => {
                let moments = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
                Self::Moment(moments.as_primitive::<TimestampMicrosecondType>().clone())
            }
            integer if integer.is_integer() => {
                Self::Whole(cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
            }
            _ => Self::Text(printed(array)?),
        })
    }

    /// The value in a row.
    pub(super) fn get(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Text(array) if array.is_valid(row) => Cell::Text(array.value(row)),
            Self::Whole(array) if array.is_valid(row) => Cell::Whole(array.value(row)),
            Self::Number(array) if array.is_valid(row) && array.value(row).is_finite() => {
                Cell::Number(array.value(row))
            }
            Self::Truth(array) if array.is_valid(row) => Cell::Truth(array.value(row)),
            Self::Day(array) if array.is_valid(row) => array.value_as_date(row).map_or(Cell::Nothing, Cell::Day),
            Self::Moment(array) if array.is_valid(row) => DateTime::from_timestamp_micros(array.value(row))
                .map_or(Cell::Nothing, |moment| Cell::Moment(moment.naive_utc())),
            _ => Cell::Nothing,
        }
    }
}

/// 0.1 of 32 bits is written 0.1, not 0.10000000149.
fn shortest(array: &ArrayRef) -> Float64Array {
    array
        .as_primitive::<Float32Type>()
        .iter()
        .map(|value| value.and_then(|value| value.to_string().parse().ok()))
        .collect()
}

/// Lists, structs and whatever else is rare: as arrow prints them.
fn printed(array: &ArrayRef) -> Result<StringArray, EngineError> {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array.as_ref(), &options)?;
    Ok((0..array.len()).map(|row| array.is_valid(row).then(|| formatter.value(row).to_string())).collect())
}
