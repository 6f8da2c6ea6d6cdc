//! Days and terms.

use std::sync::Arc;

use arrow::array::{Array, Date32Builder, StringArray, StringBuilder};
use chrono::NaiveDate;
use dinamika_project::Period;

use super::{
    Failures, Typed, Wrong, cells,
    texts::fold_blanks,
    timeline::{Precision, Time, Token, century, fold, times, tokens},
};

/// Days from the common era to 1 January 1970.
const EPOCH: i32 = 719_163;
/// Serial numbers of days in a spreadsheet that are taken for dates: 1927 to 2119.
const SERIALS: std::ops::RangeInclusive<i64> = 10_000..=80_000;
/// The spreadsheet's day 0 counted from 1 January 1970, for days after February 1900.
const SERIAL_ZERO: i64 = -25_569;

pub(super) fn parse_days(raw: &StringArray) -> Typed {
    let mut out = Date32Builder::with_capacity(raw.len());
    let mut failures = Failures::default();
    for (row, text) in cells(raw) {
        out.append_option(text.and_then(|text| {
            let read = day(text).map(days).ok_or_else(|| Wrong::new("дата", why_not_a_day(text)));
            failures.keep(row, read)
        }));
    }
    failures.with(vec![("", Arc::new(out.finish()))])
}

pub(super) fn parse_spans(raw: &StringArray, year: Option<Period>) -> Typed {
    let mut texts = StringBuilder::with_capacity(raw.len(), raw.values().len());
    let (mut from, mut to) = (Date32Builder::with_capacity(raw.len()), Date32Builder::with_capacity(raw.len()));
    let mut precision = StringBuilder::with_capacity(raw.len(), raw.len() * 5);
    let mut failures = Failures::default();
    for (row, text) in cells(raw) {
        texts.append_option(text.map(fold_blanks));
        let read = text.and_then(|text| {
            let expected =
                || Wrong::new("срок", "ожидается срок: 22.09.2020, До 2 ноября 2020 года, Февраль 2021 года");
            failures.keep(row, span(text, year).ok_or_else(expected))
        });
        from.append_option(read.and_then(|time| time.0).map(days));
        to.append_option(read.and_then(|time| time.1).map(days));
        precision.append_option(read.map(|time| time.2.as_str()));
    }
    failures.with(vec![
        ("", Arc::new(texts.finish())),
        ("_from", Arc::new(from.finish())),
        ("_to", Arc::new(to.finish())),
        ("_precision", Arc::new(precision.finish())),
    ])
}

/// Days since 1970.
pub(super) fn days(day: NaiveDate) -> i32 {
    use chrono::Datelike;
    day.num_days_from_ce() - EPOCH
}

/// One day in any spelling.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    common_day(text).or_else(|| serial_day(text)).or_else(|| {
        let folded = fold(text);
        let tokens = tokens(&folded);
        let found = times(&tokens, None);
        let [Time { from: Some(day), precision: Precision::Day, start, end, .. }] = found[..] else { return None };
        // Around one day stand only words that say nothing: a comma, `от`, the time of the day.
        let idle = |token: &Token<'_>| match token {
            Token::Word(word) => matches!(*word, "от" | "t" | "z" | "в" | "г"),
            Token::Sign(sign) => matches!(sign, '.' | ',' | ':' | '(' | ')' | ';'),
            Token::Figure(_) | Token::Numero => false,
        };
        let timed = tokens[end..].contains(&Token::Sign(':'));
        let clock = |token: &Token<'_>| idle(token) || (timed && matches!(token, Token::Figure(_)));
        (tokens[..start].iter().all(idle) && tokens[end..].iter().all(clock)).then_some(day)
    })
}

