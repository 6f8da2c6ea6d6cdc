//! The built page: its files as they were embedded, its addresses.

use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use crate::{Problem, answer::Etag};

/// One file of the built page.
struct File {
    /// From the root of the site, without the first slash.
    path: &'static str,
    bytes: &'static [u8],
    /// The same in brotli, where it is smaller.
    brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// Any address no route knows: a file of the page, a page a person opens, or a problem.
pub(crate) async fn any(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if method != Method::GET && method != Method::HEAD {
        return Problem::NoSuchPath.into_response();
    }
    if let Some(file) = FILES.iter().find(|file| file.path == path && path != "index.html") {
        return given(file, &headers);
    }
    match shell() {
        Some(shell) if is_page(path, &headers) => given(shell, &headers),
        _ => Problem::NoSuchPath.into_response(),
    }
}

/// The document all pages begin with.
pub(super) fn document(headers: &HeaderMap) -> Option<Response> {
    shell().map(|shell| given(shell, headers))
}

fn shell() -> Option<&'static File> {
    FILES.iter().find(|file| file.path == "index.html")
}

/// A browser goes to a page; programs ask for JSON and files and must be told what is not there.
fn is_page(path: &str, headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let first = path.split('/').next().unwrap_or_default();
    accepts.contains("text/html") && !matches!(first, "api" | "static" | "health" | "ready" | "metrics")
}

fn given(file: &File, headers: &HeaderMap) -> Response {
    let brotli = file.brotli.filter(|_| takes_brotli(headers));
    // The name of a file in `static/` holds the sum of its content: it never changes.
    let is_constant = file.path.starts_with("static/");
    let content = if is_constant { "" } else { std::str::from_utf8(file.bytes).unwrap_or_default() };
    let etag = Etag::of(headers, &[file.path, content, if brotli.is_some() { "br" } else { "" }]);
    let mut response = if etag.is_known(headers) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match brotli {
            Some(packed) => ([(header::CONTENT_ENCODING, "br")], packed).into_response(),
            None => file.bytes.into_response(),
        }
    };
    let answered = response.headers_mut();
    answered.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(file.path)));
    answered.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    let cache = if is_constant { "public, max-age=31536000, immutable" } else { "private, no-cache" };
    answered.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Some(etag) = etag.header() {
        answered.insert(header::ETAG, etag);
    }
    response
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("br") && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_browsers_going_to_a_page_get_one() {
        let of = |accept: &'static str| HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
        let browser = "text/html,application/xhtml+xml";
        assert!(is_page("schools/223080", &of(browser)));
        assert!(!is_page("schools/223080", &of("*/*")), "a program");
        assert!(!is_page("api/v1/nothing", &of(browser)), "the API answers for itself");
        assert!(!is_page("static/gone.js", &of(browser)), "a file that is gone is no page");
    }

    #[test]
    fn brotli_is_given_to_those_who_take_it() {
        let of =
            |coding: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(coding))]);
        assert!(takes_brotli(&of("gzip, deflate, br")));
        assert!(!takes_brotli(&of("gzip, br;q=0")));
        assert!(!takes_brotli(&of("gzip")));
    }
}
