//! Finds a release's hidden cells from its values: the rows of the table `suppression`.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, Float64Type, Int64Type},
};
use datafusion::{
    common::JoinType,
    datasource::MemTable,
    functions_aggregate::expr_fn::{bool_or, max, min, sum},
    logical_expr::{Expr, cast, col, lit, when},
};
use dinamika_project::{Edges, Measure, ModelKind, Pattern, Policy, Project, builtin_tables};

use super::{
    blocks::Spot,
    ends::Share,
    suppress::{
        Before, Cell, EDGE, INSIDE, Level, Mark, Marks, OWN, Old, PUBLIC, Reason, Unit, Units, level, suppress,
    },
};
use crate::{EngineError, Params, Session};

/// Name of the table of hidden cells.
pub(super) const TABLE: &str = "suppression";

impl Session {
    /// Rows of the table `suppression`: every cell of `indicator_values` that is hidden from somebody, also from those
    /// who kept the release `before`.
    pub async fn suppression(&self, project: &Project, before: Option<&Self>) -> Result<RecordBatch, EngineError> {
        let mut numbers = Numbers::default();
        let units = self.units(project, &mut numbers).await?;
        let before = match before {
            Some(before) => before.told(project, &mut numbers).await?,
            None => Before::default(),
        };
        let policy = project.policy.clone();
        let found = tokio::task::spawn_blocking(move || {
            let marks = suppress(&policy, &units, &before);
            rows(&units, &marks)
        });
        found.await.map_err(|error| EngineError::Engine(error.to_string()))?
    }

    /// The cells of this release with what is hidden of each.
    async fn told(&self, project: &Project, numbers: &mut Numbers) -> Result<Before, EngineError> {
        let mut before: Before = HashMap::new();
        for (unit, cells) in self.units(project, numbers).await? {
            let cells =
                cells.into_iter().map(|cell| ((level(cell.spot), cell.entity.clone()), Old { cell, mark: None }));
            before.insert(unit, cells.collect());
        }
        let table = self.context().table(TABLE).await.map_err(crate::session::mistake)?;
        // Releases of older programs do not tell what came late.
        let late = if table.schema().has_column_with_unqualified_name("late") { "late, withheld" } else { "0, 0" };
        let sql = format!("select {MARKS}, {late} from {TABLE}");
        for batch in self.query(&sql, Params::None).await?.collect().await? {
            mark(&batch, &mut before)?;
        }
        Ok(before)
    }

    /// The cells of all indicators that count people, by unit.
    async fn units(&self, project: &Project, numbers: &mut Numbers) -> Result<Units, EngineError> {
        let groups = groups(project)?;
        let groups = MemTable::try_new(groups.schema(), vec![vec![groups]])?;
        let groups = self.context().read_table(Arc::new(groups))?;
        let values = self.context().table("indicator_values").await.map_err(crate::session::mistake)?;
        let joined = values.join(groups, JoinType::Inner, &["indicator"], &["_indicator"], None)?;
        let below = f64::from(project.policy.edges.below);
        let n = || cast(col("n"), DataType::Float64);
        // At an end of the scale, or one person away from it.
        let at_an_end = (col("value") * n())
            .lt_eq(lit(100.000_001))
            .or(((lit(100.0) - col("value")) * n()).lt_eq(lit(100.000_001)));
        let edge = col("_share").and(n().gt(lit(0.0))).and(n().lt(lit(below))).and(at_an_end);
        let somebody = when(col("n").gt(lit(0_i64)), col("n")).end()?;
        let text = |name: &str| cast(col(name), DataType::Utf8).alias(name);
        let keys: Vec<Expr> = ["_group", "level", "entity", "municipality", "period", "subject"]
            .into_iter()
            .map(text)
            .chain([col("grade"), col("pupil_grade"), col("task").is_not_null().alias("tasks")])
            .collect();
        let names = [
            cast(col("indicator"), DataType::Utf8).alias("indicator"),
            cast(col("task"), DataType::Utf8).alias("task"),
        ];
        // Once for all: what is read here may be computed anew each time.
        let counted = joined.aggregate(
            keys.into_iter().chain(names).collect(),
            vec![
                min(somebody).alias("people"),
                max(col("n")).alias("most"),
                sum(col("num")).alias("nums"),
                sum(col("den")).alias("dens"),
                bool_or(edge).alias("edge"),
                bool_or(col("_ends")).alias("ends"),
                bool_or(col("_rare")).alias("rare"),
            ],
        )?;
        let mut found = Found::default();
        for batch in self.collect(counted).await? {
            found.gather(&batch, numbers)?;
        }
        let mut units = found.units;
        units.values_mut().flatten().for_each(|cell| cell.measures.sort_unstable());
        one_task_is_the_whole(&mut units);
        Ok(units)
    }
}

