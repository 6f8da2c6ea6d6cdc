//! Rows of a release as an answer.

use std::collections::HashMap;

use arrow::{
    datatypes::{Schema, SchemaRef},
    record_batch::RecordBatch,
    util::display::array_value_to_string,
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use dinamika_engine::{EngineError, Filter, Rows, Select, Session, SortKey, Source, encode};
use dinamika_project::{Principal, Role};
use futures::{StreamExt, TryStreamExt, future, stream};
use serde::Serialize;

use super::{
    Caller, Head, Reading, Wish, about, attachment, etag::fingerprint, headings::headed, labels::russian, percent,
};
use crate::{
    NOTICE, Problem, ReleaseInfo,
    access::Means,
    query::{Cursor, Page, RowsParameters, absent_value, by_contract, filters, names, order, wanted_columns},
};

/// What a handler asks the release for; the reader's filters come on top.
pub(crate) struct Question {
    /// Where the rows are.
    pub(crate) from: Source,
    /// What the address itself chooses.
    pub(crate) fixed: Vec<Filter>,
    /// Whether rows without an order of their own get the contract's: a panel's SELECT has one.
    pub(crate) ordered: bool,
    /// What the file is called, Russian.
    pub(crate) title: String,
    /// What the file is called where only Latin letters are.
    pub(crate) name: String,
}

/// Answers a question with rows in the format the reader wants; a value no row has is refused.
pub(crate) async fn rows(reading: Reading, question: Question) -> Result<Response, Problem> {
    answered(reading, question, true).await
}

/// The same where no row is an answer too: a school that is in no list.
pub(crate) async fn rows_or_none(reading: Reading, question: Question) -> Result<Response, Problem> {
    answered(reading, question, false).await
}

async fn answered(reading: Reading, question: Question, refuses_absent: bool) -> Result<Response, Problem> {
    let Reading { caller, release, cursor } = reading;
    let schema = columns(&release.session, &question.from, &caller.who.principal).await?;
    let plan = Plan::of(&caller, cursor.as_ref(), &question, &schema)?;
    let etag = caller.etag(&format!("{} {}", release.info.id, plan.stated));
    if etag.is_known(&caller.headers) {
        return Ok(not_modified(etag.header()));
    }
    let is_whole = plan.page.limit.is_none();
    // Pages of JSON are what the page shows; a program that turns them over takes a file, told once.
    let is_taken = caller.who.means == Means::Token && plan.page.offset == 0;
    if is_whole || is_taken || !caller.wish.is_json() {
        caller.serving.gate().note(&caller.who, "download", &asked_for(&caller), "ok")?;
    }
    let select = plan.select(&question);
    let asked = match is_whole {
        true => release.session.stream(select).await?,
        false => release.session.select(select).await?,
    };
    let (found, next) = taken(asked, plan.page).await?;
    if refuses_absent && found.is_empty && plan.page.offset == 0 {
        refuse_absent(&release.session, &question, &plan.chosen, &schema).await?;
    }
    let next = next.map(|offset| Cursor { release: release.info.id, offset, question: plan.identity });
    let from = Some(&question.from);
    let answer = Answer { info: Some(&release.info), rows: found.rows, from, next, title: &question.title };
    let mut response = body(&caller, answer);
    let headers = response.headers_mut();
    set(headers, header::ETAG, etag.header());
    set(headers, header::LINK, next.and_then(|next| link(&caller, &next)));
    if !caller.wish.is_json() {
        set(
            headers,
            header::CONTENT_DISPOSITION,
            attachment(&question.name, &question.title, caller.wish.format.extension()),
        );
    }
    Ok(response)
}

/// The columns of a source. A SELECT of the project's over tables that whoever asks does not see is not theirs to see.
pub(crate) async fn columns(session: &Session, from: &Source, principal: &Principal) -> Result<SchemaRef, Problem> {
    match session.columns(from).await {
        Err(error) if error.is_mistake() && principal.role() < Role::Administrator => {
            let least = if principal.role() < Role::Regional { Role::Regional } else { Role::Administrator };
            Err(Problem::NotAllowed(least))
        }
        other => Ok(other?),
    }
}

/// Address and filters, for the audit log.
fn asked_for(caller: &Caller) -> String {
    let asked: Vec<String> = caller.asked.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}?{}", caller.path, asked.join("&"))
}

