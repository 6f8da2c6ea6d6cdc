//! Unit tests of models: rows in, rows out.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use arrow::array::AsArray;
use arrow::{
    array::Array,
    datatypes::{DataType, Field, Float64Type, Schema, SchemaRef},
    json::ReaderBuilder,
    record_batch::RecordBatch,
    util::display::{ArrayFormatter, FormatOptions},
};
use datafusion::{dataframe::DataFrame, datasource::MemTable, prelude::SessionContext};
use dinamika_project::{Place, Project, UnitTest};

use crate::{
    EngineError,
    check::{Planned, values},
    engine::config,
    functions,
    rows::{plain, plain_schema},
    session::mistake,
};

/// What a unit test found.
#[derive(Debug)]
pub struct UnitOutcome {
    /// The test.
    pub name: String,
    /// Where it is written.
    pub place: Place,
    /// None when the model gave what was expected; else rows missing and rows too many.
    pub difference: Option<String>,
}

/// Runs all unit tests of a project.
pub async fn run_unit_tests(project: &Project) -> Vec<UnitOutcome> {
    let planned = Planned::of(project).await;
    let mut outcomes = Vec::new();
    for test in &project.unit_tests {
        outcomes.push(outcome(project, &planned, test).await);
    }
    outcomes
}

/// Runs one unit test of a project.
pub async fn run_unit_test(project: &Project, test: &UnitTest) -> UnitOutcome {
    outcome(project, &Planned::of(project).await, test).await
}

async fn outcome(project: &Project, planned: &Planned, test: &UnitTest) -> UnitOutcome {
    let difference = match difference(project, planned, test).await {
        Ok(difference) => difference,
        Err(error) => Some(error.to_string()),
    };
    UnitOutcome { name: test.name.clone(), place: test.place.clone(), difference }
}

/// Gives the model its rows; of an indicator, its SELECT is tested.
async fn difference(project: &Project, planned: &Planned, test: &UnitTest) -> Result<Option<String>, EngineError> {
    let wrong = |message: String| EngineError::contract(&test.name, message);
    let model = project.models.iter().find(|model| model.name == test.model);
    let model = model.ok_or_else(|| wrong(format!("no model `{}`", test.model)))?;
    if let Some(stranger) = test.given.keys().find(|table| !model.reads.contains(table)) {
        return Err(wrong(format!("gives rows of `{stranger}`, which `{}` does not read", model.name)));
    }
    let context = SessionContext::new_with_config(config(1));
    functions::register(&context);
    for table in &model.reads {
        let schema =
            planned.schemas.get(table).ok_or_else(|| wrong(format!("the columns of `{table}` are not known")))?;
        let rows = test.given.get(table).map_or(&[][..], Vec::as_slice);
        let rows = typed(rows, schema).map_err(|error| wrong(format!("given.{table}: {error}")))?;
        context.register_table(table.as_str(), Arc::new(MemTable::try_new(Arc::clone(schema), vec![vec![rows]])?))?;
    }
    let plan = context.state().create_logical_plan(&model.sql).await.map_err(mistake)?;
    let plan = plan.with_param_values(values(project)).map_err(mistake)?;
    let frame = DataFrame::new(context.state(), plan);
    let schema = plain_schema(frame.schema().as_arrow());
    let named: BTreeSet<&str> = test.expect.iter().flat_map(|row| row.keys().map(String::as_str)).collect();
    if let Some(unknown) = named.iter().find(|name| schema.field_with_name(name).is_err()) {
        return Err(wrong(format!("expects a column `{unknown}`, which `{}` does not give", model.name)));
    }
    let mut found = Vec::new();
    for batch in frame.collect().await? {
        found.extend(printed(&plain(&batch, &schema)?, &named)?);
    }
    let expected = typed(&test.expect, &schema).map_err(|error| wrong(format!("expect: {error}")))?;
    Ok(compared(printed(&expected, &named)?, found))
}

/// Rows of TOML with the columns of a table; a column not named is null.
fn typed(rows: &[BTreeMap<String, toml::Value>], schema: &SchemaRef) -> Result<RecordBatch, EngineError> {
    let fields: Vec<Field> = schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let mut decoder = ReaderBuilder::new(Arc::clone(&schema))
        .with_coerce_primitive(true)
        .with_strict_mode(true)
        .with_batch_size(rows.len().max(1))
        .build_decoder()?;
    let rows: Vec<BTreeMap<&str, serde_json::Value>> =
        rows.iter().map(|row| row.iter().map(|(name, value)| (name.as_str(), json(value))).collect()).collect();
    decoder.serialize(&rows)?;
    Ok(decoder.flush()?.unwrap_or_else(|| RecordBatch::new_empty(schema)))
}

fn json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(truth) => (*truth).into(),
        toml::Value::Datetime(moment) => moment.to_string().into(),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(table) => table.iter().map(|(name, value)| (name.clone(), json(value))).collect(),
    }
}

/// Each row as `column=value, …` of the columns named.
fn printed(batch: &RecordBatch, named: &BTreeSet<&str>) -> Result<Vec<String>, EngineError> {
    let options = FormatOptions::default().with_null("null");
    let schema = batch.schema();
    let columns =
        schema.fields().iter().zip(batch.columns()).filter(|(field, _)| named.contains(field.name().as_str()));
    let mut rows = vec![Vec::new(); batch.num_rows()];
    for (field, column) in columns {
        let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
        for (row, cells) in rows.iter_mut().enumerate() {
            let value = match column.data_type() {
                DataType::Float64 if column.is_valid(row) => rounded(column.as_primitive::<Float64Type>().value(row)),
                _ => formatter.value(row).to_string(),
            };
            cells.push(format!("{}={value}", field.name()));
        }
    }
    Ok(rows.into_iter().map(|cells| cells.join(", ")).collect())
}

/// Ten digits: sums may come in any order.
fn rounded(number: f64) -> String {
    format!("{number:.9e}").parse::<f64>().unwrap_or(number).to_string()
}

fn compared(expected: Vec<String>, found: Vec<String>) -> Option<String> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (expects, finds) = (expected.len(), found.len());
    expected.into_iter().for_each(|row| counts.entry(row).or_default().0 += 1);
    found.into_iter().for_each(|row| counts.entry(row).or_default().1 += 1);
    let lines: Vec<String> = counts
        .iter()
        .flat_map(|(row, (expected, found))| {
            let missing = (0..expected.saturating_sub(*found)).map(move |_| format!("- {row}"));
            let extra = (0..found.saturating_sub(*expected)).map(move |_| format!("+ {row}"));
            missing.chain(extra)
        })
        .collect();
    (!lines.is_empty())
        .then(|| format!("expected {expects} rows, found {finds} (- missing, + too many):\n{}", lines.join("\n")))
}
