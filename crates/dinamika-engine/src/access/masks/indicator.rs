//! `indicator_values` and what is made of it, as a principal sees them.

use std::{fmt, sync::Arc};

use arrow::{
    array::{ArrayRef, BooleanArray, RecordBatch, new_null_array},
    compute::{filter_record_batch, nullif},
};
use datafusion::error::Result;
use dinamika_project::{Level as ProjectLevel, Principal, Role};

use super::{Facts, Fate, Rows, is_derived, replaced};
use crate::{
    access::{
        hidden::Place,
        nameless,
        rules::{Eyes, Seer},
        suppress::Level,
        veil::{Seen, Veil, nullable},
    },
    indicator::contract,
};

/// What stays in a hidden row: whose it is and what it is about.
const KEYS: &[&str] = &[
    "indicator",
    "level",
    "entity",
    "entity_name",
    "municipality",
    "period",
    "subject",
    "grade",
    "pupil_grade",
    "task",
    "kind",
    "base_period",
    "status",
];
/// What a row keeps that must not tell whose it is.
const NAMELESS: &[&str] =
    &["indicator", "level", "entity_name", "period", "subject", "grade", "pupil_grade", "task", "value", "status"];
/// Who came of those expected.
const COVERAGE: &[&str] = &["schools_expected", "schools_received", "pupils_expected", "pupils_received"];
/// Instead of the name.
const SOMEBODY: &str = "другой муниципалитет";

/// `indicator_values`, `indicator_dynamics` and `indicator_position` as a principal sees them.
pub(in crate::access) struct IndicatorVeil {
    facts: Arc<Facts>,
    seer: Seer,
    of: Kind,
}

/// Which of the indicators' tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::access) enum Kind {
    /// Values of a period, or places among others in it.
    Values,
    /// Changes between two periods.
    Dynamics,
    /// Sums and slopes over periods.
    Years,
}

impl fmt::Debug for IndicatorVeil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndicatorVeil({})", self.seer.principal)
    }
}

impl IndicatorVeil {
    pub(in crate::access) fn new(facts: &Arc<Facts>, principal: &Principal, of: Kind) -> Self {
        let seer = Seer::new(principal, |school| facts.schools.get(school).cloned());
        Self { facts: Arc::clone(facts), seer, of }
    }

    fn role(&self) -> Role {
        self.seer.principal.role()
    }

    /// From which role on a column is seen: the contract's by all, others by the region's staff, unless the policy
    /// says otherwise.
    fn column_to(&self, column: &str) -> Role {
        if let Some((_, role)) = self.facts.policy.columns.iter().find(|(name, _)| name.as_str() == column) {
            return *role;
        }
        if contract(self.of == Kind::Dynamics).any(|known| known == column) { Role::Public } else { Role::Regional }
    }

    fn fates(&self, rows: &Rows) -> Vec<Fate> {
        (0..rows.count).map(|row| self.fate(rows, row)).collect()
    }

    fn fate(&self, rows: &Rows, row: usize) -> Fate {
        let (Some(indicator), Some(entity)) = (rows.text("indicator", row), rows.text("entity", row)) else {
            return Fate::Dropped;
        };
        let (level, shown_at) = match rows.text("level", row) {
            Some("school") => (Level::School, ProjectLevel::School),
            Some("municipality") => (Level::Municipality, ProjectLevel::Municipality),
            Some("region") => (Level::Region, ProjectLevel::Region),
            _ => return Fate::Dropped,
        };
        if self.role() < self.facts.policy.shown_to(indicator, shown_at) {
            return Fate::Dropped;
        }
        let municipality = rows.text("municipality", row);
        let Some(eyes) = self.seer.eyes(level, entity, municipality) else { return Fate::Dropped };
        let is_hidden = self.is_hidden(rows, row, indicator, level, entity, eyes);
        match (eyes, is_hidden) {
            (Eyes::Nameless, true) => Fate::Dropped,
            // Changes over years would tell which municipality it is.
            (Eyes::Nameless, false) if self.of != Kind::Values => Fate::Dropped,
            (Eyes::Nameless, false) => Fate::Nameless,
            (_, true) => Fate::Hidden,
            (_, false) if self.is_alone(rows, row, indicator, level, municipality, eyes) => Fate::Alone,
            (_, false) if self.is_counted(rows, row, indicator, level, entity, eyes) => Fate::Counted,
            (_, false) => Fate::Shown,
        }
    }

    fn is_hidden(&self, rows: &Rows, row: usize, indicator: &str, level: Level, entity: &str, eyes: Eyes) -> bool {
        let Some((_, counts)) = self.facts.groups.get(indicator) else { return false };
        self.is_blind(rows, row, indicator, level, entity, (eyes, *counts))
    }

