//! Many comparisons at once.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, Float64Array},
    datatypes::{DataType, Field, FieldRef, Float64Type},
};
use datafusion::{
    error::Result,
    logical_expr::{
        Documentation, LimitEffect, PartitionEvaluator, Signature, Volatility, WindowUDFImpl,
        function::{PartitionEvaluatorArgs, WindowUDFFieldArgs},
    },
    physical_plan::PhysicalExpr,
};

use super::documented::documentation;

/// Adjusted p-values of a family, in its order: `q(i) = min over j ≥ i of p(j)·m/j`, p sorted
/// upwards. What has no p-value is not of the family and has no q.
///
/// Flagging `q ≤ α` keeps the expected share of false ones among the flagged at α or below.
/// Y. Benjamini and Y. Hochberg, JRSS B 57 (1995) 289–300; for tests that depend positively on each
/// other, as schools compared with one region do, Y. Benjamini and D. Yekutieli, Annals of
/// Statistics 29 (2001) 1165–1188.
pub(crate) fn q_values(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let valid = |p: &f64| (0.0..=1.0).contains(p);
    let mut order: Vec<(usize, f64)> =
        p.iter().enumerate().filter_map(|(at, p)| p.filter(valid).map(|p| (at, p))).collect();
    order.sort_unstable_by(|a, b| a.1.total_cmp(&b.1));
    let family = order.len() as f64;
    let mut q = vec![None; p.len()];
    let mut least = 1.0_f64;
    for (place, (at, p)) in order.iter().enumerate().rev() {
        // The ratio first: of the greatest p it is 1, and q no less than p.
        least = least.min(p * (family / (place as f64 + 1.0)));
        q[*at] = Some(least);
    }
    q
}

/// `bh(p) over (partition by …)`: the partition is the family, its order and frame do not matter.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Function {
    signature: Signature,
    documentation: Documentation,
}

impl Function {
    pub(super) fn new() -> Self {
        let documentation = documentation(
            "Benjamini-Hochberg's adjusted p-value (q-value) within the partition: flagging q <= 0.05 keeps the \
             expected share of false ones among the flagged at 5 %. Rows without p are not of the family. \
             Source: Y. Benjamini and Y. Hochberg, JRSS B 57 (1995) 289-300.",
            "bh(p) over (partition by ...)",
            "select school, bh(diff_p(k1, n1, k0, n0)) over (partition by subject) as q from changes",
            &[("p", "p-value of one comparison")],
        );
        Self { signature: Signature::exact(vec![DataType::Float64], Volatility::Immutable), documentation }
    }
}

impl WindowUDFImpl for Function {
    fn name(&self) -> &str {
        "bh"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn partition_evaluator(&self, _: PartitionEvaluatorArgs<'_>) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Family))
    }

    fn field(&self, arguments: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Field::new(arguments.name(), DataType::Float64, true).into())
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        // Every q depends on all p of the partition.
        LimitEffect::Unknown
    }
}

#[derive(Debug)]
struct Family;

impl PartitionEvaluator for Family {
    fn evaluate_all(&mut self, values: &[ArrayRef], _: usize) -> Result<ArrayRef> {
        let p = values[0].as_primitive::<Float64Type>();
        let p: Vec<Option<f64>> = (0..p.len()).map(|row| p.is_valid(row).then(|| p.value(row))).collect();
        Ok(Arc::new(Float64Array::from(q_values(&p))))
    }
}
