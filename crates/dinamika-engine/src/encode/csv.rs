//! CSV, plain and for a Russian Excel.

use std::fmt::Write;

use arrow::{datatypes::Schema, record_batch::RecordBatch};
use bytes::Bytes;

use super::{
    Dialect, Piece,
    cell::{Cell, Cells},
};
use crate::EngineError;

/// Writes batches one after another.
pub(super) struct Csv {
    style: Style,
    /// Text of one cell before it is quoted.
    cell: String,
}

struct Style {
    excel: bool,
    delimiter: char,
    line_end: &'static str,
}

impl Csv {
    pub(super) fn new(dialect: Dialect) -> Self {
        let style = match dialect {
            Dialect::Plain => Style { excel: false, delimiter: ',', line_end: "\n" },
            Dialect::ExcelRu => Style { excel: true, delimiter: ';', line_end: "\r\n" },
        };
        Self { style, cell: String::new() }
    }
}

impl Piece for Csv {
    fn begin(&mut self, schema: &Schema) -> Result<Bytes, EngineError> {
        let mut out = String::new();
        if self.style.excel {
            out.push('\u{feff}');
        }
        let names = schema.fields().iter().map(|field| Cell::Text(field.name()));
        self.line(&mut out, names);
        Ok(out.into())
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<Bytes, EngineError> {
        let columns = Cells::of_batch(batch)?;
        let mut out = String::with_capacity(batch.num_rows() * columns.len() * 8);
        for row in 0..batch.num_rows() {
            self.line(&mut out, columns.iter().map(|column| column.get(row)));
        }
        Ok(out.into())
    }
}

impl Csv {
    fn line<'a>(&mut self, out: &mut String, cells: impl Iterator<Item = Cell<'a>>) {
        let start = out.len();
        let mut count = 0;
        for cell in cells {
            if count > 0 {
                out.push(self.style.delimiter);
            }
            count += 1;
            self.cell.clear();
            self.style.print(cell, &mut self.cell);
            self.style.quote(&self.cell, out);
        }
        // An empty line would be read as no row.
        if count == 1 && out.len() == start {
            out.push_str("\"\"");
        }
        out.push_str(self.style.line_end);
    }
}

impl Style {
    fn print(&self, cell: Cell<'_>, out: &mut String) {
        let done = match cell {
            Cell::Nothing => Ok(()),
            Cell::Text(text) => {
                // A spreadsheet would run such a text as a formula.
                if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
                    out.push('\'');
                }
                out.write_str(text)
            }
            Cell::Whole(number) => write!(out, "{number}"),
            Cell::Number(number) => {
                let done = write!(out, "{number}");
                if self.excel
                    && let Some(point) = out.find('.')
                {
                    out.replace_range(point..=point, ",");
                }
                done
            }
            Cell::Truth(truth) if self.excel => out.write_str(if truth { "да" } else { "нет" }),
            Cell::Truth(truth) => write!(out, "{truth}"),
            Cell::Day(day) if self.excel => write!(out, "{}", day.format("%d.%m.%Y")),
            Cell::Day(day) => write!(out, "{day}"),
            Cell::Moment(moment) if self.excel => write!(out, "{}", moment.format("%d.%m.%Y %H:%M:%S")),
            Cell::Moment(moment) => write!(out, "{}Z", moment.format("%Y-%m-%dT%H:%M:%S%.f")),
        };
        // Writing to a String does not fail.
        debug_assert!(done.is_ok());
    }

    fn quote(&self, text: &str, out: &mut String) {
        if !text.contains([self.delimiter, '"', '\n', '\r']) {
            return out.push_str(text);
        }
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    }
}
