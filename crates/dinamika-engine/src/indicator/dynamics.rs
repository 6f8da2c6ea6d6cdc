//! The change of an indicator between comparable periods.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray, UInt32Array},
    compute::take_record_batch,
    datatypes::{Float64Type, Int64Type},
    record_batch::RecordBatch,
};
use datafusion::logical_expr::{col, lit};
use dinamika_project::{Indicator, Measure, Model, Period};

use super::{
    columns::{indicator_dynamics_schema, indicator_values_schema},
    series::{Kind, Point, Series},
};
use crate::{
    EngineError, Params, Rows, Session,
    functions::{
        Verdict,
        intervals::{mean_difference, share_difference},
        student::Level,
    },
    rows::plain,
};

/// Rows of a batch handed on.
const CHUNK: usize = 16_384;

impl Session {
    /// Rows of `indicator_dynamics` of one indicator, from its rows in `indicator_values`.
    ///
    /// `growth` means that the number goes up beyond chance, not that it is better. A measure
    /// without interval (percent, ratio, count) has a change and, unless too few, no verdict. Where
    /// the reference table `series_breaks(indicator, subject, grade, from_period, reason)` puts a
    /// break between two periods (an empty cell means any) the change is not told.
    pub async fn dynamics_rows(&self, model: &Model) -> Result<Rows, EngineError> {
        let indicator = super::of(model)?;
        let schema = indicator_values_schema();
        let frame = self.context().table("indicator_values").await.map_err(crate::session::mistake)?;
        let frame = frame
            .filter(col("indicator").eq(lit(indicator.id.as_str())).and(col("status").eq(lit("ok"))))?
            .select(schema.fields().iter().map(|field| col(field.name())).collect::<Vec<_>>())?;
        let batches = self.collect(frame).await?;
        let batches = batches.iter().map(|batch| plain(batch, &schema)).collect::<Result<Vec<_>, _>>()?;
        let values = arrow::compute::concat_batches(&schema, &batches)?;
        let breaks = self.breaks(indicator).await?;
        let min_n = i64::from(indicator.min_n);
        let changes = tokio::task::spawn_blocking({
            let measure = indicator.measure;
            move || changes(&values, measure, min_n, &breaks)
        });
        let changes = changes.await.map_err(|error| EngineError::Engine(error.to_string()))??;
        let chunks = (0..changes.num_rows())
            .step_by(CHUNK)
            .map(|from| changes.slice(from, CHUNK.min(changes.num_rows() - from)))
            .collect();
        Ok(Rows::from_batches(&indicator_dynamics_schema(), chunks))
    }

    async fn breaks(&self, indicator: &Indicator) -> Result<Vec<Break>, EngineError> {
        if !self.has("series_breaks") {
            return Ok(Vec::new());
        }
        let sql = "select cast(subject as varchar), cast(grade as bigint), cast(from_period as varchar)
                   from series_breaks where indicator is null or indicator = $indicator";
        let params = Params::Named([("indicator".to_owned(), indicator.id.as_str().into())].into());
        let rows = self.query(sql, params).await?.collect_one().await?;
        let (subject, grade) = (text(&rows, 0), rows.column(1).as_primitive::<Int64Type>());
        let from = text(&rows, 2);
        (0..rows.num_rows())
            .map(|row| {
                let from = value(from, row).unwrap_or_default();
                Ok(Break {
                    subject: value(subject, row).map(str::to_owned),
                    grade: grade.is_valid(row).then(|| grade.value(row)),
                    from: from
                        .parse()
                        .map_err(|error| EngineError::contract("series_breaks", format!("from_period: {error}")))?,
                })
            })
            .collect()
    }
}

/// Values before `from` are not compared with those from it on.
struct Break {
    subject: Option<String>,
    grade: Option<i64>,
    from: Period,
}

impl Break {
    fn parts(&self, base: &Point<'_>, later: &Point<'_>) -> bool {
        self.subject.as_deref().is_none_or(|subject| later.subject == Some(subject))
            && self.grade.is_none_or(|grade| later.grade == Some(grade) || base.grade == Some(grade))
            && base.period < self.from
            && self.from <= later.period
    }
}

/// What a pair of values comes to.
#[derive(Default)]
struct Change {
    change: Option<f64>,
    interval: Option<(f64, f64)>,
    verdict: Option<Verdict>,
}

