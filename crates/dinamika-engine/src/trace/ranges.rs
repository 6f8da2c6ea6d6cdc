//! Rows of sheets as ranges.

use arrow::{
    array::{Array, AsArray},
    datatypes::Int32Type,
};
use futures::StreamExt as _;

use crate::{EngineError, Rows};

/// Ranges kept of a batch.
const MOST: usize = 50;

/// Rows of one batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRows {
    /// The batch.
    pub batch: String,
    /// Rows of the table.
    pub rows: u64,
    /// First and last rows of the sheet, from 1, in order; at most fifty ranges.
    pub ranges: Vec<(i32, i32)>,
    /// Whether there are more ranges.
    pub more: bool,
}

/// Ranges of `_batch` and `_row`, which come in order. A row of a sheet that became several rows of the table is one.
pub(super) async fn of(mut rows: Rows) -> Result<Vec<BatchRows>, EngineError> {
    let mut found: Vec<BatchRows> = Vec::new();
    while let Some(rows) = rows.next().await {
        let rows = rows?;
        let (batches, places) = (rows.column(0).as_string::<i32>(), rows.column(1).as_primitive::<Int32Type>());
        for at in (0..rows.num_rows()).filter(|at| batches.is_valid(*at)) {
            if found.last().is_none_or(|last| last.batch != batches.value(at)) {
                let batch = batches.value(at).to_owned();
                found.push(BatchRows { batch, rows: 0, ranges: Vec::new(), more: false });
            }
            if let Some(last) = found.last_mut() {
                last.add(places.is_valid(at).then(|| places.value(at)));
            }
        }
    }
    Ok(found)
}

impl BatchRows {
    fn add(&mut self, row: Option<i32>) {
        self.rows += 1;
        let Some(row) = row else { return };
        let full = self.ranges.len() == MOST;
        match self.ranges.last_mut() {
            Some((_, last)) if row <= *last => {}
            Some((_, last)) if row == *last + 1 && !self.more => *last = row,
            _ if full => self.more = true,
            _ => self.ranges.push((row, row)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_stand_together_are_one_range() {
        let mut batch = BatchRows { batch: "a".into(), rows: 0, ranges: Vec::new(), more: false };
        for row in [3, 4, 4, 5, 9, 11, 12] {
            batch.add(Some(row));
        }
        assert_eq!((batch.rows, batch.ranges, batch.more), (7, vec![(3, 5), (9, 9), (11, 12)], false));
    }

    #[test]
    fn many_ranges_are_cut_and_it_is_told() {
        let mut batch = BatchRows { batch: "a".into(), rows: 0, ranges: Vec::new(), more: false };
        for row in 0..200 {
            batch.add(Some(row * 2));
        }
        assert_eq!((batch.rows, batch.ranges.len(), batch.more), (200, MOST, true));
    }
}
