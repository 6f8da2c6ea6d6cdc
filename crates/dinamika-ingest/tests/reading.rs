//! What each rule of a layout does to a small file.

mod fixtures;

use std::io::{Cursor, Write};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float32Type, Int32Type};
use dinamika_ingest::{Refusal, values::Secret};
use dinamika_project::{
    Column, ColumnKind, CsvOptions, From, GroupRule, Header, HeaderMatch, JoinPart, Limits, OnReject, Pipeline,
    Reading, SchoolColumns, SkipKind, SkipRule, Unpivot, UnpivotInto,
};
use encoding_rs::{IBM866, KOI8_R, WINDOWS_1251};
use fixtures::{binding, column, exact, headed, layout, origin, pipeline, read_bytes, regex, take};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::{ZipWriter, write::SimpleFileOptions};

const INT: ColumnKind = ColumnKind::Int { range: None };

fn names() -> Pipeline {
    let columns = vec![column("name", ColumnKind::Text), column("score", INT)];
    pipeline("names", columns, vec![layout(&["имя", "балл"], vec![headed("name", "имя"), headed("score", "балл")])])
}

fn required(name: &str, kind: ColumnKind) -> Column {
    Column { required: true, ..column(name, kind) }
}

fn with(origin: dinamika_project::Origin, reading: Reading) -> dinamika_project::Origin {
    dinamika_project::Origin { reading, ..origin }
}

fn text(name: &str, pipelines: Vec<Pipeline>, text: &str) -> fixtures::Kept {
    read_bytes(pipelines, name, text.as_bytes()).unwrap_or_else(|refusal| panic!("{refusal}")).1
}

#[test]
fn cells_of_a_workbook_become_text_first() {
    let kinds = ["day", "moment", "share", "whole", "part", "flag", "code", "broken"];
    let columns = kinds.iter().map(|name| column(name, ColumnKind::Text)).collect();
    let bindings = kinds.iter().map(|name| headed(name, name)).collect();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, name) in kinds.iter().enumerate() {
        sheet.write(0, at as u16, *name).unwrap();
    }
    let day = Format::new().set_num_format("dd.mm.yyyy");
    let moment = Format::new().set_num_format("dd.mm.yyyy hh:mm");
    sheet.write_with_format(1, 0, ExcelDateTime::from_ymd(2022, 3, 3).unwrap(), &day).unwrap();
    sheet.write_with_format(1, 1, ExcelDateTime::parse_from_str("2022-03-03 09:57:00").unwrap(), &moment).unwrap();
    sheet.write_with_format(1, 2, 0.986, &Format::new().set_num_format("0.0%")).unwrap();
    sheet.write(1, 3, 12.0).unwrap();
    sheet.write(1, 4, 1.5).unwrap();
    sheet.write(1, 5, true).unwrap();
    sheet.write(1, 6, "00123").unwrap();
    sheet.write(1, 7, Formula::new("NA()").set_result("#N/A")).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let mut one = pipeline("cells", columns, vec![layout(&["day", "moment"], bindings)]);
    one.max_reject_share = 1.0;
    let (_, kept) = read_bytes(vec![one], "a.xlsx", &bytes).unwrap();
    let row: Vec<String> = kinds[..7].iter().map(|name| kept.text(name).remove(0)).collect();
    assert_eq!(row, ["2022-03-03", "2022-03-03 09:57:00", "98.6%", "12", "1.5", "true", "00123"]);
    assert_eq!(kept.text("broken"), ["-"]);
    let reject = &kept.reports[0].rejects[0];
    assert_eq!((reject.row, reject.column.as_deref(), reject.value.as_deref()), (2, Some("H «broken»"), Some("#N/A")));
    assert_eq!(reject.rule, "в ячейке ошибка формулы");
}

