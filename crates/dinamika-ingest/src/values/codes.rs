//! Values from closed alphabets: yes and no, logins, school years, subjects, marks.

use std::sync::Arc;

use arrow::array::{Array, BooleanBuilder, Int32Builder, StringArray, StringBuilder};
use dinamika_project::{Period, Subject, Wave};

use super::{Failures, Typed, Wrong, cells, numbers::number, texts};
use crate::schools::fold::to_cyrillic;

pub(super) fn parse_bools(raw: &StringArray) -> Typed {
    let mut out = BooleanBuilder::with_capacity(raw.len());
    let mut failures = Failures::default();
    for (row, text) in cells(raw) {
        out.append_option(text.and_then(|text| {
            let read = yes_or_no(text);
            failures.keep(row, read.ok_or_else(|| Wrong::new("да/нет", "ожидается да или нет, + или -, 1 или 0")))
        }));
    }
    failures.with(vec![("", Arc::new(out.finish()))])
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "1" | "+" | "да" | "Да" => return Some(true),
        "0" | "-" | "нет" | "Нет" => return Some(false),
        _ => {}
    }
    match to_cyrillic(text).to_lowercase().trim_end_matches('.') {
        "да" | "истина" | "true" | "1.0" | "1,0" => Some(true),
        "нет" | "ложь" | "false" | "0.0" | "0,0" => Some(false),
        other => other.chars().all(texts::is_dash).then_some(false).filter(|_| !other.is_empty()),
    }
}

pub(super) fn parse_logins(raw: &StringArray) -> Typed {
    let mut out = StringBuilder::with_capacity(raw.len(), raw.len() * 6);
    let mut failures = Failures::default();
    for (row, text) in cells(raw) {
        out.append_option(text.and_then(|text| {
            let read = login(text).ok_or_else(|| Wrong::new("логин", "ожидается логин вида edu223080: шесть цифр"));
            failures.keep(row, read)
        }));
    }
    failures.with(vec![("", Arc::new(out.finish()))])
}

/// The six digits of a school's login: `sch223080`, `edu223080 | …`, `… (edu223080)`, `223080`.
pub(crate) fn login(text: &str) -> Option<&str> {
    fn six(text: &str) -> Option<(&str, &str)> {
        let after_word = text
            .get(..3)
            .filter(|word| word.eq_ignore_ascii_case("sch") || word.eq_ignore_ascii_case("edu"))
            .map_or(text, |_| &text[3..]);
        let digits = after_word.get(..6)?;
        let rest = &after_word[6..];
        (digits.bytes().all(|b| b.is_ascii_digit()) && !rest.starts_with(|c: char| c.is_alphanumeric()))
            .then_some((digits, rest))
    }
    if let Some((digits, rest)) = six(text) {
        let rest = rest.trim_start();
        // `223080.0` is what a spreadsheet makes of a number; `223080,5` is no login.
        if rest.is_empty() || rest == ".0" || rest.starts_with(['|', '(', '-', '\u{2013}', ';', '@']) {
            return Some(digits);
        }
    }
    let inner = text.strip_suffix(')')?.rsplit_once('(')?.1;
    six(inner.trim()).filter(|(_, rest)| rest.is_empty()).map(|(digits, _)| digits)
}

pub(super) fn parse_periods(raw: &StringArray) -> Typed {
    let mut out = StringBuilder::with_capacity(raw.len(), raw.len() * 8);
    let mut failures = Failures::default();
    for (row, text) in cells(raw) {
        out.append_option(text.and_then(|text| {
            let read = period(text).map(|period| period.to_string());
            failures.keep(row, read.ok_or_else(|| Wrong::new("учебный год", "ожидается учебный год, например 2020/21")))
        }));
    }
    failures.with(vec![("", Arc::new(out.finish()))])
}

