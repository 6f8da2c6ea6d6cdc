//! Where an entity is heading over all its years.

use std::{collections::HashMap, sync::Arc};

use arrow::array::{
    ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, UInt32Array, new_null_array,
};
use dinamika_project::{Measure, Model};

use super::{
    breaks::{Break, reason},
    changes::{FLAGGED, Terms, changes, placed},
    columns::indicator_schema,
    dynamics::computed,
    position::taken,
    region::Stands,
    series::{Kind, Point, Series},
    spread::excess,
    values::Columns,
};
use crate::{
    EngineError, Rows, Session,
    functions::{
        Verdict, q_values,
        student::{Level, normal_tails},
        trend::Line,
    },
};

/// Two years are a change, not a trend.
const FEWEST_YEARS: usize = 3;

impl Session {
    /// Rows of `indicator_trend` of one indicator: change per programme year of the value, or of the
    /// gap to the region where the indicator is not equated, by a straight line with weights of known
    /// errors, over years since the last break.
    ///
    /// A row with subject and grade is one series; a row without is all series of the entity, each
    /// about its own level. Errors hold the chance of units and what entities usually change by; if
    /// slopes of all entities still spread wider, errors grow until the median one is as chance has
    /// it. The verdict is of `q ≤ 0.025` over all entities of the level.
    pub async fn trend_rows(&self, model: &Model) -> Result<Rows, EngineError> {
        let indicator = super::of(model)?;
        let (values, breaks) = (self.values_of(indicator).await?, self.breaks(indicator).await?);
        let terms = Terms::of(indicator);
        computed(move || {
            let columns = Columns::of(&values);
            let stands = Stands::new(&columns, terms.measure, terms.min_n);
            let trends = trends(&columns, &stands, &breaks, terms);
            written(&values, &columns, &trends, terms)
        })
        .await
    }
}

/// One series of an entity, or all of them.
struct Trend {
    /// Latest and earliest value.
    last: usize,
    first: usize,
    all_tests: bool,
    periods: usize,
    series: usize,
    n: i64,
    /// Weighted sums about the means: of years squared, of years and values.
    xx: f64,
    xy: f64,
    enough: bool,
    error: f64,
    q: Option<f64>,
}

impl Trend {
    fn slope(&self) -> f64 {
        self.xy / self.xx
    }

    fn p(&self) -> f64 {
        normal_tails(self.slope() / self.error)
    }
}

fn trends(columns: &Columns<'_>, stands: &Stands, breaks: &[Break], terms: Terms) -> Vec<Trend> {
    let (rows, points) = placed(columns);
    let wandering = usual(&changes(columns, stands, breaks, terms).1);
    let mut trends = Vec::new();
    for run in Series::new(&points).runs() {
        let Some((_, latest)) = run.last().copied() else { continue };
        let joined: Vec<(i32, usize)> = run
            .into_iter()
            .filter(|(_, at)| reason(breaks, &points[*at], &points[latest], Kind::Grade).is_none())
            .map(|(year, at)| (year, rows[at]))
            .collect();
        let phi = wandering.get(points[latest].level).copied().unwrap_or(0.0);
        trends.extend(Trend::of(columns, stands, terms, &joined, phi));
    }
    trends.extend(of_all_tests(columns, &trends, &points, &rows));
    judge(&mut trends, columns, terms);
    trends
}

/// The middle wandering of each level's families.
fn usual<'a>(families: &[(&'a str, f64)]) -> HashMap<&'a str, f64> {
    let mut by_level: HashMap<&str, Vec<f64>> = HashMap::new();
    families.iter().for_each(|(level, phi)| by_level.entry(level).or_default().push(*phi));
    by_level
        .into_iter()
        .map(|(level, mut phis)| {
            phis.sort_unstable_by(f64::total_cmp);
            (level, phis[phis.len() / 2])
        })
        .collect()
}

impl Trend {
    fn of(columns: &Columns<'_>, stands: &Stands, terms: Terms, joined: &[(i32, usize)], phi: f64) -> Option<Self> {
        let (first, last) = (joined.first()?.1, joined.last()?.1);
        let by_gap = !terms.equated;
        if by_gap && columns.level(last) == "region" {
            return None;
        }
        let mut line = Line::default();
        let mut years: Vec<i32> = Vec::new();
        let mut n = 0;
        for (year, row) in joined {
            let Some((value, error)) = point(columns, stands, terms.measure, *row, by_gap, phi) else { continue };
            line.add(f64::from(*year), value, error);
            n += columns.n(*row);
            years.push(*year);
        }
        let points = years.len();
        years.dedup();
        let (xx, xy) = line.about_the_means();
        (years.len() >= FEWEST_YEARS && xx > 0.0).then(|| Self {
            last,
            first,
            all_tests: false,
            periods: years.len(),
            series: 1,
            n,
            xx,
            xy,
            enough: n >= terms.min_n * points as i64,
            error: 1.0 / xx.sqrt(),
            q: None,
        })
    }
}

/// A value, or a gap, and its standard error.
fn point(
    columns: &Columns<'_>,
    stands: &Stands,
    measure: Measure,
    row: usize,
    by_gap: bool,
    phi: f64,
) -> Option<(f64, f64)> {
    let (group, stand) = (columns.group(row, measure)?, stands.of(row));
    let unit = stand.unit(&group)?;
    if !by_gap {
        return Some((group.value(), group.scale * (unit / group.n).sqrt()));
    }
    let [own, rest] = stand.gap(group, 1.0)?;
    let (own_scale, rest_scale) = (own.weight * own.group.scale, rest.weight * rest.group.scale);
    let variance = own_scale * own_scale * unit * (1.0 / group.n + phi)
        + rest_scale * rest_scale * stand.unit(&rest.group)? / rest.group.n;
    Some((columns.value(row) - stand.value, variance.sqrt()))
}