/// What the reader adds to a question, checked.
struct Plan {
    columns: Vec<String>,
    chosen: Vec<Filter>,
    sort: Vec<SortKey>,
    page: Page,
    /// The question in the project's own words: a panel's SELECT may change between two starts.
    stated: String,
    /// Tells cursors of different questions apart.
    identity: u32,
}

impl Plan {
    fn of(caller: &Caller, cursor: Option<&Cursor>, question: &Question, schema: &Schema) -> Result<Self, Problem> {
        let asked = &caller.asked;
        let chosen = filters(asked, schema, &question.fixed, &names(RowsParameters::GROUPS))?;
        let is_sorted = question.ordered || asked.get("sort").is_some();
        let sort = if is_sorted { order(asked, schema)? } else { Vec::new() };
        let columns = wanted_columns(asked, schema)?;
        let page = Page::of(asked, cursor, caller.wish.is_json())?;
        let stated = format!("{:?} {:?}", question.from, question.fixed);
        let identity = fingerprint(&[&question.name, &stated, &format!("{columns:?} {chosen:?} {sort:?}")]);
        match cursor {
            Some(cursor) if cursor.question != identity => Err(Problem::BadCursor),
            _ => Ok(Self { columns, chosen, sort, page, stated, identity }),
        }
    }

    /// One row more than the page, to know whether another page follows.
    fn select(&self, question: &Question) -> Select {
        Select {
            columns: self.columns.clone(),
            filters: question.fixed.iter().chain(&self.chosen).cloned().collect(),
            sort: self.sort.clone(),
            offset: self.page.offset as usize,
            limit: self.page.limit.map(|limit| limit.saturating_add(1) as usize),
            ..Select::all(question.from.clone())
        }
    }
}

/// All rows of a source that pass the filters, in the contract's order.
pub(crate) fn contract_order(from: Source, filters: Vec<Filter>, schema: &Schema) -> Select {
    Select { filters, sort: by_contract(schema), ..Select::all(from) }
}

/// At most `limit` rows, collected: for a page's table.
pub(crate) async fn collected(session: &Session, select: Select) -> Result<(Rows, bool), Problem> {
    let rows = session.select(select).await?;
    let found = peeked(rows).await?;
    Ok((found.rows, found.is_empty))
}

/// Rows as a file.
pub(crate) fn file(caller: &Caller, info: Option<&ReleaseInfo>, rows: Rows, (name, title): (&str, &str)) -> Response {
    let mut response = body(caller, Answer { info, rows, from: None, next: None, title });
    set(response.headers_mut(), header::CONTENT_DISPOSITION, attachment(name, title, caller.wish.format.extension()));
    response
}

/// The first rows only; what is not asked for is not computed further.
pub(crate) fn at_most(rows: Rows, limit: Option<u64>) -> Rows {
    let Some(limit) = limit else { return rows };
    let schema = rows.schema().clone();
    let first = rows.scan(limit as usize, |left, batch| {
        let batch = match batch {
            Ok(_) if *left == 0 => None,
            Ok(batch) => {
                let kept = batch.slice(0, batch.num_rows().min(*left));
                *left -= kept.num_rows();
                Some(Ok(kept))
            }
            failed => Some(failed),
        };
        future::ready(batch)
    });
    Rows::new(&schema, first)
}

