//! Pairs of comparable values, and what may be said of their difference.

use std::collections::HashMap;

use dinamika_project::Measure;

use super::{
    breaks::{Break, reason},
    group::{Contrast, Group, Part, contrast},
    region::Stands,
    series::{Kind, Point, Series},
    spread::{Changed, spread},
    values::Columns,
};
use crate::functions::{Verdict, q_values};

/// Greatest q-value that flags one of many entities. Not more than 5 % of those flagged may be false;
/// adjustment holds that on average only, and what comes out scatters around it: so half of it.
pub(super) const FLAGGED: f64 = 0.025;
/// Greatest p-value where there is one comparison only, the region's.
const ALONE: f64 = 0.05;

/// Told with the region's own change of what is not equated.
pub(super) const NOT_EQUATED: &str =
    "Работы разных лет не выравнены: изменение региона не отличить от изменения трудности";

/// How an indicator is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) measure: Measure,
    pub(super) min_n: i64,
    pub(super) equated: bool,
}

/// A value, the one it is compared with, and what that comes to.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) row: usize,
    pub(super) base: usize,
    pub(super) kind: Kind,
    /// Difference of values.
    pub(super) raw: Option<f64>,
    pub(super) raw_interval: Option<(f64, f64)>,
    /// Difference of gaps to the region.
    pub(super) gap: Option<f64>,
    pub(super) gap_interval: Option<(f64, f64)>,
    /// Of the difference the verdict is of.
    pub(super) p: Option<f64>,
    pub(super) q: Option<f64>,
    /// Standard deviation of what all entities of this level change by for no reason of their own.
    pub(super) spread: Option<f64>,
    pub(super) verdict: Option<Verdict>,
    pub(super) reason: Option<String>,
}

/// All changes of an indicator, judged family by family: the changes of one level between the same
/// two tests. Also how much of a unit's variance wanders, of each family by its level.
pub(super) fn changes<'a>(
    columns: &Columns<'a>,
    stands: &Stands,
    breaks: &[Break],
    terms: Terms,
) -> (Vec<Change>, Vec<(&'a str, f64)>) {
    let (placed, points) = placed(columns);
    let series = Series::new(&points);
    let mut all = Vec::new();
    let mut families: HashMap<(usize, usize, bool), Vec<usize>> = HashMap::new();
    for (at, point) in points.iter().enumerate() {
        for kind in [Kind::Grade, Kind::Cohort] {
            let Some(base_at) = series.base(at, kind) else { continue };
            let (row, base) = (placed[at], placed[base_at]);
            let mut change = Change::between(columns, stands, (row, base), kind, terms.measure);
            match reason(breaks, &points[base_at], point, kind) {
                Some(reason) => change = change.not_comparable(reason),
                None => families
                    .entry((stands.place(row), stands.place(base), kind == Kind::Cohort))
                    .or_default()
                    .push(all.len()),
            }
            all.push(change);
        }
    }
    let mut wandering = Vec::new();
    for family in families.values() {
        let level = columns.level(all[family[0]].row);
        let phi = judge(&mut all, family, columns, stands, terms);
        if all[family[0]].kind == Kind::Grade {
            wandering.extend(phi.map(|phi| (level, phi)));
        }
    }
    (all, wandering)
}

/// Rows with a place in time, and their points.
pub(super) fn placed<'a>(columns: &Columns<'a>) -> (Vec<usize>, Vec<Point<'a>>) {
    (0..columns.rows).filter_map(|row| Some((row, columns.point(row)?))).unzip()
}

impl Change {
    fn between(
        columns: &Columns<'_>,
        stands: &Stands,
        (row, base): (usize, usize),
        kind: Kind,
        measure: Measure,
    ) -> Self {
        let groups = columns.group(row, measure).zip(columns.group(base, measure));
        let raw = groups.and_then(|(later, earlier)| contrast(&pair(later, earlier), 0.0));
        let gap = |row: usize| columns.value(row) - stands.of(row).value;
        let number = |value: f64| value.is_finite().then_some(value);
        let is_region = columns.level(row) == "region" || measure == Measure::Count;
        Self {
            row,
            base,
            kind,
            raw: number(columns.value(row) - columns.value(base)),
            raw_interval: raw.map(|raw| (raw.low, raw.high)),
            gap: number(gap(row) - gap(base)).filter(|_| !is_region),
            gap_interval: None,
            p: None,
            q: None,
            spread: None,
            verdict: None,
            reason: None,
        }
    }

