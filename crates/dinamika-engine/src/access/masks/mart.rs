//! A mart as a principal sees it.

use std::{collections::BTreeSet, fmt, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray},
    compute::{cast, filter_record_batch, nullif},
    datatypes::DataType,
};
use datafusion::error::Result;
use dinamika_project::{Principal, Role, TableRule};

use super::{Facts, Fate, REGION, Rows, replaced};
use crate::access::{
    hidden::Place,
    rules::{Eyes, Seer},
    suppress::Level,
    veil::{Seen, Veil, nullable},
};

/// A mart as a principal sees it: own rows, hidden cells empty.
pub(in crate::access) struct MartVeil {
    facts: Arc<Facts>,
    principal: Principal,
    rule: TableRule,
    /// Keys of one's schools; of a municipality all its schools.
    schools: BTreeSet<String>,
    seer: Seer,
}

impl fmt::Debug for MartVeil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MartVeil({})", self.principal)
    }
}

impl MartVeil {
    pub(in crate::access) fn new(facts: &Arc<Facts>, principal: &Principal, rule: &TableRule) -> Self {
        let own = principal.scope();
        let schools = match principal.role() {
            Role::School => own.clone(),
            Role::Municipal => {
                facts.schools.iter().filter(|(_, of)| own.contains(*of)).map(|(school, _)| school.clone()).collect()
            }
            _ => BTreeSet::new(),
        };
        let seer = Seer::new(principal, |school| facts.schools.get(school).cloned());
        Self { facts: Arc::clone(facts), principal: principal.clone(), rule: rule.clone(), schools, seer }
    }

    /// Whether rows are those of one's own only: where everyone sees the table, they see all of it.
    fn is_scoped(&self) -> bool {
        self.principal.role().has_scope() && self.rule.to > Role::Public
    }

    fn is_own(&self, school: Option<&str>, municipality: Option<&str>) -> bool {
        let own_municipality = || municipality.is_some_and(|key| self.principal.scope().contains(key));
        let own_school = || school.is_some_and(|key| self.schools.contains(key));
        own_school() || self.principal.role() == Role::Municipal && own_municipality()
    }

    /// A row of one level: it is its school's.
    fn fate_of_school(&self, rows: &Rows, row: usize, school: Option<&str>, municipality: Option<&str>) -> Fate {
        if self.is_scoped() && !self.is_own(school, municipality) {
            return Fate::Dropped;
        }
        let eyes = match self.principal.role() {
            Role::Administrator => Eyes::All,
            Role::Municipal | Role::Regional => Eyes::Inside,
            Role::School => Eyes::Own,
            Role::Public => Eyes::Guest,
        };
        match self.is_hidden(rows, row, Level::School, school, eyes) {
            true => Fate::Hidden,
            false => Fate::Shown,
        }
    }

    /// A row of a school, a municipality or the region: seen as a value of it is. Rows stand beside the region's, so
    /// where that is hidden, they are too. Those of others, even without a name, tell too much to be shown.
    fn fate_of_place(&self, rows: &Rows, row: usize, level: Option<&str>, entity: Option<&str>) -> Fate {
        let (Some(level), Some(entity)) = (level, entity) else { return Fate::Dropped };
        let level = match level {
            "school" => Level::School,
            "municipality" => Level::Municipality,
            "region" => Level::Region,
            // Nobody here is seen in the numbers of the country.
            "country" => return Fate::Shown,
            _ => return Fate::Dropped,
        };
        let municipality = match level {
            Level::School => self.facts.schools.get(entity).map(String::as_str),
            Level::Municipality | Level::Region => None,
        };
        let eyes = match self.seer.eyes(level, entity, municipality) {
            None | Some(Eyes::Nameless) => return Fate::Dropped,
            Some(eyes) => eyes,
        };
        let region = self.facts.schools.get(REGION).map(String::as_str);
        let is_hidden = self.is_hidden(rows, row, level, Some(entity), eyes)
            || region.is_some() && self.is_hidden(rows, row, Level::Region, region, eyes);
        if is_hidden { Fate::Hidden } else { Fate::Shown }
    }

