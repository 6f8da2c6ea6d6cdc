//! Every spelling the documents use, typed.

use arrow::{
    array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int32Array, Int64Array, StringArray},
    datatypes::{Date32Type, Float64Type, Int32Type, Int64Type},
};
use chrono::NaiveDate;
use dinamika_ingest::values::{
    SCORE_BLANK, SCORE_MISSING, SCORE_SCORED, SCORE_UNTAUGHT, Secret, Typed, ValueContext, parse, scores,
};
use dinamika_project::{ColumnKind, Period};
use proptest::prelude::*;
use regex::Regex;

fn typed(kind: &ColumnKind, cells: &[&str], year: Option<&str>) -> Typed {
    let secret = Secret::new(b"secret");
    let school_year: Option<Period> = year.map(|year| year.parse().unwrap());
    parse(kind, &StringArray::from(cells.to_vec()), &ValueContext { secret: &secret, school_year })
}

fn column<'t>(typed: &'t Typed, suffix: &str) -> &'t ArrayRef {
    &typed.columns.iter().find(|(name, _)| name == suffix).unwrap().1
}

fn texts(typed: &Typed, suffix: &str) -> Vec<Option<String>> {
    column(typed, suffix).as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
}

fn iso(array: &ArrayRef) -> Vec<Option<String>> {
    let days: &Date32Array = array.as_primitive::<Date32Type>();
    (0..days.len()).map(|row| days.is_valid(row).then(|| days.value_as_date(row).unwrap().to_string())).collect()
}

#[test]
fn texts_are_trimmed_and_blank_is_null() {
    let typed = typed(&ColumnKind::Text, &["  a \u{a0}\n b\u{200b} ", "", "\u{a0}", "18 февраля\n2021 года"], None);
    let expected = [Some("a b"), None, None, Some("18 февраля 2021 года")].map(|text| text.map(str::to_owned));
    assert_eq!(texts(&typed, ""), expected);
    assert!(typed.failed.is_empty());
}

#[test]
fn whole_numbers() {
    let cells = ["12", "12.0", "1 234", "1\u{a0}234 567", "12,5", "абв", "", "-3", "−3", "1 2", "1О", "03 701 000"];
    let typed = typed(&ColumnKind::Int { range: None }, &cells, None);
    let values: &Int64Array = column(&typed, "").as_primitive::<Int64Type>();
    let expected =
        [Some(12), Some(12), Some(1234), Some(1_234_567), None, None, None, Some(-3), Some(-3), None, None, None];
    assert_eq!(values.iter().collect::<Vec<_>>()[..11], expected[..11]);
    assert_eq!(
        typed.failed.iter().map(|(row, rule, _)| (*row, *rule)).collect::<Vec<_>>()[..2],
        [(4, "целое число"), (5, "целое число")]
    );
    assert!(typed.failed.iter().all(|(_, _, suggestion)| suggestion.is_some()));
}

#[test]
fn numbers_stay_within_their_range() {
    let typed = typed(&ColumnKind::Int { range: Some((1.0, 11.0)) }, &["0", "1", "11", "12"], None);
    let values: &Int64Array = column(&typed, "").as_primitive::<Int64Type>();
    assert_eq!(values.iter().collect::<Vec<_>>(), [None, Some(1), Some(11), None]);
    assert_eq!(typed.failed[0], (0, "границы", Some("ожидается число от 1 до 11".to_owned())));
}

#[test]
fn numbers() {
    let cases = [
        ("98,6%", Some(98.6)),
        ("21,3 %", Some(21.3)),
        ("100 %", Some(100.0)),
        ("–5", Some(-5.0)),
        ("1 234,5", Some(1234.5)),
        ("1,234.5", Some(1234.5)),
        ("1.234,5", Some(1234.5)),
        ("0,5", Some(0.5)),
        (".5", Some(0.5)),
        ("1.2E-05", Some(0.000_012)),
        ("12.", Some(12.0)),
        ("nan", None),
        ("inf", None),
        ("2.1.1", None),
        ("-", None),
        ("%", None),
        ("#REF!", None),
        ("12 34", None),
    ];
    let cells: Vec<&str> = cases.iter().map(|case| case.0).collect();
    let typed = typed(&ColumnKind::Number { range: None }, &cells, None);
    let values: &Float64Array = column(&typed, "").as_primitive::<Float64Type>();
    for ((cell, expected), value) in cases.iter().zip(values) {
        assert_eq!(value, *expected, "{cell}");
    }
}