#[test]
fn text_tables_are_read_in_any_encoding_and_with_any_delimiter() {
    let table = "Имя;Балл\r\n\"Ёж, \"\"колючий\"\"\r\nи добрый\";1\r\nУж;2;лишнее\r\n\r\nЧиж\r\n";
    for encoding in [WINDOWS_1251, IBM866, KOI8_R] {
        let (_, kept) = read_bytes(vec![names()], "a.csv", &encoding.encode(table).0).unwrap();
        assert_eq!(kept.text("name"), ["Ёж, \"колючий\" и добрый", "Уж", "Чиж"], "{}", encoding.name());
        assert_eq!(kept.text("score"), ["1", "2", "-"]);
        assert_eq!(kept.text("_row"), ["2", "3", "5"]);
    }
    for delimiter in [",", "\t", "|"] {
        assert_eq!(
            text("a.csv", vec![names()], &format!("имя{delimiter}балл\nа{delimiter}1\nб{delimiter}2\n")).text("score"),
            ["1", "2"]
        );
    }
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(table.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read_bytes(vec![names()], "a.txt", &wide).unwrap().1.rows(), 3);
}

#[test]
fn a_layout_may_say_how_its_text_is_written() {
    let mut odd = names();
    odd.layouts[0].csv = CsvOptions { delimiter: Some(b'#'), encoding: Some("koi8-r".into()), quote: Some(b'\'') };
    let (_, kept) = read_bytes(vec![odd], "a.csv", &KOI8_R.encode("имя#балл\n'а#б'#1\n").0).unwrap();
    assert_eq!(kept.text("name"), ["а#б"]);
}

#[test]
fn context_comes_from_the_path_the_sheet_and_above() {
    let names = ["year", "subject", "maximum", "title", "sheet", "line", "test"];
    let mut columns: Vec<Column> = names.iter().map(|name| column(name, ColumnKind::Text)).collect();
    columns[0].kind = ColumnKind::Period;
    columns[2].kind = INT;
    columns.insert(0, column("score", INT));
    let part = |name: &str| JoinPart::Column(name.parse().unwrap());
    let bindings = vec![
        headed("score", "балл"),
        binding("year", vec![with(take(From::Path, r"(20\d\d)"), Reading::AutumnOf)]),
        binding("subject", vec![take(From::Path, r"/нет/(.*)"), take(From::Path, r"([^/]+)\.csv$")]),
        binding("maximum", vec![origin(From::AboveRightOf("Максимальный первичный балл:".into()))]),
        binding("title", vec![take(From::Above, r"ВПР (?<v>\d+)")]),
        binding("sheet", vec![origin(From::Sheet)]),
        binding("line", vec![origin(From::Row)]),
        binding("test", vec![origin(From::Join(vec![part("year"), JoinPart::Text("|".into()), part("maximum")]))]),
    ];
    let one = pipeline("context", columns, vec![layout(&["балл"], bindings)]);
    let kept =
        text("2020/Химия.csv", vec![one], "Отчёт ВПР 2020;\nМаксимальный первичный балл:;;24\n\n№;Балл\n1;7\n2;8\n");
    assert_eq!(kept.headers[0].header_row, 4);
    assert_eq!(kept.text("year"), ["2020/21-осень"; 2]);
    assert_eq!(kept.text("subject"), ["Химия"; 2]);
    assert_eq!(kept.text("maximum"), ["24"; 2]);
    assert_eq!(kept.text("title"), ["2020"; 2]);
    assert_eq!(kept.text("sheet"), ["Химия"; 2]);
    assert_eq!(kept.text("line"), ["5", "6"]);
    assert_eq!(kept.text("test"), ["2020/21-осень|24"; 2]);
    assert_eq!(kept.text("score"), ["7", "8"]);
}

