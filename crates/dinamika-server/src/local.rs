//! An answer without a socket: what a command writes is what the address gives, byte for byte.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderName, header},
};
use bytes::Bytes;
use dinamika_project::{Principal, Role};
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use tower::ServiceExt;

use crate::{Failure, Serving, access::SEE_AS, router};

/// Bytes of a refusal read at most.
const REFUSAL: usize = 64 * 1024;

/// What an address gave.
pub struct LocalFile {
    /// The bytes as they come.
    pub bytes: BoxStream<'static, Result<Bytes, Failure>>,
    /// How many characters the encoding had no sign for, where it was asked for one that may lack some.
    pub replaced: Option<u64>,
}

/// Asks an address of the API as a principal sees it. `serving` must have been made without accounts
/// ([`Serving::new`]): whoever runs a command on the project's files needs none. The error is the problem's sentence.
pub async fn ask(serving: Arc<Serving>, address: &str, principal: &Principal) -> Result<LocalFile, String> {
    let mut request = Request::get(address).header(header::HOST, "localhost");
    if principal.role() < Role::Administrator {
        request = request.header(SEE_AS, principal.to_string());
    }
    let request = request.body(Body::empty()).map_err(|error| format!("{address}: {error}"))?;
    let response = match router(Arc::clone(&serving)).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if !response.status().is_success() {
        let body = to_bytes(response.into_body(), REFUSAL).await.unwrap_or_default();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        return Err(problem["detail"].as_str().unwrap_or("ответа нет").to_owned());
    }
    let count = response.headers().get(HeaderName::from_static("x-dinamika-replaced"));
    let replaced = count.and_then(|count| count.to_str().ok()?.parse().ok());
    let bytes = response.into_body().into_data_stream().map_err(move |error| {
        // The threads that compute the bytes end with the last who holds what is served.
        let _held = &serving;
        Failure::from(error.to_string())
    });
    Ok(LocalFile { bytes: bytes.boxed(), replaced })
}