/// `2020-09-22` with or without a time, `22.09.2020`, `22.09.20`: without a copy.
fn common_day(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let figure = |from: usize, to: usize| -> Option<i32> {
        let digits = bytes.get(from..to)?;
        digits.iter().try_fold(0_i32, |value, b| b.is_ascii_digit().then(|| value * 10 + i32::from(b - b'0')))
    };
    let ymd = |year: i32, month: i32, day: i32| {
        NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
            .filter(|_| (1900..=2100).contains(&year))
    };
    match bytes {
        [_, _, b'.', _, _, b'.', _, _, _, _] => ymd(figure(6, 10)?, figure(3, 5)?, figure(0, 2)?),
        [_, _, b'.', _, _, b'.', _, _] => ymd(century(figure(6, 8)?), figure(3, 5)?, figure(0, 2)?),
        [_, _, _, _, b'-', _, _, b'-', _, _] | [_, _, _, _, b'-', _, _, b'-', _, _, b'T' | b' ', ..] => {
            ymd(figure(0, 4)?, figure(5, 7)?, figure(8, 10)?)
        }
        _ => None,
    }
}

/// A day as a spreadsheet numbers it.
fn serial_day(text: &str) -> Option<NaiveDate> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if whole.len() != 5 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let serial: i64 = whole.parse().ok().filter(|serial| SERIALS.contains(serial))?;
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(serial + SERIAL_ZERO).ok()? + EPOCH)
}

fn why_not_a_day(text: &str) -> &'static str {
    let figures: Vec<u32> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    match figures[..] {
        [first, second, third, ..] if first > 31 || third > 31 => {
            let (month, day) = if first > 31 { (second, third) } else { (second, first) };
            if month > 12 && day <= 12 {
                "день и месяц, похоже, переставлены: ожидается ДД.ММ.ГГГГ"
            } else if month <= 12 && (1..=31).contains(&day) {
                "такого дня нет в этом месяце"
            } else {
                "такой даты нет: ожидается ДД.ММ.ГГГГ"
            }
        }
        [_, _] => "не хватает года: ожидается ДД.ММ.ГГГГ",
        _ => "ожидается дата, например 22.09.2020 или 22 сентября 2020 года",
    }
}

/// First and last day and the precision of everything a cell says of time.
fn span(text: &str, year: Option<Period>) -> Option<(Option<NaiveDate>, Option<NaiveDate>, Precision)> {
    if let Some(day) = common_day(text).or_else(|| serial_day(text)) {
        return Some((Some(day), Some(day), Precision::Day));
    }
    let folded = fold(text);
    let tokens = tokens(&folded);
    let found = times(&tokens, year);
    let (first, rest) = found.split_first()?;
    if rest.is_empty() {
        return Some(match leads_to(&tokens, first.start) {
            Some(Edge::Until) => (None, first.to, Precision::Deadline),
            // In `с 1 по 5 сентября` the word belongs to the days.
            Some(Edge::Since) if first.precision != Precision::Days => (first.from, None, first.precision),
            _ => (first.from, first.to, first.precision),
        });
    }
    let from = found.iter().filter_map(|time| time.from).min();
    let to = found.iter().filter_map(|time| time.to).max();
    let coarsest = found.iter().map(|time| time.precision).max()?;
    let precision = match coarsest {
        Precision::Day if from == to => Precision::Day,
        Precision::Day => Precision::Days,
        other => other,
    };
    Some((from, to, precision))
}

enum Edge {
    Until,
    Since,
}

/// Whether the time is only the end or only the beginning of what is meant.
fn leads_to(tokens: &[Token<'_>], start: usize) -> Option<Edge> {
    let word = |back: usize| match start.checked_sub(back).and_then(|at| tokens.get(at)) {
        Some(Token::Word(word)) => *word,
        _ => "",
    };
    match word(1) {
        "до" | "к" | "по" => Some(Edge::Until),
        "конца" | "окончания" if word(2) == "до" => Some(Edge::Until),
        "позднее" | "позже" if word(2) == "не" => Some(Edge::Until),
        "с" | "со" => Some(Edge::Since),
        "ранее" if word(2) == "не" => Some(Edge::Since),
        _ => None,
    }
}
