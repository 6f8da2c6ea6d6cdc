//! One indicator's rows of `indicator_values`, by column.

use arrow::{
    array::{Array, AsArray, Float64Array, Int64Array, RecordBatch, StringArray},
    datatypes::{Float64Type, Int64Type},
};
use datafusion::logical_expr::{col, lit};
use dinamika_project::{Indicator, Measure};

use super::{columns::indicator_schema, group::Group, rollup::UNRESOLVED, series::Point};
use crate::{EngineError, Session, rows::plain};

impl Session {
    /// Rows of an indicator that have a value.
    pub(super) async fn values_of(&self, indicator: &Indicator) -> Result<RecordBatch, EngineError> {
        let schema = indicator_schema("indicator_values")?;
        let frame = self.context().table("indicator_values").await.map_err(crate::session::mistake)?;
        let frame = frame
            .filter(col("indicator").eq(lit(indicator.id.as_str())).and(col("status").eq(lit("ok"))))?
            .select(schema.fields().iter().map(|field| col(field.name())).collect::<Vec<_>>())?;
        let batches = self.collect(frame).await?;
        let batches = batches.iter().map(|batch| plain(batch, &schema)).collect::<Result<Vec<_>, _>>()?;
        Ok(arrow::compute::concat_batches(&schema, &batches)?)
    }
}

/// The columns of `indicator_values` that changes and places are made of.
pub(super) struct Columns<'a> {
    pub(super) rows: usize,
    level: &'a StringArray,
    entity: &'a StringArray,
    period: &'a StringArray,
    subject: &'a StringArray,
    grade: &'a Int64Array,
    pupil_grade: &'a Int64Array,
    task: &'a StringArray,
    num: &'a Float64Array,
    den: &'a Float64Array,
    n: &'a Int64Array,
    value: &'a Float64Array,
    sq: &'a Float64Array,
}

impl<'a> Columns<'a> {
    /// Of a batch with the schema of `indicator_values`.
    pub(super) fn of(values: &'a RecordBatch) -> Self {
        let text = |column: usize| values.column(column).as_string::<i32>();
        let number = |column: usize| values.column(column).as_primitive::<Float64Type>();
        let whole = |column: usize| values.column(column).as_primitive::<Int64Type>();
        Self {
            rows: values.num_rows(),
            level: text(1),
            entity: text(2),
            period: text(5),
            subject: text(6),
            grade: whole(7),
            pupil_grade: whole(8),
            task: text(9),
            num: number(10),
            den: number(11),
            n: whole(12),
            value: number(13),
            sq: number(17),
        }
    }

    /// Where a row stands; none without level, entity or a period that is one.
    pub(super) fn point(&self, row: usize) -> Option<Point<'a>> {
        let whole = |array: &Int64Array| array.is_valid(row).then(|| array.value(row));
        Some(Point {
            level: text(self.level, row)?,
            entity: text(self.entity, row)?,
            subject: text(self.subject, row),
            task: text(self.task, row),
            period: text(self.period, row)?.parse().ok()?,
            grade: whole(self.grade),
            pupil_grade: whole(self.pupil_grade),
        })
    }

    pub(super) fn level(&self, row: usize) -> &'a str {
        text(self.level, row).unwrap_or_default()
    }

    /// Level and dimensions: rows that agree on them are told apart by entity only.
    pub(super) fn test(&self, row: usize) -> Test<'a> {
        let whole = |array: &Int64Array| array.is_valid(row).then(|| array.value(row));
        let subject = text(self.subject, row);
        (text(self.period, row), subject, whole(self.grade), whole(self.pupil_grade), text(self.task, row))
    }

    pub(super) fn period(&self, row: usize) -> Option<&'a str> {
        text(self.period, row)
    }

    pub(super) fn n(&self, row: usize) -> i64 {
        if self.n.is_valid(row) { self.n.value(row) } else { 0 }
    }

    pub(super) fn value(&self, row: usize) -> f64 {
        number(self.value, row)
    }

    /// Numerator, denominator and sum of squares; NaN where there is none.
    pub(super) fn sums(&self, row: usize) -> (f64, f64, f64) {
        (number(self.num, row), number(self.den, row), number(self.sq, row))
    }

    /// The row's units, for a measure with chance in it.
    pub(super) fn group(&self, row: usize, measure: Measure) -> Option<Group> {
        let (num, den, sq) = self.sums(row);
        Group::of(measure, num, den, self.n(row) as f64, sq)
    }

    /// Whether the row is of a known entity: what belongs to no known one is not judged.
    pub(super) fn is_known(&self, row: usize) -> bool {
        text(self.entity, row).is_some_and(|entity| entity != UNRESOLVED)
    }
}

/// Period, subject, grade, pupils' grade, task.
pub(super) type Test<'a> = (Option<&'a str>, Option<&'a str>, Option<i64>, Option<i64>, Option<&'a str>);

fn text(array: &StringArray, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.value(row))
}

fn number(array: &Float64Array, row: usize) -> f64 {
    if array.is_valid(row) { array.value(row) } else { f64::NAN }
}