#[test]
fn what_must_be_told_and_is_not_refuses_with_advice() {
    let mut one = names();
    one.columns.push(required("test", ColumnKind::Text));
    one.columns.push(column("year", ColumnKind::Text));
    one.layouts[0]
        .bindings
        .push(binding("test", vec![origin(From::Join(vec![JoinPart::Column("year".parse().unwrap())]))]));
    one.layouts[0].bindings.push(binding("year", vec![take(From::Path, r"(20\d\d)")]));
    let refused = read_bytes(vec![one.clone()], "a.csv", "имя;балл\nа;1\n".as_bytes()).unwrap_err().to_string();
    assert!(
        refused.contains("year") && refused.contains("переименуйте файл") && refused.contains(r"(20\d\d)"),
        "{refused}"
    );
    assert_eq!(text("2021/a.csv", vec![one], "имя;балл\nа;1\n").text("test"), ["2021"]);
}

#[test]
fn headers_of_several_rows_spread_their_merged_cells() {
    let bindings = vec![headed("name", "ОО"), headed("score", "Классы | 5 | всего")];
    let mut one = names();
    one.layouts = vec![layout(&["классы | 5 | всего", "оо"], bindings)];
    one.layouts[0].header.rows = 3;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    sheet.write(0, 0, "Отчёт").unwrap();
    sheet.merge_range(1, 0, 3, 0, "ОО", &plain).unwrap();
    sheet.merge_range(1, 1, 1, 4, "Классы", &plain).unwrap();
    sheet.merge_range(2, 1, 2, 2, "4", &plain).unwrap();
    sheet.merge_range(2, 3, 2, 4, "5", &plain).unwrap();
    for (at, text) in ["всего", "из них", "всего", "из них"].iter().enumerate() {
        sheet.write(3, at as u16 + 1, *text).unwrap();
    }
    for (at, text) in ["Лицей", "1", "2", "3", "4"].iter().enumerate() {
        sheet.write(4, at as u16, *text).unwrap();
    }
    let (_, kept) = read_bytes(vec![one.clone()], "a.xlsx", &book.save_to_buffer().unwrap()).unwrap();
    assert_eq!((kept.text("name"), kept.text("score")), (vec!["Лицей".into()], vec!["3".into()]));
    assert_eq!(kept.reports[0].dropped_columns[0], "B «Классы | 4 | всего»");
    // Text has no merged cells: gaps take what stands to their left.
    let table = "Отчёт;;;;\nОО;Классы;;;\n;4;;5;\n;всего;из них;всего;из них\nЛицей;1;2;3;4\n";
    let kept = text("a.csv", vec![one], table);
    assert_eq!((kept.text("name"), kept.text("score")), (vec!["Лицей".into()], vec!["3".into()]));
}

#[test]
fn groups_carry_skips_count_blanks_and_repeats_vanish() {
    let columns = vec![
        column("level", ColumnKind::Text),
        column("municipality", ColumnKind::Text),
        column("who", ColumnKind::Text),
        column("n", INT),
    ];
    let group = |name: &str| vec![origin(From::Group(name.into()))];
    let bindings = vec![
        binding("level", group("level")),
        binding("municipality", group("municipality")),
        binding("who", vec![take(From::Header(exact("группы")), r"^(.*?)\(")]),
        headed("n", "кол-во"),
    ];
    let rule = |matches: &str, keep, level: &str| GroupRule {
        column: exact("Группы"),
        matches: regex(matches),
        keep,
        set: vec![("level".into(), level.into())],
    };
    let mut one = pipeline("levels", columns, vec![layout(&["группы", "кол-во"], bindings)]);
    one.layouts[0].groups = vec![
        rule(r"^(?<municipality>.*)\(reg\d+_m\d+\)$", false, "municipality"),
        rule(r"\(edu\d+\)$", true, "school"),
    ];
    one.layouts[0].skip = vec![
        SkipRule { column: Some(exact("группы")), matches: regex("^Итого"), kind: SkipKind::Total },
        SkipRule { column: None, matches: regex("^Выберите"), kind: SkipKind::Hint },
    ];
    let table = "Группы;Кол-во;Прим\n;;Выберите из списка\nРайон А(reg20_m012);5;\nСОШ 1(edu200001);3;\n;;\nГруппы;Кол-во;Прим\n\
                 СОШ 2(edu200002);2;\nИтого;5;\nРайон Б(reg20_m013);;\nСОШ 3(edu200003);4;\n";
    let kept = text("a.csv", vec![one], table);
    assert_eq!(kept.text("municipality"), ["Район А", "Район А", "Район Б"]);
    assert_eq!(kept.text("who"), ["СОШ 1", "СОШ 2", "СОШ 3"]);
    assert_eq!(kept.text("n"), ["3", "2", "4"]);
    assert_eq!(kept.text("level"), ["school"; 3]);
    let skipped: Vec<(SkipKind, u64)> = kept.reports[0].skipped.clone().into_iter().collect();
    assert_eq!(skipped, [(SkipKind::Hint, 1), (SkipKind::Total, 1)]);
    assert_eq!(kept.reports[0].rows_in, 3);
}

