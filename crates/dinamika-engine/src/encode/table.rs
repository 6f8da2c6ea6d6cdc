//! Columns of text for a terminal.

use arrow::datatypes::Schema;
use futures::TryStreamExt;

use super::cell::{Cell, Cells};
use crate::{EngineError, Rows};

/// Rows shown; widths need all of them at once.
const MOST: usize = 10_000;

/// A header, a rule and rows; numbers to the right.
pub(super) async fn table(mut rows: Rows) -> Result<String, EngineError> {
    let schema = rows.schema().clone();
    let mut lines: Vec<Vec<String>> = vec![schema.fields().iter().map(|field| field.name().clone()).collect()];
    let mut left_out = 0;
    while let Some(batch) = rows.try_next().await? {
        let columns = Cells::of_batch(&batch)?;
        let shown = batch.num_rows().min((MOST + 1).saturating_sub(lines.len()));
        left_out += batch.num_rows() - shown;
        lines.extend((0..shown).map(|row| columns.iter().map(|column| printed(column.get(row))).collect()));
    }
    let mut text = drawn(&schema, &lines);
    if left_out > 0 {
        text.push_str(&format!("… и ещё строк: {left_out}\n"));
    }
    Ok(text)
}

fn drawn(schema: &Schema, lines: &[Vec<String>]) -> String {
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..schema.fields().len()).map(width).collect();
    let right: Vec<bool> = schema.fields().iter().map(|field| field.data_type().is_numeric()).collect();
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        let padded = line.iter().zip(&widths).zip(&right).map(|((cell, width), right)| match right {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        });
        text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
        if number == 0 {
            text.push_str(&widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("  "));
            text.push('\n');
        }
    }
    text
}

/// Line breaks and control characters would break the columns, or the terminal.
fn printed(cell: Cell<'_>) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) => text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
        Cell::Whole(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Truth(truth) => truth.to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Moment(moment) => moment.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}
