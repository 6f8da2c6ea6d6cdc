//! From one published value to the rows of exports behind it.
//!
//! Works for any indicator: the models it went through are followed back to the tables of pipelines, whose rows are
//! narrowed to the entity, the period, the subject, the grade; then the value is computed again from those rows
//! alone. Only what gives the same numbers is called exact. Nothing of what stands in the rows leaves this module.

mod again;
mod ranges;
mod way;

use arrow::{array::Array as _, record_batch::RecordBatch};
use dinamika_project::{Model, Project, TableName};

use self::{
    again::{Again, Narrowed},
    way::Way,
};
use crate::{Engine, EngineError, Filter, PinnedTable, Select, Session, Source, Wanted};

pub use ranges::BatchRows;

/// What splits the values of an entity.
const DIMENSIONS: [&str; 5] = ["period", "subject", "grade", "pupil_grade", "task"];
/// Different values named of a column that has to be chosen by.
const NAMED: usize = 20;

/// What was found behind a question.
#[derive(Debug)]
pub enum Traced {
    /// One value.
    One(Box<Trace>),
    /// Several values: the columns they differ in, with their values.
    Several(Vec<(String, Vec<String>)>),
    /// No value.
    Nothing,
}

/// One value and what it was made from.
#[derive(Debug)]
pub struct Trace {
    /// The value: one row of `indicator_values`.
    pub value: RecordBatch,
    /// Whether the same numbers came out of the rows named here and no others of their tables.
    pub exact: bool,
    /// Models it went through, the indicator's own last.
    pub models: Vec<TableName>,
    /// Tables used whole, because they tell of no single school: names, scales, what is known of a test.
    pub common: Vec<TableName>,
    /// Tables of pipelines whose rows it was computed from.
    pub sources: Vec<SourceRows>,
    /// How the exports name the schools of the entity; empty for the region.
    pub spellings: Vec<Spelling>,
}

/// Rows of one table of a pipeline.
#[derive(Debug)]
pub struct SourceRows {
    /// The table.
    pub table: TableName,
    /// What they were narrowed by: `school` and columns.
    pub narrowed_by: Vec<String>,
    /// By batch.
    pub batches: Vec<BatchRows>,
}

/// How exports name a school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling {
    /// As tables carry it.
    pub school_ref: String,
    /// The school it means.
    pub school_key: Option<String>,
    /// How that was found.
    pub method: Option<String>,
}

impl Engine {
    /// Traces the one value of an indicator that passes the filters back to rows. `tables` are all tables of the
    /// release, those of people included.
    pub async fn trace(
        &self,
        project: &Project,
        tables: &[PinnedTable],
        indicator: &Model,
        filters: Vec<Filter>,
    ) -> Result<Traced, EngineError> {
        let whole = again::whole(self, project, tables, indicator).await?;
        let mut select = Select::all(Source::Table(table("indicator_values")?));
        let id = super::indicator::of(indicator)?.id.to_string();
        select.filters = filters;
        select.filters.push(Filter { column: "indicator".to_owned(), any_of: vec![Wanted::Text(id)] });
        let found = whole.select(select).await?.collect_one().await?;
        match found.num_rows() {
            0 => return Ok(Traced::Nothing),
            1 => {}
            _ => return Ok(Traced::Several(differing(&found)?)),
        }
        let value = Value { row: found };
        let way = Way::back(&whole, project, indicator).await?;
        let spellings = spellings(&whole, &value).await?;
        let again = Again { engine: self, project, tables, indicator, way: &way, value: &value, spellings: &spellings };
        let (narrowed, exact) = again.least().await?;
        let mut sources = Vec::new();
        for source in narrowed {
            let batches = ranges::of(again.rows(&source).await?).await?;
            let Narrowed { table, by, school } = source;
            let school = school.then(|| "school".to_owned());
            let narrowed_by = school.into_iter().chain(by.iter().map(|name| (*name).to_owned())).collect();
            sources.push(SourceRows { table, narrowed_by, batches });
        }
        let Way { models, common, .. } = way;
        Ok(Traced::One(Box::new(Trace { value: value.row, exact, models, common, sources, spellings })))
    }
}