#[test]
fn tasks_become_a_list_without_the_columns_that_are_empty() {
    let mut one = names();
    one.columns.push(column("tasks", ColumnKind::Tasks));
    one.layouts[0].unpivot = Some(Unpivot {
        columns: regex(r"^(?<label>\d+([.,]\d+)?([кk]\d+)?) \((?<max>\d+)б\)$"),
        into: UnpivotInto::Tasks("tasks".parse().unwrap()),
    });
    let table = "Имя;Балл;1 (2б);2 (1б);4К1 (3б);5 (1б)\nа;2;2;;не пройд.;\nб;0;X;;;\nв;0;?;;1,5;\n";
    let kept = text("a.csv", vec![one], table);
    let all = kept.all();
    let lists = all.column_by_name("tasks").unwrap().as_list::<i32>();
    assert_eq!((0..3).map(|row| lists.value_length(row)).collect::<Vec<_>>(), [2, 2, 2]);
    let tasks = lists.values().as_struct();
    let texts = |name: &str| {
        tasks.column_by_name(name).unwrap().as_string::<i32>().iter().flatten().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(texts("label"), ["1", "4К1", "1", "4К1", "1", "4К1"]);
    assert_eq!(texts("state"), ["scored", "untaught", "blank", "missing", "missing", "scored"]);
    let numbers = |name: &str| tasks.column_by_name(name).unwrap().as_primitive::<Int32Type>().values().to_vec();
    assert_eq!((numbers("no"), numbers("max")), (vec![1, 3, 1, 3, 1, 3], vec![2, 3, 2, 3, 2, 3]));
    let scores: Vec<Option<f32>> =
        tasks.column_by_name("score").unwrap().as_primitive::<Float32Type>().iter().collect();
    assert_eq!(scores, [Some(2.0), None, Some(0.0), None, None, Some(1.5)]);
    let reject = &kept.reports[0].rejects[0];
    assert_eq!((reject.row, reject.column.as_deref()), (4, Some("C «1 (2б)»")));
}

#[test]
fn columns_become_rows() {
    let columns =
        vec![column("school", ColumnKind::Text), column("event", ColumnKind::Text), column("mark", ColumnKind::Text)];
    let bindings = vec![
        headed("school", "школа"),
        binding("event", vec![origin(From::UnpivotLabel(String::new()))]),
        binding("mark", vec![origin(From::UnpivotValue)]),
    ];
    let mut one = pipeline("events", columns, vec![layout(&["школа"], bindings)]);
    one.layouts[0].unpivot = Some(Unpivot { columns: regex(r"^\d\.\d"), into: UnpivotInto::Rows });
    let kept = text("a.csv", vec![one], "Школа;1.1 Курсы;1.2 Семинар\nА;+;\nБ;;\nВ;0;—\n");
    assert_eq!(kept.text("school"), ["А", "В", "В"]);
    assert_eq!(kept.text("event"), ["1.1 Курсы", "1.1 Курсы", "1.2 Семинар"]);
    assert_eq!(kept.text("mark"), ["+", "0", "—"]);
    assert_eq!((kept.reports[0].rows_in, kept.text("_row")), (3, vec!["2".into(), "4".into(), "4".into()]));
}

#[test]
fn rejects_follow_their_column() {
    let table = "имя;балл\nа;1\nб;много\n;3\nг;4\nд;5\n";
    let mut one = names();
    one.columns[0].required = true;
    let kept = text("a.csv", vec![one.clone()], table);
    assert_eq!(kept.text("score"), ["1", "-", "3", "4", "5"]);
    let told: Vec<(u32, Option<&str>)> =
        kept.reports[0].rejects.iter().map(|reject| (reject.row, reject.column.as_deref())).collect();
    assert_eq!(told, [(4, Some("A «имя»")), (3, Some("B «балл»"))]);

    one.columns[1].on_reject = Some(OnReject::Row);
    let kept = text("a.csv", vec![one.clone()], table);
    assert_eq!(kept.text("score"), ["1", "3", "4", "5"]);
    let report = &kept.reports[0];
    assert_eq!((report.rows_in, report.rows_kept, report.rows_rejected), (5, 4, 1));

    one.columns[1].on_reject = Some(OnReject::File);
    let refused = read_bytes(vec![one.clone()], "a.csv", table.as_bytes()).unwrap_err();
    assert!(matches!(refused, Refusal::BadValue { row: 3, .. }), "{refused}");

    one.columns[1].on_reject = None;
    one.max_reject_share = 0.1;
    let refused = read_bytes(vec![one], "a.csv", table.as_bytes()).unwrap_err();
    assert!(matches!(refused, Refusal::TooManyRejects { rejected: 1, rows: 5, .. }), "{refused}");
}

#[test]
fn a_bound_header_must_stand_once() {
    let refused = read_bytes(vec![names()], "a.csv", "имя;балл;Балл\nа;1;2\n".as_bytes()).unwrap_err().to_string();
    assert!(refused.contains("B и C"), "{refused}");
    let mut placed = names();
    placed.layouts[0].bindings[1] = binding("score", vec![origin(From::Header(HeaderMatch::Position(3)))]);
    assert_eq!(text("a.csv", vec![placed], "имя;балл;Балл\nа;1;2\n").text("score"), ["2"]);
}

#[test]
fn no_layout_names_the_nearest() {
    let refused = read_bytes(vec![names()], "a.csv", "имя;очки\nа;1\n".as_bytes()).unwrap_err();
    let Refusal::NoLayout { nearest: Some(nearest), .. } = &refused else { panic!("{refused}") };
    assert_eq!((nearest.found, nearest.missing.as_slice()), (1, &["балл".to_owned()][..]));
    assert!(refused.to_string().contains("не хватает заголовков «балл»"), "{refused}");
}

#[test]
fn the_layout_with_more_required_cells_wins() {
    let mut wide = names();
    wide.name = "wide".parse().unwrap();
    wide.layouts[0].header.must.push(exact("класс"));
    let kept = text("a.csv", vec![names(), wide.clone()], "имя;балл;класс\nа;1;4\n");
    assert_eq!(kept.headers[0].pipeline.as_str(), "wide");
    let kept = text("a.csv", vec![names(), wide], "имя;балл\nа;1\n");
    assert_eq!(kept.headers[0].pipeline.as_str(), "names");
}

#[test]
fn tables_without_a_header_are_told_by_their_first_row() {
    let mut bare = names();
    bare.layouts[0].header = Header {
        rows: 1,
        must: vec![HeaderMatch::Pattern(regex(r"^[а-я]+$")), HeaderMatch::Pattern(regex(r"^\d+$"))],
        absent: true,
    };
    bare.layouts[0].bindings = vec![
        binding("name", vec![origin(From::Header(HeaderMatch::Position(1)))]),
        binding("score", vec![origin(From::Header(HeaderMatch::Position(2)))]),
    ];
    let kept = text("a.csv", vec![bare.clone()], "Аз;1;x\nБуки;2;y\n");
    assert_eq!(
        (kept.text("name"), kept.text("_row")),
        (vec!["Аз".into(), "Буки".into()], vec!["1".into(), "2".into()])
    );
    assert!(matches!(read_bytes(vec![bare], "a.csv", b"1;x\n").unwrap_err(), Refusal::NoLayout { .. }));
}

#[test]
fn hidden_sheets_are_read_only_when_named() {
    let mut book = Workbook::new();
    for (name, hidden) in [("Лист1", false), ("Служебный", true), ("Разное", false)] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.set_hidden(hidden);
        sheet.write(0, 0, if name == "Разное" { "иное" } else { "имя" }).unwrap();
        sheet.write(0, 1, "балл").unwrap();
        sheet.write(1, 0, name).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let (report, kept) = read_bytes(vec![names()], "a.xlsx", &bytes).unwrap();
    assert_eq!(kept.text("name"), ["Лист1"]);
    assert_eq!(report.ignored_sheets, ["Служебный", "Разное"]);
    let mut named = names();
    named.layouts[0].sheet = Some(regex("(?i)^(служ|лист)"));
    let (report, kept) = read_bytes(vec![named], "a.xlsx", &bytes).unwrap();
    assert_eq!((report.parts, kept.text("name")), (2, vec!["Лист1".to_owned(), "Служебный".to_owned()]));
    assert_ne!(kept.headers[0].batch, kept.headers[1].batch);
}

#[test]
fn archives_are_read_member_by_member() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "имя").unwrap();
    sheet.write(0, 1, "балл").unwrap();
    sheet.write(1, 0, "из книги").unwrap();
    for (name, bytes) in [
        ("2020/книга.xlsx", book.save_to_buffer().unwrap()),
        ("2021/текст.csv", "имя;балл\nиз текста;2\n".as_bytes().to_vec()),
        ("прочти.pdf", b"%PDF-1.4".to_vec()),
        ("__MACOSX/._x", b"junk".to_vec()),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    let mut one = names();
    one.columns.push(column("year", INT));
    one.layouts[0].bindings.push(binding("year", vec![take(From::Path, r"(20\d\d)")]));
    let (report, kept) = read_bytes(vec![one], "all.zip", &zip.finish().unwrap().into_inner()).unwrap();
    assert_eq!((report.parts, report.ignored_sheets), (2, vec!["прочти.pdf".to_owned()]));
    assert_eq!(
        (kept.text("name"), kept.text("year")),
        (vec!["из книги".into(), "из текста".into()], vec!["2020".into(), "2021".into()])
    );
    assert_eq!(kept.headers[0].entry.as_deref(), Some("2020/книга.xlsx"));
}

