//! One value and everything behind it, as readers are told.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dinamika_engine::{Engine, EngineError, Filter, PinnedTable, Select, Session, Source, Trace, Wanted};
use dinamika_project::{Indicator, Measure, Model, ModelKind, Project};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What was found behind a question about one value.
pub enum Explained {
    /// The value.
    One(Box<Explanation>),
    /// Several values answer: the columns they differ in, with their values.
    Several(Vec<(String, Vec<String>)>),
    /// None does.
    Nothing,
}

/// One value: what it is, the models it went through, the files, sheets and rows behind it. Never what stands in them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Explanation {
    /// What is measured, and how.
    pub indicator: ExplainedIndicator,
    /// The row of `indicator_values`: entity, period, num, den, n, value, interval, status.
    #[schema(value_type = Object)]
    pub value: Value,
    /// Whether computing it again from `sources` alone gave the same numbers.
    pub exact: bool,
    /// The same in words.
    pub says: String,
    /// Models it went through, the indicator's own last.
    pub models: Vec<ExplainedModel>,
    /// Tables used whole: names, scales, what is known of a test.
    pub common: Vec<String>,
    /// Tables of exports whose rows it was computed from.
    pub sources: Vec<ExplainedSource>,
    /// How exports name the schools of the entity; empty for the region. Told to the region's staff only.
    pub schools: Vec<ExplainedSchool>,
    /// What else must be known: breaks of the series, a small number, rows left out.
    pub notes: Vec<String>,
}

/// What is measured.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExplainedIndicator {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The formula in words.
    pub formula: String,
    /// The unit.
    pub unit: String,
    /// `share`, `percent`, `mean`, `ratio`, `count`.
    pub measure: &'static str,
    /// Least n at which a value is spoken of.
    pub min_n: u32,
    /// Where the formula comes from.
    pub source: Option<String>,
}

/// A model on the way.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExplainedModel {
    /// Its table.
    pub name: String,
    /// In words.
    pub title: String,
    /// The SQL file.
    pub file: String,
    /// Tables it reads.
    pub reads: Vec<String>,
}

/// Rows of one table of exports.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExplainedSource {
    /// The table.
    pub table: String,
    /// The pipeline that fills it.
    pub pipeline: String,
    /// In words.
    pub title: String,
    /// What the rows were narrowed by: `school`, `period`, `subject`, `grade`, `pupil_grade`; empty: all rows.
    pub narrowed_by: Vec<String>,
    /// Rows of the table; told to the region's staff only.
    pub rows: Option<u64>,
    /// How many sheets they stand in.
    pub sheets: usize,
    /// When the newest of them was loaded.
    pub loaded_at: Option<DateTime<Utc>>,
    /// By file and sheet; told to the region's staff only.
    pub files: Vec<ExplainedFile>,
}

/// Rows of one sheet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExplainedFile {
    /// The file in its source, a member of a zip after it.
    pub path: String,
    /// The sheet.
    pub sheet: String,
    /// The shape it was read in.
    pub layout: String,
    /// The batch.
    pub batch: String,
    /// Hash of the file.
    pub sha256: String,
    /// When its sender changed it.
    pub modified_at: Option<DateTime<Utc>>,
    /// When it was loaded.
    pub loaded_at: Option<DateTime<Utc>>,
    /// Rows of the table.
    pub rows: u64,
    /// First and last rows of the sheet, from 1; at most fifty ranges.
    pub ranges: Vec<[i32; 2]>,
    /// Whether there are more ranges.
    pub more_ranges: bool,
    /// Rows of the sheet that were refused.
    pub rejected: u64,
}

/// How exports name a school.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExplainedSchool {
    /// As tables carry it.
    pub school_ref: String,
    /// The school it means.
    pub school_key: Option<String>,
    /// How that was found: `login`, `inn`, `number`, `name`, `decision` …
    pub method: Option<String>,
}

impl Explained {
    /// Traces a value in the tables of a release, those of people included, and tells of it with the names of
    /// files that `session`, the release as readers see it, has.
    pub(crate) async fn of(
        engine: &Engine,
        project: &Project,
        tables: &[PinnedTable],
        session: &Session,
        model: &Model,
        filters: Vec<Filter>,
    ) -> Result<Self, EngineError> {
        let ModelKind::Indicator(indicator) = &model.kind else { return Ok(Self::Nothing) };
        Ok(match engine.trace(project, tables, model, filters).await? {
            dinamika_engine::Traced::Nothing => Self::Nothing,
            dinamika_engine::Traced::Several(differing) => Self::Several(differing),
            dinamika_engine::Traced::One(trace) => {
                Self::One(Box::new(told(project, session, model, indicator, *trace).await?))
            }
        })
    }
}