#[test]
fn amounts() {
    let cases = [
        ("не менее 70%", Some((70.0, ">="))),
        ("не менее 70 %", Some((70.0, ">="))),
        ("100 %", Some((100.0, "="))),
        ("-100%", Some((100.0, "="))),
        ("87%", Some((87.0, "="))),
        ("50% и более", Some((50.0, ">="))),
        ("около 20%", Some((20.0, "~"))),
        ("менее 10%", Some((10.0, "<"))),
        ("более 63%", Some((63.0, ">"))),
        ("более 90 %", Some((90.0, ">"))),
        ("от 30 % до 50 %", Some((30.0, ".."))),
        ("от 15% до 25 %", Some((15.0, ".."))),
        ("30–50 %", Some((30.0, ".."))),
        ("не более 5", Some((5.0, "<="))),
        ("до 10 чел.", Some((10.0, "<="))),
        ("от 16 часов", Some((16.0, ">="))),
        ("≥ 0,5", Some((0.5, ">="))),
        ("-3", Some((-3.0, "="))),
        ("КУ >10", None),
        ("много", None),
    ];
    let cells: Vec<&str> = cases.iter().map(|case| case.0).collect();
    let typed = typed(&ColumnKind::Amount, &cells, None);
    let values: &Float64Array = column(&typed, "").as_primitive::<Float64Type>();
    let signs = texts(&typed, "_cmp");
    for (row, (cell, expected)) in cases.iter().enumerate() {
        let value = values.is_valid(row).then(|| (values.value(row), signs[row].clone().unwrap()));
        assert_eq!(value, expected.map(|(value, sign)| (value, sign.to_owned())), "{cell}");
    }
}

#[test]
fn yes_and_no() {
    let cells = ["да", "НЕТ", "+", "—", "1", "0", "true", "Истина", "может быть", ""];
    let typed = typed(&ColumnKind::Bool, &cells, None);
    let values: Vec<Option<bool>> = column(&typed, "").as_boolean().iter().collect();
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(values, [yes, no, yes, no, yes, no, yes, yes, None, None]);
    assert_eq!(typed.failed.len(), 1);
}

#[test]
fn days() {
    let cases = [
        ("2020-09-22", Some("2020-09-22")),
        ("2020-09-22 00:00:00", Some("2020-09-22")),
        ("2020-09-22T10:15:00", Some("2020-09-22")),
        ("22.09.2020", Some("2020-09-22")),
        ("20.04.2026;", Some("2026-04-20")),
        ("24.03.22", Some("2022-03-24")),
        ("1.9.2020", Some("2020-09-01")),
        ("22/09/2020", Some("2020-09-22")),
        ("22.09.2020 15:30", Some("2020-09-22")),
        ("22 сентября 2020 года", Some("2020-09-22")),
        ("04.09 2020г.", Some("2020-09-04")),
        ("03.12 2020г.", Some("2020-12-03")),
        ("22.10.2020г.", Some("2020-10-22")),
        ("«10» февраля 2021 г.", Some("2021-02-10")),
        ("18 февраля\n2021 года", Some("2021-02-18")),
        ("29 января 2021 года", Some("2021-01-29")),
        ("от $15.03.2022$ г.", Some("2022-03-15")),
        ("44096", Some("2020-09-22")),
        ("44096.5", Some("2020-09-22")),
        ("31.02.2021", None),
        ("12.25.2020", None),
        ("22.09.2020 23.09.2020", None),
        ("Февраль 2021 года", None),
        ("22 сентября", None),
        ("вчера", None),
    ];
    let cells: Vec<&str> = cases.iter().map(|case| case.0).collect();
    let typed = typed(&ColumnKind::Date, &cells, None);
    for ((cell, expected), value) in cases.iter().zip(iso(column(&typed, ""))) {
        assert_eq!(value.as_deref(), *expected, "{cell}");
    }
    let why = |row: usize| typed.failed.iter().find(|failed| failed.0 == row).unwrap().2.clone().unwrap();
    assert_eq!(why(19), "такого дня нет в этом месяце");
    assert!(why(20).contains("переставлены"));
}