#[test]
fn personal_data_refuses_where_it_is_not_expected() {
    // The example number of the instructions for its checksum.
    let snils = "112-233-445 95";
    let bound = format!("имя;балл\nа;1\n{snils};2\n");
    let unbound = format!("имя;балл;прочее\nа;1;{snils}\n");
    for table in [&bound, &unbound] {
        let refused = read_bytes(vec![names()], "a.csv", table.as_bytes()).unwrap_err();
        assert!(matches!(refused, Refusal::PersonalData { .. }), "{refused}");
        assert!(!refused.to_string().contains("112"), "{refused}");
    }
    let mut allowed = names();
    allowed.personal = true;
    allowed.columns[0].kind = ColumnKind::Key;
    allowed.layouts[0].bindings[0] = binding("name", vec![origin(From::Headers(vec![exact("имя"), exact("балл")]))]);
    let kept = text("a.csv", vec![allowed], &bound);
    assert_eq!(kept.text("name")[0], Secret::new(b"test").key_of("а 1"));
}

#[test]
fn schools_are_named_once() {
    let mut one = names();
    one.columns.insert(0, column("login", ColumnKind::Login));
    one.layouts[0].bindings.push(headed("login", "логин"));
    one.school = Some(SchoolColumns {
        login: Some("login".parse().unwrap()),
        name: Some("name".parse().unwrap()),
        ..SchoolColumns::default()
    });
    let kept = text("a.csv", vec![one], "логин;имя;балл\nsch223080;СОШ 1;1\nedu223080;СОШ 1;2\n;СОШ 2;3\n;;4\n");
    let refs = kept.text("school_ref");
    assert_eq!((refs[0].as_str(), &refs[1], refs[3].as_str()), ("login:223080", &refs[0], "-"));
    assert!(refs[2].starts_with("name:"), "{refs:?}");
    assert_eq!(kept.reports[0].school_refs.len(), 2);
}