/// The row of `indicator_values` that is explained.
pub(super) struct Value {
    row: RecordBatch,
}

impl Value {
    /// A cell as text; none when it is null or there is no such column.
    pub(super) fn text(&self, column: &str) -> Option<String> {
        cell(&self.row, column, 0)
    }

    /// The filters that name this value among all of its indicator.
    pub(super) fn key(&self) -> Vec<Filter> {
        ["level", "entity"].iter().chain(&DIMENSIONS).map(|column| self.filter(column)).collect()
    }

    /// The filter that a column has the value's.
    pub(super) fn filter(&self, column: &str) -> Filter {
        let whole = matches!(column, "grade" | "pupil_grade");
        let wanted = self.text(column).map(|text| match text.parse() {
            Ok(number) if whole => Wanted::Whole(number),
            _ => Wanted::Text(text),
        });
        Filter { column: column.to_owned(), any_of: wanted.into_iter().collect() }
    }

    /// Whether a row has the same numerator, denominator and n.
    pub(super) fn has_numbers_of(&self, row: &RecordBatch) -> bool {
        let number = |rows: &RecordBatch, column: &str| cell(rows, column, 0).and_then(|text| text.parse::<f64>().ok());
        let same = |column: &str| match (number(&self.row, column), number(row, column)) {
            // Sums are made in any order.
            (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * one.abs().max(1.0),
            (one, other) => one.is_none() && other.is_none(),
        };
        ["num", "den", "n", "sq"].into_iter().all(same)
    }
}

/// A cell as text.
pub(super) fn cell(rows: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let column = rows.column_by_name(column).filter(|column| column.is_valid(row))?;
    arrow::util::display::array_value_to_string(column, row).ok()
}

pub(crate) fn table(name: &str) -> Result<TableName, EngineError> {
    name.parse().map_err(|error: dinamika_project::WordError| EngineError::Engine(error.to_string()))
}

/// The columns in which rows differ, with their values.
fn differing(rows: &RecordBatch) -> Result<Vec<(String, Vec<String>)>, EngineError> {
    let mut told = Vec::new();
    for column in ["level", "entity"].iter().chain(&DIMENSIONS) {
        let values = (0..rows.num_rows()).map(|row| cell(rows, column, row).unwrap_or_else(|| "—".to_owned()));
        let mut values: Vec<String> = values.collect();
        values.sort();
        values.dedup();
        if values.len() > 1 {
            values.truncate(NAMED);
            told.push(((*column).to_owned(), values));
        }
    }
    Ok(told)
}

/// How exports name the entity's schools.
async fn spellings(whole: &Session, value: &Value) -> Result<Vec<Spelling>, EngineError> {
    let entity = value.text("entity").unwrap_or_default();
    let by = |column: &str, any_of| vec![Filter { column: column.to_owned(), any_of }];
    let filters = match value.text("level").as_deref() {
        Some("school") => by("school_key", vec![Wanted::Text(entity)]),
        // Rows of schools nobody knows stand in a municipality of their own.
        Some("municipality") if entity == crate::indicator::UNRESOLVED => by("school_key", Vec::new()),
        Some("municipality") => by("municipality_key", vec![Wanted::Text(entity)]),
        _ => return Ok(Vec::new()),
    };
    let mut select = Select::all(Source::Table(table("school_match")?));
    select.filters = filters;
    let rows = whole.select(select).await?.collect_one().await?;
    let mut spellings: Vec<Spelling> = (0..rows.num_rows())
        .filter_map(|row| {
            Some(Spelling {
                school_ref: cell(&rows, "school_ref", row)?,
                school_key: cell(&rows, "school_key", row),
                method: cell(&rows, "method", row),
            })
        })
        .collect();
    spellings.sort_by(|a, b| (&a.school_key, &a.school_ref).cmp(&(&b.school_key, &b.school_ref)));
    Ok(spellings)
}
