//! Codes of the contract in Russian.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, AsArray, StringArray},
    datatypes::DataType,
    record_batch::RecordBatch,
};
use dinamika_engine::{EngineError, Rows};
use futures::StreamExt;

/// The Russian word of a code of a column; none where the code speaks for itself.
pub(crate) fn label(column: &str, code: &str) -> Option<&'static str> {
    Some(match (column, code) {
        ("level", "school") => "школа",
        ("level", "municipality") => "муниципалитет",
        ("level", "region") => "регион",
        ("status", "ok") => "есть",
        ("status", "suppressed") => "скрыто: мало участников",
        ("status", "no_data") => "нет данных",
        ("status" | "verdict", "not_comparable") => "несопоставимо",
        ("verdict", "growth") => "рост",
        ("verdict", "decline") => "снижение",
        ("verdict", "within_noise") => "в пределах случайного",
        ("verdict", "too_few") => "мало участников",
        ("kind", "grade") => "те же классы",
        ("kind", "cohort") => "те же дети",
        _ => return None,
    })
}

/// The rows with words instead of codes.
pub(super) fn russian(rows: Rows) -> Rows {
    let schema = Arc::clone(rows.schema());
    Rows::new(&schema, rows.map(|batch| translated(&batch?)))
}

fn translated(batch: &RecordBatch) -> Result<RecordBatch, EngineError> {
    let schema = batch.schema();
    let columns = schema
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| match (field.name().as_str(), field.data_type()) {
            (name @ ("level" | "status" | "verdict" | "kind"), DataType::Utf8) => words(name, column),
            _ => Arc::clone(column),
        })
        .collect();
    Ok(RecordBatch::try_new(schema, columns)?)
}

fn words(name: &str, column: &ArrayRef) -> ArrayRef {
    let codes = column.as_string::<i32>();
    Arc::new(codes.iter().map(|code| code.map(|code| label(name, code).unwrap_or(code))).collect::<StringArray>())
}