/// Rows as they come, whole, in the format the reader wants. What fails before the first row is a problem.
pub(crate) async fn streamed(
    caller: &Caller,
    info: &ReleaseInfo,
    rows: Rows,
    (name, title): (&str, &str),
) -> Result<Response, Problem> {
    let found = match peeked(rows).await {
        // A row the reader sees does not fit what they wrote; anything else of ours is not told.
        Err(Problem::Internal(cause)) => match cause.downcast::<EngineError>() {
            Ok(error) if error.is_mistake() || error.is_of_values() => Err(Problem::BadSql(error.to_string())),
            Ok(error) => Err(Problem::internal(error)),
            Err(other) => Err(Problem::Internal(other)),
        },
        other => other,
    }?;
    if !caller.wish.is_json() {
        return Ok(file(caller, Some(info), found.rows, (name, title)));
    }
    Ok(body(caller, Answer { info: Some(info), rows: found.rows, from: None, next: None, title }))
}

pub(super) struct Answer<'a> {
    pub(super) info: Option<&'a ReleaseInfo>,
    pub(super) rows: Rows,
    /// Where they come from: a mart has headings of its own.
    pub(super) from: Option<&'a Source>,
    pub(super) next: Option<Cursor>,
    pub(super) title: &'a str,
}

/// The bytes and the headers that follow from the release and the format.
pub(super) fn body(caller: &Caller, answer: Answer<'_>) -> Response {
    let Wish { format, dialect, encoding, labels, headings } = caller.wish;
    let rows = if labels { russian(answer.rows) } else { answer.rows };
    let next = answer.next.map(|next| next.to_string());
    let frame = caller.wish.is_json().then(|| frame(&answer_columns(&rows), answer.info, next.as_deref()));
    let about = about(answer.info, answer.title, chosen(caller), rows.schema());
    let rows = if headings { headed(rows, caller.serving.project(), answer.from) } else { rows };
    let replaced = encode::Replaced::default();
    let options = encode::EncodeOptions { dialect, encoding, replaced: replaced.clone(), about };
    let bytes = encode::encode(rows, format, options);
    let bytes = bytes.inspect_err(|error| tracing::error!(%error, "an answer broke off"));
    let body = match frame {
        None => Body::from_stream(bytes),
        Some((before, after)) => {
            let (before, after) = (stream::iter([Ok::<_, EngineError>(before)]), stream::iter([Ok(after)]));
            Body::from_stream(before.chain(bytes).chain(after))
        }
    };
    let mut response = body.into_response();
    if encoding == encode::Encoding::Windows1251 {
        response.extensions_mut().insert(Counted(replaced));
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(caller.wish.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    release_headers(headers, answer.info);
    response
}

/// An answer whose header tells what its bytes count: it is kept whole before it is sent.
#[derive(Clone)]
pub(crate) struct Counted(pub(crate) encode::Replaced);

/// Release, time, coverage and the notice, where the body has no room for them.
pub(crate) fn release_headers(headers: &mut HeaderMap, info: Option<&ReleaseInfo>) {
    set(headers, HeaderName::from_static("x-dinamika-notice"), HeaderValue::try_from(percent(NOTICE)).ok());
    let Some(info) = info else { return };
    let values = [
        ("x-dinamika-release", info.id.to_string()),
        ("x-dinamika-published-at", info.published_at.to_rfc3339()),
        ("x-dinamika-coverage", percent(&info.coverage.to_string())),
    ];
    for (name, value) in values {
        // A longer header would be refused on the way; what it says is in the release's own address.
        let value = (value.len() <= 4_096).then(|| HeaderValue::try_from(value).ok()).flatten();
        set(headers, HeaderName::from_static(name), value);
    }
}

pub(crate) fn not_modified(etag: Option<HeaderValue>) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept"));
    set(response.headers_mut(), header::ETAG, etag);
    response
}

pub(crate) fn set(headers: &mut HeaderMap, name: HeaderName, value: Option<HeaderValue>) {
    if let Some(value) = value {
        headers.insert(name, value);
    }
}

struct Found {
    rows: Rows,
    is_empty: bool,
}

/// A page is collected, since the reader is told whether another one follows; a whole answer flows.
async fn taken(rows: Rows, page: Page) -> Result<(Found, Option<u64>), Problem> {
    let Some(limit) = page.limit else { return Ok((peeked(rows).await?, None)) };
    let schema = rows.schema().clone();
    let batches = rows.collect().await?;
    let count: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let next = (count as u64 > limit).then(|| page.offset + limit);
    let rows = Rows::from_batches(&schema, first(batches, limit as usize));
    Ok((Found { rows, is_empty: count == 0 }, next))
}

fn first(batches: Vec<RecordBatch>, mut wanted: usize) -> Vec<RecordBatch> {
    let mut kept = Vec::with_capacity(batches.len());
    for batch in batches {
        let rows = batch.num_rows().min(wanted);
        wanted -= rows;
        kept.push(batch.slice(0, rows));
    }
    kept
}

/// Looks at the first rows without taking them: what fails early fails as a problem, not as a torn body.
async fn peeked(mut rows: Rows) -> Result<Found, Problem> {
    let schema = rows.schema().clone();
    while let Some(batch) = rows.next().await {
        let batch = batch?;
        if batch.num_rows() > 0 {
            let rows = Rows::new(&schema, stream::iter([Ok(batch)]).chain(rows));
            return Ok(Found { rows, is_empty: false });
        }
    }
    Ok(Found { rows: Rows::from_batches(&schema, Vec::new()), is_empty: true })
}

/// Nothing found: was it a value this release does not know?
async fn refuse_absent(
    session: &Session,
    question: &Question,
    chosen: &[Filter],
    schema: &Schema,
) -> Result<(), Problem> {
    for filter in chosen {
        let select = Select {
            columns: vec![filter.column.clone()],
            distinct: true,
            filters: question.fixed.clone(),
            ..Select::all(question.from.clone())
        };
        let present = texts(&session.select(select).await?.collect().await?)?;
        // A table without any value of the column is no reason to doubt the reader's.
        if let Some(problem) = absent_value(filter, schema, &present).filter(|_| !present.is_empty()) {
            return Err(problem);
        }
    }
    Ok(())
}

fn texts(batches: &[RecordBatch]) -> Result<Vec<String>, Problem> {
    let mut texts = Vec::new();
    for batch in batches {
        let column = batch.column(0);
        for row in (0..batch.num_rows()).filter(|row| column.is_valid(*row)) {
            texts.push(array_value_to_string(column, row).map_err(Problem::internal)?);
        }
    }
    texts.sort();
    Ok(texts)
}

fn answer_columns(rows: &Rows) -> Vec<String> {
    rows.schema().fields().iter().map(|field| field.name().clone()).collect()
}

/// A JSON answer up to its rows.
#[derive(Serialize)]
struct Envelope<'a> {
    #[serde(flatten)]
    head: Head,
    columns: Vec<&'a str>,
}

