//! Rows a reader sees without whose they are: neither their order nor their digits may tell it.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, RecordBatch},
    compute::{SortColumn, cast, concat_batches, kernels::sort::lexsort_to_indices, take_record_batch},
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

/// All rows without a name of a scan, in the order of their values: that of the keys would tell whose they are.
pub(super) fn by_value(batches: &[RecordBatch]) -> Result<Option<RecordBatch>> {
    let Some(first) = batches.first() else { return Ok(None) };
    let all = concat_batches(&first.schema(), batches)?;
    let by = ["indicator", "level", "period", "subject", "grade", "pupil_grade", "task", "value"];
    let columns = by.iter().filter_map(|name| all.column_by_name(name));
    let columns: Vec<SortColumn> =
        columns.map(|column| SortColumn { values: Arc::clone(column), options: None }).collect();
    let order = lexsort_to_indices(&columns, None)?;
    Ok(Some(take_record_batch(&all, &order)?))
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use super::*;

    #[test]
    fn rows_without_a_name_are_rounded_and_stand_by_their_values() {
        let values: ArrayRef = Arc::new(Float64Array::from(vec![2100.0 / 239.0, 33.333, 3.67, 12.5]));
        let values = rounded(&values, &BooleanArray::from(vec![true, false, true, true])).unwrap();
        assert_eq!(values.as_primitive::<Float64Type>().values(), &[9.0, 33.333, 3.7, 13.0]);
        let batch = |values: ArrayRef, names: Vec<&str>| {
            let names: ArrayRef = Arc::new(StringArray::from(names));
            RecordBatch::try_from_iter([("value", values), ("key", names)]).unwrap()
        };
        // However far apart they lay.
        let told = [batch(values.slice(0, 1), vec!["a"]), batch(values.slice(2, 2), vec!["b", "c"])];
        let told = by_value(&told).unwrap().unwrap();
        let keys: Vec<&str> = told.column(1).as_string::<i32>().iter().flatten().collect();
        assert_eq!(keys, ["b", "a", "c"]);
        assert!(by_value(&[]).unwrap().is_none());
    }
}
