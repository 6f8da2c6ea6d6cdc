//! Whatever lies in the inbox, a run ends: each file is read, or refused with words that say what to do.

#[path = "support/spoilt.rs"]
mod spoilt;
mod support;

use std::{
    fs,
    time::{Duration, Instant},
};

use encoding_rs::{IBM866, KOI8_R, WINDOWS_1251};
use serde_json::Value;
use spoilt::{archive, encrypted_archive, encrypted_workbook, widest_workbook, workbook, workbook_with_far_cell};
use support::{MUNICIPALITIES, Project, protocol, protocol_path};

/// An invented СНИЛС whose check digits are right.
const SNILS: &str = "112-233-445 95";

#[test]
fn each_bad_file_is_told_what_to_do_and_harms_no_other() {
    let project = Project::with_protocols();
    let book = workbook(&[&["логин", "имя", "регион"], &["sch231001", "МБОУ СОШ № 1", MUNICIPALITIES[0]]]);
    let good = String::from_utf8(protocol(0, 1..=4, 9)).expect("UTF-8");
    let twice = good.replacen("балл за 2;", "всего баллов;", 1);
    let personal: String = good
        .lines()
        .enumerate()
        .map(|(at, line)| format!("{line};{}\n", if at == 0 { "Документ" } else { SNILS }))
        .collect();
    let bomb = archive("протокол.csv", &vec![b'0'; 64 << 20]);
    assert!(bomb.len() < 70_000, "packed a thousand times: {}", bomb.len());
    // File, and a word of what its sender is told.
    let bad: Vec<(&str, Vec<u8>, &str)> = vec![
        ("пустой.xlsx", Vec::new(), "выгрузите его заново"),
        ("пустой.csv", b"\xef\xbb\xbf \r\n\t\r\n".to_vec(), "выгрузите его заново"),
        ("лист без ячеек.xlsx", workbook(&[]), "выгрузите его заново"),
        ("передан не до конца.xlsx", book[..book.len() / 2].to_vec(), "скачайте его ещё раз"),
        ("испорчен внутри.xlsx", spoil_the_middle(&book), "скачайте его ещё раз"),
        ("с паролем.xlsx", encrypted_workbook(), "снимите пароль"),
        ("с паролем.zip", encrypted_archive("протокол.csv", good.as_bytes()), "снимите пароль"),
        (
            "страница.xls",
            "<!DOCTYPE html><html><body><table><tr><td>логин</td></tr></table></body></html>".into(),
            "сохраните как .xlsx",
        ),
        ("снимок.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n".to_vec(), "PDF"),
        ("картинка.csv", [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[0; 64]].concat(), "ожидалась таблица"),
        ("бомба.zip", bomb, "распаковывается подозрительно сильно"),
        ("16384 столбца.xlsx", widest_workbook(), ""),
        ("2021/дважды/ВПР по математике, 4 класс.csv", twice.into_bytes(), "переименуйте лишний"),
        ("меню.xlsx", workbook(&[&["Блюдо", "Цена"], &["Суп", "90"]]), "dinamika sniff"),
        ("2021/личное/ВПР по математике, 4 класс.csv", personal.into_bytes(), "удалите столбец"),
        (
            "шум, ВПР 2021 по математике, 4 класс.csv",
            (0..5000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect(),
            "dinamika sniff",
        ),
    ];
    for (at, (path, bytes, _)) in (0..).zip(&bad) {
        project.put(path, bytes, 300 + at);
    }
    // These look odd and are good.
    let shifted = |shift: usize| String::from_utf8(protocol(1, 1..=1, shift)).expect("UTF-8");
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(shifted(2).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let far: &[&[&str]] = &[&["логин", "имя", "регион"], &["sch231005", "МБОУ СОШ № 55", MUNICIPALITIES[0]]];
    let odd = [
        ("1251, ВПР 2021 по математике, 4 класс.csv", WINDOWS_1251.encode(&shifted(1)).0.into_owned(), 12),
        ("UTF-16, ВПР 2021 по математике, 4 класс.csv", utf16, 12),
        ("KOI8, ВПР 2021 по математике, 4 класс.csv", KOI8_R.encode(&shifted(4)).0.into_owned(), 12),
        ("866, ВПР 2021 по математике, 4 класс.csv", IBM866.encode(&shifted(3)).0.into_owned(), 12),
        ("миллион пустых строк.xlsx", workbook_with_far_cell(far, Some(1_048_575)), 1),
        (
            "книга под чужим именем.csv",
            workbook(&[&["логин", "имя", "регион"], &["sch231001", "МБОУ СОШ № 1 г. Речной", MUNICIPALITIES[0]]]),
            1,
        ),
        ("архив.zip", archive("2021/ВПР по математике, 4 класс.csv", &protocol(2, 2..=2, 6)), 12),
    ];
    for (at, (path, bytes, _)) in (0..).zip(&odd) {
        project.put(path, bytes, 400 + at);
    }

    let since = Instant::now();
    let (text, peak) = watched(&project);
    assert!(since.elapsed() < Duration::from_secs(60), "took {:?}", since.elapsed());
    assert!(peak < 900 << 20, "took {} MB", peak >> 20);
    assert!(!text.contains(SNILS) && !text.contains("233-445"), "the message repeats personal data");

    // What is good was read, beside what is bad.
    for m in 0..3 {
        assert_eq!(project.file(&protocol_path(m))["status"], "loaded");
    }
    let rows_of =
        |path: &str| project.number(&format!("select sum(rows_kept) as n from batches where path like '{path}%'"));
    for (path, _, rows) in &odd {
        let file = project.file(path);
        assert_eq!(file["status"], "loaded", "{path}: {file}");
        assert_eq!(rows_of(path), f64::from(*rows), "{path}");
    }
    assert_eq!(project.number("select count(*) as n from batches where rows_in <> rows_kept + rows_rejected"), 0.0);
    assert_eq!(project.number("select sum(n_rows) as n from vpr_marks"), 144.0);
    for (path, _, words) in &bad {
        let file = project.file(path);
        let message = file["message"].as_str().unwrap_or_default();
        assert_eq!(file["status"], "refused", "{path}: {file}");
        assert!(message.contains(words), "{path}: {message}");
        assert!(
            message.chars().any(|c| ('а'..='я').contains(&c)) && message.chars().count() < 700,
            "{path}: {message}"
        );
        assert!(text.contains(message), "the run tells of {path}");
    }
    nothing_is_lost(&project);
    no_word_of(&project, SNILS);

    // A second run has nothing to do with any of them.
    let second = project.run();
    assert_eq!(
        (&second["loaded"]["files"], &second["loaded"]["refused"], &second["release"]),
        (&0.into(), &Value::Array(Vec::new()), &Value::Null)
    );
    // A corrected file is taken at once.
    project.put("2021/личное/ВПР по математике, 4 класс.csv", good.as_bytes(), 900);
    assert_eq!(project.run()["loaded"]["rows"], 48);
}

/// A run that must end well: what it said, and the memory it took at most.
fn watched(project: &Project) -> (String, u64) {
    let folder = project.root().join("said");
    let into = |name: &str| fs::File::create(folder.with_extension(name)).expect("a file");
    let mut child =
        project.command(&["run"]).stdout(into("out")).stderr(into("err")).spawn().expect("the program starts");
    let mut peak = 0;
    let status = loop {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0).max(peak);
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let said = ["out", "err"].map(|name| fs::read_to_string(folder.with_extension(name)).expect("UTF-8")).concat();
    assert_eq!(status.code(), Some(0), "refused files are no failure of a run: {said}");
    assert!(!said.contains("panicked"), "{said}");
    (said, peak << 10)
}

/// Landing holds the bytes of every file of the inbox.
fn nothing_is_lost(project: &Project) {
    let mut landed: Vec<(String, Vec<u8>)> = Vec::new();
    let mut folders = vec![project.root().join("data/lake/landing")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
                landed.push((name, fs::read(&path).expect("landed bytes")));
            }
        }
    }
    let files = project.json(&["files", "list"]);
    for file in files.as_array().expect("files") {
        let path = file["path"].as_str().expect("a path");
        let bytes = fs::read(project.root().join("inbox").join(path)).expect("still in the inbox");
        let kept = landed.iter().find(|(name, _)| file["sha256"] == **name);
        assert!(kept.is_some_and(|(_, kept)| *kept == bytes), "{path} is not in landing as it was");
    }
    assert_eq!(landed.len(), files.as_array().map_or(0, Vec::len));
}

/// Neither commands nor the state nor the tables say it.
fn no_word_of(project: &Project, secret: &str) {
    for words in [
        &["files", "list"][..],
        &["files", "list", "--json"],
        &["rejects", "list", "--json"],
        &["runs", "show", "2", "--json"],
        &["query", "select * from rejects", "-f", "csv"],
    ] {
        assert!(!project.ok(words).contains(secret), "{words:?}");
    }
    for name in ["state.sqlite", "state.sqlite-wal"] {
        let bytes = fs::read(project.root().join("data/state").join(name)).unwrap_or_default();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{name}");
    }
}

/// A byte of the packed data is another.
fn spoil_the_middle(book: &[u8]) -> Vec<u8> {
    let name = b"xl/worksheets/sheet1.xml";
    let at = book.windows(name.len()).position(|window| window == name).expect("a sheet") + name.len() + 12;
    let mut spoilt = book.to_vec();
    spoilt[at..at + 24].iter_mut().for_each(|byte| *byte ^= 0x5A);
    spoilt
}
