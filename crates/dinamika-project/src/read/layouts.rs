//! `[[layout]]`: one shape of an export.

use std::collections::BTreeSet;

use super::{
    origins::{Scope, origin},
    patterns::Patterns,
    tree::{Keys, Node, did_you_mean},
};
use crate::{
    Binding, Column, ColumnKind, CsvOptions, GroupRule, Header, HeaderMatch, Layout, Report, Rule, SkipKind, SkipRule,
    Unpivot, UnpivotInto, fold_header,
};

/// Reads one layout of a table with these columns; none when nothing tells which sheets are of it.
pub(super) fn layout(
    node: Node<'_, '_>,
    columns: &[Column],
    patterns: &mut Patterns,
    report: &mut Report,
) -> Option<Layout> {
    let mut keys = node.table(report)?;
    let name = keys.required("name", report).unwrap_or_default();
    let header = keys.must("header", report).and_then(|node| header(node, patterns, report));
    let unpivot = keys.get("unpivot").and_then(|node| unpivot(node, columns, patterns, report));
    let groups: Vec<GroupRule> =
        keys.list("group", report).into_iter().filter_map(|node| group(node, patterns, report)).collect();
    let scope = Scope {
        columns,
        captures: captures(&groups),
        unpivots_rows: unpivot.as_ref().is_none_or(|unpivot| matches!(unpivot.into, UnpivotInto::Rows))
            && keys.get("unpivot").is_some(),
    };
    let bindings = keys.get("columns").map(|node| bindings(node, &scope, patterns, report)).unwrap_or_default();
    let skip = keys.list("skip", report).into_iter().filter_map(|node| skip(node, patterns, report)).collect();
    let sheet = keys.get("sheet").and_then(|node| patterns.of(node, report));
    let csv = keys.get("csv").map(|node| csv(node, report)).unwrap_or_default();
    keys.finish(report);
    Some(Layout { name, sheet, header: header?, bindings, unpivot, groups, skip, csv, place: node.place() })
}

