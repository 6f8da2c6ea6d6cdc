//! A file whose header tells what was found while it was written: it is kept whole, then sent.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use dinamika_engine::{EngineError, encode::spooled};
use futures::{StreamExt, TryStreamExt};

use crate::{Problem, answer::Counted};

/// How many characters the encoding had no sign for.
const REPLACED: HeaderName = HeaderName::from_static("x-dinamika-replaced");

/// Puts the count into the header. What breaks while the file is written is a problem, not half a file.
pub(crate) async fn counted(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(Counted(replaced)) = response.extensions_mut().remove::<Counted>() else { return response };
    let (mut parts, body) = response.into_parts();
    let failed = |error: axum::Error| EngineError::Encode { format: "csv", message: error.to_string() };
    match spooled(body.into_data_stream().map_err(failed).boxed()).await {
        Ok((bytes, size)) => {
            parts.headers.insert(REPLACED, HeaderValue::from(replaced.count()));
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
            Response::from_parts(parts, Body::from_stream(bytes))
        }
        Err(error) => Problem::from(error).into_response(),
    }
}
