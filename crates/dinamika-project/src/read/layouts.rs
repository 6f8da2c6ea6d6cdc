//! `[[layout]]`: one shape of an export.

use super::{
    patterns::Patterns,
    tree::{Keys, Node, closest},
};
use crate::{
    Binding, Column, ColumnKind, CsvOptions, From, GroupRule, Header, HeaderMatch, JoinPart, Layout, Origin, Reading, Report, Rule,
    SkipKind, SkipRule, Unpivot, UnpivotInto, fold_header,
};

pub(super) fn layout(node: Node<'_, '_>, columns: &[Column], patterns: &mut Patterns, report: &mut Report) -> Option<Layout> {
    let mut keys = node.table(report)?;
    let name = keys.required("name", report).unwrap_or_default();
    let header = match keys.get("header") {
        Some(node) => header(node, patterns, report)?,
        None => {
            report.push(node.error(Rule::BadValue, "`header = { must = [\"…\"] }` is missing"));
            return None;
        }
    };
    let bindings = keys.get("columns").map(|node| bindings(node, columns, patterns, report)).unwrap_or_default();
    let layout = Layout {
        name,
        sheet: keys.get("sheet").and_then(|node| patterns.of(node, report)),
        header,
        bindings,
        unpivot: keys.get("unpivot").and_then(|node| unpivot(node, columns, patterns, report)),
        groups: keys.list("group", report).into_iter().filter_map(|node| group(node, patterns, report)).collect(),
        skip: keys.list("skip", report).into_iter().filter_map(|node| skip(node, patterns, report)).collect(),
        csv: keys.get("csv").map(|node| csv(node, report)).unwrap_or_default(),
        place: node.place(),
    };
    keys.finish(report);
    Some(layout)
}

