//! Two and three years taken together: what a small school can be told.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, UInt32Array};
use dinamika_project::{Measure, Model};

use super::{
    breaks::{Break, reason},
    changes::{Terms, placed},
    columns::indicator_schema,
    dynamics::computed,
    group::{Group, Part, contrast},
    position::taken,
    region::Stands,
    series::{Kind, Point, Series},
    values::Columns,
};
use crate::{EngineError, Rows, Session};

/// Years taken together.
const SPANS: [i32; 2] = [2, 3];

impl Session {
    /// Rows of `indicator_pooled` of one indicator: sums over the period and the one or two programme
    /// years before it, one campaign a year, of the same grade, with value and interval; years over a
    /// break are left out. The region's value is weighted as the entity's own years are, so the gap
    /// is free of what a harder paper moves. A span that adds no year to a shorter one is not told.
    pub async fn pooled_rows(&self, model: &Model) -> Result<Rows, EngineError> {
        let indicator = super::of(model)?;
        let (values, breaks) = (self.values_of(indicator).await?, self.breaks(indicator).await?);
        let terms = Terms::of(indicator);
        computed(move || {
            let columns = Columns::of(&values);
            let stands = Stands::new(&columns, terms.measure, terms.min_n);
            written(&values, &columns, &pools(&columns, &stands, &breaks, terms.measure))
        })
        .await
    }
}

struct Pool {
    row: usize,
    first: usize,
    span: i32,
    periods: usize,
    num: f64,
    den: f64,
    n: i64,
    sq: f64,
    value: f64,
    interval: Option<(f64, f64)>,
    /// The region's value, weighted as the years are.
    region: Option<f64>,
}

fn pools(columns: &Columns<'_>, stands: &Stands, breaks: &[Break], measure: Measure) -> Vec<Pool> {
    // Counts of several years are no count of anything.
    if measure == Measure::Count {
        return Vec::new();
    }
    let (rows, points) = placed(columns);
    let mut pools = Vec::new();
    for run in Series::new(&points).runs() {
        for (year, at) in &run {
            let mut known = 1;
            for span in SPANS {
                let together = together(&run, &points, breaks, (*year, *at), span);
                if together.len() > known {
                    known = together.len();
                    let members: Vec<usize> = together.iter().map(|at| rows[*at]).collect();
                    pools.extend(Pool::of(columns, stands, measure, rows[*at], &members, span));
                }
            }
        }
    }
    pools
}

/// Places of a series' values in the last `span` years up to one of them, one a year, earliest first.
fn together(
    run: &[(i32, usize)],
    points: &[Point<'_>],
    breaks: &[Break],
    (last, at): (i32, usize),
    span: i32,
) -> Vec<usize> {
    let wave = points[at].period.wave;
    let earlier = (last - span + 1..last).filter_map(|year| {
        let of_year = || run.iter().filter(move |(known, _)| *known == year).map(|(_, place)| *place);
        let place = of_year().find(|place| points[*place].period.wave == wave).or_else(|| of_year().next_back())?;
        reason(breaks, &points[place], &points[at], Kind::Grade).is_none().then_some(place)
    });
    earlier.chain([at]).collect()
}

impl Pool {
    fn of(
        columns: &Columns<'_>,
        stands: &Stands,
        measure: Measure,
        row: usize,
        members: &[usize],
        span: i32,
    ) -> Option<Self> {
        let (mut num, mut den, mut sq, mut n) = (0.0, 0.0, 0.0, 0);
        let (mut region, mut weight) = (0.0, 0.0);
        for member in members {
            let (member_num, member_den, member_sq) = columns.sums(*member);
            num += member_num;
            den += member_den;
            sq += member_sq;
            n += columns.n(*member);
            region += member_den * stands.of(*member).value;
            weight += member_den;
        }
        let group = Group::of(measure, num, den, n as f64, sq);
        let value = match measure {
            Measure::Share | Measure::Percent => 100.0 * num / den,
            Measure::Mean | Measure::Ratio => num / den,
            Measure::Count => return None,
        };
        let interval =
            group.and_then(|group| contrast(&[Part { weight: 1.0, group }], 0.0)).map(|found| (found.low, found.high));
        let region = Some(region / weight).filter(|value| value.is_finite() && columns.level(row) != "region");
        let first = *members.first()?;
        value.is_finite().then_some(Self {
            row,
            first,
            span,
            periods: members.len(),
            num,
            den,
            n,
            sq,
            value,
            interval,
            region,
        })
    }
}

fn written(values: &RecordBatch, columns: &Columns<'_>, pools: &[Pool]) -> Result<RecordBatch, EngineError> {
    let schema = indicator_schema("indicator_pooled")?;
    let rows: UInt32Array = pools.iter().map(|pool| u32::try_from(pool.row).unwrap_or(u32::MAX)).collect();
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for name in ["indicator", "level", "entity", "entity_name", "municipality", "period"] {
        arrays.push(taken(values, name, &rows)?);
    }
    for name in ["subject", "grade", "pupil_grade", "task"] {
        arrays.push(taken(values, name, &rows)?);
    }
    let numbers = |of: &dyn Fn(&Pool) -> Option<f64>| -> ArrayRef {
        Arc::new(pools.iter().map(|pool| of(pool).filter(|value| value.is_finite())).collect::<Float64Array>())
    };
    let status = pools.iter().map(|_| "ok");
    arrays.extend([
        Arc::new(pools.iter().map(|pool| pool.span).collect::<Int32Array>()) as ArrayRef,
        Arc::new(pools.iter().map(|pool| i32::try_from(pool.periods).ok()).collect::<Int32Array>()),
        Arc::new(pools.iter().map(|pool| columns.period(pool.first)).collect::<StringArray>()),
        numbers(&|pool| Some(pool.num)),
        numbers(&|pool| Some(pool.den)),
        Arc::new(pools.iter().map(|pool| pool.n).collect::<Int64Array>()),
        numbers(&|pool| Some(pool.sq)),
        numbers(&|pool| Some(pool.value)),
        numbers(&|pool| pool.interval.map(|interval| interval.0)),
        numbers(&|pool| pool.interval.map(|interval| interval.1)),
        numbers(&|pool| pool.region),
        numbers(&|pool| pool.region.map(|region| pool.value - region)),
        Arc::new(status.map(Some).collect::<StringArray>()),
    ]);
    Ok(RecordBatch::try_new(schema, arrays)?)
}
