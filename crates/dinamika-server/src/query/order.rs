//! Which columns rows have, and in which order they come.

use arrow::datatypes::Schema;
use dinamika_engine::SortKey;

use super::Asked;
use crate::Problem;

/// The contract's order; also what decides between rows the reader's own keys do not tell apart,
/// so that pages neither repeat nor lose a row.
pub(crate) const CONTRACT_ORDER: &[&str] =
    &["indicator", "level", "entity", "period", "subject", "grade", "pupil_grade", "task", "kind", "base_period"];

/// `columns=entity_name,value`: these and no others, in this order. None asked for: all.
pub(crate) fn wanted_columns(asked: &Asked, schema: &Schema) -> Result<Vec<String>, Problem> {
    let mut wanted: Vec<String> = Vec::new();
    for column in asked.get("columns").into_iter().flat_map(|text| text.split(',')).map(str::trim) {
        known(column, schema)?;
        if !wanted.iter().any(|other| other == column) {
            wanted.push(column.to_owned());
        }
    }
    Ok(wanted)
}

fn known(column: &str, schema: &Schema) -> Result<(), Problem> {
    if schema.field_with_name(column).is_ok() {
        return Ok(());
    }
    let known = schema.fields().iter().map(|field| field.name().clone()).collect();
    Err(Problem::UnknownColumn { name: column.to_owned(), known })
}

/// `sort=period,-value` first, then the contract's order, then all other columns that have one.
pub(crate) fn order(asked: &Asked, schema: &Schema) -> Result<Vec<SortKey>, Problem> {
    let mut keys: Vec<SortKey> = Vec::new();
    for word in asked.get("sort").into_iter().flat_map(|text| text.split(',')) {
        let word = word.trim();
        let column = word.strip_prefix('-').unwrap_or(word);
        known(column, schema)?;
        if !keys.iter().any(|key| key.column == column) {
            keys.push(SortKey { column: column.to_owned(), descending: word.starts_with('-'), nulls_first: false });
        }
    }
    for key in by_contract(schema) {
        if !keys.iter().any(|known| known.column == key.column) {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// The contract's order of the columns there are.
pub(crate) fn by_contract(schema: &Schema) -> Vec<SortKey> {
    let there = CONTRACT_ORDER.iter().filter(|column| schema.field_with_name(column).is_ok());
    there.map(|column| SortKey { column: (*column).to_owned(), descending: false, nulls_first: true }).collect()
}
