//! What `check` says about a project's text: mistakes as data, every rule at least once.

use std::{collections::BTreeMap, path::PathBuf};

use dinamika_project::{Loaded, Rule, load_text};
use insta::assert_snapshot;

#[path = "report/config.rs"]
mod config;
#[path = "report/dashboards.rs"]
mod dashboards;
#[path = "report/layouts.rs"]
mod layouts;
#[path = "report/map.rs"]
mod map;
#[path = "report/models.rs"]
mod models;
#[path = "report/order.rs"]
mod order;
#[path = "report/pipelines.rs"]
mod pipelines;
#[path = "report/references.rs"]
mod references;
#[path = "report/whole.rs"]
mod whole;

/// A project from one text: each file follows a line `-- path`.
fn project(text: &str) -> Loaded {
    let mut files: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut path = PathBuf::new();
    for line in text.trim_start_matches('\n').split_inclusive('\n') {
        match line.strip_prefix("-- ") {
            Some(name) if name.trim().contains('.') && !name.trim().contains(' ') => {
                path = PathBuf::from(name.trim());
                files.insert(path.clone(), String::new());
            }
            _ => files.entry(path.clone()).or_default().push_str(line),
        }
    }
    files.entry("dinamika.toml".into()).or_default();
    load_text(&files)
}

/// Every mistake of a project, a line each.
fn report(text: &str) -> String {
    project(text).report.iter().map(|mistake| format!("{mistake}\n")).collect()
}

/// The rules this crate keeps are all heard of above; the list is the one of [`Rule`].
#[test]
fn every_rule_has_a_word_of_its_own() {
    use Rule::*;
    let rules = [Syntax, UnknownKey, BadValue, Duplicate, UnknownTable, UnknownColumn, Cycle, Unused, Sql];
    let words: Vec<_> = rules.iter().map(|rule| rule.as_str()).collect();
    assert_snapshot!(words.join(" "), @"syntax unknown-key bad-value duplicate unknown-table unknown-column cycle unused sql");
}
