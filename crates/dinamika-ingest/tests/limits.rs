//! Files that are broken, locked, disguised or too much: each is refused in words that help.

mod fixtures;

use std::{
    io::{Cursor, Write},
    time::{Duration, Instant},
};

use dinamika_ingest::Refusal;
use dinamika_project::{ColumnKind, Limits};
use fixtures::{column, headed, layout, pipeline, read_bytes, read_with, reader};
use rust_xlsxwriter::Workbook;
use zip::{ZipWriter, write::SimpleFileOptions};

fn names() -> Vec<dinamika_project::Pipeline> {
    let bindings = vec![headed("name", "имя"), headed("score", "балл")];
    let columns = vec![column("name", ColumnKind::Text), column("score", ColumnKind::Int { range: None })];
    vec![pipeline("names", columns, vec![layout(&["имя", "балл"], bindings)])]
}

fn workbook(rows: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Имя").unwrap();
    sheet.write(0, 1, "Балл").unwrap();
    for row in 1..=rows {
        sheet.write(row, 0, format!("имя {row}")).unwrap();
        sheet.write(row, 1, row).unwrap();
    }
    book.save_to_buffer().unwrap()
}

fn refusal(name: &str, bytes: &[u8]) -> Refusal {
    read_bytes(names(), name, bytes).unwrap_err()
}

#[test]
fn nothing_at_all_is_empty() {
    assert!(matches!(refusal("a.xlsx", b""), Refusal::Empty));
    assert!(matches!(refusal("a.csv", b"\xef\xbb\xbf \r\n\r\n"), Refusal::Empty));
    assert!(matches!(refusal("a.xlsx", &Workbook::new().save_to_buffer().unwrap()), Refusal::Empty));
}

#[test]
fn truncated_and_damaged_files_say_so() {
    let bytes = workbook(2_000);
    let cut = refusal("a.xlsx", &bytes[..bytes.len() / 2]);
    assert!(matches!(cut, Refusal::Truncated { .. }), "{cut}");
    assert!(cut.to_string().contains("скачайте его ещё раз"), "{cut}");
    let mut damaged = bytes.clone();
    let sheet = find(&bytes, b"xl/worksheets/sheet1.xml");
    damaged[sheet + 2_000..sheet + 2_200].fill(0xA5);
    let damaged = refusal("a.xlsx", &damaged);
    assert!(matches!(damaged, Refusal::Truncated { .. } | Refusal::Unreadable { .. }), "{damaged}");
}

fn find(bytes: &[u8], name: &[u8]) -> usize {
    bytes.windows(name.len()).position(|window| window == name).unwrap()
}

#[test]
fn content_decides_not_the_extension() {
    let page = refusal("a.xls", b"<html><table><tr><td>1</td></tr></table></html>");
    assert!(page.to_string().contains("страница HTML"), "{page}");
    assert!(matches!(refusal("a.xlsx", b"%PDF-1.7 ..."), Refusal::NotWhatItSays { .. }));
    let (_, kept) = read_bytes(names(), "a.xls", "имя;балл\nа;1\n".as_bytes()).unwrap();
    assert_eq!(kept.text("score"), ["1"]);
    let (_, kept) = read_bytes(names(), "a.csv", &workbook(3)).unwrap();
    assert_eq!(kept.rows(), 3);
}

#[test]
fn locked_archives_say_so() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.csv", SimpleFileOptions::default()).unwrap();
    zip.write_all("имя;балл\nа;1\n".as_bytes()).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    // The flag of encryption, in the local header and in the directory.
    bytes[6] |= 1;
    let directory = find(&bytes, b"PK\x01\x02");
    bytes[directory + 8] |= 1;
    let locked = refusal("a.zip", &bytes);
    assert!(locked.to_string().contains("парол"), "{locked}");
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let zeros = vec![b'0'; 64 << 20];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.csv", SimpleFileOptions::default()).unwrap();
    zip.write_all(&zeros).unwrap();
    let bomb = zip.finish().unwrap().into_inner();
    let refused = refusal("a.zip", &bomb);
    assert!(refused.to_string().contains("распаковывается подозрительно сильно"), "{refused}");
    // The same inside a workbook, honest and with a header that claims little.
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml"] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(if name.contains("shared") { &zeros } else { b"<a/>" }).unwrap();
    }
    let mut book = zip.finish().unwrap().into_inner();
    let refused = refusal("a.xlsx", &book);
    assert!(matches!(refused, Refusal::ZipBomb { .. }), "{refused}");
    let size = u32::try_from(zeros.len()).unwrap().to_le_bytes();
    while let Some(at) = book.windows(4).position(|window| window == size) {
        book[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    assert!(read_bytes(names(), "a.xlsx", &book).is_err());
}

#[test]
fn a_lying_header_lets_no_more_out_than_it_claims() {
    let text = "имя;балл\n".repeat(100_000);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.csv", SimpleFileOptions::default()).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    let size = u32::try_from(text.len()).unwrap().to_le_bytes();
    while let Some(at) = bytes.windows(4).position(|window| window == size) {
        bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    let refused = refusal("a.zip", &bytes);
    assert!(matches!(refused, Refusal::Truncated { .. }), "{refused}");
}

#[test]
fn limits_name_their_setting() {
    let limits = Limits { rows: 10, ..Limits::default() };
    let folder = tempfile::tempdir().unwrap();
    let local = folder.path().join("a.xlsx");
    std::fs::write(&local, workbook(11)).unwrap();
    let refused = read_with(&reader(names(), limits), &local, "a.xlsx").unwrap_err();
    assert!(refused.to_string().contains("`rows`"), "{refused}");
    let limits = Limits { file_bytes: 100, ..Limits::default() };
    let refused = read_with(&reader(names(), limits), &local, "a.xlsx").unwrap_err();
    assert!(refused.to_string().contains("`file_bytes`"), "{refused}");
    let wide = format!("имя;балл{}\n1;2{}\n", ";".repeat(20_000), ";".repeat(19_999) + "x");
    assert!(matches!(refusal("a.csv", wide.as_bytes()), Refusal::TooLarge { .. }));
    let open = format!("имя;балл\n\"а;1\n{}", "б;2\n".repeat(100_000));
    let refused = refusal("a.csv", open.as_bytes());
    assert!(refused.to_string().contains("кавычка не закрыта"), "{refused}");
}

#[test]
fn a_million_empty_rows_cost_nothing() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Имя").unwrap();
    sheet.write(0, 1, "Балл").unwrap();
    sheet.write(1, 0, "а").unwrap();
    sheet.write(1_048_575, 0, "я").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let start = Instant::now();
    let (_, kept) = read_bytes(names(), "a.xlsx", &bytes).unwrap();
    assert_eq!(kept.text("_row"), ["2", "1048576"]);
    let csv = format!("имя;балл\nа;1\n{}я;2\n", "\n".repeat(1_000_000));
    let (_, kept) = read_bytes(names(), "a.csv", csv.as_bytes()).unwrap();
    assert_eq!(kept.text("_row"), ["2", "1000003"]);
    assert!(start.elapsed() < Duration::from_secs(10));
}