fn header(node: Node<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Option<Header> {
    let mut keys = node.table(report)?;
    let header = Header {
        rows: keys.get("rows").and_then(|node| node.integer(report)).and_then(|n| usize::try_from(n).ok()).unwrap_or(1).max(1),
        absent: keys.get("absent").and_then(|node| node.bool(report)).unwrap_or(false),
        must: keys.list("must", report).into_iter().filter_map(|node| header_match(node, patterns, report)).collect(),
    };
    if header.must.is_empty() {
        report.push(node.error(Rule::BadValue, "`must` names no cell: every sheet would match"));
    }
    keys.finish(report);
    Some(header)
}

/// `"text"`, `{ like = 'pattern' }` or `{ at = 3 }`.
fn header_match(node: Node<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Option<HeaderMatch> {
    if let Some(text) = node.as_str() {
        return Some(HeaderMatch::Exact(fold_header(text)));
    }
    let mut keys = node.table(report)?;
    let found = named_match(&mut keys, patterns, report);
    if found.is_none() {
        node.wrong("a header's text, `{ like = 'pattern' }` or `{ at = number }`", report);
    }
    keys.finish(report);
    found
}

fn named_match(keys: &mut Keys<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Option<HeaderMatch> {
    let like = keys.get("like").and_then(|node| patterns.of(node, report)).map(HeaderMatch::Pattern);
    let at = keys.get("at").and_then(|node| node.integer(report)).and_then(|n| usize::try_from(n).ok()).map(HeaderMatch::Position);
    like.or(at)
}

fn bindings(node: Node<'_, '_>, columns: &[Column], patterns: &mut Patterns, report: &mut Report) -> Vec<Binding> {
    let mut bindings = Vec::new();
    for (name, at, node) in node.entries(report) {
        let Some(column) = columns.iter().find(|column| column.name.as_str() == name) else {
            let mut mistake = node.source.error(at, Rule::UnknownColumn, format!("this table has no column `{name}`"));
            mistake.help = closest(name, columns.iter().map(|column| column.name.as_str())).map(|close| format!("did you mean `{close}`?"));
            report.push(mistake);
            continue;
        };
        let origins = node.one_or_more().into_iter().filter_map(|node| origin(node, columns, patterns, report)).collect();
        bindings.push(Binding { column: column.name.clone(), origins, place: node.source.place(at) });
    }
    bindings
}

fn origin(node: Node<'_, '_>, columns: &[Column], patterns: &mut Patterns, report: &mut Report) -> Option<Origin> {
    if let Some(text) = node.as_str() {
        let from = From::Header(HeaderMatch::Exact(fold_header(text)));
        return Some(Origin { from, take: None, reading: Reading::AsIs });
    }
    let mut keys = node.table(report)?;
    let mut take = keys.get("take").and_then(|node| patterns.of(node, report));
    let mut pattern = |key, keys: &mut Keys<'_, '_>, report: &mut Report| {
        let found = keys.get(key).and_then(|node| patterns.of(node, report));
        found.is_some().then(|| take = found)
    };
    let by_pattern = [("path", From::Path), ("sheet", From::Sheet), ("above", From::Above)]
        .into_iter()
        .find_map(|(key, from)| pattern(key, &mut keys, report).map(|()| from));
    let from = match by_pattern {
        Some(from) => Some(from),
        None => from_keys(&mut keys, columns, patterns, report),
    };
    let reading = reading(&mut keys, report);
    if from.is_none() {
        node.wrong("an origin: a header's text, or one of from, like, at, keys, path, sheet, above, right_of, group, label, cell, value, join, row", report);
    }
    keys.finish(report);
    Some(Origin { from: from?, take, reading })
}

fn from_keys(keys: &mut Keys<'_, '_>, columns: &[Column], patterns: &mut Patterns, report: &mut Report) -> Option<From> {
    if let Some(node) = keys.get("from") {
        return header_match(node, patterns, report).map(From::Header);
    }
    if let Some(found) = named_match(keys, patterns, report) {
        return Some(From::Header(found));
    }
    if let Some(node) = keys.get("keys") {
        return Some(From::Headers(node.list(report).into_iter().filter_map(|node| header_match(node, patterns, report)).collect()));
    }
    if let Some(text) = keys.text("right_of", report) {
        return Some(From::AboveRightOf(fold_header(&text)));
    }
    if let Some(name) = keys.text("group", report) {
        return Some(From::Group(name));
    }
    if let Some(name) = keys.text("label", report) {
        return Some(From::UnpivotLabel(name));
    }
    if let Some(text) = keys.text("value", report) {
        return Some(From::Constant(text));
    }
    if let Some(node) = keys.get("join") {
        return join(node, columns, report).map(From::Join);
    }
    if keys.get("cell").and_then(|node| node.bool(report)) == Some(true) {
        return Some(From::UnpivotValue);
    }
    (keys.get("row").and_then(|node| node.bool(report)) == Some(true)).then_some(From::Row)
}

fn reading(keys: &mut Keys<'_, '_>, report: &mut Report) -> Reading {
    let Some(node) = keys.get("as") else { return Reading::AsIs };
    match node.as_str() {
        Some("autumn") => Reading::AutumnOf,
        Some("spring") => Reading::SpringOf,
        Some("school_year_from") => Reading::SchoolYearFrom,
        Some("school_year_of") => Reading::SchoolYearOf,
        _ => {
            node.wrong("`autumn`, `spring`, `school_year_from` or `school_year_of`", report);
            Reading::AsIs
        }
    }
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
        let Some((name, after)) = after.split_once('}') else {
            report.push(node.error(Rule::BadValue, "`{` without `}`"));
            return None;
        };
        let Some(column) = columns.iter().find(|column| column.name.as_str() == name) else {
            report.push(node.error(Rule::UnknownColumn, format!("this table has no column `{name}`")));
            return None;
        };
        parts.push(JoinPart::Column(column.name.clone()));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(JoinPart::Text(rest.to_owned()));
    }
    Some(parts)
}

fn unpivot(node: Node<'_, '_>, columns: &[Column], patterns: &mut Patterns, report: &mut Report) -> Option<Unpivot> {
    let mut keys = node.table(report)?;
    let pattern = keys.get("columns").and_then(|node| patterns.of(node, report));
    let into = keys.get("into").and_then(|node| {
        let word = node.text(report)?;
        if word == "rows" {
            return Some(UnpivotInto::Rows);
        }
        let tasks = columns.iter().find(|column| column.name.as_str() == word && matches!(column.kind, ColumnKind::Tasks));
        if tasks.is_none() {
            node.wrong("`rows` or a column of kind `tasks`", report);
        }
        tasks.map(|column| UnpivotInto::Tasks(column.name.clone()))
    });
    keys.finish(report);
    if pattern.is_none() || into.is_none() {
        report.push(node.error(Rule::BadValue, "an unpivot needs `columns = 'pattern'` and `into`"));
    }
    Some(Unpivot { columns: pattern?, into: into? })
}

fn group(node: Node<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Option<GroupRule> {
    let mut keys = node.table(report)?;
    let column = keys.get("column").and_then(|node| header_match(node, patterns, report));
    let matches = keys.get("match").and_then(|node| patterns.of(node, report));
    let keep = keys.get("keep").and_then(|node| node.bool(report)).unwrap_or(false);
    let set = keys
        .get("set")
        .map(|node| node.entries(report).into_iter().filter_map(|(name, _, node)| Some((name.to_owned(), node.text(report)?))).collect())
        .unwrap_or_default();
    keys.finish(report);
    if column.is_none() || matches.is_none() {
        report.push(node.error(Rule::BadValue, "a group needs `column` and `match`"));
    }
    Some(GroupRule { column: column?, matches: matches?, keep, set })
}

fn skip(node: Node<'_, '_>, patterns: &mut Patterns, report: &mut Report) -> Option<SkipRule> {
    let mut keys = node.table(report)?;
    let column = keys.get("column").and_then(|node| header_match(node, patterns, report));
    let matches = keys.get("match").and_then(|node| patterns.of(node, report));
    let kind = match keys.get("kind").map(|node| (node, node.as_str())) {
        None => SkipKind::Note,
        Some((_, Some("hint"))) => SkipKind::Hint,
        Some((_, Some("total"))) => SkipKind::Total,
        Some((_, Some("note"))) => SkipKind::Note,
        Some((node, _)) => {
            node.wrong("`hint`, `total` or `note`", report);
            SkipKind::Note
        }
    };
    keys.finish(report);
    if matches.is_none() {
        report.push(node.error(Rule::BadValue, "a skip needs `match`"));
    }
    Some(SkipRule { column, matches: matches?, kind })
}

fn csv(node: Node<'_, '_>, report: &mut Report) -> CsvOptions {
    let Some(mut keys) = node.table(report) else { return CsvOptions::default() };
    let byte = |key, keys: &mut Keys<'_, '_>, report: &mut Report| {
        let node = keys.get(key)?;
        let text = node.text(report)?;
        let [byte] = text.as_bytes() else {
            node.wrong("one ASCII character", report);
            return None;
        };
        Some(*byte)
    };
    let options = CsvOptions {
        delimiter: byte("delimiter", &mut keys, report),
        quote: byte("quote", &mut keys, report),
        encoding: keys.text("encoding", report),
    };
    keys.finish(report);
    options
}