    /// A number of people whose shares are hidden.
    fn is_counted(&self, rows: &Rows, row: usize, indicator: &str, level: Level, entity: &str, eyes: Eyes) -> bool {
        self.facts.groups.get(indicator).is_some_and(|(_, counts)| *counts)
            && self.is_blind(rows, row, indicator, level, entity, (eyes, false))
    }

    fn is_blind(
        &self,
        rows: &Rows,
        row: usize,
        indicator: &str,
        level: Level,
        entity: &str,
        (eyes, counts): (Eyes, bool),
    ) -> bool {
        let Some((group, _)) = self.facts.groups.get(indicator) else { return false };
        let Some(hidden) = &self.facts.hidden else { return eyes != Eyes::All };
        let blind = eyes.blind(counts);
        let tasks = rows.text("task", row).is_some();
        let place = Place { tasks, ..rows.place(row, group, level, entity) };
        let bits = if self.of == Kind::Years { hidden.bits_of_years(&place) } else { hidden.bits(&place) };
        if bits & blind != 0 {
            return true;
        }
        // A change of two values tells of both: the earlier one is of the same grade, or of the grade below.
        self.of == Kind::Dynamics
            && [place.grade, place.grade.map(|grade| grade - 1)].into_iter().any(|grade| {
                let base = Place { period: rows.text("base_period", row), grade, ..place };
                let is_base = match rows.text("kind", row) {
                    Some("cohort") => grade != place.grade || grade.is_none(),
                    Some("grade") => grade == place.grade,
                    _ => true,
                };
                is_base && hidden.bits_of_grade(&base) & blind != 0
            })
    }

    /// Whether what the row may be compared with is hidden.
    fn is_alone(
        &self,
        rows: &Rows,
        row: usize,
        indicator: &str,
        level: Level,
        municipality: Option<&str>,
        eyes: Eyes,
    ) -> bool {
        if !rows.has_derived || level == Level::Region {
            return false;
        }
        let region = rows.region.as_deref();
        let above = [(Level::Municipality, municipality.filter(|_| level == Level::School)), (Level::Region, region)];
        above.into_iter().any(|(level, entity)| {
            entity.is_some_and(|entity| self.is_hidden(rows, row, indicator, level, entity, eyes))
        })
    }
}

impl Veil for IndicatorVeil {
    fn through(&self, batch: &RecordBatch, seen: &mut Seen) -> Result<RecordBatch> {
        let rows = Rows::of(batch, self.facts.region_key())?;
        let fates = self.fates(&rows);
        let is = |wanted: &[Fate]| fates.iter().map(|fate| Some(wanted.contains(fate))).collect::<BooleanArray>();
        let (hidden, without_name, alone) = (is(&[Fate::Hidden]), is(&[Fate::Nameless]), is(&[Fate::Alone]));
        let counted = is(&[Fate::Counted]);
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
        for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let name = field.name().as_str();
            if self.role() < self.column_to(name) {
                columns.push(new_null_array(field.data_type(), batch.num_rows()));
                continue;
            }
            let mut column = Arc::clone(column);
            if !KEYS.contains(&name) {
                column = nullif(&column, &hidden)?;
            }
            if !NAMELESS.contains(&name) {
                column = nullif(&column, &without_name)?;
            }
            if is_derived(name) {
                column = nullif(&column, &alone)?;
            }
            if COVERAGE.contains(&name) {
                column = nullif(&column, &counted)?;
            }
            columns.push(match name {
                "status" => replaced(&column, &hidden, "suppressed")?,
                "entity_name" => replaced(&column, &without_name, SOMEBODY)?,
                "value" => nameless::rounded(&column, &without_name)?,
                _ => column,
            });
        }
        let masked = RecordBatch::try_new(nullable(&batch.schema()), columns)?;
        if without_name.true_count() > 0 {
            seen.nameless.push(filter_record_batch(&masked, &without_name)?);
        }
        let is_kept = |fate: &Fate| !matches!(fate, Fate::Dropped | Fate::Nameless);
        let kept = fates.iter().map(|fate| Some(is_kept(fate))).collect::<BooleanArray>();
        Ok(filter_record_batch(&masked, &kept)?)
    }

    fn last(&self, seen: &mut Seen) -> Result<Option<RecordBatch>> {
        nameless::by_value(&std::mem::take(&mut seen.nameless))
    }

    /// Only municipalities are shown rows of others.
    fn folds(&self) -> bool {
        self.role() == Role::Municipal
    }

    fn is_plain(&self, column: &str) -> bool {
        ["indicator", "level", "period", "subject", "grade", "pupil_grade", "task", "kind", "base_period"]
            .contains(&column)
    }
}
