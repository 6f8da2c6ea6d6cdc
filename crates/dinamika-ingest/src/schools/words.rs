//! Words of school and municipality names: cutting, stems, dictionaries.

use super::fold::to_cyrillic;
use crate::values::is_dash;

/// A piece of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A word, lower case, ё as е, hyphens inside left out.
    Word {
        /// The word.
        text: String,
        /// First letters of its parts: `но` of `научно-образовательный`.
        initials: String,
        /// It was printed in capitals.
        capitals: bool,
    },
    /// A number.
    Number(u32),
    /// `№` and what is typed for it.
    Numero,
    /// A comma.
    Comma,
    /// A quote, a bracket or another sign that parts words.
    Break,
}

/// Cuts a name into pieces. A hyphen joins words (`Усть-Илимск`, `научно-образовательный`), but
/// parts an abbreviation from what follows (`МБОУ-СОШ`, `школа-интернат`).
pub(super) fn pieces(name: &str) -> Vec<Piece> {
    let name = to_cyrillic(name);
    let chars: Vec<char> = name.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let run = |fits: fn(&char) -> bool| at + chars[at..].iter().take_while(|c| fits(c)).count();
        if c.is_ascii_digit() {
            let end = run(char::is_ascii_digit);
            let number = chars[at..end].iter().collect::<String>().parse();
            out.push(number.map_or(Piece::Break, Piece::Number));
            at = end;
        } else if c.is_alphabetic() {
            let end = run(|c| c.is_alphabetic() || *c == '\u{ad}' || is_dash(*c));
            push_words(&chars[at..end], &mut out);
            at = end;
        } else {
            match c {
                '№' => out.push(Piece::Numero),
                ',' | ';' => out.push(Piece::Comma),
                '.' => {}
                c if c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}') => {}
                _ => out.push(Piece::Break),
            }
            at += 1;
        }
    }
    out
}

fn push_words(chars: &[char], out: &mut Vec<Piece>) {
    let text: String = chars.iter().filter(|c| **c != '\u{ad}').collect();
    let parts = text.split(is_dash).filter(|part| !part.is_empty()).flat_map(unglued);
    let mut joined: Vec<&str> = Vec::new();
    for part in parts {
        let lower = lower(part);
        if matches!(lower.as_str(), "n" | "no" | "nо") {
            flush(&mut joined, out);
            out.push(Piece::Numero);
        } else if is_legal_form(&lower) || kind_abbreviation(&lower).is_some() || parts_words(&lower) {
            flush(&mut joined, out);
            joined.push(part);
            flush(&mut joined, out);
        } else {
            joined.push(part);
        }
    }
    flush(&mut joined, out);
}

/// `МалобащелакскаяСОШ` is two words.
fn unglued(word: &str) -> impl Iterator<Item = &str> {
    let capitals = word.char_indices().rev().take_while(|(_, c)| c.is_uppercase()).last().map_or(0, |(at, _)| at);
    let glued = capitals > 0 && kind_abbreviation(&lower(&word[capitals..])).is_some();
    let (head, tail) = if glued { word.split_at(capitals) } else { (word, "") };
    [head, tail].into_iter().filter(|part| !part.is_empty())
}

fn flush(parts: &mut Vec<&str>, out: &mut Vec<Piece>) {
    if parts.is_empty() {
        return;
    }
    let text: String = parts.iter().map(|part| lower(part)).collect();
    let initials = parts.iter().filter_map(|part| lower(part).chars().next()).collect();
    let capitals = parts.iter().all(|part| part.chars().all(char::is_uppercase));
    parts.clear();
    out.push(Piece::Word { text, initials, capitals });
}

/// Words that stay words of their own beside a hyphen.
fn parts_words(word: &str) -> bool {
    ["школ", "интернат", "лице", "гимнази", "сад", "детск", "центр"].iter().any(|stem| word.starts_with(stem))
}

