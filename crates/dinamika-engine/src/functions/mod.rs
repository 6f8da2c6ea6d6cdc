//! Statistical functions of SQL. Numbers in, `Float64` out; null in, null out.
//!
//! | function | gives |
//! |---|---|
//! | `share_low(k, n)`, `share_high(k, n)` | Wilson's interval of the share k/n, 0..1 |
//! | `share_diff_low(k1, n1, k0, n0)`, `share_diff_high(…)` | Newcombe's interval of k1/n1 − k0/n0; 1 is the later one |
//! | `mean_low(sum, sq, n)`, `mean_high(…)` | Student's interval of the mean, from sum and sum of squares |
//! | `mean_diff_low(sum1, sq1, n1, sum0, sq0, n0)`, `mean_diff_high(…)` | Welch's interval of the difference of means |
//!
//! Formulas and where they come from: [`intervals`].

pub(crate) mod intervals;
#[cfg(test)]
mod tests;

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use arrow::{
    array::{Array, AsArray, Float64Array},
    buffer::NullBuffer,
    datatypes::{DataType, Float64Type},
};
use datafusion::{
    error::Result,
    logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility},
    prelude::SessionContext,
};

use intervals::{mean, mean_difference, share, share_difference};

/// Adds ours to those of DataFusion.
pub(crate) fn register(context: &SessionContext) {
    for function in all() {
        context.register_udf(ScalarUDF::from(function));
    }
}

/// A call of one of ours.
pub(crate) fn call(name: &str, arguments: Vec<Expr>) -> Option<Expr> {
    let function = all().into_iter().find(|function| function.name == name)?;
    Some(ScalarUDF::from(function).call(arguments))
}

fn all() -> [Interval; 8] {
    [
        Interval::new("share_low", 2, |a| share(a[0], a[1]).map(low)),
        Interval::new("share_high", 2, |a| share(a[0], a[1]).map(high)),
        Interval::new("share_diff_low", 4, |a| share_difference(a[0], a[1], a[2], a[3]).map(low)),
        Interval::new("share_diff_high", 4, |a| share_difference(a[0], a[1], a[2], a[3]).map(high)),
        Interval::new("mean_low", 3, |a| mean(a[0], a[1], a[2]).map(low)),
        Interval::new("mean_high", 3, |a| mean(a[0], a[1], a[2]).map(high)),
        Interval::new("mean_diff_low", 6, |a| mean_difference((a[0], a[1], a[2]), (a[3], a[4], a[5])).map(low)),
        Interval::new("mean_diff_high", 6, |a| mean_difference((a[0], a[1], a[2]), (a[3], a[4], a[5])).map(high)),
    ]
}

fn low(interval: (f64, f64)) -> f64 {
    interval.0
}

fn high(interval: (f64, f64)) -> f64 {
    interval.1
}

/// Most arguments one of ours takes.
const MOST: usize = 6;

/// One bound of an interval as a function of SQL.
#[derive(Debug)]
struct Interval {
    name: &'static str,
    signature: Signature,
    bound: fn(&[f64; MOST]) -> Option<f64>,
}

impl Interval {
    fn new(name: &'static str, arguments: usize, bound: fn(&[f64; MOST]) -> Option<f64>) -> Self {
        let signature = Signature::exact(vec![DataType::Float64; arguments], Volatility::Immutable);
        Self { name, signature, bound }
    }
}

impl PartialEq for Interval {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Interval {}

impl Hash for Interval {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Interval {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let columns: Vec<&Float64Array> = arrays.iter().map(|array| array.as_primitive::<Float64Type>()).collect();
        let nulls = columns.iter().fold(None, |nulls, column| NullBuffer::union(nulls.as_ref(), column.nulls()));
        let rows = columns.first().map_or(arguments.number_rows, |column| column.len());
        let row = |at: usize| {
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(at)) {
                return None;
            }
            let mut values = [0.0; MOST];
            columns.iter().zip(&mut values).for_each(|(column, value)| *value = column.value(at));
            (self.bound)(&values)
        };
        let bounds: Float64Array = (0..rows).map(row).collect();
        Ok(ColumnarValue::Array(Arc::new(bounds)))
    }
}
