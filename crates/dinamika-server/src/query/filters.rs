//! Filters: a column and the values it may have, checked against the vocabulary and the table.

use arrow::datatypes::{DataType, Schema};
use dinamika_engine::{Filter, Wanted};
use dinamika_project::{Period, Subject};

use super::{Asked, asked::bad};
use crate::Problem;

/// Which words a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    /// Exactly these.
    Closed(&'static [&'static str]),
    /// Codes or names of subjects.
    Subject,
    /// School years with a wave.
    Period,
    /// Grades 1–11.
    Grade,
    /// Whatever the release has: text.
    Text,
    /// A key of a school, a municipality or the region.
    Key,
    /// Whatever the release has: whole numbers.
    Whole,
}

const SUBJECTS: &[&str] = &["RU", "MA", "OKR", "IS", "BI", "GG", "OB", "FI", "HI", "EN", "DE", "FR", "LI", "INF"];

/// Columns that measure and are no filter.
const MEASURES: &[&str] = &[
    "num",
    "den",
    "n",
    "sq",
    "schools_expected",
    "schools_received",
    "pupils_expected",
    "pupils_received",
    "value",
    "ci_low",
    "ci_high",
    "base_value",
    "change",
    "change_ci_low",
    "change_ci_high",
    "entity_name",
];

impl Vocabulary {
    /// The contract's column by name; for others by type; none when a column is no filter.
    fn of(column: &str, data_type: &DataType) -> Option<Self> {
        Some(match column {
            "level" => Self::Closed(&["school", "municipality", "region"]),
            "kind" => Self::Closed(&["grade", "cohort"]),
            "status" => Self::Closed(&["ok", "suppressed", "no_data", "not_comparable"]),
            "verdict" => Self::Closed(&["growth", "decline", "within_noise", "too_few", "not_comparable"]),
            "subject" => Self::Subject,
            "period" | "base_period" => Self::Period,
            "grade" | "pupil_grade" if data_type.is_integer() => Self::Grade,
            "entity" if *data_type == DataType::Utf8 => Self::Key,
            measure if MEASURES.contains(&measure) => return None,
            _ if *data_type == DataType::Utf8 => Self::Text,
            _ if data_type.is_integer() => Self::Whole,
            _ => return None,
        })
    }

    /// Whether only the release knows the values.
    fn is_open(self) -> bool {
        matches!(self, Self::Text | Self::Key | Self::Whole | Self::Period)
    }

    /// The value as the table writes it, or what would have been right.
    fn parse(self, text: &str) -> Result<Wanted, String> {
        match self {
            Self::Closed(words) if words.contains(&text) => Ok(Wanted::Text(text.to_owned())),
            Self::Closed(words) => Err(format!("Известны: {}.", words.join(", "))),
            Self::Subject => text
                .parse::<Subject>()
                .map(|subject| Wanted::Text(subject.as_str().to_owned()))
                .map_err(|_| format!("Известны коды предметов: {}.", SUBJECTS.join(", "))),
            Self::Period => text
                .parse::<Period>()
                .map(|period| Wanted::Text(period.to_string()))
                .map_err(|_| "Период пишется `2020/21` или `2020/21-осень`.".to_owned()),
            Self::Grade => match text.parse() {
                Ok(grade @ 1..=11) => Ok(Wanted::Whole(grade)),
                _ => Err("Класс — целое число от 1 до 11.".to_owned()),
            },
            Self::Text => Ok(Wanted::Text(text.to_owned())),
            Self::Key => Ok(Wanted::Text(entity_key(text).to_owned())),
            Self::Whole => text.parse().map(Wanted::Whole).map_err(|_| "Ожидается целое число.".to_owned()),
        }
    }
}

/// A school's login in its two printed forms is the key: `sch223080` and `edu223080` are `223080`.
pub(crate) fn entity_key(text: &str) -> &str {
    let digits = text.strip_prefix("sch").or_else(|| text.strip_prefix("edu"));
    digits.filter(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(text)
}

/// Filters of the request on the table's columns. Parameters in `controls` are read elsewhere,
/// columns in `fixed` are chosen by the address; any other name is refused.
pub(crate) fn filters(
    asked: &Asked,
    schema: &Schema,
    fixed: &[Filter],
    controls: &[&str],
) -> Result<Vec<Filter>, Problem> {
    let known = known_columns(schema, fixed);
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).chain(controls.iter().copied()).collect();
    asked.only(&names)?;
    let mut filters = Vec::new();
    for (column, vocabulary) in known {
        let Some(text) = asked.get(column) else { continue };
        filters.push(one_of(vocabulary, column, text)?);
    }
    Ok(filters)
}