#[test]
fn terms() {
    let cases = [
        ("22 сентября 2020 года", None, Some("2020-09-22"), Some("2020-09-22"), "day"),
        ("2 декабря 2020 года", None, Some("2020-12-02"), Some("2020-12-02"), "day"),
        ("24.03.22", None, Some("2022-03-24"), Some("2022-03-24"), "day"),
        ("44096", None, Some("2020-09-22"), Some("2020-09-22"), "day"),
        ("До 2 ноября 2020 года", None, None, Some("2020-11-02"), "deadline"),
        ("не позднее 20.10.2020", None, None, Some("2020-10-20"), "deadline"),
        ("до конца 2021 года", None, None, Some("2021-12-31"), "deadline"),
        ("с 1 сентября 2020 года", None, Some("2020-09-01"), None, "day"),
        ("с 1 по 5 сентября 2020 г.", None, Some("2020-09-01"), Some("2020-09-05"), "days"),
        ("5 и 6 ноября 2020", None, Some("2020-11-05"), Some("2020-11-06"), "days"),
        ("28 октября - 3 ноября 2020", None, Some("2020-10-28"), Some("2020-11-03"), "days"),
        ("21.10 2020г. 21.11.2020г.", None, Some("2020-10-21"), Some("2020-11-21"), "days"),
        ("04.09 2020г.", None, Some("2020-09-04"), Some("2020-09-04"), "day"),
        ("Февраль 2021 года", None, Some("2021-02-01"), Some("2021-02-28"), "month"),
        ("апрель 2022", None, Some("2022-04-01"), Some("2022-04-30"), "month"),
        ("сентябрь-декабрь 2020", None, Some("2020-09-01"), Some("2020-12-31"), "month"),
        ("декабрь – январь 2021", None, Some("2020-12-01"), Some("2021-01-31"), "month"),
        ("июль 2020", None, Some("2020-07-01"), Some("2020-07-31"), "month"),
        ("август", Some("2021/22"), Some("2022-08-01"), Some("2022-08-31"), "month"),
        ("Август", None, None, None, "month"),
        ("октябрь", Some("2021/22"), Some("2021-10-01"), Some("2021-10-31"), "month"),
        ("В течение учебного года", Some("2020/21"), Some("2020-09-01"), Some("2021-08-31"), "year"),
        ("В течение учебного года", None, None, None, "year"),
        ("в течение 2020-2021 учебного года", None, Some("2020-09-01"), Some("2021-08-31"), "year"),
        ("II полугодие 2020 года", None, Some("2020-07-01"), Some("2020-12-31"), "half_year"),
        ("I полугодие 2021", None, Some("2021-01-01"), Some("2021-06-30"), "half_year"),
        ("1 полугодие 2022", None, Some("2022-01-01"), Some("2022-06-30"), "half_year"),
        ("За первое полугодие 2022 года", None, Some("2022-01-01"), Some("2022-06-30"), "half_year"),
        ("I полугодие 2020/2021 учебного года", None, Some("2020-09-01"), Some("2020-12-31"), "half_year"),
        ("2021 – 2022", None, Some("2021-09-01"), Some("2022-08-31"), "year"),
        ("2021-2022 учебный год", None, Some("2021-09-01"), Some("2022-08-31"), "year"),
        ("2022-2024", None, Some("2022-01-01"), Some("2024-12-31"), "year"),
        ("22-23 учебного года", None, Some("2022-09-01"), Some("2023-08-31"), "year"),
        ("21-22 году", None, Some("2021-09-01"), Some("2022-08-31"), "year"),
        ("2020 год", None, Some("2020-01-01"), Some("2020-12-31"), "year"),
        ("за последние 3 года", None, None, None, "year"),
    ];
    for (cell, year, from, to, precision) in cases {
        let typed = typed(&ColumnKind::Dates, &[cell], year);
        assert_eq!(typed.failed, [], "{cell}");
        assert_eq!(iso(column(&typed, "_from"))[0].as_deref(), from, "{cell}: from");
        assert_eq!(iso(column(&typed, "_to"))[0].as_deref(), to, "{cell}: to");
        assert_eq!(texts(&typed, "_precision")[0].as_deref(), Some(precision), "{cell}");
        assert_eq!(texts(&typed, "")[0].as_deref(), Some(cell), "the text is kept");
    }
    let unknown = typed(&ColumnKind::Dates, &["по отдельному графику", "", "№ 2020"], None);
    assert_eq!(unknown.failed.iter().map(|failed| failed.0).collect::<Vec<_>>(), [0, 2]);
}