/// What tells a cell, and what is hidden of it: the first columns of the table.
const MARKS: &str = "cell_group, level, entity, period, subject, grade, pupil_grade, tasks,
                     hidden_own, hidden_inside, hidden_public, hidden_edge";

/// Puts marks at the cells they are of.
fn mark(batch: &RecordBatch, before: &mut Before) -> Result<(), EngineError> {
    let cast_to = |column: usize, data_type: &DataType| arrow::compute::cast(batch.column(column), data_type);
    let texts = (0..5).map(|column| cast_to(column, &DataType::Utf8)).collect::<Result<Vec<_>, _>>()?;
    let wholes =
        [5, 6, 12, 13].map(|column| cast_to(column, &DataType::Int64)).into_iter().collect::<Result<Vec<_>, _>>()?;
    for row in 0..batch.num_rows() {
        let text = |column: usize| text_at(&texts[column], row).map(str::to_owned);
        let flag = |column: usize| batch.column(column).as_boolean().value(row);
        let unit = Unit {
            group: text(0).unwrap_or_default(),
            period: text(3),
            subject: text(4),
            grade: whole_at(&wholes[0], row),
            pupil_grade: whole_at(&wholes[1], row),
            tasks: flag(7),
        };
        let level = match text_at(&texts[1], row) {
            Some("school") => Level::School,
            Some("municipality") => Level::Municipality,
            _ => Level::Region,
        };
        let bits = [(8, OWN), (9, INSIDE), (10, PUBLIC), (11, EDGE)];
        let bits = bits.into_iter().filter(|(column, _)| flag(*column)).fold(0, |bits, (_, bit)| bits | bit);
        let whole = |at: usize| whole_at(&wholes[at], row).and_then(|bits| u8::try_from(bits).ok()).unwrap_or(0);
        let old = before.get_mut(&unit).and_then(|cells| cells.get_mut(&(level, text(2).unwrap_or_default())));
        if let Some(old) = old {
            old.mark = Some(Mark { bits, reason: Reason::Together, late: whole(2), withheld: whole(3) });
        }
    }
    Ok(())
}

