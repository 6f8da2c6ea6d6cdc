//! `sql/**/*.sql`: a TOML block in a leading comment, then one SELECT.

use std::collections::BTreeSet;

use datafusion_sql::{
    parser::{DFParser, Statement},
    resolve::resolve_table_references,
    sqlparser::{
        ast::{Statement as Sql, Visit, Visitor},
    },
};

use super::{
    pipelines::zone,
    tree::{Keys, Node, Source},
};
use crate::{
    Check, DataRule, DataTest, Direction, Indicator, IndicatorId, Level, Measure, Model, ModelKind, Place, Report, Rule, Severity, TableName, Zone,
};

/// A SQL file taken apart: its header's source and what its SELECT reads.
pub(super) struct SqlFile<'a> {
    pub(super) header: Source<'a>,
    pub(super) reads: Vec<(TableName, Place)>,
    pub(super) params: Vec<(String, Place)>,
}

/// Takes a SQL file apart; syntax errors go to the report.
pub(super) fn sql_file<'a>(source: &Source<'a>, report: &mut Report) -> Option<SqlFile<'a>> {
    let start = source.text.len() - source.text.trim_start().len();
    let header = match (source.text[start..].starts_with("/*"), source.text.find("*/")) {
        (true, Some(end)) => source.part(start + 2..end),
        _ => {
            report.push(source.error(0, Rule::Syntax, "a SQL file begins with its description: `/* title = \"…\" */`"));
            return None;
        }
    };
    let reads = select(source, report)?;
    let params = params(source);
    Some(SqlFile { header, reads, params })
}

/// Tables a SELECT reads, with the place of their first mention.
pub(super) fn select(source: &Source<'_>, report: &mut Report) -> Option<Vec<(TableName, Place)>> {
    let mut statements = match DFParser::parse_sql(source.text) {
        Ok(statements) => statements,
        Err(error) => {
            let text = error.strip_backtrace();
            let at = position(&text).map_or(0, |(line, column)| offset(source.text, line, column));
            report.push(source.error(at, Rule::Syntax, sentence(&text)));
            return None;
        }
    };
    let (Some(statement), None) = (statements.pop_front(), statements.pop_front()) else {
        report.push(source.error(0, Rule::Syntax, "expected exactly one SELECT"));
        return None;
    };
    match &statement {
        Statement::Statement(sql) if matches!(**sql, Sql::Query(_)) => {}
        _ => {
            report.push(source.error(0, Rule::Syntax, "only SELECT is allowed here"));
            return None;
        }
    }
    let functions = table_functions(&statement);
    let (tables, _) = match resolve_table_references(&statement, true) {
        Ok(found) => found,
        Err(error) => {
            report.push(source.error(0, Rule::Syntax, error.strip_backtrace()));
            return None;
        }
    };
    let mut reads = Vec::new();
    for table in tables {
        let name = table.table().to_owned();
        let at = mention(source.text, &name);
        if functions.contains(&name) {
            continue;
        }
        match name.parse::<TableName>() {
            Ok(name) => reads.push((name, source.place(at))),
            Err(error) => report.push(source.error(at, Rule::UnknownTable, error.to_string())),
        }
    }
    Some(reads)
}

/// Names of table functions: the resolver takes them for tables.
fn table_functions(statement: &Statement) -> BTreeSet<String> {
    use datafusion_sql::sqlparser::ast::TableFactor;
    struct Functions(BTreeSet<String>);
    impl Visitor for Functions {
        type Break = ();
        fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> std::ops::ControlFlow<()> {
            if let TableFactor::Table { name, args: Some(_), .. } = factor {
                self.0.insert(name.to_string().to_lowercase());
            }
            std::ops::ControlFlow::Continue(())
        }
    }
    let mut functions = Functions(BTreeSet::new());
    if let Statement::Statement(sql) = statement {
        let _ = sql.visit(&mut functions);
    }
    functions.0
}

/// Where a table's name first stands as a whole word outside comments.
fn mention(text: &str, name: &str) -> usize {
    let code = uncommented(text);
    let lower = code.to_lowercase();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    lower
        .match_indices(name)
        .find(|(at, _)| !lower[..*at].ends_with(is_word) && !lower[at + name.len()..].starts_with(is_word))
        .map_or(0, |(at, _)| at)
}

