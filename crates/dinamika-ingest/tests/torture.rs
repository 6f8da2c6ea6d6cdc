//! Public collections of odd files: each is read into cells or refused with a message, quickly
//! and without a panic.

mod fixtures;

use std::time::{Duration, Instant};

use dinamika_ingest::{Refusal, raw_rows};
use dinamika_project::Limits;
use fixtures::{files, protocols, read_with, reader, shared};

#[test]
fn odd_files_are_read_or_refused() {
    let Some(torture) = shared("torture") else { return };
    let reader = reader(vec![protocols()], Limits::default());
    let (mut read, mut refused, mut slow) = (0, 0, Vec::new());
    for file in files(&torture) {
        let shown = file.strip_prefix(&torture).unwrap().display().to_string();
        if shown.starts_with("parquet-testing") {
            continue;
        }
        let start = Instant::now();
        match raw_rows(&file, &Limits::default(), 100_000) {
            Ok(sheets) => {
                let cells: usize = sheets.iter().flat_map(|sheet| &sheet.rows).map(Vec::len).sum();
                println!("{shown}: {} sheets, {cells} cells", sheets.len());
                read += 1;
            }
            Err(refusal) => {
                println!("{shown}: REFUSED {refusal}");
                assert!(!refusal.to_string().is_empty());
                refused += 1;
            }
        }
        // The whole way: no layout of ours fits any of these.
        match read_with(&reader, &file, &shown) {
            Ok((report, _)) => panic!("{shown} was read: {report:?}"),
            Err(Refusal::Io(error)) => panic!("{shown}: {error}"),
            Err(_) => {}
        }
        if start.elapsed() > Duration::from_secs(20) {
            slow.push(shown);
        }
    }
    println!("{read} read, {refused} refused");
    assert_eq!(slow, Vec::<String>::new());
    assert!(read > refused);
}

#[test]
fn csv_spectrum_is_read_as_it_says() {
    let Some(spectrum) = shared("torture/csv-spectrum") else { return };
    let expected = files(&spectrum.join("json"));
    assert!(expected.len() >= 11);
    for json in expected {
        let csv = spectrum.join("csvs").join(json.with_extension("csv").file_name().unwrap());
        let mut bytes = std::fs::read(&csv).unwrap();
        if csv.to_string_lossy().ends_with("_crlf.csv") && !bytes.contains(&b'\r') {
            // Some copies of the collection have lost what these files are about.
            bytes = String::from_utf8(bytes).unwrap().replace('\n', "\r\n").into_bytes();
        }
        let folder = tempfile::tempdir().unwrap();
        let local = folder.path().join("spectrum.csv");
        std::fs::write(&local, bytes).unwrap();
        let rows = raw_rows(&local, &Limits::default(), 1_000).unwrap().remove(0).rows;
        let (header, rows) = rows.split_first().unwrap();
        let found: Vec<serde_json::Value> = rows
            .iter()
            .map(|row| {
                let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
                header
                    .iter()
                    .enumerate()
                    .map(|(at, name)| (name.clone(), cell(at).into()))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            })
            .collect();
        let expected: Vec<serde_json::Value> = serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
        assert_eq!(found, expected, "{}", csv.display());
    }
}

#[test]
fn a_quote_within_a_cell_is_a_character() {
    // The twelfth file of csv-spectrum is about this; some copies of the collection lack it.
    let folder = tempfile::tempdir().unwrap();
    let local = folder.path().join("places.csv");
    std::fs::write(&local, "place,coordinates,region\nЩебетовка,44°56'13.2\"N 35°9'45\"E,91\n").unwrap();
    let rows = raw_rows(&local, &Limits::default(), 10).unwrap().remove(0).rows;
    assert_eq!(rows[1], ["Щебетовка", "44°56'13.2\"N 35°9'45\"E", "91"]);
}

#[test]
fn both_epochs_of_dates_are_right_in_every_format() {
    let Some(folder) = shared("torture/sheetjs/1904") else { return };
    for (epoch, first) in [("1900", "1900-01-01"), ("1904", "1904-01-02")] {
        let mut seen = Vec::new();
        for format in ["xlsx", "xlsb", "xls", "ods"] {
            let sheets = raw_rows(&folder.join(format!("{epoch}.{format}")), &Limits::default(), 100).unwrap();
            assert_eq!(sheets[0].rows[0][..2], ["1", first], "{epoch}.{format}");
            seen.push(sheets[0].rows.clone());
        }
        assert!(seen.iter().all(|rows| *rows == seen[0]));
    }
}
