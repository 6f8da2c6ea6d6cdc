//! Scores of tasks as one list a row, without the columns that are empty in the whole sheet.
//!
//! Which columns those are is known only at the end of the sheet, so rows are held (typed and
//! small) until every column has shown a value, or too many are held.

use std::sync::Arc;

use arrow::{
    array::{
        Array, ArrayRef, BooleanArray, Float32Array, Float32Builder, Float64Array, Int32Builder, ListArray,
        StringBuilder, StructArray,
    },
    buffer::OffsetBuffer,
    compute::filter_record_batch,
    datatypes::{DataType, Field, SchemaRef},
    error::ArrowError,
    record_batch::RecordBatch,
};

use super::Columns;
use crate::{Refusal, layout::bind::Plan};

/// Held rows over which columns without a value are kept all the same.
const MOST_HELD: usize = 1 << 18;

/// The sum of the scores of each row; null where no task has one.
fn sums(scores: &[Scores], rows: usize) -> ArrayRef {
    let mut sums: Vec<Option<f64>> = vec![None; rows];
    for (scores, _) in scores.iter().flatten() {
        for (sum, score) in sums.iter_mut().zip(scores) {
            if let Some(score) = score {
                *sum = Some(sum.unwrap_or(0.0) + f64::from(score));
            }
        }
    }
    Arc::new(Float64Array::from(sums))
}

/// Words of the states, in the order of their numbers.
const STATES: [&str; 4] = ["scored", "blank", "untaught", "missing"];

/// Scores and states of one column of a chunk; nothing when all its cells are empty.
pub(super) type Scores = Option<(Float32Array, Vec<u8>)>;

/// Holds rows and makes lists.
pub(super) struct Tasks {
    /// `no`, `label`, `max` of each column; none when nothing is unpivoted into a list.
    columns: Vec<(i32, String, Option<i32>)>,
    listed: bool,
    seen: Vec<bool>,
    /// Known when it is certain which columns there are.
    certain: bool,
    held: Vec<Held>,
    held_rows: usize,
    next: Vec<Scores>,
}

struct Held {
    columns: Columns,
    scores: Vec<Scores>,
    keep: Option<BooleanArray>,
}

impl Tasks {
    pub(super) fn new(plan: &Plan) -> Self {
        let unpivot = plan.unpivot.as_ref().filter(|unpivot| unpivot.tasks.is_some());
        let columns: Vec<_> = unpivot.map_or_else(Vec::new, |unpivot| {
            unpivot.columns.iter().map(|column| (column.no, column.label.clone(), column.max)).collect()
        });
        Self {
            seen: vec![false; columns.len()],
            listed: unpivot.is_some(),
            certain: columns.is_empty(),
            columns,
            held: Vec::new(),
            held_rows: 0,
            next: Vec::new(),
        }
    }

    /// Scores of the rows that are pushed next.
    pub(super) fn scores(&mut self, scores: Vec<Scores>) {
        for (seen, column) in self.seen.iter_mut().zip(&scores) {
            *seen |= column.is_some();
        }
        self.next = scores;
    }

    /// Takes rows and gives those that are ready.
    pub(super) fn push(
        &mut self,
        schema: &SchemaRef,
        columns: Columns,
        keep: Option<BooleanArray>,
    ) -> Result<Vec<RecordBatch>, Refusal> {
        self.held_rows += columns.iter().flatten().next().map_or(0, |array| array.len());
        self.held.push(Held { columns, scores: std::mem::take(&mut self.next), keep });
        if !self.certain {
            if self.held_rows > MOST_HELD {
                self.seen.fill(true);
            }
            self.certain = !self.seen.contains(&false);
        }
        if self.certain { self.finish(schema) } else { Ok(Vec::new()) }
    }

    /// Gives all rows that are held.
    pub(super) fn finish(&mut self, schema: &SchemaRef) -> Result<Vec<RecordBatch>, Refusal> {
        self.held_rows = 0;
        std::mem::take(&mut self.held).into_iter().map(|held| self.batch(schema, held).map_err(internal)).collect()
    }

    fn batch(&self, schema: &SchemaRef, held: Held) -> Result<RecordBatch, ArrowError> {
        let rows = held.columns.iter().flatten().next().map_or(0, |array| array.len());
        let mut arrays = Vec::with_capacity(held.columns.len());
        for (field, column) in schema.fields().iter().zip(held.columns) {
            arrays.push(match column {
                Some(array) => array,
                None if field.data_type().is_nested() => self.list(field, &held.scores, rows)?,
                None => sums(&held.scores, rows),
            });
        }
        let batch = RecordBatch::try_new(schema.clone(), arrays)?;
        match held.keep {
            Some(keep) => filter_record_batch(&batch, &keep),
            None => Ok(batch),
        }
    }

    fn list(&self, field: &Field, scores: &[Scores], rows: usize) -> Result<ArrayRef, ArrowError> {
        let DataType::List(item) = field.data_type() else {
            return Err(ArrowError::SchemaError(format!("{} is no list", field.name())));
        };
        let DataType::Struct(fields) = item.data_type() else {
            return Err(ArrowError::SchemaError(format!("{} is no list of structs", field.name())));
        };
        let kept: Vec<usize> = (0..self.columns.len()).filter(|at| self.listed && self.seen[*at]).collect();
        let count = rows * kept.len();
        let mut numbers = Int32Builder::with_capacity(count);
        let mut labels = StringBuilder::with_capacity(count, count * 3);
        let mut most = Int32Builder::with_capacity(count);
        let mut values = Float32Builder::with_capacity(count);
        let mut states = StringBuilder::with_capacity(count, count * 6);
        for row in 0..rows {
            for at in &kept {
                let (no, label, max) = &self.columns[*at];
                numbers.append_value(*no);
                labels.append_value(label);
                most.append_option(*max);
                let (value, state) = match scores.get(*at) {
                    Some(Some((score, state))) => ((!score.is_null(row)).then(|| score.value(row)), state[row]),
                    _ => (None, 3),
                };
                values.append_option(value);
                states.append_value(STATES[usize::from(state.min(3))]);
            }
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(numbers.finish()),
            Arc::new(labels.finish()),
            Arc::new(most.finish()),
            Arc::new(values.finish()),
            Arc::new(states.finish()),
        ];
        let elements = StructArray::try_new(fields.clone(), columns, None)?;
        let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(kept.len(), rows));
        Ok(Arc::new(ListArray::try_new(item.clone(), offsets, Arc::new(elements), None)?))
    }
}

/// A mistake of ours, not of the file.
pub(super) fn internal(error: ArrowError) -> Refusal {
    Refusal::Sink(Box::new(error))
}