/// `"text"`, `{ like = 'pattern' }` or `{ at = 3 }`.
pub(super) fn header_match(node: Node<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Option<HeaderMatch> {
    if let Some(text) = node.as_str() {
        return Some(HeaderMatch::Exact(fold_header(text)));
    }
    let mut keys = node.table(report)?;
    let (like, at) = (keys.get("like"), keys.get("at"));
    keys.finish(report);
    match (like, at) {
        (Some(node), None) => patterns.of(node, report).map(HeaderMatch::Pattern),
        (None, Some(node)) => node.count(1, report).map(HeaderMatch::Position),
        _ => {
            let message = "a header cell is its text, `{ like = 'pattern' }` or `{ at = number }`";
            report.push(node.error(Rule::BadValue, message));
            None
        }
    }
}

fn header(node: Node<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Option<Header> {
    let mut keys = node.table(report)?;
    let must = keys.must("must", report);
    let cells = must.map(|node| node.list(report)).unwrap_or_default();
    if let (Some(node), true) = (must, cells.is_empty()) {
        report.push(node.error(Rule::BadValue, "`must` names no cell: every sheet would match"));
    }
    let header = Header {
        rows: keys.count("rows", 1, report).unwrap_or(1),
        absent: keys.flag("absent", report).unwrap_or(false),
        must: cells.into_iter().filter_map(|node| header_match(node, patterns, report)).collect(),
    };
    keys.finish(report);
    Some(header)
}

fn bindings(node: Node<'_, '_>, scope: &Scope<'_>, patterns: &mut Patterns, report: &mut Report) -> Vec<Binding> {
    let mut bindings = Vec::new();
    for (name, at, node) in node.entries(report) {
        let origins = node.one_or_more().into_iter().filter_map(|node| origin(node, scope, patterns, report)).collect();
        match scope.columns.iter().find(|column| column.name.as_str() == name) {
            Some(column) => {
                bindings.push(Binding { column: column.name.clone(), origins, place: node.source.place(at) });
            }
            None => {
                let message = format!("this table has no column `{name}`");
                let mut mistake = node.source.error(at, Rule::UnknownColumn, message);
                mistake.help = did_you_mean(name, scope.columns.iter().map(|column| column.name.as_str()));
                report.push(mistake);
            }
        }
    }
    bindings
}

fn unpivot(node: Node<'_, '_>, columns: &[Column], patterns: &mut Patterns, report: &mut Report) -> Option<Unpivot> {
    let mut keys = node.table(report)?;
    let pattern = keys.must("columns", report).and_then(|node| patterns.of(node, report));
    let into = keys.must("into", report).and_then(|node| {
        let word = node.text(report)?;
        if word == "rows" {
            return Some(UnpivotInto::Rows);
        }
        let mut tasks = columns.iter().filter(|column| matches!(column.kind, ColumnKind::Tasks));
        let found = tasks.clone().find(|column| column.name.as_str() == word);
        if found.is_none() {
            let message = format!("expected `rows` or a column of kind `tasks`, found `{word}`");
            let mut mistake = node.error(Rule::BadValue, message);
            mistake.help = tasks.next().map(|column| format!("the table's column of that kind is `{}`", column.name));
            report.push(mistake);
        }
        found.map(|column| UnpivotInto::Tasks(column.name.clone()))
    });
    keys.finish(report);
    Some(Unpivot { columns: pattern?, into: into? })
}

fn group(node: Node<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Option<GroupRule> {
    let mut keys = node.table(report)?;
    let column = keys.must("column", report).and_then(|node| header_match(node, patterns, report));
    let matches = keys.must("match", report).and_then(|node| patterns.of(node, report));
    let keep = keys.flag("keep", report).unwrap_or(false);
    let set = keys.get("set").map(|node| node.entries(report)).unwrap_or_default();
    let set = set.into_iter().filter_map(|(name, _, node)| Some((name.to_owned(), node.text(report)?))).collect();
    keys.finish(report);
    Some(GroupRule { column: column?, matches: matches?, keep, set })
}

/// What the groups of a layout carry down.
fn captures(groups: &[GroupRule]) -> BTreeSet<String> {
    let named = groups.iter().flat_map(|group| group.matches.capture_names().flatten().map(str::to_owned));
    named.chain(groups.iter().flat_map(|group| group.set.iter().map(|(name, _)| name.clone()))).collect()
}

fn skip(node: Node<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Option<SkipRule> {
    let mut keys = node.table(report)?;
    let column = keys.get("column").map(|node| header_match(node, patterns, report));
    let matches = keys.must("match", report).and_then(|node| patterns.of(node, report));
    let kinds = [("hint", SkipKind::Hint), ("total", SkipKind::Total), ("note", SkipKind::Note)];
    let kind = keys.one_of("kind", &kinds, report).unwrap_or(SkipKind::Note);
    keys.finish(report);
    Some(SkipRule { column: column.flatten(), matches: matches?, kind })
}

/// Encodings a CSV may be said to be in.
const ENCODINGS: [&str; 11] = [
    "utf-8",
    "windows-1251",
    "cp1251",
    "ibm866",
    "cp866",
    "koi8-r",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "iso-8859-5",
    "x-mac-cyrillic",
];

fn csv(node: Node<'_, '_>, report: &mut Report) -> CsvOptions {
    let Some(mut keys) = node.table(report) else { return CsvOptions::default() };
    let encoding = keys.get("encoding").and_then(|node| {
        // Its words are known whichever case they are in.
        let word = node.text(report)?.to_lowercase();
        if !ENCODINGS.contains(&word.as_str()) {
            let mut mistake = node.error(Rule::BadValue, format!("unknown encoding `{word}`"));
            let known = || format!("known encodings: {}", ENCODINGS.join(", "));
            mistake.help = Some(did_you_mean(&word, ENCODINGS.into_iter()).unwrap_or_else(known));
            report.push(mistake);
        }
        Some(word)
    });
    let options = CsvOptions {
        delimiter: byte(&mut keys, "delimiter", report),
        encoding,
        quote: byte(&mut keys, "quote", report),
    };
    keys.finish(report);
    options
}

fn byte(keys: &mut Keys<'_, '_>, key: &'static str, report: &mut Report) -> Option<u8> {
    let node = keys.get(key)?;
    let text = node.text(report)?;
    let [byte] = text.as_bytes() else {
        report.push(node.error(Rule::BadValue, format!("expected one ASCII character, found `{text}`")));
        return None;
    };
    Some(*byte)
}