/// Each indicator of a group: whether it is a share, whether hidden cells together must not be at its end, and whether
/// it is rare.
fn groups(project: &Project) -> Result<RecordBatch, EngineError> {
    let (mut ids, mut groups, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ends, mut rare) = (Vec::new(), Vec::new());
    let Edges { of, rare: rare_of, .. } = &project.policy.edges;
    let fits = |patterns: &[Pattern], id: &str| patterns.iter().any(|pattern| pattern.fits(id));
    for model in &project.models {
        let ModelKind::Indicator(indicator) = &model.kind else { continue };
        let id = indicator.id.as_str();
        let Some(group) = project.policy.group(id) else { continue };
        let share = matches!(indicator.measure, Measure::Share | Measure::Percent);
        ids.push(id);
        groups.push(group);
        shares.push(share);
        ends.push(share && (fits(of, id) || fits(rare_of, id)));
        rare.push(fits(rare_of, id));
    }
    let columns: [(&str, ArrayRef); 5] = [
        ("_indicator", Arc::new(StringArray::from(ids))),
        ("_group", Arc::new(StringArray::from(groups))),
        ("_share", Arc::new(BooleanArray::from(shares))),
        ("_ends", Arc::new(BooleanArray::from(ends))),
        ("_rare", Arc::new(BooleanArray::from(rare))),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}

/// Numbers of municipalities and of measures (an indicator, or one task of it): the same in both releases.
#[derive(Default)]
struct Numbers {
    places: HashMap<String, u32>,
    measures: HashMap<(String, Option<String>), u32>,
}

/// Cells put together from the rows of their measures.
#[derive(Default)]
struct Found {
    units: Units,
    /// Place of a cell among those of its unit.
    places: HashMap<Unit, HashMap<(u8, String), usize>>,
    /// The first task of a cell of tasks.
    tasks: HashMap<(Unit, usize), String>,
}

impl Found {
    fn gather(&mut self, batch: &RecordBatch, numbers: &mut Numbers) -> Result<(), EngineError> {
        let text = |name: &str| column(batch, name, &DataType::Utf8);
        let whole = |name: &str| column(batch, name, &DataType::Int64);
        let number = |name: &str| column(batch, name, &DataType::Float64);
        let keys = Keys::of(batch)?;
        let (municipality, indicator, task) = (text("municipality")?, text("indicator")?, text("task")?);
        let (people, most) = (whole("people")?, whole("most")?);
        let (nums, dens) = (number("nums")?, number("dens")?);
        let flag = |name: &str| column(batch, name, &DataType::Boolean);
        let (edge, ends, rare) = (flag("edge")?, flag("ends")?, flag("rare")?);
        let is = |flags: &ArrayRef, row: usize| flags.is_valid(row) && flags.as_boolean().value(row);
        for row in 0..batch.num_rows() {
            let Some((unit, entity)) = keys.at(row) else { continue };
            let float = |array: &ArrayRef| {
                let array = array.as_primitive::<Float64Type>();
                if array.is_valid(row) { array.value(row) } else { 0.0 }
            };
            let level = keys.level(row);
            let cells = self.units.entry(unit.clone()).or_default();
            let place = (level as u8, entity.to_owned());
            let at = *self.places.entry(unit.clone()).or_default().entry(place).or_insert(cells.len());
            if at == cells.len() {
                let mut place = |key: &str| number_of(&mut numbers.places, key.to_owned());
                let spot = match level {
                    Level::School => Spot::School(place(text_at(&municipality, row).unwrap_or_default())),
                    Level::Municipality => Spot::Municipality(place(entity)),
                    Level::Region => Spot::Region,
                };
                cells.push(Cell {
                    spot,
                    entity: entity.to_owned(),
                    people: 0,
                    edge: false,
                    tasks: 1,
                    most: 0,
                    sums: [0.0; 2],
                    measures: Vec::new(),
                    shares: Vec::new(),
                });
            }
            let cell = &mut cells[at];
            // Nobody apart: a measure of nobody hides nothing.
            if let Some(people) = whole_at(&people, row) {
                cell.people = if cell.people == 0 { people } else { cell.people.min(people) };
            }
            cell.edge |= is(&edge, row);
            cell.sums = [cell.sums[0] + float(&nums), cell.sums[1] + float(&dens)];
            let task = text_at(&task, row).map(str::to_owned);
            if let Some(task) = &task
                && self.tasks.entry((unit, at)).or_insert_with(|| task.clone()) != task
            {
                cell.tasks = 2;
            }
            let most = whole_at(&most, row).unwrap_or(0);
            cell.most = cell.most.max(most);
            if let (Some(indicator), true) = (text_at(&indicator, row), most > 0) {
                let measure = number_of(&mut numbers.measures, (indicator.to_owned(), task));
                cell.measures.push((measure, most));
                if is(&ends, row) {
                    let share = Share { num: float(&nums), den: float(&dens), is_rare: is(&rare, row) };
                    cell.shares.push((measure, share));
                }
            }
        }
        Ok(())
    }
}

/// The number of a key; a new one gets the next.
fn number_of<K: std::hash::Hash + Eq>(numbers: &mut HashMap<K, u32>, key: K) -> u32 {
    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    *numbers.entry(key).or_insert(next)
}

/// The columns that tell whose a row is and what it is about.
struct Keys {
    texts: [ArrayRef; 5],
    wholes: [ArrayRef; 2],
    tasks: ArrayRef,
}

impl Keys {
    fn of(batch: &RecordBatch) -> Result<Self, EngineError> {
        let text = |name: &str| column(batch, name, &DataType::Utf8);
        let whole = |name: &str| column(batch, name, &DataType::Int64);
        Ok(Self {
            texts: [text("_group")?, text("level")?, text("entity")?, text("period")?, text("subject")?],
            wholes: [whole("grade")?, whole("pupil_grade")?],
            tasks: column(batch, "tasks", &DataType::Boolean)?,
        })
    }

    /// The unit and the entity; none for a row of nobody.
    fn at(&self, row: usize) -> Option<(Unit, &str)> {
        let [group, _, entity, period, subject] = &self.texts;
        let unit = Unit {
            group: text_at(group, row)?.to_owned(),
            period: text_at(period, row).map(str::to_owned),
            subject: text_at(subject, row).map(str::to_owned),
            grade: whole_at(&self.wholes[0], row),
            pupil_grade: whole_at(&self.wholes[1], row),
            tasks: self.tasks.as_boolean().value(row),
        };
        Some((unit, text_at(entity, row)?))
    }

    fn level(&self, row: usize) -> Level {
        match text_at(&self.texts[1], row) {
            Some("school") => Level::School,
            Some("municipality") => Level::Municipality,
            _ => Level::Region,
        }
    }
}

fn column(batch: &RecordBatch, name: &str, data_type: &DataType) -> Result<ArrayRef, EngineError> {
    let found = batch.column_by_name(name).ok_or_else(|| EngineError::contract("suppression", name))?;
    Ok(arrow::compute::cast(found, data_type)?)
}

/// The only task of a test is the test: what hides one hides the other.
fn one_task_is_the_whole(units: &mut Units) {
    type Tasks = BTreeMap<(u8, String), (i64, bool)>;
    let single: Vec<(Unit, Tasks)> = units
        .iter()
        .filter(|(unit, cells)| unit.tasks && cells.iter().all(|cell| cell.tasks == 1))
        .map(|(unit, cells)| {
            let found = cells.iter().map(|cell| (key(cell), (cell.people, cell.edge)));
            (Unit { tasks: false, ..unit.clone() }, found.collect())
        })
        .collect();
    for (whole, tasks) in single {
        for cell in units.get_mut(&whole).into_iter().flatten() {
            if let Some((people, edge)) = tasks.get(&key(cell)).filter(|(people, _)| *people > 0) {
                cell.people = cell.people.min(*people);
                cell.edge |= edge;
            }
        }
    }
}

fn key(cell: &Cell) -> (u8, String) {
    (level(cell.spot) as u8, cell.entity.clone())
}

fn text_at(array: &ArrayRef, row: usize) -> Option<&str> {
    let array = array.as_string::<i32>();
    array.is_valid(row).then(|| array.value(row))
}

fn whole_at(array: &ArrayRef, row: usize) -> Option<i64> {
    let array = array.as_primitive::<Int64Type>();
    array.is_valid(row).then(|| array.value(row))
}

/// The rows of `suppression`, in the order of its schema.
fn rows(units: &Units, marks: &Marks) -> Result<RecordBatch, EngineError> {
    let marked: Vec<_> = units
        .iter()
        .flat_map(|(unit, cells)| {
            let marks = marks.get(unit).into_iter().flatten();
            cells.iter().zip(marks).filter_map(move |(cell, mark)| Some((unit, cell, mark.as_ref()?)))
        })
        .collect();
    let text = |of: &dyn Fn(&Unit, &Cell) -> Option<String>| -> ArrayRef {
        Arc::new(marked.iter().map(|(unit, cell, _)| of(unit, cell)).collect::<StringArray>())
    };
    let whole = |of: fn(&Unit) -> Option<i64>| -> ArrayRef {
        Arc::new(marked.iter().map(|(unit, ..)| of(unit)).collect::<Int64Array>())
    };
    let bit = |bit: u8| -> ArrayRef {
        Arc::new(marked.iter().map(|(.., mark)| Some(mark.bits & bit != 0)).collect::<BooleanArray>())
    };
    let bits = |of: fn(&Mark) -> u8| -> ArrayRef {
        Arc::new(marked.iter().map(|(.., mark)| Some(i64::from(of(mark)))).collect::<Int64Array>())
    };
    let columns = vec![
        text(&|unit, _| Some(unit.group.clone())),
        text(&|_, cell| Some(level_word(level(cell.spot)).to_owned())),
        text(&|_, cell| Some(cell.entity.clone())),
        text(&|unit, _| unit.period.clone()),
        text(&|unit, _| unit.subject.clone()),
        whole(|unit| unit.grade),
        whole(|unit| unit.pupil_grade),
        Arc::new(marked.iter().map(|(unit, ..)| Some(unit.tasks)).collect::<BooleanArray>()),
        bit(OWN),
        bit(INSIDE),
        bit(PUBLIC),
        bit(EDGE),
        Arc::new(marked.iter().map(|(.., mark)| Some(mark.reason.as_str())).collect::<StringArray>()),
        bits(|mark| mark.late),
        bits(|mark| mark.withheld),
    ];
    let schema = builtin_tables().into_iter().find(|(name, _)| name.as_str() == TABLE).map(|(_, schema)| schema);
    let schema = schema.ok_or_else(|| EngineError::contract(TABLE, "is no table of the house"))?;
    Ok(RecordBatch::try_new(schema, columns)?)
}

pub(super) fn level_word(level: Level) -> &'static str {
    match level {
        Level::School => "school",
        Level::Municipality => "municipality",
        Level::Region => "region",
    }
}

/// The rules a release's hidden cells were found by: others ask for them to be found anew.
pub fn suppression_rules(policy: &Policy) -> String {
    let Policy { minimum, together, edges, groups, .. } = policy;
    format!("{minimum:?} {together:?} {edges:?} {groups:?}")
}
