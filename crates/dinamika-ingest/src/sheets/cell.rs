//! One raw cell and its text.

use std::fmt::Write;

use calamine::ExcelDateTime;
use chrono::{NaiveTime, Timelike};

/// A cell as the format holds it; text is made only for cells somebody wants.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Raw<'a> {
    Text(&'a str),
    Number(f64),
    /// A number shown as percent: 0.125 is `12.5%`.
    Percent(f64),
    Bool(bool),
    Moment(ExcelDateTime),
    /// `2022-03-03T00:00:00`.
    Iso(&'a str),
    /// `#N/A` and its kin.
    Error(&'static str),
}

impl Raw<'_> {
    /// Whether there is nothing to see.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => match text.as_bytes().first() {
                None => true,
                Some(b'!'..=b'~') => false,
                Some(_) => text.trim().is_empty(),
            },
            _ => false,
        }
    }

    /// Appends the cell's text: dates as ISO 8601, numbers as short as they round-trip.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::Number(number) => number_text(*number, out),
            Self::Percent(number) => {
                // 0.07 × 100 is 7.000000000000001: cut what multiplying added.
                let _ = write!(out, "{}%", (number * 1e14).round() / 1e12);
            }
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Moment(moment) => moment_text(moment, out),
            Self::Iso(text) => iso_text(text, out),
            Self::Error(text) => out.push_str(text),
        }
    }
}

fn number_text(number: f64, out: &mut String) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let _ = if number.fract() == 0.0 && number.abs() < EXACT {
        write!(out, "{}", number as i64)
    } else {
        write!(out, "{number}")
    };
}

fn moment_text(moment: &ExcelDateTime, out: &mut String) {
    let days = moment.as_f64();
    if moment.is_duration() {
        let seconds = (days * 86_400.0).round() as i64;
        let _ = write!(out, "{}:{:02}:{:02}", seconds / 3600, seconds.abs() / 60 % 60, seconds.abs() % 60);
        return;
    }
    let Some(time) = moment.as_datetime() else {
        return number_text(days, out);
    };
    if (0.0..1.0).contains(&days) {
        let _ = write!(out, "{}", time.format("%H:%M:%S"));
    } else if time.time() == NaiveTime::MIN || (time.num_seconds_from_midnight() == 0 && time.nanosecond() == 0) {
        let _ = write!(out, "{}", time.format("%Y-%m-%d"));
    } else {
        let _ = write!(out, "{}", time.format("%Y-%m-%d %H:%M:%S"));
    }
}

fn iso_text(text: &str, out: &mut String) {
    match text.split_once('T') {
        Some((day, time)) if time.starts_with("00:00:00") => out.push_str(day),
        Some((day, time)) if day.len() == 10 => {
            out.push_str(day);
            out.push(' ');
            out.push_str(time.split('.').next().unwrap_or(time));
        }
        _ => out.push_str(text),
    }
}

/// `A` for 0, `AA` for 26.
pub(crate) fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    use super::{Raw, column_letters};

    fn text(raw: Raw<'_>) -> String {
        let mut out = String::new();
        raw.write(&mut out);
        out
    }

    #[test]
    fn cells_read_as_people_would_type_them() {
        assert_eq!(text(Raw::Number(12.0)), "12");
        assert_eq!(text(Raw::Number(98.6)), "98.6");
        assert_eq!(text(Raw::Number(-0.5)), "-0.5");
        assert_eq!(text(Raw::Percent(0.07)), "7%");
        assert_eq!(text(Raw::Percent(0.125)), "12.5%");
        assert_eq!(text(Raw::Bool(true)), "true");
        assert_eq!(text(Raw::Iso("2022-03-03T00:00:00")), "2022-03-03");
        assert_eq!(text(Raw::Iso("2022-03-03T09:57:20")), "2022-03-03 09:57:20");
    }

    #[test]
    fn dates_of_both_epochs_agree() {
        let day = |value, is_1904| text(Raw::Moment(ExcelDateTime::new(value, ExcelDateTimeType::DateTime, is_1904)));
        assert_eq!(day(44623.0, false), "2022-03-03");
        assert_eq!(day(43161.0, true), "2022-03-03");
        assert_eq!(day(44623.5, false), "2022-03-03 12:00:00");
        assert_eq!(day(0.25, false), "06:00:00");
    }

    #[test]
    fn letters_are_those_of_a_spreadsheet() {
        assert_eq!(["A", "Z", "AA", "XFD"].map(str::to_owned), [0, 25, 26, 16_383].map(column_letters));
    }
}
