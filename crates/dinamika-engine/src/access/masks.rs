//! What a principal sees of the indicators' tables and of marts.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    sync::Arc,
};

use arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, new_null_array},
    compute::{cast, filter_record_batch, nullif},
    datatypes::{DataType, Int64Type},
};
use datafusion::error::Result;
use dinamika_project::{Level as ProjectLevel, Policy, Principal, Role, TableRule};

use super::{
    find::level_word,
    hidden::{Hidden, Place},
    nameless,
    rules::{Eyes, Seer},
    suppress::Level,
    veil::{Emptied, Veil},
};
use crate::indicator::contract;

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

/// Facts the masks of all principals share.
pub(super) struct Facts {
    pub(super) policy: Policy,
    /// None: the release has no table of hidden cells, so nothing is known to be safe.
    pub(super) hidden: Option<Hidden>,
    /// Group of each indicator that counts people, and whether its value is the count.
    pub(super) groups: HashMap<String, (String, bool)>,
    /// Municipality of each school.
    pub(super) schools: HashMap<String, String>,
}

/// `indicator_values`, `indicator_dynamics` and `indicator_position` as a principal sees them.
pub(super) struct IndicatorVeil {
    facts: Arc<Facts>,
    seer: Seer,
    of: Kind,
}

/// Which of the indicators' tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Values of a period, or places among others in it.
    Values,
    /// Changes between two periods.
    Dynamics,
    /// Sums and slopes over periods.
    Years,
}

/// A row's fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Dropped,
    Shown,
    /// Shown, without who of those expected came: the share that makes is hidden.
    Counted,
    /// Shown, without what compares it with its municipality or region.
    Alone,
    Hidden,
    Nameless,
}

impl fmt::Debug for IndicatorVeil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndicatorVeil({})", self.seer.principal)
    }
}

impl IndicatorVeil {
    pub(super) fn new(facts: &Arc<Facts>, principal: &Principal, of: Kind) -> Self {
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
        let place = Place {
            group,
            tasks: rows.text("task", row).is_some(),
            level: level_word(level),
            entity,
            period: rows.text("period", row),
            subject: rows.text("subject", row),
            grade: rows.whole("grade", row),
            pupil_grade: rows.whole("pupil_grade", row),
        };
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
    fn through(&self, batch: &RecordBatch, _: &mut Emptied) -> Result<RecordBatch> {
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
        let masked = RecordBatch::try_new(super::veil::nullable(&batch.schema()), columns)?;
        let masked = nameless::by_value(&masked, &without_name)?;
        let kept = fates.iter().map(|fate| Some(*fate != Fate::Dropped)).collect::<BooleanArray>();
        Ok(filter_record_batch(&masked, &kept)?)
    }

    fn is_plain(&self, column: &str) -> bool {
        ["indicator", "level", "period", "subject", "grade", "pupil_grade", "task", "kind", "base_period"]
            .contains(&column)
    }
}

impl Facts {
    /// The region's key: that of the only region there is.
    fn region_key(&self) -> Option<String> {
        self.schools.get(REGION).cloned()
    }
}

/// Under which name the region's key stands among the schools': no school is called so.
pub(super) const REGION: &str = "\u{0}region";

/// Whether a column is more than a value with its parts: such a one may compare with others.
fn is_derived(name: &str) -> bool {
    !contract(true).any(|known| known == name)
}

fn replaced(column: &ArrayRef, at: &BooleanArray, text: &str) -> Result<ArrayRef> {
    let texts = cast(column, &DataType::Utf8)?;
    let texts = texts.as_string::<i32>();
    let said = texts.iter().zip(at.iter()).map(|(old, at)| if at == Some(true) { Some(text) } else { old });
    Ok(cast(&(Arc::new(said.collect::<StringArray>()) as ArrayRef), column.data_type())?)
}

/// Key columns of a batch, as plain texts and numbers.
struct Rows {
    texts: BTreeMap<&'static str, StringArray>,
    wholes: BTreeMap<&'static str, Int64Array>,
    count: usize,
    region: Option<String>,
    has_derived: bool,
}

impl Rows {
    fn of(batch: &RecordBatch, region: Option<String>) -> Result<Self> {
        let column = |name: &str, data_type: &DataType| match batch.column_by_name(name) {
            Some(column) => cast(column, data_type),
            None => Ok(new_null_array(data_type, batch.num_rows())),
        };
        let texts =
            ["indicator", "level", "entity", "municipality", "period", "subject", "task", "kind", "base_period"];
        let texts = texts
            .into_iter()
            .map(|name| Ok((name, column(name, &DataType::Utf8)?.as_string::<i32>().clone())))
            .collect::<Result<_>>()?;
        let wholes = ["grade", "pupil_grade"]
            .into_iter()
            .map(|name| Ok((name, column(name, &DataType::Int64)?.as_primitive::<Int64Type>().clone())))
            .collect::<Result<_>>()?;
        let has_derived = batch.schema_ref().fields().iter().any(|field| is_derived(field.name()));
        Ok(Self { texts, wholes, count: batch.num_rows(), region, has_derived })
    }

    fn text(&self, name: &str, row: usize) -> Option<&str> {
        let array = self.texts.get(name)?;
        array.is_valid(row).then(|| array.value(row))
    }

    fn whole(&self, name: &str, row: usize) -> Option<i64> {
        let array = self.wholes.get(name)?;
        array.is_valid(row).then(|| array.value(row))
    }
}

/// A mart as a principal sees it: own rows, hidden cells empty.
pub(super) struct MartVeil {
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
    pub(super) fn new(facts: &Arc<Facts>, principal: &Principal, rule: &TableRule) -> Self {
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
        let place = Place {
            group: group.as_str(),
            tasks: false,
            level: level_word(level),
            entity,
            period: rows.text("period", row),
            subject: rows.text("subject", row),
            grade: rows.whole("grade", row),
            pupil_grade: rows.whole("pupil_grade", row),
        };
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
    fn through(&self, batch: &RecordBatch, seen: &mut Emptied) -> Result<RecordBatch> {
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
        let masked = RecordBatch::try_new(super::veil::nullable(&batch.schema()), columns)?;
        Ok(filter_record_batch(&masked, &BooleanArray::from(kept))?)
    }

    fn folds(&self) -> bool {
        self.rule.cells.is_some()
    }

    fn is_plain(&self, column: &str) -> bool {
        self.rule.cells.is_none() || self.rule.keys.iter().any(|key| key.as_str() == column)
    }
}