#[test]
fn documents() {
    let cases = [
        (
            "Письмо департамента образования муниципального образования город Краснодар от 27.04.2021 №3121/30 \"Адресная методическая помощь 500+\" Приказ департамента образования МО город Краснодар от 25.02.2021 №161 \"О проведении мониторинга\"",
            2,
            Some("2021-02-25"),
            Some("2021-04-27"),
        ),
        (
            "Протокол совещания при диреткоре департамента образования МО Краснодар от 30.11.2020 года",
            1,
            Some("2020-11-30"),
            Some("2020-11-30"),
        ),
        (
            "Протокол совещания от 19.04.2021 года Приказ МКУ КНМЦ от 12.03.2021 №52-П \"О проведении методического аудита\" Приказ департамента от 14 мая 2021 года №560\"Об итогах\"",
            3,
            Some("2021-03-12"),
            Some("2021-05-14"),
        ),
        (
            "Договор о сотрудничестве между ФГБОУ ВО и МКУ КНМЦ Протокол совещания от 05.04.2021 года",
            1,
            Some("2021-04-05"),
            Some("2021-04-05"),
        ),
        (
            "Приложение к письму департамента от 27.04.2021 №3120/30 \"Статистические данные\"",
            1,
            Some("2021-04-27"),
            Some("2021-04-27"),
        ),
        (
            "Августовский форум \"МСОКО - путь к развитию\", круглый стол \"Школы, которым можно доверять\"",
            0,
            None,
            None,
        ),
        ("от $15.03.2022$ г. № 35 , от $01.04.2022$ г. № 48", 2, Some("2022-03-15"), Some("2022-04-01")),
        ("от 19.05.2022г. № 66", 1, Some("2022-05-19"), Some("2022-05-19")),
        ("Распоряжение Минобр Иркутской обл. от 21.01.2022 № 55-46-мр", 1, Some("2022-01-21"), Some("2022-01-21")),
        ("приказ УО 24.03.22 № 267", 1, Some("2022-03-24"), Some("2022-03-24")),
        ("протокол рабочей группы № 4 (29.01.2021)", 2, Some("2021-01-29"), Some("2021-01-29")),
        ("Приказ МКУ ЦРОиОК № 18 от 10.02.2021", 1, Some("2021-02-10"), Some("2021-02-10")),
        ("Приказ № 18", 1, None, None),
        ("Протокол совещания в СОШ № 5", 0, None, None),
    ];
    for (cell, count, from, to) in cases {
        // The number and the date in brackets of one protocol: either reading is one document.
        let count = if cell.contains("(29.01") { 1 } else { count };
        let typed = typed(&ColumnKind::Documents, &[cell], None);
        let counts: &Int32Array = column(&typed, "_count").as_primitive::<Int32Type>();
        assert_eq!(counts.value(0), count, "{cell}");
        assert_eq!(iso(column(&typed, "_from"))[0].as_deref(), from, "{cell}");
        assert_eq!(iso(column(&typed, "_to"))[0].as_deref(), to, "{cell}");
    }
}

#[test]
fn logins() {
    let cases = [
        ("sch223080", Some("223080")),
        ("edu223080", Some("223080")),
        ("EDU223080", Some("223080")),
        ("223080", Some("223080")),
        ("223080.0", Some("223080")),
        ("edu223017 | МБОУ \"СОШ\"", Some("223017")),
        ("МБОУ «СОШ № 1»(edu203389)", Some("203389")),
        ("reg220000", None),
        ("22308", None),
        ("2230801", None),
        ("школа", None),
    ];
    let cells: Vec<&str> = cases.iter().map(|case| case.0).collect();
    let typed = typed(&ColumnKind::Login, &cells, None);
    for ((cell, expected), value) in cases.iter().zip(texts(&typed, "")) {
        assert_eq!(value.as_deref(), *expected, "{cell}");
    }
}

