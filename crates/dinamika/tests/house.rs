//! Holds the house: which room may know which, and how long a file may be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// What each crate may depend on within the workspace, dev-dependencies included.
const ARROWS: &[(&str, &[&str])] = &[
    ("dinamika-project", &[]),
    ("dinamika-ingest", &["dinamika-project"]),
    ("dinamika-lake", &["dinamika-project"]),
    ("dinamika-engine", &["dinamika-lake", "dinamika-project"]),
    ("dinamika-runner", &["dinamika-engine", "dinamika-ingest", "dinamika-lake", "dinamika-project"]),
    ("dinamika-server", &["dinamika-engine", "dinamika-lake", "dinamika-project", "dinamika-runner"]),
    (
        "dinamika",
        &[
            "dinamika-engine",
            "dinamika-ingest",
            "dinamika-lake",
            "dinamika-project",
            "dinamika-runner",
            "dinamika-server",
        ],
    ),
];

/// Crates that only some rooms may name.
const KEPT_IN: &[(&str, &[&str])] = &[
    ("axum", &["dinamika-server"]),
    ("calamine", &["dinamika-ingest"]),
    ("datafusion", &["dinamika-engine"]),
    ("deltalake-core", &["dinamika-lake"]),
    ("rusqlite", &["dinamika-lake"]),
    ("clap", &["dinamika"]),
];

#[test]
fn arrows_point_down() {
    let mut faults = Vec::new();
    for (name, allowed) in ARROWS {
        for dependency in dependencies(name).iter().filter(|d| d.starts_with("dinamika")) {
            if !allowed.contains(&dependency.as_str()) {
                faults.push(format!("{name} must not know {dependency}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut faults = Vec::new();
    for (library, rooms) in KEPT_IN {
        for (name, _) in ARROWS {
            if !rooms.contains(name) && dependencies(name).iter().any(|d| d == library) {
                faults.push(format!("{library} belongs to {rooms:?}, not to {name}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_the_clock_asks_for_the_time_and_only_the_program_for_the_environment() {
    let faults: Vec<String> = sources()
        .filter(|(path, text)| {
            let production = text.split("#[cfg(test)]").next().unwrap_or_default();
            let room = path.to_string_lossy();
            (production.contains("Utc::now()") && !room.ends_with("clock.rs"))
                || (production.contains("env::var") && !room.contains("crates/dinamika/src"))
        })
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(faults.is_empty(), "these ask the machine themselves:\n{}", faults.join("\n"));
}

#[test]
fn each_mart_stands_in_the_policy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let policy: toml::Table = fs::read_to_string(root.join("policy.toml")).unwrap().parse().unwrap();
    let tables = policy["table"].as_array().unwrap().iter();
    let named: BTreeSet<&str> =
        tables.flat_map(|table| table["names"].as_array().unwrap()).filter_map(toml::Value::as_str).collect();
    let unnamed: Vec<String> = fs::read_dir(root.join("sql/marts"))
        .unwrap()
        .map(|mart| mart.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|mart| !named.contains(mart.as_str()))
        .collect();
    assert!(unnamed.is_empty(), "who sees these, and what of small cells: {unnamed:?}");
}

#[test]
fn files_are_about_one_thing() {
    let mut lengths: Vec<(usize, PathBuf)> = sources()
        .map(|(path, text)| (text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count(), path))
        .collect();
    lengths.sort();
    let at = |share: usize| lengths[(lengths.len() - 1) * share / 100].0;
    let longest = lengths.last().expect("the workspace has sources");
    assert!(longest.0 <= 600, "{} has {} lines; none may have more than 600", longest.1.display(), longest.0);
    assert!(at(95) <= 400, "95 % of files must have at most 400 lines, found {}", at(95));
}

fn dependencies(name: &str) -> Vec<String> {
    let manifest = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).expect("a manifest");
    let manifest: BTreeMap<String, toml::Value> = toml::from_str(&manifest).expect("valid TOML");
    ["dependencies", "dev-dependencies", "build-dependencies"]
        .iter()
        .filter_map(|table| manifest.get(*table)?.as_table())
        .flat_map(|table| table.keys().cloned())
        .collect()
}

fn sources() -> impl Iterator<Item = (PathBuf, String)> {
    let mut folders: Vec<PathBuf> =
        ARROWS.iter().map(|(name, _)| root().join("crates").join(name).join("src")).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    found.into_iter()
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
