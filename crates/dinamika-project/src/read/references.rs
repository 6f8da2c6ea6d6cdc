//! `pipelines/reference/NAME.csv`: hand-kept tables.

use chrono::NaiveDate;

use super::{columns::kind_of, tree::Source};
use crate::{Column, ColumnKind, ColumnName, Reference, Report, Rule, TableName};

/// Reads a reference; none when its header is not one.
pub(super) fn reference(source: &Source<'_>, name: TableName, report: &mut Report) -> Option<Reference> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source.text.as_bytes());
    let mut records = reader.records();
    let Some(Ok(header)) = records.next() else {
        report.push(source.error(0, Rule::Syntax, "expected a header like `code,title,rank:int`, found nothing"));
        return None;
    };
    let columns = columns(source, &header, report)?;
    let mut rows = Vec::new();
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                report.push(source.error(0, Rule::Syntax, error.to_string()));
                continue;
            }
        };
        let start = start(&record);
        if record.len() != columns.len() {
            let message = format!("expected {} cells, found {}", columns.len(), record.len());
            report.push(source.error(start, Rule::BadValue, message));
            continue;
        }
        let mut row = Vec::with_capacity(columns.len());
        for (at, (cell, column)) in record.iter().zip(&columns).enumerate() {
            let cell = Some(cell.trim()).filter(|cell| !cell.is_empty());
            if let Some(wrong) = cell.and_then(|cell| misfit(cell, &column.kind)) {
                report.push(source.error(start + cell_at(&source.text[start..], at), Rule::BadValue, wrong));
            }
            row.push(cell.map(str::to_owned));
        }
        rows.push(row);
    }
    Some(Reference { name, columns, rows, place: source.beginning() })
}

/// Columns of the header: `name` or `name:type`.
fn columns(source: &Source<'_>, header: &csv::StringRecord, report: &mut Report) -> Option<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::new();
    for (at, cell) in header.iter().enumerate() {
        let at = cell_at(source.text, at);
        let (name, word) = cell.trim().split_once(':').unwrap_or((cell.trim(), "text"));
        let name = name.parse::<ColumnName>().map_err(|error| {
            report.push(source.error(at, Rule::BadValue, error.to_string()));
        });
        let simple = |kind: &ColumnKind| {
            matches!(
                kind,
                ColumnKind::Text
                    | ColumnKind::Int { .. }
                    | ColumnKind::Number { .. }
                    | ColumnKind::Date
                    | ColumnKind::Bool
            )
        };
        let Some(kind) = kind_of(word).filter(simple) else {
            let message = format!("expected a type text, int, number, date or bool, found `{word}`");
            report.push(source.error(at, Rule::BadValue, message));
            continue;
        };
        let Ok(name) = name else { continue };
        if columns.iter().any(|known| known.name == name) {
            report.push(source.error(at, Rule::Duplicate, format!("two columns are called `{name}`")));
        }
        columns.push(Column { name, title: None, kind, required: false, on_reject: None, place: source.place(at) });
    }
    (columns.len() == header.len()).then_some(columns)
}

/// Why a cell is not of its column's type.
fn misfit(cell: &str, kind: &ColumnKind) -> Option<String> {
    let (fits, expected) = match kind {
        ColumnKind::Int { .. } => (cell.parse::<i64>().is_ok(), "a whole number"),
        ColumnKind::Number { .. } => (cell.parse::<f64>().is_ok(), "a number with a decimal point"),
        ColumnKind::Date => (NaiveDate::parse_from_str(cell, "%Y-%m-%d").is_ok(), "a date like 2025-09-01"),
        ColumnKind::Bool => (matches!(cell, "true" | "false" | "да" | "нет" | "1" | "0"), "true or false"),
        _ => (true, "a text"),
    };
    (!fits).then(|| format!("expected {expected}, found `{cell}`"))
}

fn start(record: &csv::StringRecord) -> usize {
    record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0))
}

/// Where the n-th cell of the record that begins the text begins.
fn cell_at(text: &str, n: usize) -> usize {
    let mut quoted = false;
    let commas = text.bytes().enumerate().filter(|(_, byte)| {
        quoted ^= *byte == b'"';
        *byte == b',' && !quoted
    });
    n.checked_sub(1).and_then(|before| commas.map(|(at, _)| at + 1).nth(before)).unwrap_or(0)
}
