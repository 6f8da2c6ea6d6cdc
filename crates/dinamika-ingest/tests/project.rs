//! The standard pipelines on real files.

mod fixtures;

use std::{collections::BTreeMap, path::Path};

use dinamika_ingest::{Refusal, Reject};
use dinamika_project::Limits;
use fixtures::{files, read_with, reader, shared};

#[test]
fn real_files_are_read_by_the_standard_pipelines() {
    let Some(real) = shared("real/altai") else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let loaded = dinamika_project::load(root).unwrap();
    assert!(!loaded.project.pipelines.is_empty(), "{:?}", loaded.report);
    let reader = reader(loaded.project.pipelines, Limits::default());
    let mut refused = Vec::new();
    for file in files(&real) {
        let path = file.strip_prefix(&real).unwrap().to_string_lossy().into_owned();
        match read_with(&reader, &file, &path) {
            // One of the descriptions has no cell at all.
            Err(Refusal::Empty) => println!("{path}: empty"),
            Err(refusal) => refused.push(format!("{path}: {refusal}")),
            Ok((report, kept)) => {
                for (header, part) in kept.headers.iter().zip(&kept.reports) {
                    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
                    let key =
                        |reject: &Reject| format!("{} {}", reject.column.clone().unwrap_or_default(), reject.rule);
                    part.rejects.iter().for_each(|reject| *rules.entry(key(reject)).or_default() += 1);
                    println!(
                        "{path}: {} / {} «{}» {} rows, {} kept, {} schools, ignored {:?}, {rules:?}",
                        header.pipeline,
                        header.layout,
                        header.sheet,
                        part.rows_in,
                        part.rows_kept,
                        part.school_refs.len(),
                        report.ignored_sheets
                    );
                }
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
