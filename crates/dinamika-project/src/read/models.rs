//! `sql/**/*.sql`: a TOML block in a leading comment, then one SELECT.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    data_tests::{data_tests, severity},
    mentions::Mentions,
    sql::Select,
    tree::{Keys, Source},
};
use crate::{
    Check, ColumnName, Direction, Heading, Indicator, IndicatorId, Level, Measure, Model, ModelKind, Place, Report,
    Rule, TableName, Zone,
};

/// Words of `zone`.
pub(super) const ZONES: [(&str, Zone); 2] = [("curated", Zone::Curated), ("mart", Zone::Mart)];

/// Words of `level` and `levels`.
pub(super) const LEVELS: [(&str, Level); 3] =
    [("school", Level::School), ("municipality", Level::Municipality), ("region", Level::Region)];

/// A model of `sql/staging` or `sql/marts`; none when its header cannot be read.
pub(super) fn model(
    source: &Source<'_>,
    name: TableName,
    mentions: &mut Mentions,
    report: &mut Report,
) -> Option<Model> {
    let file = SqlFile::of(source, mentions, report);
    let header = file.header?;
    let parsed = header.parse(report)?;
    let mut keys = Keys::new(&header, parsed.get_ref(), 0);
    let title = keys.required("title", report).unwrap_or_default();
    let materialize = keys.one_of("materialize", &[("table", true), ("view", false)], report);
    let partition_by = keys.get("partition_by");
    let zone = keys.get("zone");
    let kind = if materialize == Some(false) {
        for (key, node) in [("partition_by", partition_by), ("zone", zone)] {
            if let Some(node) = node {
                let message = format!("`{key}` means nothing for a view: it is not kept");
                report.push(node.error(Rule::BadValue, message));
            }
        }
        ModelKind::View
    } else {
        ModelKind::Table {
            partition_by: partition_by.and_then(|node| node.word(report)),
            zone: zone.and_then(|node| node.one_of(&ZONES, report)).unwrap_or(Zone::Mart),
        }
    };
    let tests = data_tests(&mut keys, mentions, report);
    let headings = headings(&mut keys, report);
    keys.finish(report);
    let reads = file.select.reads_of(&name, mentions);
    Some(Model { name, title, sql: source.whole.to_owned(), reads, kind, tests, headings, place: source.beginning() })
}

/// What columns are called; no two alike, for a file's columns are known by their headings.
fn headings(keys: &mut Keys<'_, '_>, report: &mut Report) -> BTreeMap<ColumnName, Heading> {
    let mut found = BTreeMap::new();
    let Some(node) = keys.get("headings") else { return found };
    let mut known = BTreeSet::new();
    for (column, at, node) in node.entries(report) {
        let column = match column.parse::<ColumnName>() {
            Ok(column) => column,
            Err(error) => {
                report.push(node.source.error(at, Rule::BadValue, error.to_string()));
                continue;
            }
        };
        let Some(title) = node.text(report) else { continue };
        if !known.insert(title.clone()) {
            report.push(node.error(Rule::Duplicate, format!("two columns are called «{title}»")));
        }
        found.insert(column, Heading { title, place: node.place() });
    }
    found
}

/// An indicator of `sql/indicators`.
pub(super) fn indicator(
    source: &Source<'_>,
    id: IndicatorId,
    mentions: &mut Mentions,
    report: &mut Report,
) -> Option<Model> {
    let file = SqlFile::of(source, mentions, report);
    let header = file.header?;
    let parsed = header.parse(report)?;
    let mut keys = Keys::new(&header, parsed.get_ref(), 0);
    let title = keys.required("title", report).unwrap_or_default();
    let directions = [("up", Direction::Up), ("down", Direction::Down), ("neutral", Direction::Neutral)];
    let measures = [
        ("share", Measure::Share),
        ("percent", Measure::Percent),
        ("mean", Measure::Mean),
        ("ratio", Measure::Ratio),
        ("count", Measure::Count),
    ];
    let levels = match keys.get("levels") {
        None => LEVELS.map(|(_, level)| level).to_vec(),
        Some(node) => node.list(report).into_iter().filter_map(|node| node.one_of(&LEVELS, report)).collect(),
    };
    let name = indicator_table(&id)?;
    let indicator = Indicator {
        formula: keys.required("formula", report).unwrap_or_default(),
        unit: keys.required("unit", report).unwrap_or_default(),
        direction: keys.one_of("direction", &directions, report).unwrap_or(Direction::Neutral),
        min_n: keys.count("min_n", 0, report).unwrap_or(10),
        levels,
        measure: keys.must("measure", report).and_then(|node| node.one_of(&measures, report)).unwrap_or(Measure::Count),
        source: keys.text("source", report),
        equated: keys.flag("equated", report).unwrap_or(true),
        dimensions: keys.list("dimensions", report).into_iter().filter_map(|node| node.word(report)).collect(),
        id,
    };
    let tests = data_tests(&mut keys, mentions, report);
    keys.finish(report);
    let reads = file.select.reads_of(&name, mentions);
    let kind = ModelKind::Indicator(indicator);
    let (sql, headings) = (source.whole.to_owned(), BTreeMap::new());
    Some(Model { name, title, sql, reads, kind, tests, headings, place: source.beginning() })
}

/// The view an indicator is to SQL.
pub(super) fn indicator_table(id: &IndicatorId) -> Option<TableName> {
    format!("indicator_{}", id.as_str().replace('.', "_")).parse().ok()
}

/// A query of `sql/tests`.
pub(super) fn check(
    source: &Source<'_>,
    name: TableName,
    mentions: &mut Mentions,
    report: &mut Report,
) -> Option<Check> {
    let file = SqlFile::of(source, mentions, report);
    let header = file.header?;
    let parsed = header.parse(report)?;
    let mut keys = Keys::new(&header, parsed.get_ref(), 0);
    let title = keys.required("title", report).unwrap_or_default();
    let severity = severity(&mut keys, report);
    keys.finish(report);
    let (sql, reads) = (source.whole.to_owned(), file.select.tables());
    Some(Check { name, title, sql, reads, severity, place: source.beginning() })
}

/// A SQL file taken apart. A SELECT that does not parse reads nothing.
struct SqlFile<'a> {
    header: Option<Source<'a>>,
    select: Select,
}

impl<'a> SqlFile<'a> {
    fn of(source: &Source<'a>, mentions: &mut Mentions, report: &mut Report) -> Self {
        let start = source.text.len() - source.text.trim_start().len();
        let header = match (source.text[start..].starts_with("/*"), source.text.find("*/")) {
            (true, Some(end)) => Some(source.part(start + 2..end)),
            _ => {
                let message = "a SQL file begins with its description: `/* title = \"…\" */`";
                report.push(source.error(start, Rule::Syntax, message));
                None
            }
        };
        let select = Select::parse(source, report).unwrap_or_default();
        mentions.query(&select);
        Self { header, select }
    }
}

impl Select {
    /// The tables a model reads; where it names them is kept for cycles.
    fn reads_of(&self, model: &TableName, mentions: &mut Mentions) -> Vec<TableName> {
        let edge = |(table, place): &(TableName, Place)| ((model.clone(), table.clone()), place.clone());
        mentions.edges.extend(self.reads.iter().map(edge));
        self.tables()
    }
}
