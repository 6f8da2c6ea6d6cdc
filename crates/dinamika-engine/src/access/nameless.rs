//! Rows a reader sees without whose they are: neither their order nor their digits may tell it.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, RecordBatch, UInt64Array},
    compute::{SortColumn, cast, kernels::sort::lexsort_to_indices, take, take_record_batch},
    datatypes::{DataType, Float64Type},
};
use datafusion::error::Result;

/// Values of the marked rows, rounded: an exact share would tell its denominator, and that is known of others.
pub(super) fn rounded(values: &ArrayRef, at: &BooleanArray) -> Result<ArrayRef> {
    let exact = cast(values, &DataType::Float64)?;
    let exact = exact.as_primitive::<Float64Type>().iter().zip(at.iter());
    let told = exact.map(|(value, at)| if at == Some(true) { value.map(coarse) } else { value });
    Ok(cast(&(Arc::new(told.collect::<Float64Array>()) as ArrayRef), values.data_type())?)
}

/// Whole from five on, tenths below: 21 of 239 is 9 %, a mean mark of 3.67 is 3.7.
fn coarse(value: f64) -> f64 {
    if value.abs() >= 5.0 { value.round() } else { (value * 10.0).round() / 10.0 }
}

/// The marked rows in the order of their values, in the places they have: that of the keys would tell whose they are.
pub(super) fn by_value(batch: &RecordBatch, marked: &BooleanArray) -> Result<RecordBatch> {
    let at: Vec<u64> = (0_u64..).zip(marked.iter()).filter(|(_, is)| *is == Some(true)).map(|(row, _)| row).collect();
    if at.len() < 2 {
        return Ok(batch.clone());
    }
    let places = UInt64Array::from(at.clone());
    let by = ["indicator", "level", "period", "subject", "grade", "pupil_grade", "task", "value"];
    let columns = by.iter().filter_map(|name| batch.column_by_name(name));
    let columns = columns
        .map(|column| Ok(SortColumn { values: take(column, &places, None)?, options: None }))
        .collect::<Result<Vec<_>>>()?;
    // A query that asks for none of these sees nothing to tell by.
    if columns.is_empty() {
        return Ok(batch.clone());
    }
    let order = lexsort_to_indices(&columns, None)?;
    let mut rows: Vec<u64> = (0..batch.num_rows() as u64).collect();
    for (place, from) in at.iter().zip(order.values()) {
        rows[*place as usize] = at[*from as usize];
    }
    Ok(take_record_batch(batch, &UInt64Array::from(rows))?)
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use super::*;

    #[test]
    fn rows_without_a_name_are_rounded_and_stand_by_their_values() {
        let values: ArrayRef = Arc::new(Float64Array::from(vec![2100.0 / 239.0, 33.333, 3.67, 12.5]));
        let marked = BooleanArray::from(vec![true, false, true, true]);
        let values = rounded(&values, &marked).unwrap();
        let names: ArrayRef = Arc::new(StringArray::from(vec!["a", "own", "b", "c"]));
        let batch = RecordBatch::try_from_iter([("value", values), ("key", names)]).unwrap();
        let told = by_value(&batch, &marked).unwrap();
        assert_eq!(told.column(0).as_primitive::<Float64Type>().values(), &[3.7, 33.333, 9.0, 13.0]);
        let keys: Vec<&str> = told.column(1).as_string::<i32>().iter().flatten().collect();
        assert_eq!(keys, ["b", "own", "a", "c"]);
    }
}