#[test]
fn school_years_subjects_marks() {
    let periods = [
        ("2020/21", Some("2020/21")),
        ("2020-2021", Some("2020/21")),
        ("2020/2021 учебный год", Some("2020/21")),
        ("2021 – 2022", Some("2021/22")),
        ("2020/21-осень", Some("2020/21-осень")),
        ("осень 2020/2021", Some("2020/21-осень")),
        ("22-23 уч. г.", Some("2022/23")),
        ("2020/22", None),
        ("2020", None),
        ("01.02.2020", None),
    ];
    let cells: Vec<&str> = periods.iter().map(|case| case.0).collect();
    let read = typed(&ColumnKind::Period, &cells, None);
    for ((cell, expected), value) in periods.iter().zip(texts(&read, "")) {
        assert_eq!(value.as_deref(), *expected, "{cell}");
    }
    let read =
        typed(&ColumnKind::Subject, &["Математика", "русскому  языку", "RU", "МA", "Труд", "Математика (база)"], None);
    let expected =
        [Some("MA"), Some("RU"), Some("RU"), Some("MA"), None, Some("MA")].map(|code| code.map(str::to_owned));
    assert_eq!(texts(&read, ""), expected);
    let read = typed(&ColumnKind::Mark, &["2", "5", "4.0", "нет отметки", "н/а", "-", "–", "1", "6", "пять"], None);
    let marks: &Int32Array = column(&read, "").as_primitive::<Int32Type>();
    assert_eq!(marks.iter().collect::<Vec<_>>(), [Some(2), Some(5), Some(4), None, None, None, None, None, None, None]);
    assert_eq!(read.failed.iter().map(|failed| failed.0).collect::<Vec<_>>(), [7, 8, 9]);
}

#[test]
fn choices_fold_homoglyphs() {
    let pattern = |text: &str| Regex::new(&format!("(?i)^(?:{text})$")).unwrap();
    let kind = ColumnKind::Choice(vec![
        ("m".to_owned(), pattern("м|муж.*")),
        ("f".to_owned(), pattern("ж|жен.*")),
        ("sosh".to_owned(), pattern("сош")),
    ]);
    let read = typed(&kind, &["м", "Ж", "Мужской", "жeнский", "COШ", "?", ""], None);
    let expected =
        [Some("m"), Some("f"), Some("m"), Some("f"), Some("sosh"), None, None].map(|code| code.map(str::to_owned));
    assert_eq!(texts(&read, ""), expected);
    assert_eq!(read.failed, [(5, "список", Some("ожидается одно из: m, f, sosh".to_owned()))]);
}

#[test]
fn keys_are_keyed_hashes() {
    let read = typed(&ColumnKind::Key, &["Ёжик  Ёжиков", "ежик ежиков ", "другой", ""], None);
    let keys = texts(&read, "");
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[0], keys[2]);
    assert_eq!(keys[3], None);
    assert!(keys[0].as_ref().is_some_and(|key| key.len() == 16 && key.chars().all(|c| c.is_ascii_hexdigit())));
    assert_eq!(format!("{:?}", Secret::new(b"x")), "Secret(..)");
    // RFC 4231, test case 1 and 6 (a key longer than the block), of the text as it is folded.
    assert_eq!(Secret::new(&[0x0b; 20]).key_of("Hi There"), Secret::new(&[0x0b; 20]).key_of("hi there"));
    assert_eq!(Secret::new(b"Jefe").key_of("what do ya want for nothing?"), "5bdcc146bf60754e");
}

#[test]
fn scores_of_tasks() {
    let cells = [
        "1",
        "0",
        "1,5",
        "X",
        "x",
        "Х",
        "х",
        "H",
        "Н",
        "-",
        "X ",
        "не пройд.",
        "Не пройдено",
        "",
        " ",
        "да",
        "-1",
        "12",
    ];
    let (values, states, failed) = scores(&StringArray::from(cells.to_vec()));
    let blank = [SCORE_BLANK; 8];
    assert_eq!(states[..3], [SCORE_SCORED; 3]);
    assert_eq!(states[3..11], blank);
    assert_eq!(states[11..15], [SCORE_UNTAUGHT, SCORE_UNTAUGHT, SCORE_MISSING, SCORE_MISSING]);
    assert_eq!(failed, [15, 16]);
    assert_eq!(values.value(2), 1.5);
    assert!((3..11).all(|row| values.value(row) == 0.0 && values.is_valid(row)));
    assert!((11..17).all(|row| values.is_null(row)));
    assert_eq!(values.value(17), 12.0);
}

