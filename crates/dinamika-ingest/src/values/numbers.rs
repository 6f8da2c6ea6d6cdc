//! Numbers as people and spreadsheets print them.

use std::sync::Arc;

use arrow::array::{Array, Float64Builder, Int64Builder, StringArray};

use super::{Failures, Typed, Wrong, cells, texts::is_dash};

/// Past this a float no longer holds every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn parse_ints(raw: &StringArray, range: Option<(f64, f64)>) -> Typed {
    let mut out = Int64Builder::with_capacity(raw.len());
    let mut failures = Failures::default();
    for (row, text) in cells(raw) {
        out.append_option(text.and_then(|text| failures.keep(row, int(text, range))));
    }
    failures.with(vec![("", Arc::new(out.finish()))])
}

pub(super) fn parse_numbers(raw: &StringArray, range: Option<(f64, f64)>) -> Typed {
    let mut out = Float64Builder::with_capacity(raw.len());
    let mut failures = Failures::default();
    for (row, text) in cells(raw) {
        out.append_option(text.and_then(|text| {
            let value = number(text)
                .ok_or_else(|| wrong(text, "число", "ожидается число, например 12,5"))
                .and_then(|value| within(value, range).map(|()| value));
            failures.keep(row, value)
        }));
    }
    failures.with(vec![("", Arc::new(out.finish()))])
}

fn int(text: &str, range: Option<(f64, f64)>) -> Result<i64, Wrong> {
    let expected = || wrong(text, "целое число", "ожидается целое число, например 12");
    let value = match text.parse::<i64>() {
        Ok(value) => value,
        Err(_) => {
            let value = number(text).ok_or_else(expected)?;
            if value.fract() != 0.0 || value.abs() > EXACT {
                return Err(Wrong::new("целое число", "дробь там, где ожидается целое число"));
            }
            value as i64
        }
    };
    within(value as f64, range).map(|()| value)
}

fn within(value: f64, range: Option<(f64, f64)>) -> Result<(), Wrong> {
    match range {
        Some((least, most)) if value < least || value > most => {
            let bounds = match (least.is_finite(), most.is_finite()) {
                (true, true) => format!("ожидается число от {least} до {most}"),
                (true, false) => format!("ожидается число не меньше {least}"),
                _ => format!("ожидается число не больше {most}"),
            };
            Err(Wrong::new("границы", bounds))
        }
        _ => Ok(()),
    }
}

fn wrong(text: &str, rule: &'static str, expected: &str) -> Wrong {
    if text.chars().all(is_dash) {
        Wrong::new(rule, "прочерк вместо числа: оставьте ячейку пустой")
    } else if text.chars().any(|c| matches!(c, 'О' | 'о' | 'O' | 'o' | 'З')) && text.chars().any(|c| c.is_ascii_digit())
    {
        Wrong::new(rule, "похоже, вместо цифры напечатана буква (О вместо 0, З вместо 3)")
    } else if text.starts_with('#') {
        Wrong::new(rule, "ошибка формулы в ячейке: исправьте её в исходной таблице")
    } else {
        Wrong::new(rule, expected)
    }
}

/// A number: decimal comma or point, blanks between groups of three digits, a percent sign after
/// it, any dash as the minus before it.
pub(crate) fn number(text: &str) -> Option<f64> {
    // The common spelling needs no copy.
    if text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let text = text.strip_suffix('%').map_or(text, str::trim_end);
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let first = rest.chars().next()?;
    if is_dash(first) || first == '+' {
        if first != '+' {
            plain.push('-');
        }
        rest = rest[first.len_utf8()..].trim_start();
    }
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    push_mantissa(mantissa, &mut plain)?;
    if let Some(exponent) = exponent {
        let digits = exponent.trim_start_matches(['+', '-']);
        if digits.is_empty() || digits.len() > 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        plain.push('e');
        plain.push_str(exponent);
    }
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Digits with the decimal separator as a point and without separators of thousands.
fn push_mantissa(text: &str, plain: &mut String) -> Option<()> {
    // The last comma or point is the decimal one; twice the same (1.234.567) is no number.
    let decimal = text.rfind([',', '.']);
    let (whole, fraction) = match decimal {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let separator = |c: char| c.is_whitespace() || matches!(c, '\'' | '\u{2019}' | ',' | '.');
    for (at, group) in whole.split(separator).enumerate() {
        let digits = !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
        match at {
            0 if digits || (whole.is_empty() && !fraction.is_empty()) => {}
            0 => return None,
            _ if digits && group.len() == 3 => {}
            _ => return None,
        }
        plain.push_str(group);
    }
    let mut used = None;
    for c in whole.chars().filter(|c| separator(*c)) {
        // One sort of separator only, and never the one that is the decimal separator.
        let same = *used.get_or_insert(c) == c || (c.is_whitespace() && used.is_some_and(char::is_whitespace));
        if !same || decimal.is_some_and(|at| text[at..].starts_with(c)) {
            return None;
        }
    }
    if !fraction.is_empty() {
        if plain.is_empty() || plain == "-" {
            plain.push('0');
        }
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(())
}