/// The text with comments and quoted texts blanked out, byte for byte.
fn uncommented(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    let mut at = 0;
    while at < out.len() {
        let end = match &out[at..] {
            [b'-', b'-', ..] => out[at..].iter().position(|b| *b == b'\n').map_or(out.len(), |n| at + n),
            [b'/', b'*', ..] => text[at..].find("*/").map_or(out.len(), |n| at + n + 2),
            [b'\'', ..] => out[at + 1..].iter().position(|b| *b == b'\'').map_or(out.len(), |n| at + n + 2),
            _ => {
                at += 1;
                continue;
            }
        };
        out[at..end].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
        at = end;
    }
    // Only ASCII was put in the place of whole characters, so this cannot fail.
    String::from_utf8(out).unwrap_or_default()
}

/// `$name` of a query.
fn params(source: &Source<'_>) -> Vec<(String, Place)> {
    let code = uncommented(source.text);
    let mut found: Vec<(String, Place)> = Vec::new();
    for (at, _) in code.match_indices('$') {
        let name: String = code[at + 1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if name.starts_with(|c: char| c.is_alphabetic()) && !found.iter().any(|(known, _)| *known == name) {
            found.push((name, source.place(at)));
        }
    }
    found
}

fn position(text: &str) -> Option<(usize, usize)> {
    let (_, rest) = text.rsplit_once("at Line: ")?;
    let (line, column) = rest.split_once(", Column: ")?;
    let column: String = column.chars().take_while(char::is_ascii_digit).collect();
    Some((line.trim().parse().ok()?, column.parse().ok()?))
}

fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    text[start..].char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| start + at)
}

fn sentence(text: &str) -> String {
    let text = text.rsplit_once(" at Line: ").map_or(text, |(before, _)| before);
    let text = text.trim_start_matches("SQL error: ").trim_start_matches("ParserError(\"").trim_end_matches("\")");
    text.to_owned()
}

/// A model of `sql/staging` or `sql/marts`.
pub(super) fn model(source: &Source<'_>, name: TableName, file: SqlFile<'_>, report: &mut Report) -> Option<Model> {
    let parsed = file.header.parse(report)?;
    let mut keys = Keys::new(&file.header, parsed.get_ref(), 0);
    let title = keys.required("title", report).unwrap_or_default();
    let partition_by = keys.word("partition_by", report);
    let zone = zone(keys.get("zone"), Zone::Mart, report);
    let kind = match keys.get("materialize").map(|node| (node, node.as_str())) {
        None | Some((_, Some("table"))) => ModelKind::Table { partition_by, zone },
        Some((_, Some("view"))) => ModelKind::View,
        Some((node, _)) => {
            node.wrong("`table` or `view`", report);
            ModelKind::View
        }
    };
    let tests = tests(&mut keys, report);
    keys.finish(report);
    Some(Model { name, title, sql: source.text.to_owned(), reads: names(file.reads), kind, tests, place: super::pipelines::root_place(source) })
}

/// An indicator of `sql/indicators`.
pub(super) fn indicator(source: &Source<'_>, id: IndicatorId, file: SqlFile<'_>, report: &mut Report) -> Option<Model> {
    let parsed = file.header.parse(report)?;
    let mut keys = Keys::new(&file.header, parsed.get_ref(), 0);
    let title = keys.required("title", report).unwrap_or_default();
    let direction = match keys.get("direction").map(|node| (node, node.as_str())) {
        Some((_, Some("up"))) => Direction::Up,
        Some((_, Some("down"))) => Direction::Down,
        None | Some((_, Some("neutral"))) => Direction::Neutral,
        Some((node, _)) => {
            node.wrong("`up`, `down` or `neutral`", report);
            Direction::Neutral
        }
    };
    let measure = keys.get("measure").and_then(|node| measure(node, report));
    if measure.is_none() && keys.get("measure").is_none() {
        report.push(source.error(0, Rule::BadValue, "`measure` is missing: share, percent, mean, ratio or count"));
    }
    let levels: Vec<Level> = match keys.get("levels") {
        None => vec![Level::School, Level::Municipality, Level::Region],
        Some(node) => node.list(report).into_iter().filter_map(|node| level(node, report)).collect(),
    };
    let min_n = keys.get("min_n").and_then(|node| node.integer(report)).unwrap_or(10);
    let kind = ModelKind::Indicator(Indicator {
        formula: keys.required("formula", report).unwrap_or_default(),
        unit: keys.required("unit", report).unwrap_or_default(),
        direction,
        min_n: u32::try_from(min_n).unwrap_or(0),
        levels,
        measure: measure.unwrap_or(Measure::Count),
        source: keys.text("source", report),
        dimensions: keys.list("dimensions", report).into_iter().filter_map(|node| node.word(report)).collect(),
        id: id.clone(),
    });
    let tests = tests(&mut keys, report);
    keys.finish(report);
    let name = format!("indicator_{}", id.as_str().replace('.', "_")).parse().ok()?;
    Some(Model { name, title, sql: source.text.to_owned(), reads: names(file.reads), kind, tests, place: super::pipelines::root_place(source) })
}

