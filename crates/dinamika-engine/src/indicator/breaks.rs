//! Breaks of series: what may not be compared, and why.

use arrow::{
    array::{Array, AsArray, StringArray},
    datatypes::{DataType, Int64Type},
};
use datafusion::{
    logical_expr::{cast, col, lit},
    scalar::ScalarValue,
};
use dinamika_project::{Indicator, Period};

use super::series::{Kind, Point};
use crate::{EngineError, Session};

/// The reference table that declares breaks.
pub const SERIES_BREAKS: &str = "series_breaks";

const COLUMNS: [&str; 7] = ["indicator", "subject", "grade", "kind", "from_period", "only_period", "reason"];

/// Values before `from` are not compared with those from it on; values of the campaign `only`
/// with no others.
pub(super) struct Break {
    subject: Option<String>,
    grade: Option<i64>,
    kind: Option<Kind>,
    from: Option<Period>,
    only: Option<Period>,
    reason: Option<String>,
}

impl Break {
    fn parts(&self, base: &Point<'_>, later: &Point<'_>, kind: Kind) -> bool {
        let subject = self.subject.as_deref().is_none_or(|subject| later.subject == Some(subject));
        let grade = self.grade.is_none_or(|grade| later.grade == Some(grade) || base.grade == Some(grade));
        let kind = self.kind.is_none_or(|known| known == kind);
        let from = self.from.is_some_and(|from| base.period < from && from <= later.period);
        let only = self.only.is_some_and(|only| (base.period == only) != (later.period == only));
        subject && grade && kind && (from || only)
    }
}

/// Why two values may not be compared; none when they may.
pub(super) fn reason<'b>(
    breaks: &'b [Break],
    base: &Point<'_>,
    later: &Point<'_>,
    kind: Kind,
) -> Option<Option<&'b str>> {
    breaks.iter().find(|known| known.parts(base, later, kind)).map(|known| known.reason.as_deref())
}

impl Session {
    /// Breaks that concern an indicator, from the reference table `series_breaks`.
    pub(super) async fn breaks(&self, indicator: &Indicator) -> Result<Vec<Break>, EngineError> {
        if !self.has(SERIES_BREAKS) {
            return Ok(Vec::new());
        }
        let frame = self.context().table(SERIES_BREAKS).await.map_err(crate::session::mistake)?;
        let schema = frame.schema().as_arrow().clone();
        let columns = COLUMNS.map(|name| {
            let wanted = if name == "grade" { DataType::Int64 } else { DataType::Utf8 };
            match schema.field_with_name(name) {
                Ok(_) => Ok(cast(col(name), wanted).alias(name)),
                // Tables of projects older than a column have none: any.
                Err(_) => ScalarValue::try_from(&wanted).map(|null| lit(null).alias(name)),
            }
        });
        let frame = frame.select(columns.into_iter().collect::<Result<Vec<_>, _>>()?)?;
        let rows = self.execute(frame).await?.collect_one().await?;
        let text = |column: usize| rows.column(column).as_string::<i32>();
        let grade = rows.column(2).as_primitive::<Int64Type>();
        let mut breaks = Vec::new();
        for row in 0..rows.num_rows() {
            if at(text(0), row).is_some_and(|pattern| !matches(pattern, indicator.id.as_str())) {
                continue;
            }
            let (from, only) = (period(text(4), row)?, period(text(5), row)?);
            if from.is_none() && only.is_none() {
                return Err(wrong(row, "needs `from_period` or `only_period`"));
            }
            breaks.push(Break {
                subject: at(text(1), row).map(str::to_owned),
                grade: grade.is_valid(row).then(|| grade.value(row)),
                kind: match at(text(3), row) {
                    None => None,
                    Some("grade") => Some(Kind::Grade),
                    Some("cohort") => Some(Kind::Cohort),
                    Some(other) => return Err(wrong(row, &format!("kind: expected grade or cohort, found {other:?}"))),
                },
                from,
                only,
                reason: at(text(6), row).map(str::to_owned),
            });
        }
        Ok(breaks)
    }
}

/// Whether an indicator is meant: its id, or `vpr.*` for all that begin so.
fn matches(pattern: &str, id: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == id, |start| id.starts_with(start))
}

fn period(array: &StringArray, row: usize) -> Result<Option<Period>, EngineError> {
    at(array, row).map(str::parse).transpose().map_err(|error| wrong(row, &format!("{error}")))
}

fn wrong(row: usize, message: &str) -> EngineError {
    EngineError::contract(SERIES_BREAKS, format!("row {}: {message}", row + 1))
}

fn at(array: &StringArray, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.value(row))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_pattern_is_an_id_or_a_beginning() {
        assert!(matches("vpr.share2", "vpr.share2") && matches("vpr.*", "vpr.share2") && matches("*", "kpk.people_3y"));
        assert!(!matches("vpr.share", "vpr.share2") && !matches("vpr.*", "kpk.people_3y"));
    }
}