/// Lower case, ё as е.
pub(super) fn lower(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

/// The word without its case ending; good enough for names to meet in any case.
pub(super) fn stem(word: &str) -> &str {
    const ENDINGS: [&str; 37] = [
        "иями", "ыми", "ими", "ого", "его", "ому", "ему", "ами", "ями", "ая", "яя", "ое", "ее", "ой", "ей", "ый", "ий",
        "ые", "ие", "ых", "их", "ую", "юю", "ом", "ем", "ам", "ям", "ах", "ях", "а", "я", "о", "е", "ы", "и", "у", "ю",
    ];
    let cut = ENDINGS
        .iter()
        .chain(&["ь", "й"])
        .filter_map(|ending| word.strip_suffix(ending))
        .find(|rest| rest.chars().count() >= 3);
    cut.unwrap_or(word)
}

/// Abbreviations of legal forms, lower case.
const LEGAL: [&str; 30] = [
    "кгбоу",
    "кгкоу",
    "кгобу",
    "мбоу",
    "маоу",
    "мкоу",
    "мобу",
    "гбоу",
    "гаоу",
    "гкоу",
    "чоу",
    "ноу",
    "аноо",
    "ано",
    "моу",
    "мау",
    "мбу",
    "мку",
    "гоу",
    "коу",
    "боу",
    "аоу",
    "фгкоу",
    "фгбоу",
    "чуоо",
    "гбпоу",
    "кгбпоу",
    "мбу",
    "мкоо",
    "оано",
];
/// Stems of the words legal forms are made of.
const LEGAL_WORDS: [&str; 13] = [
    "муниципальн",
    "бюджетн",
    "автономн",
    "казенн",
    "общеобразовательн",
    "образовательн",
    "учрежден",
    "государственн",
    "частн",
    "некоммерческ",
    "краев",
    "областн",
    "федеральн",
];

/// Whether a word is an abbreviated legal form.
pub(super) fn is_legal_form(word: &str) -> bool {
    LEGAL.contains(&word)
}

/// Whether a word belongs to a legal form written out, a mistyped letter or two aside.
pub(super) fn is_legal_word(word: &str) -> bool {
    let mistyped = |stem: &&str| {
        let cut = word.chars().count() > 7 && stem.chars().count() > 6;
        cut && strsim::normalized_levenshtein(self::stem(word), stem) >= 0.8
    };
    is_legal_form(word) || LEGAL_WORDS.iter().any(|stem| word.starts_with(stem)) || LEGAL_WORDS.iter().any(mistyped)
}

/// The rest of an abbreviation glued to a legal form: `ооши` of `мбоуооши`.
pub(super) fn after_legal_form(word: &str) -> Option<&str> {
    LEGAL.iter().filter_map(|form| word.strip_prefix(form)).find(|rest| kind_abbreviation(rest).is_some())
}

/// What sort of school it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SchoolKind {
    /// СОШ.
    Secondary,
    /// ООШ.
    Basic,
    /// НОШ.
    Primary,
    /// Гимназия.
    Gymnasium,
    /// Лицей.
    Lyceum,
    /// Школа-интернат.
    Boarding,
    /// Вечерняя, открытая (сменная).
    Evening,
    /// Коррекционная.
    Special,
    /// Центр образования.
    Centre,
    /// Колледж, техникум, училище.
    College,
}

impl SchoolKind {
    /// The word as printed in short names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secondary => "СОШ",
            Self::Basic => "ООШ",
            Self::Primary => "НОШ",
            Self::Gymnasium => "гимназия",
            Self::Lyceum => "лицей",
            Self::Boarding => "интернат",
            Self::Evening => "вечерняя",
            Self::Special => "коррекционная",
            Self::Centre => "центр образования",
            Self::College => "колледж",
        }
    }

    /// The kind in a cell of a registry: an abbreviation or words.
    pub fn from_text(text: &str) -> Option<Self> {
        super::name::parse_name(text).kind
    }
}

/// The kind an abbreviation means, lower case.
pub(super) fn kind_abbreviation(word: &str) -> Option<SchoolKind> {
    Some(match word {
        "сош" | "сш" => SchoolKind::Secondary,
        "оош" | "ош" => SchoolKind::Basic,
        "нош" | "нш" | "ноош" | "ншдс" => SchoolKind::Primary,
        "ооши" | "соши" | "ши" | "школаинтернат" => SchoolKind::Boarding,
        "всош" | "осош" | "вош" | "всш" => SchoolKind::Evening,
        "цо" => SchoolKind::Centre,
        _ => return None,
    })
}

/// The kind a word in any case means, with one letter mistyped.
pub(super) fn kind_word(word: &str) -> Option<SchoolKind> {
    const STEMS: [(&str, SchoolKind); 14] = [
        ("гимнази", SchoolKind::Gymnasium),
        ("лицей", SchoolKind::Lyceum),
        ("лицея", SchoolKind::Lyceum),
        ("лице", SchoolKind::Lyceum),
        ("интернат", SchoolKind::Boarding),
        ("вечерн", SchoolKind::Evening),
        ("сменн", SchoolKind::Evening),
        ("коррекционн", SchoolKind::Special),
        ("колледж", SchoolKind::College),
        ("техникум", SchoolKind::College),
        ("училищ", SchoolKind::College),
        ("средн", SchoolKind::Secondary),
        ("основн", SchoolKind::Basic),
        ("начальн", SchoolKind::Primary),
    ];
    let exact = kind_abbreviation(word).or_else(|| {
        STEMS
            .iter()
            .find(|(stem, _)| word.starts_with(stem) && word.chars().count() <= stem.chars().count() + 4)
            .map(|(_, kind)| *kind)
    });
    exact.or_else(|| {
        let stem = stem(word);
        let likeness = strsim::normalized_levenshtein(stem, "гимнази");
        (likeness > 0.8).then_some(SchoolKind::Gymnasium)
    })
}

/// Words that say only that it is a school.
pub(super) fn is_generic(word: &str) -> bool {
    // ОСШ and ОСПШ are any of СОШ and ООШ.
    matches!(word, "оо" | "оу" | "шк" | "осш" | "оспш") || word.starts_with("школ") || word.starts_with("организац")
}
