//! `pipelines/NAME.toml`.

use std::{collections::HashSet, sync::Arc};

use super::{
    layouts::layout,
    patterns::Patterns,
    tree::{Keys, Node, Source, closest},
};
use crate::{Column, ColumnKind, ColumnName, OnReject, Pipeline, PipelineName, Report, Rule, SchoolColumns, Zone};

/// Reads one pipeline; none when it has no name, no columns or no layouts.
pub(super) fn pipeline(source: &Source<'_>, name: PipelineName, patterns: &mut Patterns, report: &mut Report) -> Option<Pipeline> {
    let parsed = source.parse(report)?;
    let mut keys = Keys::new(source, parsed.get_ref(), 0);
    let place = keys.place();
    let title = keys.required("title", report).unwrap_or_default();
    let table = keys.word("table", report).or_else(|| name.as_str().parse().ok())?;
    let columns: Vec<Column> = match keys.get("columns") {
        Some(node) => node.entries(report).into_iter().filter_map(|(name, at, node)| column(name, at, node, patterns, report)).collect(),
        None => {
            report.push(source.error(0, Rule::BadValue, "`[columns]` is missing: what does the table hold?"));
            Vec::new()
        }
    };
    let known: HashSet<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let layouts: Vec<_> = keys.list("layout", report).into_iter().filter_map(|node| layout(node, &columns, patterns, report)).collect();
    if layouts.is_empty() {
        report.push(source.error(0, Rule::BadValue, "no `[[layout]]`: how is this export recognised?"));
    }
    let school = keys.get("school").map(|node| school(node, &known, report));
    let pipeline = Pipeline {
        title,
        source: keys.word("source", report).or_else(|| "inbox".parse().ok())?,
        zone: zone(keys.get("zone"), Zone::Curated, report),
        natural_key: keys.list("natural_key", report).into_iter().filter_map(|node| known_column(node, &known, school.is_some(), report)).collect(),
        partition_by: keys.get("partition_by").and_then(|node| known_column(node, &known, school.is_some(), report)),
        on_reject: keys.get("on_reject").and_then(|node| on_reject(node, report)).unwrap_or(OnReject::Null),
        max_reject_share: keys.get("max_reject_share").and_then(|node| share(node, report)).unwrap_or(0.5),
        personal: keys.get("personal").and_then(|node| node.bool(report)).unwrap_or(false),
        school,
        name,
        table,
        layouts,
        place,
        columns,
    };
    keys.finish(report);
    Some(pipeline)
}

pub(super) fn zone(node: Option<Node<'_, '_>>, default: Zone, report: &mut Report) -> Zone {
    match node.map(|node| (node, node.as_str())) {
        None => default,
        Some((_, Some("curated"))) => Zone::Curated,
        Some((_, Some("mart"))) => Zone::Mart,
        Some((node, _)) => {
            node.wrong("`curated` or `mart`", report);
            default
        }
    }
}

fn share(node: Node<'_, '_>, report: &mut Report) -> Option<f64> {
    let found = node.number(report)?;
    if !(0.0..=1.0).contains(&found) {
        report.push(node.error(Rule::BadValue, format!("expected a share from 0 to 1, found {found}")));
    }
    Some(found)
}

fn on_reject(node: Node<'_, '_>, report: &mut Report) -> Option<OnReject> {
    match node.as_str() {
        Some("null") => Some(OnReject::Null),
        Some("row") => Some(OnReject::Row),
        Some("file") => Some(OnReject::File),
        _ => {
            node.wrong("`null`, `row` or `file`", report);
            None
        }
    }
}

/// A column of this table that has to exist.
pub(super) fn known_column(node: Node<'_, '_>, known: &HashSet<&str>, with_school_ref: bool, report: &mut Report) -> Option<ColumnName> {
    let name: ColumnName = node.word(report)?;
    if known.contains(name.as_str()) || (with_school_ref && name.as_str() == "school_ref") {
        return Some(name);
    }
    let mut mistake = node.error(Rule::UnknownColumn, format!("this table has no column `{name}`"));
    mistake.help = closest(name.as_str(), known.iter().copied()).map(|close| format!("did you mean `{close}`?"));
    report.push(mistake);
    None
}