/// What stands before and after the array of rows.
fn frame(columns: &[String], info: Option<&ReleaseInfo>, next: Option<&str>) -> (Bytes, Bytes) {
    let columns = columns.iter().map(String::as_str).collect();
    let head = serde_json::to_string(&Envelope { head: Head::of(info), columns }).unwrap_or_default();
    let next = serde_json::to_string(&next).unwrap_or_default();
    let head = head.strip_suffix('}').unwrap_or("{");
    (format!("{head},\"rows\":").into(), format!(",\"next\":{next}}}").into())
}

/// What the reader chose of the rows; the rest of what they asked is the file's form.
fn chosen(caller: &Caller) -> impl Iterator<Item = (&str, &str)> {
    let form = names(RowsParameters::GROUPS);
    caller.asked.iter().filter(move |(name, _)| !form.contains(name))
}

/// The address of the next page.
fn link(caller: &Caller, next: &Cursor) -> Option<HeaderValue> {
    let mut asked: HashMap<&str, String> = caller.asked.iter().map(|(name, value)| (name, value.to_owned())).collect();
    asked.insert("cursor", next.to_string());
    let mut pairs: Vec<String> = asked.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
    pairs.sort();
    HeaderValue::try_from(format!("<{}?{}>; rel=\"next\"", caller.path, pairs.join("&"))).ok()
}