/// All series of an entity and task together: a common slope, each series about its own mean.
fn of_all_tests(columns: &Columns<'_>, trends: &[Trend], points: &[Point<'_>], rows: &[usize]) -> Vec<Trend> {
    let point_of: HashMap<usize, &Point<'_>> = rows.iter().copied().zip(points).collect();
    let mut entities: HashMap<(&str, &str, Option<&str>), Vec<&Trend>> = HashMap::new();
    for trend in trends {
        if let Some(point) = point_of.get(&trend.last) {
            entities.entry((point.level, point.entity, point.task)).or_default().push(trend);
        }
    }
    let mut all: Vec<Trend> = entities
        .into_values()
        .filter(|series| series.len() > 1)
        .filter_map(|series| {
            let (xx, xy) = series.iter().fold((0.0, 0.0), |(xx, xy), trend| (xx + trend.xx, xy + trend.xy));
            Some(Trend {
                last: series.iter().map(|trend| trend.last).max_by_key(|row| (columns.period(*row), *row))?,
                first: series.iter().map(|trend| trend.first).min_by_key(|row| (columns.period(*row), *row))?,
                all_tests: true,
                periods: series.iter().map(|trend| trend.periods).max()?,
                series: series.len(),
                n: series.iter().map(|trend| trend.n).sum(),
                xx,
                xy,
                enough: series.iter().any(|trend| trend.enough),
                error: 1.0 / xx.sqrt(),
                q: None,
            })
        })
        .collect();
    all.sort_unstable_by_key(|trend| trend.last);
    all
}

fn judge(trends: &mut [Trend], columns: &Columns<'_>, terms: Terms) {
    let mut families: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, trend) in trends.iter().enumerate() {
        let (_, subject, grade, _, task) = columns.test(trend.last);
        let test = if trend.all_tests { (None, None) } else { (subject, grade) };
        families.entry((columns.level(trend.last), trend.all_tests, test, task)).or_default().push(at);
    }
    for family in families.values() {
        let judged = |at: &usize| trends[*at].enough && columns.is_known(trends[*at].last);
        if !terms.equated {
            let squared = |at: &usize| (trends[*at].slope() / trends[*at].error).powi(2);
            let wider = excess(&mut family.iter().filter(|at| judged(at)).map(squared).collect::<Vec<_>>()).sqrt();
            family.iter().for_each(|at| trends[*at].error *= wider);
        }
        let judged = |at: &usize| trends[*at].enough && columns.is_known(trends[*at].last);
        let p: Vec<Option<f64>> = family.iter().map(|at| judged(at).then(|| trends[*at].p())).collect();
        for (at, q) in family.iter().zip(q_values(&p)) {
            trends[*at].q = q;
        }
    }
}

fn written(
    values: &RecordBatch,
    columns: &Columns<'_>,
    trends: &[Trend],
    terms: Terms,
) -> Result<RecordBatch, EngineError> {
    let schema = indicator_schema("indicator_trend")?;
    let rows: UInt32Array = trends.iter().map(|trend| u32::try_from(trend.last).unwrap_or(u32::MAX)).collect();
    // Of all tests together there is no subject and no grade.
    let of_test: UInt32Array =
        trends.iter().map(|trend| (!trend.all_tests).then(|| u32::try_from(trend.last).unwrap_or(u32::MAX))).collect();
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for name in ["indicator", "level", "entity", "entity_name", "municipality"] {
        arrays.push(taken(values, name, &rows)?);
    }
    for name in ["subject", "grade", "pupil_grade"] {
        arrays.push(match values.num_rows() {
            0 => new_null_array(schema.field_with_name(name)?.data_type(), 0),
            _ => taken(values, name, &of_test)?,
        });
    }
    arrays.push(taken(values, "task", &rows)?);
    let numbers = |of: &dyn Fn(&Trend) -> Option<f64>| -> ArrayRef {
        Arc::new(trends.iter().map(|trend| of(trend).filter(|value| value.is_finite())).collect::<Float64Array>())
    };
    let trend_of = if terms.equated { "value" } else { "gap" };
    let z = Level::USUAL.z;
    arrays.extend([
        Arc::new(trends.iter().map(|trend| columns.period(trend.first)).collect::<StringArray>()) as ArrayRef,
        Arc::new(trends.iter().map(|trend| columns.period(trend.last)).collect::<StringArray>()),
        Arc::new(trends.iter().map(|trend| i32::try_from(trend.periods).ok()).collect::<Int32Array>()),
        Arc::new(trends.iter().map(|trend| i32::try_from(trend.series).ok()).collect::<Int32Array>()),
        Arc::new(trends.iter().map(|trend| trend.n).collect::<Int64Array>()),
        Arc::new(trends.iter().map(|_| Some(trend_of)).collect::<StringArray>()),
        numbers(&|trend| Some(trend.slope())),
        numbers(&|trend| Some(trend.slope() - z * trend.error)),
        numbers(&|trend| Some(trend.slope() + z * trend.error)),
        numbers(&|trend| trend.q.map(|_| trend.p())),
        numbers(&|trend| trend.q),
        Arc::new(trends.iter().map(|trend| verdict(trend).map(Verdict::as_str)).collect::<StringArray>()),
    ]);
    Ok(RecordBatch::try_new(schema, arrays)?)
}

fn verdict(trend: &Trend) -> Option<Verdict> {
    if !trend.enough {
        return Some(Verdict::TooFew);
    }
    Some(match trend.q? <= FLAGGED {
        true if trend.slope() > 0.0 => Verdict::Growth,
        true => Verdict::Decline,
        false => Verdict::WithinNoise,
    })
}