fn changes(values: &RecordBatch, measure: Measure, min_n: i64, breaks: &[Break]) -> Result<RecordBatch, EngineError> {
    let columns = Columns::of(values);
    // Rows whose period is none have no place in time.
    let placed: Vec<(usize, Point<'_>)> =
        (0..values.num_rows()).filter_map(|row| Some((row, columns.point(row)?))).collect();
    let points: Vec<Point<'_>> = placed.iter().map(|(_, point)| point.clone()).collect();
    let series = Series::new(&points);
    let (mut rows, mut bases, mut kinds, mut told) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (at, point) in points.iter().enumerate() {
        for kind in [Kind::Grade, Kind::Cohort] {
            let Some(base) = series.base(at, kind) else { continue };
            let (row, base_row) = (placed[at].0, placed[base].0);
            let broken = breaks.iter().any(|known| known.parts(&points[base], point));
            told.push(if broken {
                Change { verdict: Some(Verdict::NotComparable), ..Change::default() }
            } else {
                columns.change(row, base_row, measure, min_n)
            });
            rows.push(u32::try_from(row).unwrap_or(u32::MAX));
            bases.push(base_row);
            kinds.push(kind.as_str());
        }
    }
    let later = take_record_batch(values, &UInt32Array::from(rows))?;
    let number =
        |of: fn(&Change) -> Option<f64>| -> ArrayRef { Arc::new(told.iter().map(of).collect::<Float64Array>()) };
    let mut arrays = later.columns().to_vec();
    arrays.extend([
        Arc::new(StringArray::from(kinds)) as ArrayRef,
        Arc::new(bases.iter().map(|base| value(columns.period, *base)).collect::<StringArray>()),
        Arc::new(bases.iter().map(|base| columns.value.value(*base)).map(Some).collect::<Float64Array>()),
        number(|change| change.change),
        number(|change| change.interval.map(|interval| interval.0)),
        number(|change| change.interval.map(|interval| interval.1)),
        Arc::new(told.iter().map(|change| change.verdict.map(Verdict::as_str)).collect::<StringArray>()),
    ]);
    Ok(RecordBatch::try_new(indicator_dynamics_schema(), arrays)?)
}

/// The columns of `indicator_values` a change is made of.
struct Columns<'a> {
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
    fn of(values: &'a RecordBatch) -> Self {
        let number = |column: usize| values.column(column).as_primitive::<Float64Type>();
        let whole = |column: usize| values.column(column).as_primitive::<Int64Type>();
        Self {
            level: text(values, 1),
            entity: text(values, 2),
            period: text(values, 5),
            subject: text(values, 6),
            grade: whole(7),
            pupil_grade: whole(8),
            task: text(values, 9),
            num: number(10),
            den: number(11),
            n: whole(12),
            value: number(13),
            sq: number(17),
        }
    }

    fn point(&self, row: usize) -> Option<Point<'a>> {
        let whole = |array: &Int64Array| array.is_valid(row).then(|| array.value(row));
        Some(Point {
            level: value(self.level, row)?,
            entity: value(self.entity, row)?,
            subject: value(self.subject, row),
            task: value(self.task, row),
            period: value(self.period, row)?.parse().ok()?,
            grade: whole(self.grade),
            pupil_grade: whole(self.pupil_grade),
        })
    }

    fn change(&self, row: usize, base: usize, measure: Measure, min_n: i64) -> Change {
        let number = |array: &Float64Array, row: usize| if array.is_valid(row) { array.value(row) } else { f64::NAN };
        let (num, den, sq) = (|r| number(self.num, r), |r| number(self.den, r), |r| number(self.sq, r));
        let n = |row: usize| if self.n.is_valid(row) { self.n.value(row) } else { 0 };
        let interval = match measure {
            Measure::Share => share_difference(num(row), den(row), num(base), den(base), Level::USUAL)
                .map(|(low, high)| (100.0 * low, 100.0 * high)),
            Measure::Mean => {
                let of = |row: usize| (num(row), sq(row), n(row) as f64);
                mean_difference(of(row), of(base), Level::USUAL)
            }
            Measure::Percent | Measure::Ratio | Measure::Count => None,
        };
        let verdict = match interval {
            _ if n(row) < min_n || n(base) < min_n => Some(Verdict::TooFew),
            Some((low, high)) => Verdict::of(low, high),
            None => None,
        };
        Change { change: Some(self.value.value(row) - self.value.value(base)), interval, verdict }
    }
}

fn text(rows: &RecordBatch, column: usize) -> &StringArray {
    rows.column(column).as_string::<i32>()
}

fn value(array: &StringArray, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.value(row))
}
