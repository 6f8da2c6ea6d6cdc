//! Codes of the contract in Russian.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, AsArray, StringArray},
    datatypes::DataType,
    record_batch::RecordBatch,
};
use dinamika_engine::{EngineError, Rows};
use futures::StreamExt;

const LEVELS: &[(&str, &str)] = &[("school", "школа"), ("municipality", "муниципалитет"), ("region", "регион")];
const STATUSES: &[(&str, &str)] = &[
    ("ok", "есть"),
    ("suppressed", "скрыто: мало участников"),
    ("no_data", "нет данных"),
    ("not_comparable", "несопоставимо"),
];
const VERDICTS: &[(&str, &str)] = &[
    ("growth", "рост"),
    ("decline", "снижение"),
    ("within_noise", "в пределах случайного"),
    ("too_few", "мало участников"),
    ("not_comparable", "несопоставимо"),
];
const KINDS: &[(&str, &str)] = &[("grade", "те же классы"), ("cohort", "те же дети")];

/// Codes of a column with their Russian words; none where values speak for themselves.
pub(super) fn codes(column: &str) -> &'static [(&'static str, &'static str)] {
    match column {
        "level" => LEVELS,
        "status" => STATUSES,
        "verdict" => VERDICTS,
        "kind" => KINDS,
        _ => &[],
    }
}

/// The Russian word of a code of a column; none where the code speaks for itself.
pub(crate) fn label(column: &str, code: &str) -> Option<&'static str> {
    codes(column).iter().find(|(known, _)| *known == code).map(|(_, label)| *label)
}

/// The rows with words instead of codes.
pub(crate) fn russian(rows: Rows) -> Rows {
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