/// A school year in words or figures; a word that begins with `осен` makes it the autumn's.
pub(crate) fn period(text: &str) -> Option<Period> {
    if let Ok(period) = text.parse() {
        return Some(period);
    }
    let folded = texts::fold_words(text);
    let mut figures = folded.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let (first, second) = (figures.next()?, figures.next()?);
    if figures.next().is_some() {
        return None;
    }
    // Between the two years there is only a slash or a dash.
    let between = folded.split_once(first)?.1;
    let between = between.get(..between.find(second)?)?.trim();
    if !(between == "/" || (!between.is_empty() && between.chars().all(texts::is_dash))) {
        return None;
    }
    let starts = school_year(first, second)?;
    let mut words = folded.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let mut wave = Wave::Spring;
    let known = words.all(|word| {
        if word.starts_with("осен") {
            wave = Wave::Autumn;
        }
        ["осен", "весн", "учебн", "год"].iter().any(|stem| word.starts_with(stem))
            || matches!(word, "уч" | "г" | "гг" | "в" | "за" | "на")
    });
    known.then_some(Period { starts, wave })
}

/// The year in which the school year begins whose two years are written so: `2020` `21`,
/// `2020` `2021`, `20` `21`.
pub(crate) fn school_year(first: &str, second: &str) -> Option<u16> {
    let full = |text: &str| -> Option<u16> {
        match text.len() {
            4 => text.parse().ok(),
            2 => text.parse::<u16>().ok().map(|year| 2000 + year),
            _ => None,
        }
    };
    if first.len() == 2 && second.len() == 4 {
        return None;
    }
    let (starts, ends) = (full(first)?, full(second)?);
    ((1990..=2100).contains(&starts) && ends == starts + 1).then_some(starts)
}

pub(super) fn parse_subjects(raw: &StringArray) -> Typed {
    let mut out = StringBuilder::with_capacity(raw.len(), raw.len() * 3);
    let mut failures = Failures::default();
    let mut seen: Option<(&str, Option<Subject>)> = None;
    for (row, text) in cells(raw) {
        out.append_option(text.and_then(|text| {
            // A column of subjects is long runs of the same.
            let read = match seen {
                Some((before, read)) if before == text => read,
                _ => subject(text),
            };
            seen = Some((text, read));
            let expected = || Wrong::new("предмет", "ожидается предмет (математика, русский язык …) или его код");
            failures.keep(row, read.map(Subject::as_str).ok_or_else(expected))
        }));
    }
    failures.with(vec![("", Arc::new(out.finish()))])
}

fn subject(text: &str) -> Option<Subject> {
    let folded = texts::fold_words(text);
    folded
        .parse()
        .ok()
        .or_else(|| to_cyrillic(&folded).parse().ok())
        .or_else(|| folded.split_once('(').and_then(|(name, _)| name.trim().parse().ok()))
}

pub(super) fn parse_marks(raw: &StringArray) -> Typed {
    let mut out = Int32Builder::with_capacity(raw.len());
    let mut failures = Failures::default();
    for (row, text) in cells(raw) {
        out.append_option(text.and_then(|text| failures.keep(row, mark(text)).flatten()));
    }
    failures.with(vec![("", Arc::new(out.finish()))])
}

fn mark(text: &str) -> Result<Option<i32>, Wrong> {
    let in_words = |text: &str| {
        let folded = texts::fold_words(text);
        folded.chars().all(texts::is_dash)
            || matches!(
                folded.trim_end_matches('.'),
                "нет отметки"
                    | "нет оценки"
                    | "нет"
                    | "н/а"
                    | "на"
                    | "н.а"
                    | "н/о"
                    | "не аттестован"
                    | "не аттестована"
            )
    };
    match text {
        "2" => Ok(Some(2)),
        "3" => Ok(Some(3)),
        "4" => Ok(Some(4)),
        "5" => Ok(Some(5)),
        "-" => Ok(None),
        _ if in_words(text) => Ok(None),
        _ => match number(text) {
            Some(value) if [2.0, 3.0, 4.0, 5.0].contains(&value) => Ok(Some(value as i32)),
            _ => Err(Wrong::new("отметка", "ожидается отметка от 2 до 5 или «нет отметки»")),
        },
    }
}
