//! The real protocols of two years: every row is read.

mod fixtures;

use std::time::Instant;

use arrow::array::{Array, AsArray};
use calamine::{Reader as _, Xlsx, open_workbook};
use dinamika_project::Limits;
use fixtures::{files, protocols, read_with, reader, shared};

#[test]
fn every_row_of_the_protocols_is_read() {
    let Some(altai) = shared("real/altai") else { return };
    let reader = reader(vec![protocols()], Limits::default());
    let expected = [26_537, 26_507, 25_807, 25_611, 26_581, 26_512, 26_055, 26_411];
    let mut found = Vec::new();
    for year in ["2020", "2021"] {
        for file in files(&altai.join(year)) {
            let path = file.strip_prefix(&altai).unwrap().to_string_lossy().into_owned();
            let (report, kept) = read_with(&reader, &file, &path).unwrap_or_else(|refusal| panic!("{path}: {refusal}"));
            assert_eq!(report.parts, 1);
            let part = &kept.reports[0];
            assert_eq!(kept.rows() as u64, part.rows_kept);
            assert!(part.school_refs.len() > 500, "{path}: {} schools", part.school_refs.len());
            let all = kept.all();
            let tasks = all.column_by_name("tasks").unwrap().as_list::<i32>().value_length(0);
            let mut rules: Vec<(String, usize)> = Vec::new();
            for reject in &part.rejects {
                let place = format!("{:?} {}", reject.column, reject.rule);
                match rules.iter_mut().find(|(other, _)| *other == place) {
                    Some((_, count)) => *count += 1,
                    None => rules.push((place, 1)),
                }
            }
            println!(
                "{path}: {} rows, {tasks} tasks, {} rejects, skipped {:?}, {rules:?}",
                part.rows_in,
                part.rejects.len(),
                part.skipped
            );
            found.push(part.rows_in);
            assert_eq!(all.column_by_name("year").unwrap().null_count(), 0);
        }
    }
    assert_eq!(found, expected);
}

/// Times reading against the bare format reader. With the dev profile only the format readers
/// are optimised: run with `--release` for figures that mean something.
#[test]
#[ignore = "a measurement"]
fn reading_costs_little_more_than_the_cells() {
    let Some(altai) = shared("real/altai") else { return };
    let reader = reader(vec![protocols()], Limits::default());
    for file in ["2020", "2021"].iter().flat_map(|year| files(&altai.join(year))) {
        let start = Instant::now();
        let mut book: Xlsx<_> = open_workbook(&file).unwrap();
        let sheet = book.sheet_names()[0].clone();
        let mut cells = book.worksheet_cells_reader(&sheet).unwrap();
        let mut count = 0;
        while cells.next_cell().unwrap().is_some() {
            count += 1;
        }
        let bare = start.elapsed();
        let start = Instant::now();
        let (_, kept) = read_with(&reader, &file, "2020/4/x.xlsx").unwrap();
        println!("{count} cells {bare:.2?}, {} rows {:.2?}", kept.rows(), start.elapsed());
    }
}
