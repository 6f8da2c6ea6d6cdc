//! Rank correlation.

use std::{mem::size_of_val, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray, Float64Array},
    datatypes::{DataType, Field, FieldRef, Float64Type},
};
use datafusion::{
    common::utils::SingleRowListArrayBuilder,
    error::Result,
    logical_expr::{
        Accumulator, AggregateUDFImpl, Documentation, Signature, Volatility,
        function::{AccumulatorArgs, StateFieldsArgs},
        utils::format_state_name,
    },
    scalar::ScalarValue,
};

use super::documented::documentation;

/// Spearman's ρ: Pearson's correlation of ranks, equal values at the mean of their ranks. None for
/// fewer than two pairs, or when one side does not vary.
///
/// C. Spearman, American Journal of Psychology 15 (1904) 72–101.
pub(crate) fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = x.len().min(y.len()) as f64;
    let (x, y) = (ranks(x), ranks(y));
    let mean = (n + 1.0) / 2.0;
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(&y) {
        let (x, y) = (x - mean, y - mean);
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    (xx > 0.0 && yy > 0.0).then(|| (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0))
}

/// Ranks from 1.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let equal = order[from..].iter().take_while(|row| values[**row] == values[order[from]]).count();
        // Places from+1 to from+equal share their mean.
        let rank = from as f64 + (equal as f64 + 1.0) / 2.0;
        order[from..from + equal].iter().for_each(|row| ranks[*row] = rank);
        from += equal;
    }
    ranks
}

/// `spearman(x, y)`: pairs with a null or a NaN are left out.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Function {
    signature: Signature,
    documentation: Documentation,
}

impl Function {
    pub(super) fn new() -> Self {
        let documentation = documentation(
            "Spearman's rank correlation; equal values share their mean rank. Null for fewer than two pairs and where \
             one side does not vary. Source: C. Spearman, American Journal of Psychology 15 (1904) 72-101.",
            "spearman(x, y)",
            "select school_ref, spearman(journal_mark, score) from vpr_protocol group by school_ref",
            &[("x", "one value"), ("y", "the other")],
        );
        Self { signature: Signature::exact(vec![DataType::Float64; 2], Volatility::Immutable), documentation }
    }
}

impl AggregateUDFImpl for Function {
    fn name(&self) -> &str {
        "spearman"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Pairs::default()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let list = DataType::new_list(DataType::Float64, true);
        let field = |part: &str| Field::new(format_state_name(arguments.name, part), list.clone(), true).into();
        Ok(vec![field("x"), field("y")])
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// All pairs of a group: ranks are known only at the end.
#[derive(Debug, Default)]
struct Pairs {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Pairs {
    fn extend(&mut self, x: &Float64Array, y: &Float64Array) {
        for row in 0..x.len() {
            if x.is_valid(row) && y.is_valid(row) && !x.value(row).is_nan() && !y.value(row).is_nan() {
                self.x.push(x.value(row));
                self.y.push(y.value(row));
            }
        }
    }
}

impl Accumulator for Pairs {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.extend(values[0].as_primitive(), values[1].as_primitive());
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (x, y) = (states[0].as_list::<i32>(), states[1].as_list::<i32>());
        for row in 0..x.len() {
            let (x, y) = (x.value(row), y.value(row));
            self.extend(x.as_primitive::<Float64Type>(), y.as_primitive::<Float64Type>());
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let list = |values: &mut Vec<f64>| {
            let values: ArrayRef = Arc::new(Float64Array::from(std::mem::take(values)));
            SingleRowListArrayBuilder::new(values).build_list_scalar()
        };
        Ok(vec![list(&mut self.x), list(&mut self.y)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(spearman(&self.x, &self.y)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + 8 * (self.x.capacity() + self.y.capacity())
    }
}