/// A query of `sql/tests`.
pub(super) fn check(source: &Source<'_>, name: TableName, file: SqlFile<'_>, report: &mut Report) -> Option<Check> {
    let parsed = file.header.parse(report)?;
    let mut keys = Keys::new(&file.header, parsed.get_ref(), 0);
    let title = keys.required("title", report).unwrap_or_default();
    let severity = severity(&mut keys, report);
    keys.finish(report);
    Some(Check { name, title, sql: source.text.to_owned(), reads: names(file.reads), severity, place: super::pipelines::root_place(source) })
}

pub(super) fn level(node: Node<'_, '_>, report: &mut Report) -> Option<Level> {
    match node.as_str() {
        Some("school") => Some(Level::School),
        Some("municipality") => Some(Level::Municipality),
        Some("region") => Some(Level::Region),
        _ => {
            node.wrong("`school`, `municipality` or `region`", report);
            None
        }
    }
}

fn names(reads: Vec<(TableName, Place)>) -> Vec<TableName> {
    reads.into_iter().map(|(name, _)| name).collect()
}

fn measure(node: Node<'_, '_>, report: &mut Report) -> Option<Measure> {
    match node.as_str() {
        Some("share") => Some(Measure::Share),
        Some("percent") => Some(Measure::Percent),
        Some("mean") => Some(Measure::Mean),
        Some("ratio") => Some(Measure::Ratio),
        Some("count") => Some(Measure::Count),
        _ => {
            node.wrong("`share`, `percent`, `mean`, `ratio` or `count`", report);
            None
        }
    }
}

fn severity(keys: &mut Keys<'_, '_>, report: &mut Report) -> Severity {
    match keys.get("severity").map(|node| (node, node.as_str())) {
        None | Some((_, Some("error"))) => Severity::Error,
        Some((_, Some("warning"))) => Severity::Warning,
        Some((node, _)) => {
            node.wrong("`error` or `warning`", report);
            Severity::Error
        }
    }
}

fn tests(keys: &mut Keys<'_, '_>, report: &mut Report) -> Vec<DataTest> {
    keys.list("tests", report).into_iter().filter_map(|node| data_test(node, report)).collect()
}

fn data_test(node: Node<'_, '_>, report: &mut Report) -> Option<DataTest> {
    let mut keys = node.table(report)?;
    let columns = |node: Node<'_, '_>, report: &mut Report| node.one_or_more().into_iter().filter_map(|node| node.word(report)).collect();
    let rule = if let Some(node) = keys.get("not_null") {
        Some(DataRule::NotNull(columns(node, report)))
    } else if let Some(node) = keys.get("unique") {
        Some(DataRule::Unique(columns(node, report)))
    } else if let Some(node) = keys.get("accepted_values") {
        let mut inner = node.table(report)?;
        let column = inner.word("column", report);
        let values = inner.list("values", report).into_iter().filter_map(|node| node.text(report)).collect();
        inner.finish(report);
        column.map(|column| DataRule::AcceptedValues(column, values))
    } else if let Some(node) = keys.get("relationships") {
        let mut inner = node.table(report)?;
        let column = inner.word("column", report);
        let to = inner.required("to", report);
        inner.finish(report);
        let target = to.as_deref().and_then(|to| to.split_once('.')).and_then(|(table, column)| Some((table.parse().ok()?, column.parse().ok()?)));
        if target.is_none() {
            node.wrong("`to = \"table.column\"`", report);
        }
        column.zip(target).map(|(column, (table, other))| DataRule::Relationships(column, table, other))
    } else if let Some(node) = keys.get("accepted_range") {
        let mut inner = node.table(report)?;
        let column = inner.word("column", report);
        let low = inner.get("min").and_then(|node| node.number(report));
        let high = inner.get("max").and_then(|node| node.number(report));
        inner.finish(report);
        column.map(|column| DataRule::AcceptedRange(column, low, high))
    } else {
        node.wrong("one of not_null, unique, accepted_values, relationships, accepted_range", report);
        None
    };
    let severity = severity(&mut keys, report);
    keys.finish(report);
    Some(DataTest { rule: rule?, severity, place: node.place() })
}