    fn is_hidden(&self, rows: &Rows, row: usize, level: Level, entity: Option<&str>, eyes: Eyes) -> bool {
        let (Some(group), Some(entity)) = (&self.rule.cells, entity) else {
            // What belongs to no known school has no cell that could be looked up.
            return self.rule.cells.is_some();
        };
        let Some(hidden) = &self.facts.hidden else { return true };
        let place = rows.place(row, group.as_str(), level, entity);
        let of_test = |place: &Place<'_>| {
            // A row that does not tell who wrote the test is of all who did.
            let of_all = if place.pupil_grade.is_none() { hidden.bits_of_grade(place) } else { 0 };
            hidden.bits(place) | of_all
        };
        let mut bits = of_test(&place);
        if self.rule.tasks {
            bits |= of_test(&Place { tasks: true, ..place });
        }
        // A change tells of the earlier test too: of the same grade, or of the grade below.
        if let Some(base) = rows.text("base_period", row) {
            for grade in [place.grade, place.grade.map(|grade| grade - 1)] {
                for tasks in [false, self.rule.tasks] {
                    bits |= hidden.bits_of_grade(&Place { period: Some(base), grade, tasks, ..place });
                }
            }
        }
        bits & eyes.blind(false) != 0
    }
}

impl Veil for MartVeil {
    fn through(&self, batch: &RecordBatch, seen: &mut Seen) -> Result<RecordBatch> {
        let key = |name: Option<&str>| -> Result<Option<StringArray>> {
            let Some(column) = name.and_then(|name| batch.column_by_name(name)) else { return Ok(None) };
            Ok(Some(cast(column, &DataType::Utf8)?.as_string::<i32>().clone()))
        };
        let schools = key(self.rule.school.as_ref().map(|name| name.as_str()))?;
        let municipalities = key(self.rule.municipality.as_ref().map(|name| name.as_str()))?;
        let place = self.rule.place.as_ref();
        let levels = key(place.map(|(level, _)| level.as_str()))?;
        let entities = key(place.map(|(_, entity)| entity.as_str()))?;
        let at = |keys: &Option<StringArray>, row: usize| -> Option<String> {
            let keys = keys.as_ref()?;
            keys.is_valid(row).then(|| keys.value(row).to_owned())
        };
        let rows = Rows::of(batch, None)?;
        let (mut kept, mut hidden) = (Vec::with_capacity(rows.count), Vec::with_capacity(rows.count));
        for row in 0..rows.count {
            let fate = match place {
                Some(_) => self.fate_of_place(&rows, row, at(&levels, row).as_deref(), at(&entities, row).as_deref()),
                None => {
                    let (school, municipality) = (at(&schools, row), at(&municipalities, row));
                    self.fate_of_school(&rows, row, school.as_deref(), municipality.as_deref())
                }
            };
            kept.push(fate != Fate::Dropped);
            hidden.push(fate == Fate::Hidden);
        }
        let hidden = BooleanArray::from(hidden);
        let columns = batch
            .schema_ref()
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| match self.rule.keys.iter().any(|key| key.as_str() == field.name()) {
                // A hidden row says so itself.
                false if self.rule.cells.is_some() && field.name() == "status" => {
                    replaced(column, &hidden, "suppressed")
                }
                false if self.rule.cells.is_some() => Ok(nullif(column, &hidden)?),
                _ => Ok(Arc::clone(column)),
            })
            .collect::<Result<Vec<_>>>()?;
        if hidden.true_count() > 0 {
            let is_key = |name: &str| self.rule.keys.iter().any(|key| key.as_str() == name);
            let fields = batch.schema_ref().fields().iter().zip(&columns);
            let keys: Vec<ArrayRef> =
                fields.filter(|(field, _)| is_key(field.name())).map(|(_, column)| Arc::clone(column)).collect();
            for (row, is_first) in seen.first(&keys, &hidden)?.into_iter().enumerate() {
                kept[row] &= is_first || !hidden.value(row);
            }
        }
        let masked = RecordBatch::try_new(nullable(&batch.schema()), columns)?;
        Ok(filter_record_batch(&masked, &BooleanArray::from(kept))?)
    }

    fn folds(&self) -> bool {
        self.rule.cells.is_some()
    }

    fn is_plain(&self, column: &str) -> bool {
        self.rule.cells.is_none() || self.rule.keys.iter().any(|key| key.as_str() == column)
    }
}
