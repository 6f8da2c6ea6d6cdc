//! The region as each test's entities stand in it.

use std::collections::HashMap;

use dinamika_project::Measure;

use super::{
    group::{Group, Part},
    values::{Columns, Test},
};
use crate::functions::{Anova, shrinkage};

/// All entities of one level in one test.
#[derive(Debug, Default)]
pub(super) struct Stand {
    entities: Anova,
    whole: Option<Group>,
    /// The region's value: the region's own row, else of the sum of entities.
    pub(super) value: f64,
    /// Values of known entities with enough units, sorted.
    sorted: Vec<f64>,
}

/// Where one entity stands among all of its level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    /// The value drawn to the region's by its reliability.
    pub(super) shrunk: f64,
    pub(super) reliability: f64,
    /// The shrunk value's distance to the region's in standard deviations between entities.
    pub(super) z: Option<f64>,
}

impl Stand {
    /// An entity against the rest of the region, so weighted that the value is the printed gap
    /// `value − region`: the region holds the entity, `value − region = (1 − n/N)·(value − rest)`.
    pub(super) fn gap(&self, group: Group, sign: f64) -> Option<[Part; 2]> {
        let whole = self.whole?;
        let rest = group.rest_of(&whole)?;
        let weight = sign * (1.0 - group.n / whole.n);
        Some([Part { weight, group }, Part { weight: -weight, group: rest }])
    }

    /// Variance of one unit of an entity. A share's is taken at the shrunk share: of nobody in ten
    /// does not follow that nobody ever will.
    pub(super) fn unit(&self, group: &Group) -> Option<f64> {
        if !group.counted {
            return self.entities.within().or_else(|| group.variance());
        }
        let p = shrinkage::share(group.sum, group.n, self.mean()?, self.strength())?;
        Some(p * (1.0 - p))
    }

    pub(super) fn icc(&self) -> Option<f64> {
        self.entities.icc()
    }

    /// Limits of chance around the region at an entity's size.
    pub(super) fn funnel(&self, group: &Group) -> Option<[f64; 4]> {
        let limits = match group.counted {
            true => shrinkage::funnel(self.mean()?, group.n, None),
            false => shrinkage::funnel(self.mean()?, group.n, Some(self.entities.within()?.sqrt())),
        };
        limits.map(|limits| limits.map(|limit| group.scale * limit))
    }

    pub(super) fn standing(&self, group: &Group) -> Option<Standing> {
        let icc = self.icc()?;
        let (mean, reliability) = (self.mean()?, shrinkage::reliability(group.n, icc)?);
        let shrunk = shrinkage::mean(group.sum / group.n, group.n, mean, icc)?;
        let between = self.entities.variance_between().filter(|variance| *variance > 0.0).map(f64::sqrt);
        let z = between.map(|between| (shrunk - mean) / between);
        Some(Standing { shrunk: group.scale * shrunk, reliability, z })
    }

    /// Share of the others with a lower value, in percent, among entities with enough units.
    pub(super) fn percentile(&self, value: f64) -> Option<f64> {
        let others = self.sorted.len().checked_sub(1).filter(|others| *others > 0)?;
        Some(100.0 * self.sorted.partition_point(|known| *known < value) as f64 / others as f64)
    }

    fn mean(&self) -> Option<f64> {
        let whole = self.whole?;
        Some(whole.sum / whole.n)
    }

    fn strength(&self) -> f64 {
        match self.icc() {
            Some(icc) if icc > 0.0 => ((1.0 - icc) / icc).max(0.0),
            _ => f64::INFINITY,
        }
    }

    fn add_to_whole(&mut self, group: Group) {
        self.whole = Some(match self.whole {
            None => group,
            Some(whole) => Group {
                n: whole.n + group.n,
                sum: whole.sum + group.sum,
                squares: whole.squares + group.squares,
                ..whole
            },
        });
    }
}

/// Every test's stand at every level.
pub(super) struct Stands {
    of_row: Vec<usize>,
    stands: Vec<Stand>,
}

impl Stands {
    pub(super) fn new(columns: &Columns<'_>, measure: Measure, min_n: i64) -> Self {
        let mut places: HashMap<(&str, Test<'_>), usize> = HashMap::new();
        let mut region: HashMap<Test<'_>, (f64, Option<Group>)> = HashMap::new();
        let mut stands: Vec<Stand> = Vec::new();
        let mut of_row = Vec::with_capacity(columns.rows);
        for row in 0..columns.rows {
            let (level, test) = (columns.level(row), columns.test(row));
            let place = *places.entry((level, test)).or_insert_with(|| {
                stands.push(Stand { value: f64::NAN, ..Stand::default() });
                stands.len() - 1
            });
            of_row.push(place);
            let stand = &mut stands[place];
            let group = columns.group(row, measure);
            if level == "region" {
                region.insert(test, (columns.value(row), group));
            }
            if let Some(group) = group {
                stand.add_to_whole(group);
                if columns.is_known(row) {
                    stand.entities.add(group.n, group.sum, group.squares);
                }
            }
            if columns.is_known(row) && columns.n(row) >= min_n {
                stand.sorted.push(columns.value(row));
            }
        }
        for ((_, test), place) in &places {
            let stand = &mut stands[*place];
            stand.sorted.sort_unstable_by(f64::total_cmp);
            if let Some((value, whole)) = region.get(test) {
                stand.value = *value;
                stand.whole = whole.or(stand.whole);
            } else if let Some(whole) = stand.whole {
                stand.value = whole.value();
            }
        }
        Self { of_row, stands }
    }

    /// Which stand a row is of.
    pub(super) fn place(&self, row: usize) -> usize {
        self.of_row[row]
    }

    pub(super) fn of(&self, row: usize) -> &Stand {
        &self.stands[self.of_row[row]]
    }
}
