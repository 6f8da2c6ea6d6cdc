//! DataFusion's errors as diagnostics with a place.

use datafusion::{common::SchemaError, error::DataFusionError};
use dinamika_project::{Diagnostic, Place, Report, Rule, Severity};

/// Reports each mistake an error is made of. `file` is where the SQL's text begins.
pub(super) fn report(error: &DataFusionError, file: &Place, report: &mut Report) {
    let mut parts: Vec<&DataFusionError> = error.iter().collect();
    if parts.is_empty() {
        parts.push(error);
    }
    for part in parts {
        let found = found(part);
        let place = match found.at {
            Some((line, column)) => Place { path: file.path.clone(), line, column },
            None => file.clone(),
        };
        report.push(Diagnostic {
            place,
            severity: Severity::Error,
            rule: rule(part),
            message: found.message,
            help: found.help,
        });
    }
}

/// The first mistake of SQL that stands within another file: its own line and column are told in words.
pub(super) fn within(error: &DataFusionError, place: &Place) -> Diagnostic {
    let part = error.iter().next().unwrap_or(error);
    let found = found(part);
    let message = match found.at {
        Some((line, column)) => format!("line {line}, column {column} of `sql`: {}", found.message),
        None => found.message,
    };
    Diagnostic { place: place.clone(), severity: Severity::Error, rule: rule(part), message, help: found.help }
}

struct Found {
    message: String,
    /// Line and column from 1.
    at: Option<(usize, usize)>,
    help: Option<String>,
}

fn found(error: &DataFusionError) -> Found {
    match error.diagnostic() {
        Some(diagnostic) => {
            let place = |number: u64| usize::try_from(number).ok().filter(|number| *number > 0);
            let notes = diagnostic.notes.iter().map(|note| note.message.as_str());
            let helps = diagnostic.helps.iter().map(|help| help.message.as_str());
            let help = notes.chain(helps).collect::<Vec<_>>().join("; ");
            let help = if help.is_empty() { known_columns(error) } else { help };
            Found {
                message: diagnostic.message.clone(),
                at: diagnostic.span.and_then(|span| Some((place(span.start.line)?, place(span.start.column)?))),
                help: Some(help).filter(|help| !help.is_empty()),
            }
        }
        None => {
            let message = error.find_root().message().into_owned();
            Found { at: spoken_place(&message), message, help: None }
        }
    }
}

fn known_columns(error: &DataFusionError) -> String {
    match error.find_root() {
        DataFusionError::SchemaError(kind, _) => match kind.as_ref() {
            SchemaError::FieldNotFound { valid_fields, .. } if !valid_fields.is_empty() => {
                let names = valid_fields.iter().map(|field| field.name.as_str());
                format!("known are {}", names.collect::<Vec<_>>().join(", "))
            }
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// The parser says ` at Line: 3, Column: 5`.
fn spoken_place(message: &str) -> Option<(usize, usize)> {
    let (_, rest) = message.split_once(" at Line: ")?;
    let (line, rest) = rest.split_once(", Column: ")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Some((line.parse().ok()?, rest[..digits].parse().ok()?))
}

fn rule(error: &DataFusionError) -> Rule {
    match error.find_root() {
        DataFusionError::SQL(..) => Rule::Syntax,
        DataFusionError::SchemaError(kind, _) if matches!(**kind, SchemaError::FieldNotFound { .. }) => {
            Rule::UnknownColumn
        }
        DataFusionError::Plan(message) if message.starts_with("table ") && message.ends_with("not found") => {
            Rule::UnknownTable
        }
        _ => Rule::Sql,
    }
}
