//! What an indicator's SELECT gives, brought to one form.

use arrow::datatypes::{DataType, Schema};
use datafusion::{
    dataframe::DataFrame,
    logical_expr::{Expr, cast, col, lit},
    scalar::ScalarValue,
};
use dinamika_project::{Indicator, Measure, Model};

use super::columns::{DIMENSIONS, SUMS};
use crate::EngineError;

/// Whose numbers the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grain {
    /// Schools; rolled up to municipality and region.
    School,
    /// Municipalities; rolled up to the region.
    Municipality,
    /// Given by `level` and `entity`; taken as they are.
    Entity,
}

/// Tells the grain from the columns, or what is missing or too much.
pub(crate) fn shape(model: &Model, indicator: &Indicator, schema: &Schema) -> Result<Grain, EngineError> {
    let has = |name: &str| schema.field_with_name(name).is_ok();
    let wrong = |message: String| EngineError::contract(&model.name, message);
    let needed: &[&str] = match indicator.measure {
        Measure::Count => &["num"],
        Measure::Mean => &["num", "den", "sq"],
        Measure::Share | Measure::Percent | Measure::Ratio => &["num", "den"],
    };
    if let Some(missing) = needed.iter().find(|name| !has(name)) {
        return Err(wrong(format!("an indicator of this measure gives a column `{missing}`")));
    }
    if let [_, second, ..] = indicator.dimensions.as_slice() {
        return Err(wrong(format!("one further dimension is kept, in `task`; leave out `{second}`")));
    }
    if let Some(missing) = indicator.dimensions.iter().find(|name| !has(name.as_str())) {
        return Err(wrong(format!("`dimensions` names `{missing}`, which the SELECT does not give")));
    }
    let known = |name: &str| {
        ["school_key", "municipality_key", "municipality", "level", "entity"].contains(&name)
            || DIMENSIONS.iter().any(|(dimension, _)| *dimension == name)
            || SUMS.contains(&name)
            || indicator.dimensions.iter().any(|dimension| dimension.as_str() == name)
    };
    if let Some(extra) = schema.fields().iter().find(|field| !known(field.name())) {
        return Err(wrong(format!(
            "column `{}` is none of an indicator's; name it in `dimensions` or leave it out",
            extra.name()
        )));
    }
    if has("school_key") {
        Ok(Grain::School)
    } else if has("municipality_key") {
        Ok(Grain::Municipality)
    } else if has("level") && has("entity") {
        Ok(Grain::Entity)
    } else {
        Err(wrong("gives neither `school_key`, nor `municipality_key`, nor `level` and `entity`".to_owned()))
    }
}

/// The SELECT's rows with all keys, dimensions and sums, null where it gives none.
pub(super) fn facts(model: &Model, indicator: &Indicator, frame: DataFrame) -> Result<(Grain, DataFrame), EngineError> {
    let schema = frame.schema().as_arrow().clone();
    let grain = shape(model, indicator, &schema)?;
    let typed = |name: &str, data_type: &DataType| match schema.field_with_name(name) {
        Ok(_) => Ok(cast(col(name), data_type.clone())),
        Err(_) => ScalarValue::try_from(data_type).map(lit),
    };
    let mut columns = Vec::new();
    for key in ["school_key", "municipality_key", "municipality", "level", "entity"] {
        columns.push(typed(key, &DataType::Utf8)?.alias(key));
    }
    for (name, data_type) in &DIMENSIONS {
        let from = match indicator.dimensions.first() {
            Some(dimension) if *name == "task" => dimension.as_str(),
            _ => name,
        };
        columns.push(typed(from, data_type)?.alias(*name));
    }
    for name in SUMS {
        columns.push(typed(source(name, indicator, &schema), &DataType::Float64)?.alias(name));
    }
    Ok((grain, frame.select(columns)?))
}

/// n is the denominator, of a count the count itself, unless it is given.
fn source<'a>(sum: &'a str, indicator: &Indicator, schema: &Schema) -> &'a str {
    match (sum, schema.field_with_name("n").is_ok(), indicator.measure) {
        ("n", false, Measure::Count) => "num",
        ("n", false, _) => "den",
        _ => sum,
    }
}

/// Names of the columns facts are told apart by besides the entity.
pub(super) fn dimensions() -> Vec<Expr> {
    DIMENSIONS.iter().map(|(name, _)| col(*name)).collect()
}