    fn not_comparable(self, reason: Option<&str>) -> Self {
        Self {
            raw: None,
            raw_interval: None,
            gap: None,
            verdict: Some(Verdict::NotComparable),
            reason: reason.map(str::to_owned),
            ..self
        }
    }
}

/// Gives a family its spread, intervals, q-values and verdicts.
fn judge(all: &mut [Change], family: &[usize], columns: &Columns<'_>, stands: &Stands, terms: Terms) -> Option<f64> {
    let of_region = columns.level(all[family[0]].row) == "region";
    let by_gap = !terms.equated && !of_region;
    let enough = |change: &Change| columns.n(change.row) >= terms.min_n && columns.n(change.base) >= terms.min_n;
    let sides: Vec<Option<Sides>> =
        family.iter().map(|at| Sides::of(&all[*at], columns, stands, terms.measure, by_gap)).collect();
    let phi = by_gap.then(|| {
        let usual = family.iter().zip(&sides).filter(|(at, _)| enough(&all[**at]) && columns.is_known(all[**at].row));
        spread(&usual.filter_map(|(_, sides)| sides.as_ref()?.changed()).collect::<Vec<_>>())
    });
    let found: Vec<Option<Contrast>> = sides
        .iter()
        .map(|sides| {
            let sides = sides.as_ref()?;
            contrast(&sides.parts, phi.unwrap_or(0.0) * sides.unit.unwrap_or(0.0))
        })
        .collect();
    let judged = |at: usize| enough(&all[at]) && columns.is_known(all[at].row);
    let p: Vec<Option<f64>> =
        family.iter().zip(&found).map(|(at, found)| found.filter(|_| judged(*at)).map(|found| found.p)).collect();
    let q = q_values(&p);
    let flagged = if of_region { ALONE } else { FLAGGED };
    for (place, at) in family.iter().enumerate() {
        let change = &mut all[*at];
        let few = !enough(change);
        let known = columns.is_known(change.row);
        (change.p, change.q) = (p[place], q[place]);
        if by_gap {
            change.gap_interval = found[place].map(|found| (found.low, found.high));
            let unit = sides[place].as_ref().and_then(|sides| sides.unit);
            change.spread = phi.zip(unit).map(|(phi, unit)| (phi * unit).sqrt());
        }
        change.verdict = match (found[place], q[place]) {
            _ if few => Some(Verdict::TooFew),
            _ if !known => None,
            _ if of_region && !terms.equated => {
                change.reason = Some(NOT_EQUATED.to_owned());
                Some(Verdict::NotComparable)
            }
            (Some(found), Some(q)) if q <= flagged && found.value > 0.0 => Some(Verdict::Growth),
            (Some(_), Some(q)) if q <= flagged => Some(Verdict::Decline),
            (Some(_), Some(_)) => Some(Verdict::WithinNoise),
            _ => None,
        };
    }
    phi
}

/// What a judged difference is made of.
struct Sides {
    parts: Vec<Part>,
    /// Sampling variance and the variance of a unit, over the entity's own sides.
    sampling: Option<f64>,
    unit: Option<f64>,
}

impl Sides {
    fn of(change: &Change, columns: &Columns<'_>, stands: &Stands, measure: Measure, by_gap: bool) -> Option<Self> {
        let (later, earlier) = (columns.group(change.row, measure)?, columns.group(change.base, measure)?);
        if !by_gap {
            return Some(Self { parts: pair(later, earlier).to_vec(), sampling: None, unit: None });
        }
        let (now, then) = (stands.of(change.row), stands.of(change.base));
        let parts = [now.gap(later, 1.0)?, then.gap(earlier, -1.0)?].concat();
        let (mut sampling, mut unit) = (0.0, 0.0);
        for (part, stand) in parts.iter().zip([now, now, then, then]) {
            let own = (part.weight * part.group.scale).powi(2) * stand.unit(&part.group)?;
            sampling += own / part.group.n;
        }
        for (part, stand) in [(parts[0], now), (parts[2], then)] {
            unit += (part.weight * part.group.scale).powi(2) * stand.unit(&part.group)?;
        }
        Some(Self { parts, sampling: Some(sampling), unit: Some(unit) })
    }

    fn changed(&self) -> Option<Changed> {
        let value: f64 = self.parts.iter().map(|part| part.weight * part.group.value()).sum();
        Some(Changed { squared: value * value, sampling: self.sampling?, unit: self.unit? })
    }
}

fn pair(later: Group, earlier: Group) -> [Part; 2] {
    [Part { weight: 1.0, group: later }, Part { weight: -1.0, group: earlier }]
}
