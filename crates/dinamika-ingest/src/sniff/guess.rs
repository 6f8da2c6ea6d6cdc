//! Names and kinds of columns, by their headers and values.

use std::sync::LazyLock;

use arrow::array::{Array, StringArray};
use dinamika_project::{ColumnKind, fold_header as fold};
use regex::Regex;

use super::{SniffedColumn, header_of};
use crate::{
    layout::head::HeaderCell,
    personal::find_personal,
    values::{self, Secret, ValueContext},
};

/// Headers of task columns in the exports that are known.
#[expect(clippy::unwrap_used, reason = "a constant pattern")]
static TASK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(\d+([.,]\d+)?([кk]\d+)?\s*\(\d+\s*б\)|балл за \d+|a-\d+-grade)$").unwrap());

/// Words of headers that mean people.
const PEOPLE: [&str; 7] = ["фио", "ф.и.о", "фамилия", "отчество", "снилс", "паспорт", "дата рождения"];

/// Headers with a name of their own: beginning or whole, and the name.
const NAMES: &[(&str, &str)] = &[
    ("логин", "login"),
    ("пользователь", "login"),
    ("муниципалитет", "municipality_name"),
    ("ато", "municipality_name"),
    ("район", "municipality_name"),
    ("школа", "school_name"),
    ("оо", "school_name"),
    ("название оо", "school_name"),
    ("наименование оо", "school_name"),
    ("инн", "inn"),
    ("огрн", "ogrn"),
    ("предмет", "subject"),
    ("учебный год", "period"),
    ("год", "year"),
    ("дата", "date"),
    ("пол", "sex"),
    ("класс", "class"),
    ("вариант", "variant"),
    ("отметка", "mark"),
    ("программа", "programme"),
    ("часы", "hours"),
    ("кол-во часов", "hours"),
];

/// Kinds from the narrowest to the widest, as pipelines write them.
fn kinds() -> [(&'static str, ColumnKind); 9] {
    [
        ("login", ColumnKind::Login),
        ("period", ColumnKind::Period),
        ("subject", ColumnKind::Subject),
        ("date", ColumnKind::Date),
        ("int", ColumnKind::Int { range: None }),
        ("number", ColumnKind::Number { range: None }),
        ("bool", ColumnKind::Bool),
        ("amount", ColumnKind::Amount),
        ("dates", ColumnKind::Dates),
    ]
}

/// Proposes a column for each that has a header or a value.
pub(super) fn columns(
    header: &[HeaderCell],
    cells: &[Vec<Option<String>>],
    unsure: &mut Vec<String>,
) -> Vec<SniffedColumn> {
    let width = header.iter().map(|cell| cell.column as usize + 1).max().unwrap_or(0).max(cells.len());
    let mut found: Vec<SniffedColumn> = Vec::new();
    for column in 0..width {
        let (letters, header) = header_of(header, column);
        let raw: StringArray = cells.get(column).map_or(&[][..], Vec::as_slice).iter().map(Option::as_deref).collect();
        let filled = raw.len() - raw.null_count();
        if header.is_empty() && filled == 0 {
            continue;
        }
        let folded = fold(&header);
        let task = TASK.is_match(&folded);
        let (kind, doubt) = kind(&folded, &raw, filled);
        let name = name(&folded, &letters, &found);
        found.push(SniffedColumn { letters, header, name, kind, task, filled, unsure: doubt });
    }
    for (at, column) in found.iter().enumerate() {
        let twin =
            found[..at].iter().find(|other| !column.header.is_empty() && fold(&other.header) == fold(&column.header));
        if let Some(twin) = twin {
            unsure.push(format!(
                "заголовок «{}» стоит дважды, в {} и {}: привяжите его номером столбца",
                column.header, twin.letters, column.letters
            ));
        }
    }
    found
}

fn kind(header: &str, raw: &StringArray, filled: usize) -> (&'static str, Option<String>) {
    let people = PEOPLE.iter().any(|word| header.contains(word)) || find_personal(raw).is_some();
    if people {
        return ("key", Some("похоже на персональные данные: останется только ключ, нужен `personal = true`".into()));
    }
    if filled == 0 {
        return ("text", Some("в просмотренных строках пусто".into()));
    }
    let secret = Secret::new(b"");
    let context = ValueContext { secret: &secret, school_year: None };
    let failures = |kind: &ColumnKind| values::parse(kind, raw, &context).failed.len();
    if header.contains("отметка") || header.contains("оценка") {
        let failed = failures(&ColumnKind::Mark);
        if failed * 20 <= filled {
            return ("mark", doubt(failed, filled));
        }
    }
    for (word, kind) in kinds() {
        let fits = match kind {
            // A name with a login in front is a name.
            ColumnKind::Login => raw.iter().flatten().all(|cell| cell.trim().len() <= 12),
            // Any number is a date to a spreadsheet.
            ColumnKind::Date => !raw.iter().flatten().any(digits),
            _ => true,
        };
        let failed = failures(&kind);
        if !fits || failed * 20 > filled {
            continue;
        }
        // Codes with zeros in front, and long ones, are no numbers.
        let code = |cell: &str| digits(cell) && (cell.len() > 9 || (cell.len() > 1 && cell.starts_with('0')));
        if matches!(kind, ColumnKind::Int { .. }) && raw.iter().flatten().any(code) {
            return ("text", Some("цифры похожи на код, а не на число".into()));
        }
        return (word, doubt(failed, filled));
    }
    let mut distinct: Vec<&str> = raw.iter().flatten().map(str::trim).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let few = distinct.len() <= 8 && filled >= 20;
    ("text", few.then(|| format!("всего {} разных значений: может быть, это choice", distinct.len())))
}

fn digits(cell: &str) -> bool {
    cell.bytes().all(|byte| byte.is_ascii_digit())
}

fn doubt(failed: usize, filled: usize) -> Option<String> {
    (failed > 0).then(|| format!("не подходят {failed} из {filled} ячеек"))
}

fn name(header: &str, letters: &str, taken: &[SniffedColumn]) -> String {
    let known = NAMES
        .iter()
        .find(|(text, _)| header == *text || header.strip_prefix(text).is_some_and(|rest| rest.starts_with(' ')));
    let mut name = known.map_or_else(
        || latin(header.trim_start_matches(|sign: char| sign.is_ascii_digit() || ". №".contains(sign))),
        |(_, name)| (*name).to_owned(),
    );
    if name.is_empty() || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name = format!("column_{}{}{name}", letters.to_lowercase(), if name.is_empty() { "" } else { "_" });
    }
    if taken.iter().any(|other| other.name == name) {
        name = format!("{name}_{}", letters.to_lowercase());
    }
    name
}

/// The first words in Latin letters, at most 32 signs.
fn latin(text: &str) -> String {
    const CYRILLIC: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh",
        "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
    ];
    let mut out = String::new();
    for sign in text.chars() {
        match sign {
            'а'..='я' => out.push_str(CYRILLIC[(sign as u32 - 'а' as u32) as usize]),
            'a'..='z' | '0'..='9' => out.push(sign),
            _ if !out.is_empty() && !out.ends_with('_') => out.push('_'),
            _ => {}
        }
        if out.len() >= 32 {
            break;
        }
    }
    out.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::latin;

    #[test]
    fn names_are_identifiers() {
        assert_eq!(latin("кол-во участников (всего)"), "kol_vo_uchastnikov_vsego");
        assert_eq!(latin("№"), "");
    }
}
