//! Numbers with a qualifier: `не менее 70 %`, `около 20%`, `от 30 % до 50 %`.

use std::sync::Arc;

use arrow::array::{Array, Float64Builder, StringArray, StringBuilder};

use super::{
    Failures, Typed, Wrong, cells,
    numbers::number,
    texts::{fold_words, is_dash},
};

pub(super) fn parse(raw: &StringArray) -> Typed {
    let mut values = Float64Builder::with_capacity(raw.len());
    let mut signs = StringBuilder::with_capacity(raw.len(), raw.len() * 2);
    let mut failures = Failures::default();
    for (row, text) in cells(raw) {
        let read = text.and_then(|text| {
            let expected = || Wrong::new("величина", "ожидается число, можно с оговоркой: не менее 70 %, около 20 %");
            failures.keep(row, amount(text).ok_or_else(expected))
        });
        values.append_option(read.map(|(value, _)| value));
        signs.append_option(read.map(|(_, sign)| sign));
    }
    failures.with(vec![("", Arc::new(values.finish())), ("_cmp", Arc::new(signs.finish()))])
}

/// Words before a number and what they say of it; longer ones first.
const BEFORE: [(&str, &str); 25] = [
    ("не менее", ">="),
    ("не меньше", ">="),
    ("не ниже", ">="),
    ("не более", "<="),
    ("не больше", "<="),
    ("не выше", "<="),
    ("минимум", ">="),
    ("максимум", "<="),
    ("приблизительно", "~"),
    ("примерно", "~"),
    ("порядка", "~"),
    ("около", "~"),
    ("почти", "~"),
    ("более", ">"),
    ("больше", ">"),
    ("свыше", ">"),
    ("выше", ">"),
    ("менее", "<"),
    ("меньше", "<"),
    ("ниже", "<"),
    ("от", ">="),
    ("до", "<="),
    (">=", ">="),
    ("<=", "<="),
    ("не мение", ">="),
];

/// Signs before a number.
const SIGNS: [(char, &str); 8] =
    [('≥', ">="), ('⩾', ">="), ('≤', "<="), ('⩽', "<="), ('>', ">"), ('<', "<"), ('~', "~"), ('≈', "~")];

/// Words after a number and what they say of it.
const AFTER: [(&str, &str); 6] =
    [("и более", ">="), ("и больше", ">="), ("и выше", ">="), ("и менее", "<="), ("и меньше", "<="), ("и ниже", "<=")];

/// What a number may be counted in; says nothing about it.
const UNITS: [&str; 13] = [
    "%",
    "процентов",
    "процента",
    "процент",
    "чел",
    "человек",
    "человека",
    "шт",
    "школ",
    "школы",
    "часов",
    "час",
    "балла",
];

fn amount(text: &str) -> Option<(f64, &'static str)> {
    if let Some(value) = number(text).filter(|_| !text.ends_with('%')) {
        return Some((value, "="));
    }
    let folded = fold_words(text);
    let (before, rest) = qualifier_before(&folded);
    let (rest, after) = qualifier_after(rest);
    if let Some(value) = bare(rest) {
        return match (before, after) {
            (Some(sign), None) | (None, Some(sign)) => Some((value, sign)),
            (None, None) => Some((value, "=")),
            (Some(_), Some(_)) => None,
        };
    }
    let (low, high) = range(rest)?;
    ((before.is_none() || before == Some(">=")) && after.is_none() && low <= high).then_some((low, ".."))
}

fn qualifier_before(text: &str) -> (Option<&'static str>, &str) {
    for (word, sign) in BEFORE {
        if let Some(rest) = text.strip_prefix(word)
            && !rest.starts_with(char::is_alphabetic)
        {
            return (Some(sign), rest.trim_start());
        }
    }
    for (c, sign) in SIGNS {
        if let Some(rest) = text.strip_prefix(c) {
            return (Some(sign), rest.trim_start());
        }
    }
    (None, text)
}

fn qualifier_after(text: &str) -> (&str, Option<&'static str>) {
    for (word, sign) in AFTER {
        if let Some(rest) = text.strip_suffix(word) {
            return (rest.trim_end(), Some(sign));
        }
    }
    (text, None)
}

/// A number with or without a unit. A dash before a share is the dash of a list
/// (`-100%` in a column of targets), because no share is negative.
fn bare(text: &str) -> Option<f64> {
    let share = text.ends_with('%');
    let text = without_unit(text);
    let text = if share { text.trim_start_matches(is_dash).trim_start() } else { text };
    number(text)
}

fn without_unit(text: &str) -> &str {
    let plain = text.trim_end_matches('.');
    UNITS
        .iter()
        .filter_map(|unit| plain.strip_suffix(unit))
        .filter(|rest| !rest.ends_with(char::is_alphabetic))
        .min_by_key(|rest| rest.len())
        .map_or(text, str::trim_end)
}

/// `30 % до 50 %` (after `от`), `30-50 %`, `30 … 50`.
fn range(text: &str) -> Option<(f64, f64)> {
    let (low, high) =
        text.split_once(" до ").or_else(|| text.split_once('…')).or_else(|| text.split_once("..")).or_else(|| {
            // A dash inside, not the minus in front.
            let at = text.char_indices().skip(1).find(|(_, c)| is_dash(*c))?;
            Some((&text[..at.0], &text[at.0 + at.1.len_utf8()..]))
        })?;
    Some((bare(low.trim())?, bare(high.trim())?))
}
