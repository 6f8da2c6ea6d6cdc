//! How much of the variance lies between groups.

use std::mem::size_of_val;

use arrow::{
    array::{Array, ArrayRef, AsArray},
    datatypes::{DataType, Field, FieldRef, Float64Type},
};
use datafusion::{
    error::Result,
    logical_expr::{
        Accumulator, AggregateUDFImpl, Documentation, Signature, Volatility,
        function::{AccumulatorArgs, StateFieldsArgs},
        utils::format_state_name,
    },
    scalar::ScalarValue,
};

use super::documented::documentation;

/// One-way analysis of variance over groups of unequal size, from each group's number, sum and sum of squares.
///
/// `ICC = (MSB − MSW) / (MSB + (n₀−1)·MSW)`, `n₀ = (N − Σn²/N)/(g−1)`. An estimate may be a little below nothing.
///
/// A. Donner and J. J. Koval, Biometrics 36 (1980) 19–25.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Anova {
    groups: f64,
    n: f64,
    sum: f64,
    squares: f64,
    /// Σ (sum of a group)² / n.
    between: f64,
    /// Σ n².
    sizes: f64,
}

impl Anova {
    /// Adds a group; one without units, or with numbers that cannot be, is none.
    pub(crate) fn add(&mut self, n: f64, sum: f64, squares: f64) {
        if n > 0.0 && n.is_finite() && sum.is_finite() && squares.is_finite() {
            self.merge([1.0, n, sum, squares, sum * sum / n, n * n]);
        }
    }

    fn merge(&mut self, [groups, n, sum, squares, between, sizes]: [f64; 6]) {
        self.groups += groups;
        self.n += n;
        self.sum += sum;
        self.squares += squares;
        self.between += between;
        self.sizes += sizes;
    }

    fn state(&self) -> [f64; 6] {
        [self.groups, self.n, self.sum, self.squares, self.between, self.sizes]
    }

    /// Variance within groups: MSW.
    pub(crate) fn within(&self) -> Option<f64> {
        let freedom = self.n - self.groups;
        (freedom > 0.0).then(|| ((self.squares - self.between) / freedom).max(0.0))
    }

    /// Variance between groups that is not chance: (MSB − MSW)/n₀; may be below nothing.
    pub(crate) fn variance_between(&self) -> Option<f64> {
        let within = self.within()?;
        if self.groups < 2.0 {
            return None;
        }
        let size = (self.n - self.sizes / self.n) / (self.groups - 1.0);
        let msb = (self.between - self.sum * self.sum / self.n) / (self.groups - 1.0);
        (size > 0.0).then(|| (msb - within) / size)
    }

    /// None unless there are two groups, one of them of two units, and anything varies.
    pub(crate) fn icc(&self) -> Option<f64> {
        let (between, within) = (self.variance_between()?, self.within()?);
        let whole = between + within;
        (whole > 1e-12 * (self.squares / self.n).abs()).then(|| between / whole)
    }
}

/// `icc(n, sum, sq)`: one row a group.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Function {
    signature: Signature,
    documentation: Documentation,
}

const STATE: [&str; 6] = ["groups", "n", "sum", "squares", "between", "sizes"];

impl Function {
    pub(super) fn new() -> Self {
        let documentation = documentation(
            "Intraclass correlation over groups, one row a group: the share of the variance that lies between them, by \
             one-way analysis of variance with unequal sizes. May come out a little below 0. For a share give k as both \
             sum and sq. Source: A. Donner and J. J. Koval, Biometrics 36 (1980) 19-25.",
            "icc(n, sum, sq)",
            "select subject, icc(n, score_sum, score_sq) from vpr_marks group by subject",
            &[
                ("n", "units of the group"),
                ("sum", "sum of their values"),
                ("sq", "sum of the squares of their values"),
            ],
        );
        Self { signature: Signature::exact(vec![DataType::Float64; 3], Volatility::Immutable), documentation }
    }
}

impl AggregateUDFImpl for Function {
    fn name(&self) -> &str {
        "icc"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Anova::default()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let field = |part: &&str| Field::new(format_state_name(arguments.name, part), DataType::Float64, true).into();
        Ok(STATE.iter().map(field).collect())
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

impl Accumulator for Anova {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let [n, sum, squares] = [0, 1, 2].map(|column: usize| values[column].as_primitive::<Float64Type>());
        for row in 0..n.len() {
            if n.is_valid(row) && sum.is_valid(row) && squares.is_valid(row) {
                self.add(n.value(row), sum.value(row), squares.value(row));
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for row in 0..states[0].len() {
            let part = |column: usize| states[column].as_primitive::<Float64Type>().value(row);
            self.merge([part(0), part(1), part(2), part(3), part(4), part(5)]);
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(Anova::state(self).into_iter().map(ScalarValue::from).collect())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.icc()))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}
