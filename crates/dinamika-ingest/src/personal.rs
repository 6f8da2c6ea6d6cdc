//! Personal data that should not be in an export: СНИЛС and passports.

use arrow::array::{Array, StringArray};

/// The first cell that holds a СНИЛС or a passport, and the name of what it holds. The cell's
/// content is for nobody to repeat.
pub fn find_personal(raw: &StringArray) -> Option<(usize, &'static str)> {
    // Eleven plain digits may be a code of a place, and one in a hundred of them has the sum of a
    // СНИЛС by chance: they count only when most of the column's have it.
    let (mut plain, mut summed, mut first) = (0_usize, 0_usize, None);
    for row in (0..raw.len()).filter(|row| raw.is_valid(*row)) {
        match look(raw.value(row)) {
            Some(Look::Certain(what)) => return Some((row, what)),
            Some(Look::Plain { sum }) => {
                plain += 1;
                summed += usize::from(sum);
                first = first.or(sum.then_some(row));
            }
            None => {}
        }
    }
    first.filter(|_| summed * 2 > plain).map(|row| (row, "СНИЛС"))
}

enum Look {
    Certain(&'static str),
    /// Eleven digits and nothing between them; whether their sum is a СНИЛС's.
    Plain {
        sum: bool,
    },
}

/// Digits of a СНИЛС.
const SNILS_DIGITS: usize = 11;
/// Below this number СНИЛС had no checksum; such are taken by their form alone.
const FIRST_CHECKED: u64 = 1_001_998;

fn look(text: &str) -> Option<Look> {
    // Most cells have too few digits for either; counting bytes is all they cost.
    if text.bytes().filter(u8::is_ascii_digit).count() < 10 {
        return None;
    }
    let runs = runs(text);
    if runs.iter().any(|run| written_as_snils(text, run)) {
        return Some(Look::Certain("СНИЛС"));
    }
    if passport(text) {
        return Some(Look::Certain("паспорт"));
    }
    let plain =
        runs.iter().find(|run| run.digits.len() == SNILS_DIGITS && run.cuts.is_empty() && stands_alone(text, run));
    // Telephones begin with 7 or 8; no СНИЛС does yet.
    plain.filter(|run| !matches!(run.digits[0], 7 | 8)).map(|run| Look::Plain { sum: checked(&run.digits) })
}

/// A run of digits with single separators inside.
struct Run {
    digits: Vec<u8>,
    /// Separators by the number of digits before each.
    cuts: Vec<(usize, char)>,
    /// Where it begins and ends in the text.
    start: usize,
    end: usize,
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut separator: Option<char> = None;
    let mut open = false;
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() {
            if !open {
                runs.push(Run { digits: Vec::new(), cuts: Vec::new(), start: at, end: at });
                open = true;
            }
            if let Some(run) = runs.last_mut() {
                if let Some(separator) = separator.take() {
                    run.cuts.push((run.digits.len(), separator));
                }
                run.digits.push(c as u8 - b'0');
                run.end = at + 1;
            }
        } else if open
            && separator.is_none()
            && (matches!(c, ' ' | '-' | '\u{a0}' | '\u{2010}'..='\u{2013}' | '\u{2212}'))
        {
            separator = Some(c);
        } else {
            open = false;
            separator = None;
        }
    }
    runs
}

/// `112-233-445 95` by its form, `112 233 445 95` and `112233445 95` by form and sum.
fn written_as_snils(text: &str, run: &Run) -> bool {
    if run.digits.len() != SNILS_DIGITS || !stands_alone(text, run) {
        return false;
    }
    let places: Vec<usize> = run.cuts.iter().map(|(place, _)| *place).collect();
    match places[..] {
        [3, 6, 9] => !run.cuts[0].1.is_whitespace() || checked(&run.digits),
        [9] => checked(&run.digits),
        _ => false,
    }
}

/// Not a piece of a longer code, of a number with a fraction, or of a telephone number.
fn stands_alone(text: &str, run: &Run) -> bool {
    let before = text[..run.start].chars().next_back();
    let after = text[run.end..].chars().next();
    !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '+' | '.' | ',' | '/' | '_'))
        && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
        && !after
            .is_some_and(|c| matches!(c, '.' | ',') && text[run.end + 1..].starts_with(|c: char| c.is_ascii_digit()))
}

fn checked(digits: &[u8]) -> bool {
    let number = digits.iter().take(9).fold(0_u64, |number, digit| number * 10 + u64::from(*digit));
    if number < FIRST_CHECKED {
        return false;
    }
    let sum: u32 =
        digits.iter().take(9).zip((1..=9).rev()).map(|(digit, weight): (&u8, u32)| u32::from(*digit) * weight).sum();
    let expected = match sum {
        0..=99 => sum,
        _ => sum % 101 % 100,
    };
    u32::from(digits[9]) * 10 + u32::from(digits[10]) == expected
}

/// `45 08 123456`, `4508 123456` beside the word, `серия 4508 № 123456`.
fn passport(text: &str) -> bool {
    let lower = text.to_lowercase();
    let named = lower.contains("паспорт") || lower.contains("серия") || lower.contains("серии");
    let runs = runs(&lower);
    let whole = runs.iter().any(|run| {
        if run.digits.len() != 10 || !stands_alone(&lower, run) {
            return false;
        }
        let places: Vec<usize> = run.cuts.iter().map(|(place, _)| *place).collect();
        let blanks = run.cuts.iter().all(|(_, separator)| separator.is_whitespace());
        match places[..] {
            // Two digits of a region, two of a year, six of a number: no code of an organisation
            // is written so.
            [2, 4] => blanks && plausible_series(&run.digits),
            [4] => blanks && named,
            _ => false,
        }
    });
    // A document's series and number apart: `серия 45 08 № 123456`.
    let apart = named
        && runs.windows(2).any(|pair| {
            let between = lower[pair[0].end..pair[1].start].trim_matches(|c: char| c.is_whitespace() || c == ',');
            pair[0].digits.len() == 4 && pair[1].digits.len() == 6 && matches!(between, "№" | "n" | "номер" | "no" | "")
        });
    whole || apart
}

/// The series begins with a region's ОКАТО (01..99, never 00) and the year of the form (97..now).
fn plausible_series(digits: &[u8]) -> bool {
    let (region, year) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3]);
    region > 0 && (year <= 49 || year >= 97)
}
