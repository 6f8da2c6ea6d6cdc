//! `pipelines/NAME.toml`.

use std::collections::BTreeSet;

use super::{
    columns::{ON_REJECT, columns},
    layouts::layout,
    mentions::Mentions,
    models::ZONES,
    patterns::Patterns,
    tree::{Keys, Node, Source, did_you_mean},
};
use crate::{
    Column, ColumnName, Diagnostic, Layout, OnReject, Pipeline, PipelineName, Report, Rule, SchoolColumns, Severity,
    SourceName, UnpivotInto, Zone,
};

/// Reads one pipeline; none when it is no TOML.
pub(super) fn pipeline(
    source: &Source<'_>,
    name: PipelineName,
    patterns: &mut Patterns,
    mentions: &mut Mentions,
    report: &mut Report,
) -> Option<Pipeline> {
    let parsed = source.parse(report)?;
    let mut keys = Keys::new(source, parsed.get_ref(), 0);
    let title = keys.required("title", report).unwrap_or_default();
    let table = keys.word("table", report).or_else(|| name.as_str().parse().ok())?;
    let columns = keys.must("columns", report).map(|node| columns(node, patterns, report)).unwrap_or_default();
    let nodes = keys.must("layout", report).map(|node| node.list(report)).unwrap_or_default();
    let layouts: Vec<Layout> = nodes.iter().filter_map(|node| layout(*node, &columns, patterns, report)).collect();
    named_twice(&layouts, report);
    if layouts.len() == nodes.len() {
        unfilled(&columns, &layouts, report);
    }
    let mut known = Known(columns.iter().map(|column| column.name.as_str().to_owned()).collect());
    let school = keys.get("school").map(|node| school(node, &known, report));
    known.0.extend(columns.iter().flat_map(Column::fields).map(|field| field.name().clone()));
    known.0.extend(school.iter().map(|_| "school_ref".to_owned()));
    let pulled = keys.get("source");
    let from: SourceName = pulled.and_then(|node| node.word(report)).or_else(|| "inbox".parse().ok())?;
    mentions.pulled.push((from.clone(), pulled.map_or_else(|| source.beginning(), Node::place)));
    let pipeline = Pipeline {
        title,
        source: from,
        zone: keys.one_of("zone", &ZONES, report).unwrap_or(Zone::Curated),
        natural_key: keys
            .list("natural_key", report)
            .into_iter()
            .filter_map(|node| known.column(node, report))
            .collect(),
        partition_by: keys.get("partition_by").and_then(|node| known.column(node, report)),
        on_reject: keys.one_of("on_reject", &ON_REJECT, report).unwrap_or(OnReject::Null),
        max_reject_share: keys.get("max_reject_share").and_then(|node| share(node, report)).unwrap_or(0.5),
        personal: keys.flag("personal", report).unwrap_or(false),
        school,
        name,
        table,
        layouts,
        place: source.beginning(),
        columns,
    };
    keys.finish(report);
    Some(pipeline)
}

/// Layouts are told apart by name in every report on a file.
fn named_twice(layouts: &[Layout], report: &mut Report) {
    for (at, layout) in layouts.iter().enumerate() {
        if let Some(first) = layouts[..at].iter().find(|other| other.name == layout.name) {
            report.push(Diagnostic {
                place: layout.place.clone(),
                severity: Severity::Error,
                rule: Rule::Duplicate,
                message: format!("two layouts are called `{}`, the first at {}", layout.name, first.place),
                help: None,
            });
        }
    }
}

/// A column no layout fills is null for ever: forgotten or misspelt.
fn unfilled(columns: &[Column], layouts: &[Layout], report: &mut Report) {
    for column in columns {
        let fills = |layout: &Layout| {
            let unpivoted = layout
                .unpivot
                .as_ref()
                .is_some_and(|unpivot| matches!(&unpivot.into, UnpivotInto::Tasks(name) if *name == column.name));
            unpivoted || layout.bindings.iter().any(|binding| binding.column == column.name)
        };
        if !layouts.iter().any(fills) {
            report.push(Diagnostic {
                place: column.place.clone(),
                severity: Severity::Warning,
                rule: Rule::Unused,
                message: format!("no layout fills the column `{}`", column.name),
                help: None,
            });
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

/// The columns a table has.
struct Known(BTreeSet<String>);

impl Known {
    /// A column of this table that has to exist.
    fn column(&self, node: Node<'_, '_>, report: &mut Report) -> Option<ColumnName> {
        let name: ColumnName = node.word(report)?;
        if self.0.contains(name.as_str()) {
            return Some(name);
        }
        let mut mistake = node.error(Rule::UnknownColumn, format!("this table has no column `{name}`"));
        mistake.help = did_you_mean(name.as_str(), self.0.iter().map(String::as_str));
        report.push(mistake);
        None
    }
}

fn school(node: Node<'_, '_>, known: &Known, report: &mut Report) -> SchoolColumns {
    let Some(mut keys) = node.table(report) else { return SchoolColumns::default() };
    let mut column = |key| keys.get(key).and_then(|node| known.column(node, report));
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
