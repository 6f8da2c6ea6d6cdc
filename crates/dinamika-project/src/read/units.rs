//! `sql/unit/NAME.toml`: rows in, rows out.

use std::collections::BTreeMap;

use super::{
    mentions::Mentions,
    tree::{Keys, Node, Source},
};
use crate::{Report, Rule, TableName, UnitTest};

/// Reads one unit test.
pub(super) fn unit_test(
    source: &Source<'_>,
    name: String,
    mentions: &mut Mentions,
    report: &mut Report,
) -> Option<UnitTest> {
    let parsed = source.parse(report)?;
    let mut keys = Keys::new(source, parsed.get_ref(), 0);
    let model = keys.must("model", report).and_then(|node| Some((node.word::<TableName>(report)?, node.place())));
    mentions.models.extend(model.clone());
    let mut given = BTreeMap::new();
    for (table, at, node) in keys.get("given").map(|node| node.entries(report)).unwrap_or_default() {
        match table.parse::<TableName>() {
            Ok(table) => {
                mentions.tables.push((table.clone(), source.place(at)));
                let rows = rows(node, Some((&table, mentions)), report);
                given.insert(table, rows);
            }
            Err(error) => report.push(source.error(at, Rule::UnknownTable, error.to_string())),
        }
    }
    let expect = keys.must("expect", report).map(|node| rows(node, None, report)).unwrap_or_default();
    keys.finish(report);
    Some(UnitTest { name, model: model?.0, given, expect, place: source.beginning() })
}

fn rows(
    node: Node<'_, '_>,
    mut of: Option<(&TableName, &mut Mentions)>,
    report: &mut Report,
) -> Vec<BTreeMap<String, toml::Value>> {
    let mut rows = Vec::new();
    for row in node.list(report) {
        let mut cells = BTreeMap::new();
        for (name, at, node) in row.entries(report) {
            if let Some((table, mentions)) = &mut of {
                mentions.columns.push((TableName::clone(table), name.to_owned(), node.source.place(at)));
            }
            if let Some(value) = node.plain() {
                cells.insert(name.to_owned(), value);
            }
        }
        rows.push(cells);
    }
    rows
}
