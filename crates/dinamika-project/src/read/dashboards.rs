//! `dashboards/ID.toml` and `sql/unit/NAME.toml`.

use std::collections::BTreeMap;

use super::{
    models::{level, select},
    tree::{Keys, Node, Source},
};
use crate::{Dashboard, Level, Panel, PanelData, Place, Report, Rule, SlugId, TableName, UnitTest};

/// Reads one dashboard.
pub(super) fn dashboard(source: &Source<'_>, id: SlugId, report: &mut Report) -> Option<Dashboard> {
    let parsed = source.parse(report)?;
    let mut keys = Keys::new(source, parsed.get_ref(), 0);
    let place = keys.place();
    let title = keys.required("title", report).unwrap_or_default();
    let description = keys.text("description", report).unwrap_or_default();
    let mut panels: Vec<Panel> = Vec::new();
    for node in keys.list("panel", report) {
        if let Some(panel) = panel(node, report) {
            if panels.iter().any(|known| known.id == panel.id) {
                report.push(node.error(Rule::Duplicate, format!("two panels are called `{}`", panel.id)));
            }
            panels.push(panel);
        }
    }
    keys.finish(report);
    Some(Dashboard { id, title, description, panels, place })
}

fn panel(node: Node<'_, '_>, report: &mut Report) -> Option<Panel> {
    let mut keys = node.table(report)?;
    if keys.get("id").is_none() {
        report.push(node.error(Rule::BadValue, "`id` is missing"));
    }
    let id = keys.word("id", report);
    let title = keys.required("title", report).unwrap_or_default();
    let kind = keys.text("kind", report).unwrap_or_else(|| "table".to_owned());
    let data = data(node, &mut keys, report);
    keys.finish(report);
    Some(Panel { id: id?, title, kind, data: data?, place: node.place() })
}

fn data(node: Node<'_, '_>, keys: &mut Keys<'_, '_>, report: &mut Report) -> Option<PanelData> {
    let indicators: Vec<_> = keys.list("indicators", report).into_iter().filter_map(|node| node.word(report)).collect();
    let at = keys.get("level").and_then(|node| level(node, report)).unwrap_or(Level::Region);
    let dynamics = keys.get("dynamics").and_then(|node| node.bool(report)).unwrap_or(false);
    let filters: BTreeMap<String, String> = keys
        .get("filters")
        .map(|node| node.entries(report))
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(name, _, node)| {
            let value = node.plain()?;
            Some((name.to_owned(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        })
        .collect();
    let sql = keys.get("sql");
    let text = keys.text("text", report);
    match (indicators.is_empty(), sql, text) {
        (false, None, None) if dynamics => Some(PanelData::Dynamics { indicators, level: at, filters }),
        (false, None, None) => Some(PanelData::Values { indicators, level: at, filters }),
        (true, Some(node), None) => {
            let sql = node.text(report)?;
            let inner = Source { path: node.source.path.clone(), text: &sql, offset: 0, whole: &sql };
            let mut found = Report::default();
            let reads = select(&inner, &mut found);
            // Places within the text are moved to where the text begins.
            for mistake in found.iter() {
                report.push(crate::Diagnostic { place: node.place(), ..mistake.clone() });
            }
            Some(PanelData::Sql { reads: reads?.into_iter().map(|(name, _)| name).collect(), sql })
        }
        (true, None, Some(text)) => Some(PanelData::Text(text)),
        _ => {
            report.push(node.error(Rule::BadValue, "a panel has exactly one of `indicators`, `sql` and `text`"));
            None
        }
    }
}

/// Reads one unit test.
pub(super) fn unit_test(source: &Source<'_>, name: String, report: &mut Report) -> Option<UnitTest> {
    let parsed = source.parse(report)?;
    let mut keys = Keys::new(source, parsed.get_ref(), 0);
    let place: Place = keys.place();
    let _ = keys.text("title", report);
    if keys.get("model").is_none() {
        report.push(source.error(0, Rule::BadValue, "`model` is missing"));
    }
    let model: Option<TableName> = keys.word("model", report);
    let mut given = BTreeMap::new();
    for (table, at, node) in keys.get("given").map(|node| node.entries(report)).unwrap_or_default() {
        match table.parse::<TableName>() {
            Ok(table) => drop(given.insert(table, rows(node, report))),
            Err(error) => report.push(source.error(at, Rule::UnknownTable, error.to_string())),
        }
    }
    let expect = keys.get("expect").map(|node| rows(node, report)).unwrap_or_default();
    keys.finish(report);
    Some(UnitTest { name, model: model?, given, expect, place })
}

fn rows(node: Node<'_, '_>, report: &mut Report) -> Vec<BTreeMap<String, toml::Value>> {
    node.list(report)
        .into_iter()
        .map(|row| row.entries(report).into_iter().filter_map(|(name, _, node)| Some((name.to_owned(), node.plain()?))).collect())
        .collect()
}
