//! CSV, plain and for a Russian Excel.

use std::fmt::Write;

use arrow::{datatypes::Schema, record_batch::RecordBatch};
use bytes::Bytes;

use super::{
    Dialect, EncodeOptions, Encoding, Piece, Replaced,
    cell::{Cell, Cells},
    windows_1251,
};
use crate::EngineError;

/// Writes batches one after another.
pub(super) struct Csv {
    style: Style,
    /// Of windows-1251; UTF-8 has every sign.
    replaced: Option<Replaced>,
    /// Text of one cell before it is quoted.
    cell: String,
}

struct Style {
    excel: bool,
    delimiter: char,
    line_end: &'static str,
}

impl Csv {
    pub(super) fn new(options: &EncodeOptions) -> Self {
        let style = match options.dialect {
            Dialect::Plain => Style { excel: false, delimiter: ',', line_end: "\n" },
            Dialect::ExcelRu => Style { excel: true, delimiter: ';', line_end: "\r\n" },
        };
        let replaced = (options.encoding == Encoding::Windows1251).then(|| options.replaced.clone());
        Self { style, replaced, cell: String::new() }
    }

    fn bytes(&self, text: String) -> Bytes {
        match &self.replaced {
            None => text.into(),
            Some(replaced) => windows_1251::encode(&text, replaced),
        }
    }
}

impl Piece for Csv {
    fn begin(&mut self, schema: &Schema) -> Result<Bytes, EngineError> {
        let mut out = String::new();
        if self.style.excel && self.replaced.is_none() {
            out.push('\u{feff}');
        }
        let names = schema.fields().iter().map(|field| Cell::Text(field.name()));
        self.line(&mut out, names);
        Ok(self.bytes(out))
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<Bytes, EngineError> {
        let columns = Cells::of_batch(batch)?;
        let mut out = String::with_capacity(batch.num_rows() * columns.len() * 8);
        for row in 0..batch.num_rows() {
            self.line(&mut out, columns.iter().map(|column| column.get(row)));
        }
        Ok(self.bytes(out))
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
            // The quotes are doubled with the cell's own: Excel shows the text as it is.
            Cell::Text(text) if self.excel && is_mistaken(text) => write!(out, "=\"{text}\""),
            Cell::Text(text) => {
                if is_formula(text) {
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

/// Whether a spreadsheet might run the text; blanks before it do not stop one. A plain negative number is none.
fn is_formula(text: &str) -> bool {
    let begun = text.trim_start_matches([' ', '"', '\u{a0}']);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = |text: &str| match text.split_once(['.', ',']) {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(text),
    };
    begun.starts_with(['=', '+', '-', '@', '|', '%', '\t', '\r', '\n'])
        && !begun.strip_prefix('-').is_some_and(is_number)
}

/// Whether Excel would take a key for a number and lose its zeros or digits (`03701000`, ОГРН longer than 15 digits),
/// or for a date (task `3.1`, year `2011/12`).
fn is_mistaken(text: &str) -> bool {
    const EXACT: usize = 15;
    let is_digits =
        |part: &&str| !part.is_empty() && part.len() <= 40 && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits(&text) {
        return text.len() > EXACT || (text.len() > 1 && text.starts_with('0'));
    }
    let parts: Vec<&str> = text.split(['.', '/', '-', ':']).collect();
    if !parts.iter().all(is_digits) {
        return false;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or(u32::MAX);
    let (is_month, is_day) = (|part: &str| (1..=12).contains(&number(part)), |part: &str| number(part) <= 31);
    match parts.as_slice() {
        [a, b] if text.contains(':') => number(a) <= 24 && number(b) < 60,
        [a, b] => (is_month(b) && (is_day(a) || a.len() == 4)) || (is_month(a) && (is_day(b) || b.len() == 4)),
        parts => parts.len() == 3,
    }
}
