//! What an interval of a change comes to, in one word.

use std::sync::Arc;

use arrow::{
    array::{Array, AsArray, Float64Array, StringArray, StringBuilder},
    datatypes::{DataType, Float64Type},
};
use datafusion::{
    common::exec_err,
    error::Result,
    logical_expr::{
        ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
    },
    scalar::ScalarValue,
};

use super::documented::documentation;

/// The expected share of false ones among flagged changes that is put up with.
const FALSE_DISCOVERIES: f64 = 0.05;

/// What may be said of a change. Growth means that the number went up, not that it is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Growth,
    Decline,
    WithinNoise,
    TooFew,
    NotComparable,
}

impl Verdict {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Growth => "growth",
            Self::Decline => "decline",
            Self::WithinNoise => "within_noise",
            Self::TooFew => "too_few",
            Self::NotComparable => "not_comparable",
        }
    }

    /// Of the interval alone; none when there is none.
    pub(crate) fn of(low: f64, high: f64) -> Option<Self> {
        if low.is_nan() || high.is_nan() {
            return None;
        }
        Some(match (low > 0.0, high < 0.0) {
            (true, _) => Self::Growth,
            (_, true) => Self::Decline,
            _ => Self::WithinNoise,
        })
    }
}

/// `verdict(low, high)`: growth, decline or within_noise.
///
/// With a direction (`up`, `down`, `neutral`: which way is better) the words tell of quality:
/// improved, worsened; neutral is told as growth and decline. With `n, base_n, min_n` either group
/// below `min_n` is `too_few`; with a q-value as well, one above 0.05 is within_noise.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Function {
    signature: Signature,
    documentation: Documentation,
}

impl Function {
    pub(super) fn new() -> Self {
        let numbers = |count| TypeSignature::Exact(vec![DataType::Float64; count]);
        let directed = TypeSignature::Exact(vec![DataType::Float64, DataType::Float64, DataType::Utf8]);
        let forms = vec![numbers(2), directed, numbers(5), numbers(6)];
        let documentation = documentation(
            "What the interval of a change comes to: growth when all of it lies above 0, decline when all lies below, \
             else within_noise; null without an interval. With a direction: improved, worsened, within_noise. With \
             numbers of units: too_few when either is below min_n. With a q-value (see bh): within_noise above 0.05.",
            "verdict(low, high [, direction | n, base_n, min_n [, q]])",
            "select verdict(-0.12, -0.01), verdict(-0.12, -0.01, 'down') -- decline, improved",
            &[
                ("low", "lower bound of the change"),
                ("high", "upper bound"),
                ("direction", "up, down or neutral: which way is better"),
                ("n", "units of the later value"),
                ("base_n", "units of the earlier value"),
                ("min_n", "fewest units that are judged"),
                ("q", "p-value adjusted for the number of comparisons"),
            ],
        );
        Self { signature: Signature::one_of(forms, Volatility::Immutable), documentation }
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        "verdict"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { arguments.number_rows };
        let arrays =
            arguments.args.into_iter().map(|argument| argument.into_array(rows)).collect::<Result<Vec<_>>>()?;
        let number = |column: usize| arrays.get(column).and_then(|array| array.as_primitive_opt::<Float64Type>());
        let (Some(low), Some(high)) = (number(0), number(1)) else { return exec_err!("verdict needs an interval") };
        let direction = arrays.get(2).and_then(|array| array.as_string_opt::<i32>());
        let guard = match (number(2), number(3), number(4)) {
            (Some(n), Some(base), Some(least)) => Some([n, base, least]),
            _ => None,
        };
        let q = number(5);
        let mut words = StringBuilder::with_capacity(rows, 12 * rows);
        for row in 0..rows {
            words.append_option(match (direction, guard) {
                (Some(direction), _) => directed(low, high, direction, row)?,
                (None, Some(guard)) => guarded(low, high, guard, q, row),
                (None, None) => plain(low, high, row).map(Verdict::as_str),
            });
        }
        let words: StringArray = words.finish();
        Ok(match constant {
            true => ColumnarValue::Scalar(ScalarValue::try_from_array(&words, 0)?),
            false => ColumnarValue::Array(Arc::new(words)),
        })
    }
}

fn plain(low: &Float64Array, high: &Float64Array, row: usize) -> Option<Verdict> {
    Verdict::of(at(low, row), at(high, row))
}

fn directed(
    low: &Float64Array,
    high: &Float64Array,
    direction: &StringArray,
    row: usize,
) -> Result<Option<&'static str>> {
    if direction.is_null(row) {
        return Ok(None);
    }
    let better = match direction.value(row) {
        "up" => Some(Verdict::Growth),
        "down" => Some(Verdict::Decline),
        "neutral" => None,
        other => return exec_err!("verdict: expected a direction up, down or neutral, found {other:?}"),
    };
    Ok(plain(low, high, row).map(|verdict| match (verdict, better) {
        (Verdict::Growth | Verdict::Decline, Some(better)) if verdict == better => "improved",
        (Verdict::Growth | Verdict::Decline, Some(_)) => "worsened",
        _ => verdict.as_str(),
    }))
}

fn guarded(
    low: &Float64Array,
    high: &Float64Array,
    [n, base, least]: [&Float64Array; 3],
    q: Option<&Float64Array>,
    row: usize,
) -> Option<&'static str> {
    let least = at(least, row);
    if !(at(n, row) >= least && at(base, row) >= least) {
        return Some(Verdict::TooFew.as_str());
    }
    let verdict = plain(low, high, row)?;
    let judged = q.is_none_or(|q| at(q, row) <= FALSE_DISCOVERIES);
    Some(if judged { verdict } else { Verdict::WithinNoise }.as_str())
}

/// A null is no number.
fn at(array: &Float64Array, row: usize) -> f64 {
    if array.is_valid(row) { array.value(row) } else { f64::NAN }
}
