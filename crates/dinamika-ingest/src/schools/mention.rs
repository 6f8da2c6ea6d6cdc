//! References to schools.

use std::collections::HashMap;

use arrow::array::{Array, StringArray, StringBuilder};

use super::{fold_municipality, fold_name};
use crate::values::{login, trim};

/// A school as a row mentions it. Equal references mean one school.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SchoolMention {
    /// `login:223080`, `inn:…`, `ogrn:…`, `oge:…`, `ege:…` or `name:<municipality>|<name>`.
    pub school_ref: String,
    /// Six login digits.
    pub login: Option<String>,
    /// ИНН.
    pub inn: Option<String>,
    /// ОГРН.
    pub ogrn: Option<String>,
    /// Code in ОГЭ.
    pub oge: Option<String>,
    /// Code in ЕГЭ.
    pub ege: Option<String>,
    /// The name as first printed.
    pub name: Option<String>,
    /// The municipality as first printed.
    pub municipality: Option<String>,
}

/// The columns that tell the school, all of one length.
#[derive(Debug, Clone, Copy, Default)]
pub struct MentionColumns<'a> {
    /// Six login digits, or a login in any spelling.
    pub login: Option<&'a StringArray>,
    /// ИНН.
    pub inn: Option<&'a StringArray>,
    /// ОГРН.
    pub ogrn: Option<&'a StringArray>,
    /// Code in ОГЭ.
    pub oge: Option<&'a StringArray>,
    /// Code in ЕГЭ.
    pub ege: Option<&'a StringArray>,
    /// The name as printed.
    pub name: Option<&'a StringArray>,
    /// The municipality as printed.
    pub municipality: Option<&'a StringArray>,
}

/// Gathers the mentions of one file, chunk by chunk; each spelling is folded once.
#[derive(Debug, Default)]
pub struct Mentions {
    distinct: Vec<SchoolMention>,
    by_ref: HashMap<String, usize>,
    /// What was printed → the mention it is.
    by_cells: HashMap<String, Option<usize>>,
}

impl Mentions {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The `school_ref` of each of `rows` rows; null where nothing tells the school.
    pub fn refs(&mut self, columns: &MentionColumns<'_>, rows: usize) -> StringArray {
        let mut out = StringBuilder::with_capacity(rows, rows * 16);
        let mut key = String::new();
        let mut before = String::new();
        let mut found = None;
        for row in 0..rows {
            let cells = Cells::of(columns, row);
            cells.write_key(&mut key);
            // Rows of one school stand together.
            if row == 0 || key != before {
                found = match self.by_cells.get(&key) {
                    Some(found) => *found,
                    None => {
                        let found = cells.mention().map(|mention| self.keep(mention));
                        self.by_cells.insert(key.clone(), found);
                        found
                    }
                };
                before.clone_from(&key);
            }
            out.append_option(found.map(|at| self.distinct[at].school_ref.as_str()));
        }
        out.finish()
    }

    /// Every mention once, in the order of the file.
    pub fn into_distinct(self) -> Vec<SchoolMention> {
        self.distinct
    }

    fn keep(&mut self, mention: SchoolMention) -> usize {
        if let Some(at) = self.by_ref.get(&mention.school_ref) {
            // What an earlier row left out.
            let known = &mut self.distinct[*at];
            let slots = [
                (&mut known.inn, mention.inn),
                (&mut known.ogrn, mention.ogrn),
                (&mut known.oge, mention.oge),
                (&mut known.ege, mention.ege),
                (&mut known.name, mention.name),
                (&mut known.municipality, mention.municipality),
            ];
            for (slot, value) in slots {
                if slot.is_none() {
                    *slot = value;
                }
            }
            return *at;
        }
        let at = self.distinct.len();
        self.by_ref.insert(mention.school_ref.clone(), at);
        self.distinct.push(mention);
        at
    }
}

/// The cells of one row, trimmed.
struct Cells<'a> {
    codes: [Option<&'a str>; 5],
    name: Option<&'a str>,
    municipality: Option<&'a str>,
}

impl<'a> Cells<'a> {
    fn of(columns: &MentionColumns<'a>, row: usize) -> Self {
        let cell = |column: Option<&'a StringArray>| {
            let column = column.filter(|column| row < column.len() && !column.is_null(row))?;
            Some(trim(column.value(row))).filter(|text| !text.is_empty())
        };
        Self {
            codes: [columns.login, columns.inn, columns.ogrn, columns.oge, columns.ege].map(cell),
            name: cell(columns.name),
            municipality: cell(columns.municipality),
        }
    }

    fn write_key(&self, key: &mut String) {
        key.clear();
        for cell in self.codes.iter().chain([&self.name, &self.municipality]) {
            key.push_str(cell.unwrap_or_default());
            key.push('\u{1f}');
        }
    }

    fn mention(&self) -> Option<SchoolMention> {
        let [login_cell, inn, ogrn, oge, ege] = self.codes;
        let login = login_cell.and_then(login).map(str::to_owned);
        let [inn, ogrn, oge, ege] = [inn, ogrn, oge, ege].map(|cell| cell.and_then(digits));
        let by_code = [("login", &login), ("inn", &inn), ("ogrn", &ogrn), ("oge", &oge), ("ege", &ege)]
            .into_iter()
            .find_map(|(word, code)| code.as_ref().map(|code| format!("{word}:{code}")));
        let school_ref = by_code.or_else(|| {
            let folded = Some(fold_name(self.name?)).filter(|folded| !folded.is_empty())?;
            let municipality = self.municipality.map(fold_municipality).unwrap_or_default();
            Some(format!("name:{}|{folded}", municipality.folded()))
        })?;
        Some(SchoolMention {
            school_ref,
            login,
            inn,
            ogrn,
            oge,
            ege,
            name: self.name.map(str::to_owned),
            municipality: self.municipality.map(str::to_owned),
        })
    }
}

/// A code of digits; a spreadsheet may have made a number of it.
fn digits(text: &str) -> Option<String> {
    let plain = text.strip_suffix(".0").unwrap_or(text);
    let kept: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
    (kept.len() >= 3 && kept.bytes().all(|b| b.is_ascii_digit()) && kept.bytes().any(|b| b != b'0')).then_some(kept)
}
