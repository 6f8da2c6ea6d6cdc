//! Typing a whole column of raw text at once.
//!
//! [`parse`] takes a column as it was printed and what its values are, and gives the typed
//! arrays together with the positions that could not be typed. An empty cell is never a
//! failure here: whether it may be empty is for the reader to say. Suggestions name what was
//! expected and never repeat the cell, because they are kept beside personal data.

mod amounts;
mod choices;
mod codes;
mod dates;
mod documents;
mod numbers;
mod scores;
mod secret;
mod texts;
mod timeline;

use arrow::array::{Array, ArrayRef, StringArray};
use dinamika_project::{ColumnKind, Period};

pub(crate) use codes::login;
pub use scores::{SCORE_BLANK, SCORE_MISSING, SCORE_SCORED, SCORE_UNTAUGHT, scores};
pub use secret::Secret;
pub(crate) use texts::{is_dash, trim};

/// A column after typing.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The arrays, each with the suffix of its name: `""`, `"_from"`, `"_to"`, `"_precision"`,
    /// `"_cmp"`, `"_count"`. Which there are is told by the kind alone, never by the data.
    pub columns: Vec<(String, ArrayRef)>,
    /// Rows (from 0, ascending) whose value could not be typed, the rule that says so, and what
    /// would help.
    pub failed: Vec<(usize, &'static str, Option<String>)>,
}

/// What typing needs besides the cell.
#[derive(Debug, Clone, Copy)]
pub struct ValueContext<'a> {
    /// Keys the hashes of personal data.
    pub secret: &'a Secret,
    /// The school year the document is about: dates without a year and `в течение учебного
    /// года` are read in it.
    pub school_year: Option<Period>,
}

/// Types one column. `ColumnKind::Tasks` is no single column (its cells are read by [`scores`]),
/// so it gives no arrays.
pub fn parse(kind: &ColumnKind, raw: &StringArray, cx: &ValueContext<'_>) -> Typed {
    match kind {
        ColumnKind::Text => texts::parse(raw),
        ColumnKind::Int { range } => numbers::parse_ints(raw, *range),
        ColumnKind::Number { range } => numbers::parse_numbers(raw, *range),
        ColumnKind::Amount => amounts::parse(raw),
        ColumnKind::Bool => codes::parse_bools(raw),
        ColumnKind::Date => dates::parse_days(raw),
        ColumnKind::Dates => dates::parse_spans(raw, cx.school_year),
        ColumnKind::Documents => documents::parse(raw),
        ColumnKind::Login => codes::parse_logins(raw),
        ColumnKind::Period => codes::parse_periods(raw),
        ColumnKind::Subject => codes::parse_subjects(raw),
        ColumnKind::Mark => codes::parse_marks(raw),
        ColumnKind::Choice(choices) => choices::parse(raw, choices),
        ColumnKind::Key => secret::parse(raw, cx.secret),
        ColumnKind::Tasks => Typed { columns: Vec::new(), failed: Vec::new() },
    }
}

/// Why a value could not be typed.
pub(crate) struct Wrong {
    rule: &'static str,
    suggestion: Option<String>,
}

impl Wrong {
    fn new(rule: &'static str, suggestion: impl Into<String>) -> Self {
        Self { rule, suggestion: Some(suggestion.into()) }
    }
}

/// Gathers positions that failed while a column is walked.
#[derive(Default)]
pub(crate) struct Failures(Vec<(usize, &'static str, Option<String>)>);

impl Failures {
    /// The value, or nothing and a note of why.
    fn keep<T>(&mut self, row: usize, value: Result<T, Wrong>) -> Option<T> {
        value.map_err(|wrong| self.0.push((row, wrong.rule, wrong.suggestion))).ok()
    }

    fn with(self, columns: Vec<(&str, ArrayRef)>) -> Typed {
        Typed { columns: columns.into_iter().map(|(name, array)| (name.to_owned(), array)).collect(), failed: self.0 }
    }
}

/// The cells of a column, trimmed, with the empty ones as nothing.
pub(crate) fn cells(raw: &StringArray) -> impl Iterator<Item = (usize, Option<&str>)> {
    (0..raw.len()).map(|row| {
        let text = if raw.is_null(row) { None } else { Some(trim(raw.value(row))) };
        (row, text.filter(|text| !text.is_empty()))
    })
}
