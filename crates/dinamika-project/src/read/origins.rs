//! `[layout.columns]`: where the values of one column come from.

use std::collections::BTreeSet;

use super::{
    layouts::header_match,
    patterns::Patterns,
    tree::{Node, did_you_mean},
};
use crate::{Column, From, HeaderMatch, JoinPart, Origin, Reading, Report, Rule, fold_header};

/// What the origins of a layout may name.
pub(super) struct Scope<'c> {
    pub(super) columns: &'c [Column],
    /// Names the layout's groups carry down.
    pub(super) captures: BTreeSet<String>,
    pub(super) unpivots_rows: bool,
}

/// The keys that name an origin: exactly one of them is written.
const ORIGINS: [&str; 14] = [
    "from", "like", "at", "keys", "path", "sheet", "above", "right_of", "group", "label", "cell", "value", "join",
    "row",
];

/// Words of `as`.
const READINGS: [(&str, Reading); 4] = [
    ("autumn", Reading::AutumnOf),
    ("spring", Reading::SpringOf),
    ("school_year_from", Reading::SchoolYearFrom),
    ("school_year_of", Reading::SchoolYearOf),
];

/// Reads one origin: a header's text, or a table.
pub(super) fn origin(
    node: Node<'_, '_>,
    scope: &Scope<'_>,
    patterns: &mut Patterns,
    report: &mut Report,
) -> Option<Origin> {
    if let Some(text) = node.as_str() {
        let from = From::Header(HeaderMatch::Exact(fold_header(text)));
        return Some(Origin { from, take: None, reading: Reading::AsIs });
    }
    let mut keys = node.table(report)?;
    let reading = keys.one_of("as", &READINGS, report).unwrap_or(Reading::AsIs);
    let taken = keys.get("take");
    let mut take = taken.and_then(|node| patterns.of(node, report));
    let named: Vec<_> = ORIGINS.into_iter().filter_map(|key| Some((key, keys.get(key)?))).collect();
    keys.finish(report);
    let [(key, told)] = named[..] else {
        let found: Vec<&str> = named.iter().map(|(key, _)| *key).collect();
        let found = if found.is_empty() { "none".to_owned() } else { found.join(" and ") };
        let message = format!("expected exactly one of {}; found {found}", ORIGINS.join(", "));
        report.push(node.error(Rule::BadValue, message));
        return None;
    };
    let mut pattern = |from: From| {
        if let Some(taken) = taken {
            report.push(taken.error(Rule::BadValue, format!("`{key}` is itself the pattern that is taken")));
        }
        take = patterns.of(told, report);
        take.is_some().then_some(from)
    };
    let from = match key {
        "path" => pattern(From::Path),
        "sheet" => pattern(From::Sheet),
        "above" => pattern(From::Above),
        "from" => header_match(told, patterns, report).map(From::Header),
        "like" => patterns.of(told, report).map(|like| From::Header(HeaderMatch::Pattern(like))),
        "at" => told.count(1, report).map(|at| From::Header(HeaderMatch::Position(at))),
        "keys" => {
            let cells = told.list(report).into_iter().filter_map(|node| header_match(node, patterns, report));
            Some(From::Headers(cells.collect()))
        }
        "right_of" => told.text(report).map(|text| From::AboveRightOf(fold_header(&text))),
        "value" => told.text(report).map(From::Constant),
        "join" => join(told, scope.columns, report).map(From::Join),
        "group" => told.text(report).map(|name| {
            carried(told, &name, scope, report);
            From::Group(name)
        }),
        "label" => {
            unpivoted(told, key, scope, report);
            told.text(report).map(From::UnpivotLabel)
        }
        "cell" => {
            unpivoted(told, key, scope, report);
            yes(told, From::UnpivotValue, report)
        }
        _ => yes(told, From::Row, report),
    };
    Some(Origin { from: from?, take, reading })
}

/// A capture some group of the layout carries down.
fn carried(node: Node<'_, '_>, name: &str, scope: &Scope<'_>, report: &mut Report) {
    if !scope.captures.contains(name) {
        let mut mistake = node.error(Rule::UnknownKey, format!("no group of this layout captures or sets `{name}`"));
        mistake.help = did_you_mean(name, scope.captures.iter().map(String::as_str));
        report.push(mistake);
    }
}

fn unpivoted(node: Node<'_, '_>, key: &str, scope: &Scope<'_>, report: &mut Report) {
    if !scope.unpivots_rows {
        let mut mistake = node.error(Rule::BadValue, format!("`{key}` needs columns turned into rows"));
        mistake.help = Some("add `unpivot = { columns = 'pattern', into = \"rows\" }` to the layout".to_owned());
        report.push(mistake);
    }
}

fn yes(node: Node<'_, '_>, from: From, report: &mut Report) -> Option<From> {
    let said = node.bool(report)?;
    if !said {
        report.push(node.error(Rule::BadValue, "expected true: leave the origin out instead"));
    }
    said.then_some(from)
}

/// `"{period}.{subject}.{grade}"`.
fn join(node: Node<'_, '_>, columns: &[Column], report: &mut Report) -> Option<Vec<JoinPart>> {
    let text = node.text(report)?;
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            parts.push(JoinPart::Text(before.to_owned()));
        }
        let at = node.within(text.len() - after.len());
        let Some((name, after)) = after.split_once('}') else {
            report.push(node.source.error(at.saturating_sub(1), Rule::BadValue, "`{` without `}`"));
            return None;
        };
        match columns.iter().find(|column| column.name.as_str() == name) {
            Some(column) => parts.push(JoinPart::Column(column.name.clone())),
            None => {
                let message = format!("this table has no column `{name}`");
                let mut mistake = node.source.error(at, Rule::UnknownColumn, message);
                mistake.help = did_you_mean(name, columns.iter().map(|column| column.name.as_str()));
                report.push(mistake);
            }
        }
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(JoinPart::Text(rest.to_owned()));
    }
    Some(parts)
}
