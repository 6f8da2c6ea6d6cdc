//! `pipelines/reference/NAME.csv`: hand-kept tables.

use super::{pipelines::simple_kind, tree::Source};
use crate::{Column, ColumnKind, Reference, Report, Rule, TableName};

/// Reads a reference; a row of another length is a mistake.
pub(super) fn reference(source: &Source<'_>, name: TableName, report: &mut Report) -> Option<Reference> {
    let text = source.text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = records.next()?.ok()?;
    let columns: Vec<Column> = header.iter().filter_map(|cell| column(source, cell, report)).collect();
    if columns.len() != header.len() {
        return None;
    }
    let mut rows = Vec::new();
    for record in records {
        match record {
            Ok(record) if record.len() == columns.len() => {
                rows.push(record.iter().map(|cell| Some(cell.trim()).filter(|cell| !cell.is_empty()).map(str::to_owned)).collect());
            }
            Ok(record) => {
                let at = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
                report.push(source.error(at, Rule::BadValue, format!("expected {} cells, found {}", columns.len(), record.len())));
            }
            Err(error) => report.push(source.error(0, Rule::Syntax, error.to_string())),
        }
    }
    Some(Reference { name, columns, rows, place: super::pipelines::root_place(source) })
}

fn column(source: &Source<'_>, cell: &str, report: &mut Report) -> Option<Column> {
    let (name, kind) = cell.trim().split_once(':').unwrap_or((cell.trim(), "text"));
    let kind = simple_kind(kind).filter(|kind| {
        matches!(kind, ColumnKind::Text | ColumnKind::Int { .. } | ColumnKind::Number { .. } | ColumnKind::Date | ColumnKind::Bool)
    });
    match (name.parse(), kind) {
        (Ok(name), Some(kind)) => {
            let place = super::pipelines::root_place(source);
            Some(Column { name, title: None, kind, required: false, on_reject: None, place })
        }
        (Err(error), _) => {
            report.push(source.error(0, Rule::BadValue, crate::WordError::to_string(&error)));
            None
        }
        (_, None) => {
            report.push(source.error(0, Rule::BadValue, format!("`{cell}`: a type is text, int, number, date or bool")));
            None
        }
    }
}
