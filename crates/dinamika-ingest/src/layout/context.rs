//! Values that stand beside the table: in the path, the sheet's name, above the header.

use arrow::array::{Array, Date32Array, StringArray};
use chrono::{Datelike, NaiveDate};
use dinamika_project::{ColumnKind, From, Reading, fold_header as fold};
use regex::Regex;

use super::head::{Found, Head};
use crate::values::{self, Secret, ValueContext};

/// What is known of a sheet before its rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// Path in the source, a zip's name as a folder.
    pub(crate) path: &'a str,
    pub(crate) sheet: &'a str,
    pub(crate) head: &'a Head,
    pub(crate) found: &'a Found,
}

impl Surroundings<'_> {
    /// The value of an origin that does not depend on the row; the outer nothing for those that do.
    pub(crate) fn value(&self, from: &From, take: Option<&Regex>) -> Option<Option<String>> {
        let taken = |text: &str| taken(text, take).map(str::to_owned);
        Some(match from {
            From::Path => taken(self.path),
            From::Sheet => taken(self.sheet),
            From::Constant(text) => taken(text),
            From::Above => self.above().find_map(taken),
            From::AboveRightOf(label) => self.right_of(label).and_then(taken),
            _ => return None,
        })
    }

    /// Cells above the header in reading order.
    fn above(&self) -> impl Iterator<Item = &str> {
        let rows = self.head.rows.iter().take_while(|row| row.row < self.found.row);
        rows.flat_map(|row| row.cells.iter().map(|cell| cell.text.as_str()))
    }

    /// Merged cells leave gaps, so the next cell that has a text is the one to the right.
    fn right_of(&self, label: &str) -> Option<&str> {
        let label = fold(label);
        let rows = self.head.rows.iter().take_while(|row| row.row < self.found.row);
        rows.filter_map(|row| {
            let at = row.cells.iter().position(|cell| cell.folded == label)?;
            row.cells.get(at + 1).map(|cell| cell.text.as_str())
        })
        .next()
    }
}

/// What a pattern keeps of a text: the capture `v`, else the first group, else the whole match.
pub(crate) fn taken<'t>(text: &'t str, take: Option<&Regex>) -> Option<&'t str> {
    let text = text.trim();
    let Some(pattern) = take else {
        return (!text.is_empty()).then_some(text);
    };
    let captures = pattern.captures(text)?;
    let kept = captures.name("v").or_else(|| captures.iter().skip(1).flatten().next());
    let kept = match kept {
        Some(kept) => kept.as_str(),
        None if captures.len() > 1 => return None,
        None => captures.get(0)?.as_str(),
    };
    let kept = kept.trim();
    (!kept.is_empty()).then_some(kept)
}

/// A calendar year read as the school year meant; dates (`SchoolYearOf`) are typed by the caller.
pub(crate) fn period_of_year(reading: Reading, text: &str) -> Option<String> {
    let start = text.find(|sign: char| sign.is_ascii_digit())?;
    let year: i32 = text.get(start..start + 4)?.parse().ok()?;
    let (first, wave) = match reading {
        Reading::AutumnOf => (year, "-осень"),
        Reading::SchoolYearFrom => (year, ""),
        Reading::SpringOf => (year - 1, ""),
        Reading::AsIs | Reading::SchoolYearOf => return None,
    };
    Some(format!("{first}/{:02}{wave}", (first + 1).rem_euclid(100)))
}

/// Dates as the school years they are in; a school year begins on 1 September.
pub(crate) fn school_year_of(raw: &StringArray) -> StringArray {
    let secret = Secret::new(b"");
    let typed = values::parse(&ColumnKind::Date, raw, &ValueContext { secret: &secret, school_year: None });
    let days = typed.columns.first().and_then(|(_, array)| array.as_any().downcast_ref::<Date32Array>());
    let year = |day: NaiveDate| {
        let first = if day.month() >= 9 { day.year() } else { day.year() - 1 };
        format!("{first}/{:02}", (first + 1).rem_euclid(100))
    };
    (0..raw.len())
        .map(|row| days.filter(|days| days.is_valid(row)).and_then(|days| days.value_as_date(row)).map(year))
        .collect()
}

#[cfg(test)]
mod tests {
    use dinamika_project::Reading;
    use regex::Regex;

    use super::{period_of_year, taken};

    #[test]
    fn patterns_keep_what_they_name() {
        let take = |pattern: &str, text| taken(text, Some(&Regex::new(pattern).unwrap())).map(str::to_owned);
        assert_eq!(take(r"(20\d\d)", "altai/2020/4").as_deref(), Some("2020"));
        assert_eq!(take(r"^(?:\S+ \| )?(?<v>.*)$", "edu1 | Школа ").as_deref(), Some("Школа"));
        assert_eq!(take(r"^\d+", "12 чел.").as_deref(), Some("12"));
        assert_eq!(take(r"x(\d)?", "x"), None);
        assert_eq!(taken("  ", None), None);
    }

    #[test]
    fn calendar_years_become_school_years() {
        assert_eq!(period_of_year(Reading::AutumnOf, "2020").as_deref(), Some("2020/21-осень"));
        assert_eq!(period_of_year(Reading::SpringOf, "2021 г.").as_deref(), Some("2020/21"));
        assert_eq!(period_of_year(Reading::SchoolYearFrom, "2099").as_deref(), Some("2099/00"));
    }
}
