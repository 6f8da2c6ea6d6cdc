//! `[columns]` of a pipeline.

use super::{
    patterns::Patterns,
    tree::{Keys, Node, did_you_mean},
};
use crate::{Column, ColumnKind, ColumnName, OnReject, Report, Rule};

/// Words of `on_reject`.
pub(super) const ON_REJECT: [(&str, OnReject); 3] =
    [("null", OnReject::Null), ("row", OnReject::Row), ("file", OnReject::File)];

/// Columns the house gives a table itself.
const OWN: [&str; 3] = ["school_ref", "_batch", "_row"];

/// Reads the columns of a table. One whose kind is wrong stays, as text, so that those who name it are not blamed.
pub(super) fn columns(node: Node<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for (name, at, node) in node.entries(report) {
        let Ok(name) = name.parse::<ColumnName>().map_err(|error| {
            report.push(node.source.error(at, Rule::BadValue, error.to_string()));
        }) else {
            continue;
        };
        let column = column(name, at, node, patterns, report);
        for field in column.fields() {
            let field = field.name();
            let made = columns.iter().find(|known| known.fields().iter().any(|known| known.name() == field));
            let message = match made {
                Some(other) => format!("`{field}` is already made by the column `{}`", other.name),
                None if OWN.contains(&field.as_str()) => format!("`{field}` is a column the house adds itself"),
                None => continue,
            };
            report.push(node.source.error(at, Rule::Duplicate, message));
        }
        columns.push(column);
    }
    columns
}

fn column(name: ColumnName, at: usize, node: Node<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Column {
    let place = node.source.place(at);
    let mut column = Column { name, title: None, kind: ColumnKind::Text, required: false, on_reject: None, place };
    if let Some(word) = node.as_str() {
        if word == "choice" {
            report.push(node.error(Rule::BadValue, "write `{ kind = \"choice\", values = { code = 'pattern' } }`"));
        } else {
            column.kind = kind(node, report).unwrap_or(ColumnKind::Text);
        }
        return column;
    }
    let Some(mut keys) = node.table(report) else { return column };
    column.title = keys.text("title", report);
    column.required = keys.flag("required", report).unwrap_or(false);
    column.on_reject = keys.one_of("on_reject", &ON_REJECT, report);
    let kind = keys.must("kind", report).and_then(|node| kind(node, report));
    column.kind = match kind {
        Some(ColumnKind::Int { .. }) => ColumnKind::Int { range: range(&mut keys, report) },
        Some(ColumnKind::Number { .. }) => ColumnKind::Number { range: range(&mut keys, report) },
        Some(ColumnKind::Choice(_)) => ColumnKind::Choice(choice(&mut keys, patterns, report)),
        Some(kind) => kind,
        None => {
            // The kind is unknown, and so is which options it has.
            keys.allow(&["min", "max", "values"]);
            ColumnKind::Text
        }
    };
    keys.finish(report);
    column
}

/// The kind a word means, without its options.
pub(super) fn kind(node: Node<'_, '_>, report: &mut Report) -> Option<ColumnKind> {
    let word = node.text(report)?;
    let kind = kind_of(&word);
    if kind.is_none() {
        let mut mistake = node.error(Rule::BadValue, format!("unknown kind `{word}`"));
        let known = || format!("known kinds: {}", KINDS.join(", "));
        mistake.help = Some(did_you_mean(&word, KINDS.into_iter()).unwrap_or_else(known));
        report.push(mistake);
    }
    kind
}

const KINDS: [&str; 15] = [
    "text",
    "int",
    "number",
    "amount",
    "bool",
    "date",
    "dates",
    "documents",
    "login",
    "period",
    "subject",
    "mark",
    "choice",
    "key",
    "tasks",
];

/// The kind a word means, if any.
pub(super) fn kind_of(word: &str) -> Option<ColumnKind> {
    Some(match word {
        "text" => ColumnKind::Text,
        "int" => ColumnKind::Int { range: None },
        "number" => ColumnKind::Number { range: None },
        "amount" => ColumnKind::Amount,
        "bool" => ColumnKind::Bool,
        "date" => ColumnKind::Date,
        "dates" => ColumnKind::Dates,
        "documents" => ColumnKind::Documents,
        "login" => ColumnKind::Login,
        "period" => ColumnKind::Period,
        "subject" => ColumnKind::Subject,
        "mark" => ColumnKind::Mark,
        "choice" => ColumnKind::Choice(Vec::new()),
        "key" => ColumnKind::Key,
        "tasks" => ColumnKind::Tasks,
        _ => return None,
    })
}

fn range(keys: &mut Keys<'_, '_>, report: &mut Report) -> Option<(f64, f64)> {
    let nodes = (keys.get("min"), keys.get("max"));
    let low = nodes.0.and_then(|node| node.number(report));
    let high = nodes.1.and_then(|node| node.number(report));
    if let (Some(low), Some(high), Some(node)) = (low, high, nodes.1)
        && low > high
    {
        report.push(node.error(Rule::BadValue, format!("`max` {high} is less than `min` {low}")));
    }
    (low.is_some() || high.is_some()).then(|| (low.unwrap_or(f64::MIN), high.unwrap_or(f64::MAX)))
}

fn choice(keys: &mut Keys<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Vec<(String, regex::Regex)> {
    let entries = keys.must("values", report).map(|node| node.entries(report)).unwrap_or_default();
    entries
        .into_iter()
        .filter_map(|(code, _, node)| Some((code.to_owned(), patterns.anchored(node, report)?)))
        .collect()
}
