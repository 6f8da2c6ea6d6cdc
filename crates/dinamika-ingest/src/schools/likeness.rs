//! How alike a mentioned name and a school of the registry are.

use std::collections::BTreeSet;

use super::ParsedName;

/// Letters two words may differ by, as likeness: one mistyped letter in eight passes.
const WORD_ALIKE: f64 = 0.85;
/// Likeness of words one letter of which was exchanged.
const NEAR: f64 = 0.8;

/// Likeness of the words that tell schools apart, 0..1; nothing when neither has any.
pub(super) fn words(mention: &ParsedName, school: &ParsedName) -> Option<f64> {
    if mention.distinctive.is_empty() && school.distinctive.is_empty() {
        return honorific(mention, school);
    }
    if mention.distinctive.is_empty() || school.distinctive.is_empty() {
        return Some(0.0);
    }
    // `НОК` and `Научно-образовательный комплекс`.
    let abbreviated = |short: &ParsedName, long: &ParsedName| {
        let fits = |acronym: &String| acronym.chars().count() >= 2 && long.initials.contains(acronym.as_str());
        !short.acronyms.is_empty() && short.acronyms.iter().all(fits)
    };
    let short_for = |short: &ParsedName, long: &ParsedName| {
        let rest: BTreeSet<&String> = short
            .distinctive
            .iter()
            .filter(|word| !short.acronyms.iter().any(|acronym| same_start(acronym, word)))
            .collect();
        abbreviated(short, long) && rest.iter().all(|word| long.distinctive.iter().any(|other| alike(word, other)))
    };
    if short_for(mention, school) || short_for(school, mention) {
        return Some(0.95);
    }
    let met = |these: &BTreeSet<String>, those: &BTreeSet<String>| {
        these.iter().map(|word| those.iter().map(|other| pair(word, other)).fold(0.0, f64::max)).sum::<f64>()
    };
    let both = met(&mention.distinctive, &school.distinctive) + met(&school.distinctive, &mention.distinctive);
    Some(both / (mention.distinctive.len() + school.distinctive.len()) as f64)
}

fn honorific(mention: &ParsedName, school: &ParsedName) -> Option<f64> {
    if mention.honorific.is_empty() || school.honorific.is_empty() {
        return None;
    }
    let shared =
        mention.honorific.iter().filter(|word| school.honorific.iter().any(|other| alike(word, other))).count();
    Some(shared as f64 / mention.honorific.len().min(school.honorific.len()) as f64)
}

/// A letter too many or too few is a slip; another letter in its place is as often another place
/// (`Кабаковская` and `Кабановская`, `Лосихинская` and `Косихинская` are schools), so such words
/// are near, but never the same.
fn pair(word: &str, other: &str) -> f64 {
    let likeness = strsim::normalized_levenshtein(word, other);
    let slip = word.chars().count() != other.chars().count() && word.chars().next() == other.chars().next();
    match likeness {
        _ if word == other => 1.0,
        WORD_ALIKE.. if slip => likeness,
        WORD_ALIKE.. => NEAR,
        _ => 0.0,
    }
}

/// Whether two words are one, a mistyped letter aside.
pub(super) fn alike(word: &str, other: &str) -> bool {
    word == other || (word.chars().count() >= 6 && strsim::normalized_levenshtein(word, other) >= WORD_ALIKE)
}

/// An acronym and its own stem among the distinctive words.
fn same_start(acronym: &str, word: &str) -> bool {
    acronym.starts_with(word)
}