async fn told(
    project: &Project,
    session: &Session,
    model: &Model,
    indicator: &Indicator,
    trace: Trace,
) -> Result<Explanation, EngineError> {
    let value = rows_as_json(&trace.value)?.into_iter().next().unwrap_or_default();
    let names: Vec<&str> = trace.sources.iter().flat_map(|s| &s.batches).map(|batch| batch.batch.as_str()).collect();
    let files = batches(session, &names).await?;
    let sources: Vec<ExplainedSource> = trace
        .sources
        .into_iter()
        .map(|source| {
            let pipeline = project.pipelines.iter().find(|pipeline| pipeline.table == source.table);
            let rows = Some(source.batches.iter().map(|batch| batch.rows).sum());
            let sheets: Vec<ExplainedFile> = source.batches.into_iter().map(|batch| file(batch, &files)).collect();
            ExplainedSource {
                pipeline: pipeline.map(|pipeline| pipeline.name.to_string()).unwrap_or_default(),
                title: pipeline.map(|pipeline| pipeline.title.clone()).unwrap_or_default(),
                table: source.table.to_string(),
                narrowed_by: source.narrowed_by,
                rows,
                sheets: sheets.len(),
                loaded_at: sheets.iter().filter_map(|sheet| sheet.loaded_at).max(),
                files: sheets,
            }
        })
        .collect();
    let models = trace.models.iter().filter_map(|name| project.models.iter().find(|model| model.name == *name));
    Ok(Explanation {
        indicator: ExplainedIndicator {
            id: indicator.id.to_string(),
            title: model.title.clone(),
            formula: indicator.formula.clone(),
            unit: indicator.unit.clone(),
            measure: measure(indicator.measure),
            min_n: indicator.min_n,
            source: indicator.source.clone(),
        },
        notes: notes(session, indicator, &value, &sources).await?,
        value,
        exact: trace.exact,
        says: says(trace.exact, &sources),
        models: models
            .map(|model| ExplainedModel {
                name: model.name.to_string(),
                title: model.title.clone(),
                file: model.place.path.display().to_string(),
                reads: model.reads.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        common: trace.common.iter().map(ToString::to_string).collect(),
        sources,
        schools: trace
            .spellings
            .into_iter()
            .map(|s| ExplainedSchool { school_ref: s.school_ref, school_key: s.school_key, method: s.method })
            .collect(),
    })
}

impl Explanation {
    /// As those below the region's staff are told: the value as they see it, without the journal of loads, which
    /// names files and how senders spell schools.
    pub(crate) fn without_journal(mut self, value: Value) -> Self {
        self.value = value;
        self.schools.clear();
        self.notes.retain(|note| !note.starts_with(REJECTED));
        for source in &mut self.sources {
            source.files.clear();
            // Rows of more than the one cell, hidden ones among them.
            source.rows = None;
        }
        self
    }
}

/// How the note of rejected rows begins.
const REJECTED: &str = "В этих листах отклонено строк:";

/// What `exact` means here.
fn says(exact: bool, sources: &[ExplainedSource]) -> String {
    let whole = sources.iter().all(|source| source.narrowed_by.is_empty());
    match (exact, whole) {
        (true, false) => {
            "Точно: пересчёт по одним этим строкам (и общим таблицам) даёт те же числитель, знаменатель и n."
        }
        (true, true) => "Точно: показатель посчитан по всем строкам этих таблиц; пересчёт даёт те же числа.",
        (false, _) => {
            "Приблизительно: показаны все строки школ этого объекта в этих файлах. По ним одним число не повторяется: \
             оно зависит и от строк других школ или периодов."
        }
    }
    .to_owned()
}

pub(crate) fn measure(measure: Measure) -> &'static str {
    match measure {
        Measure::Share => "share",
        Measure::Percent => "percent",
        Measure::Mean => "mean",
        Measure::Ratio => "ratio",
        Measure::Count => "count",
    }
}

fn file(batch: dinamika_engine::BatchRows, files: &BTreeMap<String, Value>) -> ExplainedFile {
    let known = files.get(&batch.batch);
    let text = |name: &str| known.and_then(|file| file[name].as_str()).unwrap_or_default().to_owned();
    let time = |name: &str| known.and_then(|file| file[name].as_str()?.parse().ok());
    ExplainedFile {
        path: text("path"),
        sheet: text("sheet"),
        layout: text("layout"),
        sha256: text("sha256"),
        modified_at: time("modified_at"),
        loaded_at: time("loaded_at"),
        rejected: known.and_then(|file| file["rows_rejected"].as_u64()).unwrap_or_default(),
        batch: batch.batch,
        rows: batch.rows,
        ranges: batch.ranges.into_iter().map(|(first, last)| [first, last]).collect(),
        more_ranges: batch.more,
    }
}

/// What is known of batches, by id.
async fn batches(session: &Session, wanted: &[&str]) -> Result<BTreeMap<String, Value>, EngineError> {
    if !session.has("batches") || wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut select = Select::all(Source::Table(table("batches")?));
    let any_of = wanted.iter().map(|batch| Wanted::Text((*batch).to_owned())).collect();
    select.filters = vec![Filter { column: "batch".to_owned(), any_of }];
    let rows = rows_as_json(&session.select(select).await?.collect_one().await?)?;
    Ok(rows.into_iter().filter_map(|row| Some((row["batch"].as_str()?.to_owned(), row))).collect())
}

async fn notes(
    session: &Session,
    indicator: &Indicator,
    value: &Value,
    sources: &[ExplainedSource],
) -> Result<Vec<String>, EngineError> {
    let mut notes = Vec::new();
    if value["n"].as_u64().is_some_and(|n| n < u64::from(indicator.min_n)) {
        notes.push(format!("n меньше {}: о таком малом числе показатель не говорит.", indicator.min_n));
    }
    let rejected: u64 = sources.iter().flat_map(|source| &source.files).map(|file| file.rejected).sum();
    if rejected > 0 {
        notes.push(format!("{REJECTED} {rejected}; их здесь нет (`dinamika rejects list`)."));
    }
    let placed = value["level"] != "region";
    for source in sources.iter().filter(|source| placed && !source.narrowed_by.iter().any(|by| by == "school")) {
        notes.push(format!(
            "Строки таблицы {} по школам не отобрать: показаны строки всех, кто есть в этих файлах.",
            source.table
        ));
    }
    let elsewhere = value["entity"] == "unresolved";
    if elsewhere {
        notes.push("Это строки школ, которые не опознаны; решить — `dinamika schools review`.".to_owned());
    }
    notes.extend(breaks(session, indicator, value).await?);
    Ok(notes)
}

/// Breaks of the series that speak of this value.
async fn breaks(session: &Session, indicator: &Indicator, value: &Value) -> Result<Vec<String>, EngineError> {
    if !session.has("series_breaks") {
        return Ok(Vec::new());
    }
    let rows = session.select(Select::all(Source::Table(table("series_breaks")?))).await?.collect_one().await?;
    let agrees = |row: &Value, column: &str, own: &Value| row[column].is_null() || row[column] == *own;
    let id = Value::from(indicator.id.as_str());
    let of_this = |row: &Value| {
        agrees(row, "indicator", &id)
            && agrees(row, "subject", &value["subject"])
            && agrees(row, "grade", &value["grade"])
            // A break of a subject says nothing of an indicator without subjects.
            && (row["subject"].is_null() || !value["subject"].is_null())
    };
    let told = |row: Value| {
        let (from, reason) = (row["from_period"].as_str()?, row["reason"].as_str().unwrap_or_default());
        Some(format!("Ряд прерывается с {from}: {reason}."))
    };
    Ok(rows_as_json(&rows)?.into_iter().filter(of_this).filter_map(told).collect())
}

fn table(name: &str) -> Result<dinamika_project::TableName, EngineError> {
    name.parse().map_err(|error: dinamika_project::WordError| EngineError::Engine(error.to_string()))
}

/// Rows as JSON objects, nulls said.
pub(crate) fn rows_as_json(rows: &arrow::record_batch::RecordBatch) -> Result<Vec<Value>, EngineError> {
    let mut writer = arrow::json::WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, arrow::json::writer::JsonArray>(Vec::new());
    writer.write(rows)?;
    writer.finish()?;
    let bytes = writer.into_inner();
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_slice(&bytes).map_err(|error| EngineError::Engine(error.to_string()))
}
