//! The slope of a series whose values are known with known errors.

use std::{mem::size_of_val, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray, Float64Array, StructArray},
    datatypes::{DataType, Field, FieldRef, Fields, Float64Type},
};
use datafusion::{
    common::exec_err,
    error::Result,
    logical_expr::{
        Accumulator, AggregateUDFImpl, Documentation, Signature, TypeSignature, Volatility,
        function::{AccumulatorArgs, StateFieldsArgs},
        utils::format_state_name,
    },
    scalar::ScalarValue,
};

use super::{
    documented::documentation,
    student::{Level, normal_tails},
};

/// Sums of a weighted straight line through points with known errors, `w = 1/error²`.
///
/// `slope = Sxy/Sxx`, its squared error `1/Sxx`; the interval is the normal one, since errors are
/// known and not estimated from the few points. Needs two different x.
///
/// W. G. Cochran, Biometrics 10 (1954) 101–129 (weights of known errors); P. R. Bevington, Data
/// Reduction and Error Analysis (1969), 6.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    points: f64,
    weight: f64,
    /// Weighted means and sums about them, so that years as large as 2020 cost no digits.
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    confidence: f64,
}

/// A line's slope per unit of x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Slope {
    pub(crate) slope: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) p: f64,
    pub(crate) points: f64,
}

impl Default for Line {
    fn default() -> Self {
        Self { points: 0.0, weight: 0.0, x: 0.0, y: 0.0, xx: 0.0, xy: 0.0, confidence: 0.95 }
    }
}

impl Line {
    /// Adds a point; one without an error above 0 is none.
    pub(crate) fn add(&mut self, x: f64, y: f64, error: f64) {
        if error > 0.0 && error.is_finite() && x.is_finite() && y.is_finite() {
            let point = Self { points: 1.0, weight: 1.0 / (error * error), x, y, xx: 0.0, xy: 0.0, ..Self::default() };
            self.merge(point);
        }
    }

    fn merge(&mut self, other: Self) {
        let weight = self.weight + other.weight;
        if weight <= 0.0 {
            return;
        }
        let (dx, dy) = (other.x - self.x, other.y - self.y);
        let shared = self.weight * other.weight / weight;
        self.xx += other.xx + dx * dx * shared;
        self.xy += other.xy + dx * dy * shared;
        self.x += dx * other.weight / weight;
        self.y += dy * other.weight / weight;
        self.weight = weight;
        self.points += other.points;
    }

    /// Weighted sums about the means: of x squared, of x and y.
    pub(crate) fn about_the_means(&self) -> (f64, f64) {
        (self.xx, self.xy)
    }

    /// None for fewer than two different x.
    pub(crate) fn slope(&self) -> Option<Slope> {
        let level = Level::of(self.confidence)?;
        // Of equal x rounding may leave a little.
        if self.xx <= 1e-12 * self.weight {
            return None;
        }
        let (slope, error) = (self.xy / self.xx, 1.0 / self.xx.sqrt());
        let half = level.z * error;
        let p = normal_tails(slope / error);
        Some(Slope { slope, low: slope - half, high: slope + half, p, points: self.points })
    }

    fn state(&self) -> [f64; 7] {
        [self.points, self.weight, self.x, self.y, self.xx, self.xy, self.confidence]
    }
}

/// `trend_ci(x, y, error [, confidence])`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Function {
    signature: Signature,
    documentation: Documentation,
}

const STATE: [&str; 7] = ["points", "weight", "x", "y", "xx", "xy", "confidence"];
const GIVES: [&str; 5] = ["slope", "low", "high", "p", "n"];

impl Function {
    pub(super) fn new() -> Self {
        let numbers = |count| TypeSignature::Exact(vec![DataType::Float64; count]);
        let documentation = documentation(
            "Slope of y on x through points with known standard errors, weights 1/error^2, with its normal interval and \
             p-value: struct slope, low, high, p, n. Null for fewer than two different x; points without an error above \
             0 are left out. Source: W. G. Cochran, Biometrics 10 (1954) 101-129.",
            "trend_ci(x, y, error [, confidence])",
            "select entity, trend_ci(year, value, (ci_high - ci_low) / 3.92)['slope'] from series group by entity",
            &[
                ("x", "when, as a number"),
                ("y", "the value"),
                ("error", "its standard error"),
                ("confidence", "0.95 unless given"),
            ],
        );
        Self { signature: Signature::one_of(vec![numbers(3), numbers(4)], Volatility::Immutable), documentation }
    }
}

impl AggregateUDFImpl for Function {
    fn name(&self) -> &str {
        "trend_ci"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields()))
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Line::default()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let field = |part: &&str| Field::new(format_state_name(arguments.name, part), DataType::Float64, true).into();
        Ok(STATE.iter().map(field).collect())
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

impl Accumulator for Line {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let columns: Vec<&Float64Array> = values.iter().map(|array| array.as_primitive::<Float64Type>()).collect();
        for row in (0..columns[0].len()).filter(|row| columns.iter().all(|column| column.is_valid(*row))) {
            if let Some(confidence) = columns.get(3).map(|column| column.value(row)) {
                if Level::of(confidence).is_none() {
                    return exec_err!(
                        "trend_ci: expected a confidence strictly between 0 and 1, found {confidence}; 95 % is written 0.95"
                    );
                }
                self.confidence = confidence;
            }
            self.add(columns[0].value(row), columns[1].value(row), columns[2].value(row));
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for row in 0..states[0].len() {
            let part = |column: usize| states[column].as_primitive::<Float64Type>().value(row);
            let confidence = part(6);
            if part(0) > 0.0 {
                self.confidence = confidence;
            }
            self.merge(Self {
                points: part(0),
                weight: part(1),
                x: part(2),
                y: part(3),
                xx: part(4),
                xy: part(5),
                confidence,
            });
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(Self::state(self).into_iter().map(ScalarValue::from).collect())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let slope = self.slope();
        let given = slope.map_or([None; 5], |s| [s.slope, s.low, s.high, s.p, s.points].map(Some));
        let columns = given.iter().map(|value| Arc::new(Float64Array::from(vec![*value])) as ArrayRef).collect();
        let nulls = slope.is_none().then(|| arrow::buffer::NullBuffer::new_null(1));
        Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(fields(), columns, nulls)?)))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

fn fields() -> Fields {
    GIVES.iter().map(|name| Field::new(*name, DataType::Float64, true)).collect()
}