fn school(node: Node<'_, '_>, known: &HashSet<&str>, report: &mut Report) -> SchoolColumns {
    let Some(mut keys) = node.table(report) else { return SchoolColumns::default() };
    let mut column = |key| keys.get(key).and_then(|node| known_column(node, known, false, report));
    let columns = SchoolColumns {
        login: column("login"),
        inn: column("inn"),
        ogrn: column("ogrn"),
        oge: column("oge"),
        ege: column("ege"),
        name: column("name"),
        municipality: column("municipality"),
    };
    keys.finish(report);
    columns
}

fn column(name: &str, at: usize, node: Node<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Option<Column> {
    let name: ColumnName = match name.parse() {
        Ok(name) => name,
        Err(error) => {
            report.push(node.source.error(at, Rule::BadValue, crate::WordError::to_string(&error)));
            return None;
        }
    };
    let place = node.source.place(at);
    if node.as_str().is_some() {
        let kind = kind(node, None, patterns, report)?;
        return Some(Column { name, title: None, kind, required: false, on_reject: None, place });
    }
    let mut keys = node.table(report)?;
    let Some(kind_node) = keys.get("kind") else {
        report.push(node.error(Rule::BadValue, "`kind` is missing"));
        return None;
    };
    let kind = kind(kind_node, Some(&mut keys), patterns, report);
    let column = Column {
        name,
        title: keys.text("title", report),
        required: keys.get("required").and_then(|node| node.bool(report)).unwrap_or(false),
        on_reject: keys.get("on_reject").and_then(|node| on_reject(node, report)),
        kind: kind?,
        place,
    };
    keys.finish(report);
    Some(column)
}

const KINDS: &[&str] = &[
    "text", "int", "number", "amount", "bool", "date", "dates", "documents", "login", "period", "subject", "mark", "choice", "key", "tasks",
];

fn kind(node: Node<'_, '_>, keys: Option<&mut Keys<'_, '_>>, patterns: &mut Patterns, report: &mut Report) -> Option<ColumnKind> {
    let word = node.text(report)?;
    let simple = simple_kind(&word);
    match (word.as_str(), keys) {
        ("int" | "number", keys) => {
            let mut bound = |key, keys: Option<&mut Keys<'_, '_>>| keys.and_then(|keys| keys.get(key)).and_then(|node| node.number(report));
            let range = match keys {
                Some(keys) => {
                    let (low, high) = (bound("min", Some(keys)), bound("max", Some(keys)));
                    (low.is_some() || high.is_some()).then(|| (low.unwrap_or(f64::MIN), high.unwrap_or(f64::MAX)))
                }
                None => None,
            };
            Some(if word == "int" { ColumnKind::Int { range } } else { ColumnKind::Number { range } })
        }
        ("choice", Some(keys)) => {
            let Some(values) = keys.get("values") else {
                report.push(node.error(Rule::BadValue, "a choice needs `values = { code = 'pattern' }`"));
                return None;
            };
            let entries = values.entries(report).into_iter().filter_map(|(code, _, node)| {
                let pattern = node.text(report)?;
                let regex = patterns.compile(&format!("(?i)^(?:{pattern})$"), node, report)?;
                Some((code.to_owned(), regex))
            });
            Some(ColumnKind::Choice(entries.collect()))
        }
        ("choice", None) => {
            report.push(node.error(Rule::BadValue, "a choice needs `{ kind = \"choice\", values = { code = 'pattern' } }`"));
            None
        }
        _ if simple.is_some() => simple,
        _ => {
            let mut mistake = node.error(Rule::BadValue, format!("unknown kind `{word}`"));
            mistake.help = Some(match closest(&word, KINDS.iter().copied()) {
                Some(close) => format!("did you mean `{close}`?"),
                None => format!("known kinds: {}", KINDS.join(", ")),
            });
            report.push(mistake);
            None
        }
    }
}

/// Kinds that take no options.
pub(super) fn simple_kind(word: &str) -> Option<ColumnKind> {
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
        "key" => ColumnKind::Key,
        "tasks" => ColumnKind::Tasks,
        _ => return None,
    })
}

/// Place of the pipeline's own file, for mistakes between files.
pub(super) fn root_place(source: &Source<'_>) -> crate::Place {
    crate::Place { path: Arc::clone(&source.path), line: 1, column: 1 }
}
