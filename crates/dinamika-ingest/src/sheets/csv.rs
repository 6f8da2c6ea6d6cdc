//! Text tables, streamed.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};
use dinamika_project::{CsvOptions, Limits};
use encoding_rs::{Encoding, UTF_8};

use super::{
    Bytes, CellSink, Halt, MOST_COLUMNS, Raw, delimiter,
    encoding::{self, Decoded},
};
use crate::Refusal;

/// Decoded text the delimiter is told by.
const SAMPLE: u64 = 64 << 10;

/// A text table. Its options are found once; a layout may overrule them.
pub(crate) struct CsvFile {
    bytes: Bytes,
    name: String,
    encoding: &'static Encoding,
    cell_chars: usize,
}

/// What a text table was read as.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    pub(crate) encoding: &'static Encoding,
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
}

impl CsvFile {
    pub(super) fn open(mut bytes: Bytes, name: &str, limits: &Limits) -> Result<Self, Refusal> {
        let encoding = encoding::detect(&mut bytes)?;
        let mut file = Self { bytes, name: name.to_owned(), encoding, cell_chars: limits.cell_chars };
        if file.sample(encoding)?.trim().is_empty() {
            return Err(Refusal::Empty);
        }
        Ok(file)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How the file is read under these options.
    pub(crate) fn dialect(&mut self, options: &CsvOptions) -> Result<Dialect, Refusal> {
        let named = options.encoding.as_deref().and_then(|label| match label {
            "cp866" | "ibm866" | "866" => Some(encoding_rs::IBM866),
            label => Encoding::for_label(label.as_bytes()),
        });
        // A mark in the file is surer than what was written about it.
        let encoding = named.filter(|_| !self.encoding.name().starts_with("UTF-16")).unwrap_or(self.encoding);
        let quote = options.quote.unwrap_or(b'"');
        let delimiter = match options.delimiter {
            Some(delimiter) => delimiter,
            None => delimiter::detect(&self.sample(encoding)?, quote),
        };
        Ok(Dialect { encoding, delimiter, quote })
    }

    fn sample(&mut self, encoding: &'static Encoding) -> Result<String, Refusal> {
        let mut sample = Vec::new();
        Decoded::new(&mut self.bytes, encoding)?.take(SAMPLE).read_to_end(&mut sample)?;
        Ok(String::from_utf8_lossy(&sample).into_owned())
    }

    pub(super) fn stream<S: CellSink>(&mut self, options: &CsvOptions, sink: &mut S) -> Result<(), Halt> {
        let dialect = self.dialect(options)?;
        let told = delimiter::told(&self.sample(dialect.encoding)?).is_some();
        // Longer than any cell may be even when every character takes four bytes: an open quote.
        let longest = self.cell_chars.saturating_mul(4);
        let decoded = Decoded::new(&mut self.bytes, dialect.encoding).map_err(Refusal::from)?;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.delimiter)
            .quote(dialect.quote)
            .buffer_capacity(128 << 10)
            .from_reader(decoded);
        let mut record = StringRecord::new();
        let mut row = 0_u32;
        let mut line = 1_u64;
        while reader.read_record(&mut record).map_err(failed)? {
            let after = reader.position().line();
            // The crate passes over empty lines; they are rows all the same.
            let inside = memchr_count(record.as_slice());
            let blank = after.saturating_sub(line).saturating_sub(inside + 1);
            row += u32::try_from(blank).unwrap_or(u32::MAX);
            line = after;
            for (column, text) in record.iter().enumerate() {
                if text.is_empty() {
                    continue;
                }
                if column >= MOST_COLUMNS as usize {
                    return Err(too_wide(record.len()).into());
                }
                if text.len() > longest {
                    return Err(open_quote(row, text.len()).into());
                }
                if !(told && row == 0) {
                    sink.cell(row, column as u32, Raw::Text(text))?;
                }
            }
            row += 1;
        }
        Ok(())
    }
}

fn memchr_count(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

fn too_wide(columns: usize) -> Refusal {
    Refusal::TooLarge {
        what: "в строке слишком много столбцов",
        found: columns as u64,
        limit: u64::from(MOST_COLUMNS),
        setting: "columns",
    }
}

fn open_quote(row: u32, bytes: usize) -> Refusal {
    Refusal::Unreadable {
        detail: format!("в строке {} ячейка длиной {bytes} байт: похоже, кавычка не закрыта", row + 1),
    }
}

fn failed(error: csv::Error) -> Refusal {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Refusal::Io(error),
        csv::ErrorKind::Utf8 { .. } => Refusal::Unreadable {
            detail: format!("текст не в кодировке {}, указанной для этого вида выгрузки", UTF_8.name()),
        },
        kind => {
            Refusal::Unreadable { detail: format!("строки не разбираются: {}", csv_kind(&kind)) }
        }
    }
}

fn csv_kind(kind: &csv::ErrorKind) -> &'static str {
    match kind {
        csv::ErrorKind::UnequalLengths { .. } => "разное число ячеек",
        csv::ErrorKind::Seek => "файл нельзя прочитать повторно",
        _ => "неизвестная причина",
    }
}
