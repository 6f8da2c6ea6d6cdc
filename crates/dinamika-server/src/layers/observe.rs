//! The request's number, its line in the log, its figure in the metrics; the only place a cause is logged.

use std::{any::Any, sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use crate::{Problem, Serving, metrics, problem::Cause};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Numbers, counts and logs the request. Query strings are left out of the log.
pub(crate) async fn observe(State(serving): State<Arc<Serving>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = sent_id(&request).unwrap_or_else(new_id);
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
    let mut response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), began.elapsed());
    let request_id = id.to_str().unwrap_or_default();
    match response.extensions().get::<Cause>() {
        Some(Cause(cause)) => tracing::error!(request_id, method, route, status, ?took, %cause, "request failed"),
        None => tracing::debug!(request_id, method, route, status, ?took, "request"),
    }
    response.headers_mut().insert(REQUEST_ID, id);
    serving.metrics.answered(metrics::Request { method: method.to_owned(), route, status }, took);
    response
}

/// A panic in a handler is a problem like any other.
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Problem::internal(format!("a handler panicked: {said}")).into_response()
}

/// The number a proxy gave, when it is fit to be repeated.
fn sent_id(request: &Request) -> Option<HeaderValue> {
    let id = request.headers().get(REQUEST_ID)?;
    let text = id.to_str().ok()?;
    let fits = (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    fits.then(|| id.clone())
}

/// Anyone may invent a method; not a series of figures.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

fn new_id() -> HeaderValue {
    HeaderValue::from_str(&Uuid::now_v7().to_string()).unwrap_or(HeaderValue::from_static("-"))
}