/// A filter the project itself writes: a panel's.
pub(crate) fn filter_of(schema: &Schema, column: &str, text: &str) -> Result<Filter, Problem> {
    let known = known_columns(schema, &[]);
    let Some((_, vocabulary)) = known.iter().find(|(name, _)| *name == column) else {
        let known = known.iter().map(|(name, _)| (*name).to_owned()).collect();
        return Err(Problem::UnknownColumn { name: column.to_owned(), known });
    };
    one_of(*vocabulary, column, text)
}

/// Filters that name one value of an indicator: parameters by name, those that are no column of values passed over.
pub fn explain_filters(asked: &[(&str, &str)]) -> Result<Vec<Filter>, Problem> {
    let schema = dinamika_engine::indicator_schema("indicator_values").map_err(Problem::internal)?;
    let known = known_columns(&schema, &[]);
    let named = asked.iter().filter(|(name, _)| *name != "indicator");
    let chosen = named.filter_map(|(name, text)| Some((known.iter().find(|(column, _)| column == name)?, text)));
    chosen.map(|((column, vocabulary), text)| one_of(*vocabulary, column, text)).collect()
}

/// Columns that can be filtered by, with their vocabularies.
pub(crate) fn known_columns<'a>(schema: &'a Schema, fixed: &[Filter]) -> Vec<(&'a str, Vocabulary)> {
    schema
        .fields()
        .iter()
        .filter(|field| !fixed.iter().any(|filter| filter.column == *field.name()))
        .filter_map(|field| Some((field.name().as_str(), Vocabulary::of(field.name(), field.data_type())?)))
        .collect()
}

fn one_of(vocabulary: Vocabulary, column: &str, text: &str) -> Result<Filter, Problem> {
    let any_of = text
        .split(',')
        .map(|value| vocabulary.parse(value.trim()).map_err(|expected| bad(column, value, expected)))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Filter { column: column.to_owned(), any_of })
}

/// The problem of a value the release does not have, where only the release knows the column's values.
pub(crate) fn absent_value(filter: &Filter, schema: &Schema, present: &[String]) -> Option<Problem> {
    let data_type = schema.field_with_name(&filter.column).ok()?.data_type();
    if !Vocabulary::of(&filter.column, data_type)?.is_open() {
        return None;
    }
    let written = |wanted: &Wanted| match wanted {
        Wanted::Text(text) => text.clone(),
        Wanted::Whole(number) => number.to_string(),
    };
    let absent = filter.any_of.iter().map(written).find(|value| !present.contains(value))?;
    Some(bad(&filter.column, &absent, told(present)))
}

/// Enough of the known values to see one's mistake.
fn told(present: &[String]) -> String {
    const SHOWN: usize = 30;
    match present.len() {
        0 => "В этом выпуске у столбца нет значений.".to_owned(),
        1..=SHOWN => format!("Известны: {}.", present.join(", ")),
        all => format!("Известны: {} и ещё {}.", present[..SHOWN].join(", "), all - SHOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked_against_the_vocabulary() {
        let parsed = |vocabulary: Vocabulary, text: &str| match vocabulary.parse(text) {
            Ok(Wanted::Text(text)) => text,
            Ok(Wanted::Whole(number)) => number.to_string(),
            Err(expected) => format!("! {expected}"),
        };
        assert_eq!(parsed(Vocabulary::Subject, "математика"), "MA");
        assert_eq!(parsed(Vocabulary::Period, "2020/21-весна"), "2020/21");
        assert_eq!(parsed(Vocabulary::Period, "2021"), "! Период пишется `2020/21` или `2020/21-осень`.");
        assert_eq!(parsed(Vocabulary::Grade, "12"), "! Класс — целое число от 1 до 11.");
        assert_eq!(parsed(Vocabulary::Closed(&["a", "b"]), "c"), "! Известны: a, b.");
        assert_eq!(parsed(Vocabulary::Key, "sch223080"), "223080");
        assert_eq!(parsed(Vocabulary::Key, "school-7"), "school-7");
    }

    #[test]
    fn every_code_named_to_readers_is_a_subject() {
        for code in SUBJECTS {
            assert_eq!(code.parse::<Subject>().unwrap().as_str(), *code);
        }
    }
}
