//! Things that are not rows of a release — indicators, runs, rejects — in every format all the same.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use dinamika_engine::Rows;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    Caller, Head,
    disposition::attachment,
    rows::{Answer, body, not_modified, release_headers, set},
};
use crate::{Problem, ReleaseInfo};

/// A column of a table of things.
pub(crate) enum Column {
    /// Texts; lists with commas between, the rest as JSON.
    Text(&'static str),
    /// Whole numbers.
    Whole(&'static str),
}

/// A thing whose list is also a table.
pub(crate) trait Tabular: Serialize {
    /// What a file with them is called, Latin and Russian.
    const NAME: (&'static str, &'static str);
    /// Its columns: names of fields of its JSON.
    const COLUMNS: &'static [Column];
}

impl Column {
    fn name(&self) -> &'static str {
        match self {
            Self::Text(name) | Self::Whole(name) => name,
        }
    }
}

/// A list as JSON: nested fields too, which a table cannot keep.
#[derive(Serialize, ToSchema)]
pub(crate) struct Listed<T> {
    #[serde(flatten)]
    head: Head,
    /// Columns of the same list as a file.
    columns: Vec<&'static str>,
    /// The things.
    rows: Vec<T>,
    /// Always null: the list is whole.
    next: Option<String>,
}

/// One thing of a release as JSON.
#[derive(Serialize, ToSchema)]
pub(crate) struct Told<T> {
    #[serde(flatten)]
    thing: T,
    #[serde(flatten)]
    head: Option<Head>,
}

/// A list of things.
pub(crate) fn listing<T: Tabular>(
    caller: &Caller,
    info: Option<&ReleaseInfo>,
    things: Vec<T>,
) -> Result<Response, Problem> {
    let columns = T::COLUMNS.iter().map(Column::name).collect();
    let listed = Listed { head: Head::of(info), columns, rows: things, next: None };
    let json = serde_json::to_value(&listed).map_err(Problem::internal)?;
    let table = json["rows"].clone();
    answered::<T>(caller, info, json, &table)
}

/// One thing with the head of its release, where it is of one; as a file a table of one row.
pub(crate) fn one<T: Tabular>(caller: &Caller, info: Option<&ReleaseInfo>, thing: T) -> Result<Response, Problem> {
    let told = Told { thing, head: info.map(|info| Head::of(Some(info))) };
    let json = serde_json::to_value(&told).map_err(Problem::internal)?;
    let table = Value::Array(vec![json.clone()]);
    answered::<T>(caller, info, json, &table)
}

/// One thing with the head of its release; as a file the table of its parts.
pub(crate) fn with_table<T: Tabular>(
    caller: &Caller,
    info: Option<&ReleaseInfo>,
    thing: T,
    parts: Value,
) -> Result<Response, Problem> {
    let told = Told { thing, head: info.map(|info| Head::of(Some(info))) };
    let json = serde_json::to_value(&told).map_err(Problem::internal)?;
    answered::<T>(caller, info, json, &parts)
}

fn answered<T: Tabular>(
    caller: &Caller,
    info: Option<&ReleaseInfo>,
    json: Value,
    things: &Value,
) -> Result<Response, Problem> {
    let etag = caller.etag(&json.to_string());
    if etag.is_known(&caller.headers) {
        return Ok(not_modified(etag.header()));
    }
    let (name, title) = T::NAME;
    let mut response = match caller.wish.is_json() {
        true => Json(json).into_response(),
        false => {
            let batch = table(things, T::COLUMNS).map_err(Problem::internal)?;
            let rows = Rows::from_batches(&batch.schema(), vec![batch]);
            let mut response = body(caller, Answer { info, rows, from: None, next: None, title });
            set(
                response.headers_mut(),
                header::CONTENT_DISPOSITION,
                attachment(name, title, caller.wish.format.extension()),
            );
            response
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    set(headers, header::ETAG, etag.header());
    release_headers(headers, info);
    Ok(response)
}

fn table(things: &Value, columns: &[Column]) -> Result<RecordBatch, arrow::error::ArrowError> {
    let things = things.as_array().map_or(&[][..], Vec::as_slice);
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns
        .iter()
        .map(|column| match column {
            Column::Text(name) => {
                let texts: StringArray = things.iter().map(|thing| text(&thing[*name])).collect();
                (Field::new(*name, DataType::Utf8, true), Arc::new(texts) as ArrayRef)
            }
            Column::Whole(name) => {
                let numbers: Int64Array = things.iter().map(|thing| thing[*name].as_i64()).collect();
                (Field::new(*name, DataType::Int64, true), Arc::new(numbers) as ArrayRef)
            }
        })
        .unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(items.iter().filter_map(text).collect::<Vec<_>>().join(", ")),
        other => Some(other.to_string()),
    }
}
