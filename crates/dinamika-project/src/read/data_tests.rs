//! `tests = […]` of a model's header.

use super::{
    mentions::Mentions,
    tree::{Keys, Node},
};
use crate::{ColumnName, DataRule, DataTest, Report, Rule, Severity, TableName};

/// The data tests of a header.
pub(super) fn data_tests(keys: &mut Keys<'_, '_>, mentions: &mut Mentions, report: &mut Report) -> Vec<DataTest> {
    keys.list("tests", report).into_iter().filter_map(|node| data_test(node, mentions, report)).collect()
}

/// How bad a failed test is; an error when nothing is said.
pub(super) fn severity(keys: &mut Keys<'_, '_>, report: &mut Report) -> Severity {
    let words = [("error", Severity::Error), ("warning", Severity::Warning)];
    keys.one_of("severity", &words, report).unwrap_or(Severity::Error)
}

const RULES: [&str; 5] = ["not_null", "unique", "accepted_values", "relationships", "accepted_range"];

fn data_test(node: Node<'_, '_>, mentions: &mut Mentions, report: &mut Report) -> Option<DataTest> {
    let mut keys = node.table(report)?;
    let severity = severity(&mut keys, report);
    let named: Vec<_> = RULES.into_iter().filter_map(|name| Some((name, keys.get(name)?))).collect();
    keys.finish(report);
    let [(name, asked)] = named[..] else {
        report.push(node.error(Rule::BadValue, format!("a test is exactly one of {}", RULES.join(", "))));
        return None;
    };
    let rule = match name {
        "not_null" => DataRule::NotNull(columns(asked, report)),
        "unique" => DataRule::Unique(columns(asked, report)),
        _ => of_column(name, asked, mentions, report)?,
    };
    Some(DataTest { rule, severity, place: node.place() })
}

fn columns(node: Node<'_, '_>, report: &mut Report) -> Vec<ColumnName> {
    node.one_or_more().into_iter().filter_map(|node| node.word(report)).collect()
}

/// The rules written as `{ column = "…", … }`.
fn of_column(name: &str, node: Node<'_, '_>, mentions: &mut Mentions, report: &mut Report) -> Option<DataRule> {
    let mut keys = node.table(report)?;
    let column = keys.must("column", report).and_then(|node| node.word(report));
    let rule = match name {
        "accepted_values" => {
            let values = keys.must("values", report).map(|node| node.list(report)).unwrap_or_default();
            let values = values.into_iter().filter_map(|node| node.text(report)).collect();
            column.map(|column| DataRule::AcceptedValues(column, values))
        }
        "relationships" => {
            let target = keys.must("to", report).and_then(|node| target(node, mentions, report));
            column.zip(target).map(|(column, (table, other))| DataRule::Relationships(column, table, other))
        }
        _ => {
            let mut bound = |key| keys.get(key).and_then(|node| node.number(report));
            let (low, high) = (bound("min"), bound("max"));
            column.map(|column| DataRule::AcceptedRange(column, low, high))
        }
    };
    keys.finish(report);
    rule
}

/// `table.column`.
fn target(node: Node<'_, '_>, mentions: &mut Mentions, report: &mut Report) -> Option<(TableName, ColumnName)> {
    let text = node.text(report)?;
    let parts = text.split_once('.').and_then(|(table, column)| Some((table.parse().ok()?, column.parse().ok()?)));
    let Some((table, column)) = parts else {
        report.push(node.error(Rule::BadValue, format!("expected `table.column`, found `{text}`")));
        return None;
    };
    mentions.tables.push((TableName::clone(&table), node.place()));
    mentions.column(&table, &column, node);
    Some((table, column))
}