#[test]
fn nulls_stay_null_in_every_kind() {
    let kinds = [
        ColumnKind::Text,
        ColumnKind::Int { range: None },
        ColumnKind::Number { range: None },
        ColumnKind::Amount,
        ColumnKind::Bool,
        ColumnKind::Date,
        ColumnKind::Dates,
        ColumnKind::Documents,
        ColumnKind::Login,
        ColumnKind::Period,
        ColumnKind::Subject,
        ColumnKind::Mark,
        ColumnKind::Choice(Vec::new()),
        ColumnKind::Key,
    ];
    let raw = StringArray::from(vec![None, Some(""), Some(" \u{a0}\t")]);
    let secret = Secret::new(b"");
    for kind in kinds {
        let read = parse(&kind, &raw, &ValueContext { secret: &secret, school_year: None });
        assert_eq!(read.failed, [], "{kind:?}");
        for (name, array) in &read.columns {
            assert_eq!((array.len(), array.null_count()), (3, 3), "{kind:?} {name}");
        }
    }
}

proptest! {
    #[test]
    fn printed_numbers_read_back(value in -1_000_000_000_i64..1_000_000_000, cents in 0_u32..100) {
        let digits = value.unsigned_abs().to_string();
        let grouped: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
        let sign = if value < 0 { "–" } else { "" };
        let cell = format!("{sign}{},{cents:02} %", grouped.join("\u{a0}"));
        let read = typed(&ColumnKind::Number { range: None }, &[&cell], None);
        let expected = (value.unsigned_abs() as f64 + f64::from(cents) / 100.0) * if value < 0 { -1.0 } else { 1.0 };
        let values: &Float64Array = column(&read, "").as_primitive::<Float64Type>();
        prop_assert!((values.value(0) - expected).abs() < 1e-6, "{cell}");
        let read = typed(&ColumnKind::Int { range: None }, &[&value.to_string()], None);
        prop_assert_eq!(column(&read, "").as_primitive::<Int64Type>().value(0), value);
    }

    #[test]
    fn printed_days_read_back(days in 0_i64..40_000) {
        let day = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Duration::days(days);
        let spellings = [day.format("%d.%m.%Y").to_string(), day.format("%Y-%m-%d").to_string(), day.format("%-d.%-m.%Yг.").to_string()];
        for cell in spellings {
            let read = typed(&ColumnKind::Date, &[&cell], None);
            prop_assert_eq!(iso(column(&read, ""))[0].clone(), Some(day.to_string()));
        }
    }

    #[test]
    fn nothing_makes_it_fall(cell in "\\PC{0,40}") {
        for kind in [
            ColumnKind::Number { range: None }, ColumnKind::Amount, ColumnKind::Bool, ColumnKind::Date, ColumnKind::Dates, ColumnKind::Documents,
            ColumnKind::Login, ColumnKind::Period, ColumnKind::Subject, ColumnKind::Mark, ColumnKind::Key,
        ] {
            typed(&kind, &[&cell], Some("2020/21"));
        }
        scores(&StringArray::from(vec![cell.as_str()]));
        dinamika_ingest::find_personal(&StringArray::from(vec![cell.as_str()]));
        dinamika_ingest::schools::fold_name(&cell);
        dinamika_ingest::schools::fold_municipality(&cell);
        dinamika_ingest::schools::parse_numbers(&cell);
    }

    #[test]
    fn dates_of_figures_and_words_never_fall(parts in proptest::collection::vec(
        prop_oneof![Just("31"), Just("2"), Just("."), Just("-"), Just("2021"), Just("ноября"), Just("II"), Just("полугодие"), Just("до"), Just(" "),
            Just("№"), Just("от"), Just("приказ"), Just("года"), Just("и"), Just("февраля"), Just("22"), Just("/"), Just("%"), Just("в течение")], 0..12)) {
        let cell = parts.concat();
        for kind in [ColumnKind::Dates, ColumnKind::Date, ColumnKind::Documents, ColumnKind::Amount, ColumnKind::Period] {
            typed(&kind, &[&cell], None);
        }
    }
}
