//! Names of municipalities in any form.

use super::words::{Piece, lower, pieces, stem};

/// A municipality as printed, folded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Municipality {
    /// Its code, when one was printed: `reg20_m012`.
    pub code: Option<String>,
    /// Stems of the words of its name: `краснодар`, `устьилимск`, `мостовск р-н`. A district ends
    /// with `р-н`, so that it does not meet the town it is named after.
    pub name: String,
}

impl Municipality {
    /// The form that stands in a reference: the name, else the code.
    pub fn folded(&self) -> &str {
        match (&self.name, &self.code) {
            (name, Some(code)) if name.is_empty() => code,
            (name, _) => name,
        }
    }

    /// Whether one is an abbreviation of the other: `гк` of `горяч ключ`.
    pub(super) fn abbreviates(&self, other: &Self) -> bool {
        let initials: String = other.name.split(' ').filter_map(|word| word.chars().next()).collect();
        initials.chars().count() >= 2 && initials == self.name
    }
}

/// Splits `code | text` and `text (code)` into code and text.
pub(super) fn without_code(text: &str) -> (Option<&str>, &str) {
    let text = text.trim();
    if let Some((code, rest)) = text.split_once('|')
        && is_code(code.trim())
    {
        return (Some(code.trim()), rest.trim());
    }
    if let Some((rest, code)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('('))
        && is_code(code.trim())
        && code.trim().len() >= 5
    {
        return (Some(code.trim()), rest.trim());
    }
    if is_code(text) && text.contains('_') { (Some(text), "") } else { (None, text) }
}

/// `reg20_m012`, `edu223080`, `sch223080`, `23`.
fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text.chars().any(|c| c.is_ascii_digit())
}

/// What a district's name ends with.
pub(super) const DISTRICT: &str = " р-н";

/// Folds a municipality's name. What only stands in place of one (`СПО Алтайский край`,
/// `… (региональное подчинение)`) gives nothing.
pub fn fold_municipality(text: &str) -> Municipality {
    let (code, text) = without_code(text);
    let lower_text = lower(text);
    if lower_text.starts_with("спо ") || lower_text.contains("муниципалитет") || lower_text.contains("подчинени")
    {
        return Municipality::default();
    }
    let mut words: Vec<String> = Vec::new();
    let (mut district, mut town) = (false, false);
    for piece in pieces(text) {
        let Piece::Word { text: word, .. } = piece else { continue };
        match word.as_str() {
            "г" | "город" | "города" | "городе" | "городом" | "городу" | "зато" => {
                town = true
            }
            "мо" | "муниципальное" | "муниципального" | "образование" | "образования" | "го" | "мр" =>
                {}
            // The region after the municipality says nothing more.
            word if is_region(word) => {
                words.pop();
            }
            word if word.starts_with("район") || word == "рн" || word.starts_with("округ") => {
                district = true
            }
            word if word.starts_with("муниципальн") || word.starts_with("городск") => {}
            word => words.push(word.to_owned()),
        }
    }
    // The town in `городской округ город X` and the noun in `городской округ X` are no district.
    let adjective = words.last().is_some_and(|word| is_adjective(word));
    let suffix = if adjective && !town && (district || words.len() == 1) { DISTRICT } else { "" };
    let stems: Vec<&str> = words.iter().map(|word| stem(word)).collect();
    let name = if stems.is_empty() { String::new() } else { stems.join(" ") + suffix };
    Municipality { code: code.map(str::to_ascii_lowercase), name }
}

fn is_region(word: &str) -> bool {
    matches!(word, "край" | "края" | "крае" | "область" | "области" | "обл" | "республика" | "республики")
}

fn is_adjective(word: &str) -> bool {
    ["ский", "ского", "скому", "ском", "ским", "цкий", "цкого", "цком", "ской", "ная", "ный", "ного", "ном"]
        .iter()
        .any(|ending| word.ends_with(ending))
}