#[test]
fn long_files_come_in_chunks_that_add_up() {
    let mut table = String::from("имя;балл\n");
    for row in 0..40_000 {
        table.push_str(&format!("имя {row};{}\n", row % 100));
    }
    let kept = text("a.csv", vec![names()], &table);
    assert_eq!(kept.batches.iter().map(|batch| batch.num_rows()).collect::<Vec<_>>(), [16_384, 16_384, 7_232]);
    assert_eq!(kept.text("name")[39_999], "имя 39999");
    assert!(kept.batches[0].column(0).null_count() == 0);
    let _ = Limits::default();
}

#[test]
fn an_unknown_file_is_sniffed_into_a_proposal() {
    let folder = tempfile::tempdir().unwrap();
    let local = folder.path().join("a.csv");
    let mut table = String::from("Отчёт о курсах;;;;;;\n\nЛогин;Школа;ФИО;Дата;Код;1 (2б);2 (1б);3К1 (1б)\n");
    for row in 0..30 {
        table.push_str(&format!(
            "sch22308{};СОШ {row};Иванов И. И.;{:02}.09.2021;00{row};1;X;0\n",
            row % 10,
            row % 28 + 1
        ));
    }
    std::fs::write(&local, WINDOWS_1251.encode(&table).0).unwrap();
    let sniffed = fixtures::reader(vec![names()], Limits::default()).sniff(&fixtures::raw(&local, "a.csv")).unwrap();
    assert_eq!(sniffed.format, "текст, кодировка windows-1251, разделитель ';'");
    let sheet = &sniffed.sheets[0];
    assert_eq!((sheet.header_row, sheet.rows, sheet.known.is_none()), (3, 30, true));
    let kinds: Vec<(&str, &str)> = sheet.columns.iter().map(|column| (column.name.as_str(), column.kind)).collect();
    assert_eq!(
        kinds[..5],
        [("login", "login"), ("school_name", "text"), ("fio", "key"), ("date", "date"), ("kod", "text")]
    );
    let toml = sheet.toml();
    assert!(
        toml.contains("tasks = \"tasks\"")
            && toml.contains("header = { must = [\"Логин\", \"Школа\", \"ФИО\", \"Дата\"]"),
        "{toml}"
    );
}

#[test]
fn long_codes_are_no_snils_by_chance() {
    let lucky = (0_u64..2_000)
        .map(|at| format!("0{}", 3_701_000_000 + at))
        .find(|text| dinamika_ingest::find_personal(&arrow::array::StringArray::from(vec![text.as_str()])).is_some());
    let mut table = String::from("имя;балл;ОКТМО\n");
    for row in 0..50 {
        table.push_str(&format!("а;1;0370100000{}\n", row % 10));
    }
    table.push_str(&format!("б;2;{}\n", lucky.unwrap()));
    assert_eq!(text("a.csv", vec![names()], &table).rows(), 51);
    let plain = "имя;балл;номер\nа;1;11223344595\n";
    assert!(matches!(read_bytes(vec![names()], "a.csv", plain.as_bytes()), Err(Refusal::PersonalData { .. })));
}
