//! A function of numbers, a row at a time, for all rows of a batch.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use arrow::{
    array::{Array, ArrayRef, AsArray, Float64Array, Float64Builder, StructArray},
    buffer::NullBuffer,
    datatypes::{DataType, Field, Fields, Float64Type},
};
use datafusion::{
    common::exec_err,
    error::Result,
    logical_expr::{
        ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
    },
};

use super::student::Level;

/// Most arguments one of ours takes.
const MOST: usize = 7;
/// Most numbers one of ours gives.
pub(super) const WIDEST: usize = 4;

/// What may follow the arguments that are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// Nothing.
    Nothing,
    /// How sure the interval is.
    Confidence,
    /// One more number.
    Number,
}

/// Arguments of a row, without confidence, to as many numbers as the function gives.
pub(super) type Formula = fn(&[f64], Level) -> Option<[f64; WIDEST]>;

/// A function of numbers that gives one number, or a struct of numbers.
#[derive(Debug)]
pub(super) struct Scalar {
    name: &'static str,
    needed: usize,
    last: Last,
    /// Names of what it gives; none for a plain number.
    gives: &'static [&'static str],
    formula: Formula,
    signature: Signature,
    documentation: Documentation,
}

impl Scalar {
    pub(super) fn new(
        (name, needed, last): (&'static str, usize, Last),
        gives: &'static [&'static str],
        formula: Formula,
        documentation: Documentation,
    ) -> Self {
        let numbers = |count| TypeSignature::Exact(vec![DataType::Float64; count]);
        let signature = match last {
            Last::Nothing => Signature::new(numbers(needed), Volatility::Immutable),
            _ => Signature::one_of(vec![numbers(needed), numbers(needed + 1)], Volatility::Immutable),
        };
        Self { name, needed, last, gives, formula, signature, documentation }
    }

    fn fields(&self) -> Fields {
        self.gives.iter().map(|name| Field::new(*name, DataType::Float64, true)).collect()
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Scalar {}

impl Hash for Scalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Scalar {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(if self.gives.is_empty() { DataType::Float64 } else { DataType::Struct(self.fields()) })
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        // Constants alone are computed once.
        let constant = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { arguments.number_rows };
        let arrays: Vec<ArrayRef> =
            arguments.args.into_iter().map(|argument| argument.into_array(rows)).collect::<Result<_>>()?;
        let columns: Vec<&Float64Array> = arrays.iter().map(|array| array.as_primitive::<Float64Type>()).collect();
        let nulls = columns.iter().fold(None, |nulls, column| NullBuffer::union(nulls.as_ref(), column.nulls()));
        let confidence = match self.last {
            Last::Confidence => columns.get(self.needed).copied(),
            _ => None,
        };
        let numbers = if confidence.is_some() { &columns[..self.needed] } else { &columns[..] };
        let width = self.gives.len().max(1);
        let mut given: Vec<Float64Builder> = (0..width).map(|_| Float64Builder::with_capacity(rows)).collect();
        let mut level = Level::USUAL;
        let mut values = [0.0; MOST];
        for row in 0..rows {
            let result = if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                None
            } else {
                if let Some(asked) = confidence.map(|column| column.value(row))
                    && asked != level.confidence()
                {
                    level = self.level(asked)?;
                }
                numbers.iter().zip(&mut values).for_each(|(column, value)| *value = column.value(row));
                (self.formula)(&values[..numbers.len()], level)
            };
            for (place, builder) in given.iter_mut().enumerate() {
                builder.append_option(result.map(|result| result[place]));
            }
        }
        let mut given: Vec<ArrayRef> = given.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        let result: ArrayRef = match given.pop() {
            Some(only) if self.gives.is_empty() => only,
            Some(last) => {
                // A row that has no result is null as a whole.
                let nulls = last.nulls().cloned();
                given.push(last);
                Arc::new(StructArray::try_new(self.fields(), given, nulls)?)
            }
            None => return exec_err!("{} gives nothing", self.name),
        };
        if constant {
            return Ok(ColumnarValue::Scalar(datafusion::scalar::ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }
}

impl Scalar {
    fn level(&self, asked: f64) -> Result<Level> {
        match Level::of(asked) {
            Some(level) => Ok(level),
            None => exec_err!(
                "{}: expected a confidence strictly between 0 and 1, found {asked}; 95 % is written 0.95",
                self.name
            ),
        }
    }
}
