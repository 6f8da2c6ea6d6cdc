//! Latin letters printed for Cyrillic ones.

use std::borrow::Cow;

/// Words that stand for kinds and legal forms of schools, upper case. A token all of Latin
/// letters is folded only if it becomes one of these: everything else may be Latin on purpose.
const ABBREVIATIONS: [&str; 34] = [
    "МАОУ",
    "МБОУ",
    "МКОУ",
    "МОУ",
    "МОБУ",
    "МАУ",
    "МБУ",
    "МКУ",
    "ГБОУ",
    "ГАОУ",
    "ГКОУ",
    "КГБОУ",
    "КГКОУ",
    "КГОБУ",
    "ГОУ",
    "ЧОУ",
    "АНОО",
    "НОУ",
    "СОШ",
    "ООШ",
    "НОШ",
    "НОО",
    "ОО",
    "ОУ",
    "ОШ",
    "ЦО",
    "МО",
    "ГО",
    "МР",
    "НОК",
    "ВСОШ",
    "СШ",
    "ОСОШ",
    "КОУ",
];

/// The Cyrillic letter a Latin one (or a digit) is printed for.
fn look_alike(c: char) -> Option<char> {
    Some(match c {
        'A' => 'А',
        'B' => 'В',
        'C' => 'С',
        'E' => 'Е',
        'H' => 'Н',
        'K' => 'К',
        'M' => 'М',
        'O' => 'О',
        'P' => 'Р',
        'T' => 'Т',
        'X' => 'Х',
        'Y' => 'У',
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'o' => 'о',
        'p' => 'р',
        'x' => 'х',
        'y' => 'у',
        _ => return None,
    })
}

/// Whether a letter is Cyrillic.
pub(crate) fn cyrillic(c: char) -> bool {
    matches!(c, '\u{0400}'..='\u{04ff}')
}

/// Puts Cyrillic letters where Latin look-alikes were printed: in tokens that have a Cyrillic
/// letter, and in tokens that then are a known abbreviation (`COIII` → `СОШ`). Other tokens stay.
pub(crate) fn to_cyrillic(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|b| b.is_ascii_alphanumeric()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while !rest.is_empty() {
        let token = &rest[..rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())];
        if token.is_empty() {
            let next = rest.chars().next().map_or(rest.len(), char::len_utf8);
            out.push_str(&rest[..next]);
            rest = &rest[next..];
        } else {
            push_token(token, &mut out);
            rest = &rest[token.len()..];
        }
    }
    Cow::Owned(out)
}

fn push_token(token: &str, out: &mut String) {
    let letters: String = token.chars().map(|c| look_alike(c).unwrap_or(c)).collect();
    if let Some(school) = three_strokes(&letters) {
        out.push_str(&school);
    } else if token.chars().any(cyrillic) || known_abbreviation(&letters) {
        out.push_str(&letters);
    } else {
        out.push_str(token);
    }
}

/// `COIII`, `СО111`, `CОlll5`: the letter Ш as three strokes after СО or ОО.
fn three_strokes(letters: &str) -> Option<String> {
    let upper = letters.to_uppercase();
    let kind = ["СО", "ОО"].into_iter().find(|kind| upper.starts_with(kind))?;
    let strokes: String = letters.chars().skip(2).take(3).collect();
    let is_stroke = |c: char| matches!(c, 'I' | 'l' | '1' | 'І' | '|' | 'i' | 'і');
    let all = strokes.chars().count() == 3 && strokes.chars().all(is_stroke);
    let tail: String = letters.chars().skip(5).collect();
    // `ОО 111` written together is the school 111; only letters or the usual СО make it ООШ.
    let meant = kind == "СО" || !strokes.chars().all(|c| c.is_ascii_digit());
    (all && meant && tail.chars().all(|c| c.is_ascii_digit())).then(|| format!("{kind}Ш{tail}"))
}

/// Whether the token, its number aside, is one of the abbreviations.
fn known_abbreviation(letters: &str) -> bool {
    let word = letters.trim_end_matches(|c: char| c.is_ascii_digit()).to_uppercase();
    !word.is_empty() && ABBREVIATIONS.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::to_cyrillic;

    #[test]
    fn look_alikes() {
        let cases = [
            ("MAOУ", "МАОУ"),
            ("COIII", "СОШ"),
            ("COlll5", "СОШ5"),
            ("СО111", "СОШ"),
            ("MAOY", "МАОУ"),
            ("COШ", "СОШ"),
            ("OO", "ОО"),
            ("ОО111", "ОО111"),
            ("жeнский", "женский"),
            ("HOME", "HOME"),
            ("edu223080", "edu223080"),
            ("Excel-файл", "Excel-файл"),
        ];
        for (printed, meant) in cases {
            assert_eq!(to_cyrillic(printed), meant);
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "[A-Za-zА-Яа-яёIl1 №0-9\"«».,-]{0,30}") {
            let once = to_cyrillic(&text).into_owned();
            prop_assert_eq!(to_cyrillic(&once).into_owned(), once);
        }
    }
}
