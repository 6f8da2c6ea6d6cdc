//! Finds times in Russian prose.
//!
//! The text is cut into words, figures and signs; [`times`] walks over them once and gives every
//! time it recognises with the place where it stands, so that dates, terms and documents can each
//! judge what is around it.

mod scan;

use chrono::{Datelike, Days, Months, NaiveDate};
use dinamika_project::Period;

use super::texts::{fold_words, is_dash};
use scan::Scan;

/// A piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Letters, folded.
    Word(&'t str),
    /// Digits as printed.
    Figure(&'t str),
    /// Anything else that is seen; every dash is `-`. Quotes and the `$` of recognised scans are
    /// left out.
    Sign(char),
    /// The sign of a number: `№`, `N`, `No`.
    Numero,
}

/// How precisely a time is told. Coarser ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precision {
    /// One day.
    Day,
    /// Several days.
    Days,
    /// Up to a day.
    Deadline,
    /// A month or a few whole ones.
    Month,
    /// Half a year.
    HalfYear,
    /// A year of either kind.
    Year,
}

impl Precision {
    /// The word in the table.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Days => "days",
            Self::Deadline => "deadline",
            Self::Month => "month",
            Self::HalfYear => "half_year",
            Self::Year => "year",
        }
    }
}

/// A time found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    /// Its first day, when known.
    pub(super) from: Option<NaiveDate>,
    /// Its last day, when known.
    pub(super) to: Option<NaiveDate>,
    /// How precise it is.
    pub(super) precision: Precision,
    /// The first token of it.
    pub(super) start: usize,
    /// The token after it and after its `года`.
    pub(super) end: usize,
}

/// Folds a text for [`tokens`].
pub(super) fn fold(text: &str) -> String {
    fold_words(text)
}

/// Cuts a folded text.
pub(super) fn tokens(folded: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = folded;
    while let Some(c) = rest.chars().next() {
        let run = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let length = if c.is_ascii_digit() {
            let length = run(|c| c.is_ascii_digit());
            out.push(Token::Figure(&rest[..length]));
            length
        } else if c == '№' {
            out.push(Token::Numero);
            c.len_utf8()
        } else if c.is_alphabetic() {
            let length = run(char::is_alphabetic);
            out.push(match &rest[..length] {
                "no" | "n" => Token::Numero,
                word => Token::Word(word),
            });
            length
        } else {
            if is_dash(c) {
                out.push(Token::Sign('-'));
            } else if !c.is_whitespace() && !matches!(c, '"' | '«' | '»' | '“' | '”' | '„' | '\'' | '$') {
                out.push(Token::Sign(c));
            }
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    out
}

/// Every time in the tokens, in order. `year` is the school year of times that name none.
pub(super) fn times(tokens: &[Token<'_>], year: Option<Period>) -> Vec<Time> {
    let mut found: Vec<(Time, Option<Yearless>)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match (Scan { tokens, year }).at(at) {
            Some((time, yearless)) if time.end > at => {
                at = time.end;
                found.push((time, yearless));
            }
            _ => at += 1,
        }
    }
    // `28 октября - 3 ноября 2020`: the year stands once, at the end.
    let mut after: Option<NaiveDate> = None;
    for (time, yearless) in found.iter_mut().rev() {
        match (yearless.take(), after) {
            // `декабрь - январь 2021`: what stands before is not later.
            (Some(yearless), Some(next)) => {
                (time.from, time.to) = yearless.days(next.year() - i32::from(yearless.month > next.month()));
            }
            (Some(yearless), None) => (time.from, time.to) = yearless.within(year),
            (None, _) => {}
        }
        after = time.from;
    }
    found.into_iter().map(|(time, _)| time).collect()
}

/// A month, or days of it, that names no year.
#[derive(Debug, Clone, Copy)]
struct Yearless {
    month: u32,
    days: Option<(u32, u32)>,
}

impl Yearless {
    fn days(self, year: i32) -> (Option<NaiveDate>, Option<NaiveDate>) {
        match self.days {
            Some((first, last)) => {
                (NaiveDate::from_ymd_opt(year, self.month, first), NaiveDate::from_ymd_opt(year, self.month, last))
            }
            None => {
                let from = NaiveDate::from_ymd_opt(year, self.month, 1);
                (from, from.and_then(end_of_month))
            }
        }
    }

    fn within(self, year: Option<Period>) -> (Option<NaiveDate>, Option<NaiveDate>) {
        match year {
            Some(year) if self.month >= 9 => self.days(i32::from(year.starts)),
            Some(year) => self.days(i32::from(year.ends())),
            None => (None, None),
        }
    }
}

fn end_of_month(first: NaiveDate) -> Option<NaiveDate> {
    first.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1))
}

/// Two digits of a year mean this century, unless that would be long ahead.
pub(super) fn century(year: i32) -> i32 {
    if year < 50 { 2000 + year } else { 1900 + year }
}

/// The month a word names in any case, whole or cut (`сент.`).
fn month(word: &str) -> Option<u32> {
    const STEMS: [&str; 12] =
        ["январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"];
    const CUT: [&str; 12] = ["янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"];
    const ENDINGS: [&str; 11] = ["", "ь", "я", "е", "ю", "а", "у", "й", "ем", "ом", "ев"];
    if let Some(at) = CUT.iter().position(|cut| word == *cut).or_else(|| (word == "сент").then_some(8)) {
        return Some(at as u32 + 1);
    }
    let at = STEMS.iter().position(|stem| {
        word.strip_prefix(stem).is_some_and(|ending| {
            // `ма` alone, `мая`, `маю`, `мае`, `май`, `маем` but not `мама`.
            if *stem == "ма" {
                matches!(ending, "й" | "я" | "е" | "ю" | "ем")
            } else {
                ENDINGS.contains(&ending)
            }
        })
    })?;
    Some(at as u32 + 1)
}
