//! Files by their addresses.

use std::{io::Write, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::{
    Client, Response, StatusCode,
    header::{ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED},
};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use url::Url;

use super::{Content, Known, Pulled, Seen, SourceError, Waiting, io};

/// Until a server answers the call.
const CONNECT: Duration = Duration::from_secs(15);
/// Between two pieces of an answer.
const SILENCE: Duration = Duration::from_secs(90);

pub(super) fn client() -> Result<Client, SourceError> {
    Client::builder()
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .user_agent(concat!("dinamika/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| transport("клиент HTTP", error))
}

pub(super) fn list(addresses: &[String]) -> Result<Vec<Waiting>, SourceError> {
    addresses
        .iter()
        .map(|address| {
            let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            let wrong = || SourceError::Address {
                // What may be a token is not repeated.
                address: address
                    .split(['?', '#'])
                    .next()
                    .unwrap_or_default()
                    .rsplit('@')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                expected: "ожидается http://… или https://…",
            };
            let url = url.ok_or_else(wrong)?;
            Ok(Waiting::Address { path: path_of(&url), url })
        })
        .collect()
}

/// The path of an address in its source: host and path, readable, without user and query. A query
/// tells files apart and may hold a token, so its hash stands for it.
fn path_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let path = object_store::path::Path::from_url_path(url.path()).map(|path| path.to_string());
    let path = path.unwrap_or_else(|_| url.path().trim_matches('/').to_owned());
    match url.query() {
        Some(query) => format!("{host}/{}/{path}", hex::encode(&Sha256::digest(query.as_bytes())[..4])),
        None => format!("{host}/{path}"),
    }
}

pub(super) async fn take(
    client: &Client,
    path: String,
    url: Url,
    seen: &dyn Seen,
    limit: u64,
) -> Result<Pulled, SourceError> {
    let known = seen.seen(&path);
    let mut request = client.get(url);
    if let Some(known) = &known {
        // RFC 9110: the date counts only without an ETag.
        if let Some(etag) = &known.etag {
            request = request.header(IF_NONE_MATCH, etag);
        } else if let Some(modified) = known.modified {
            request = request.header(IF_MODIFIED_SINCE, modified.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
        }
    }
    let response = request.send().await.map_err(|error| transport(&path, error))?;
    let etag = header(&response, &ETAG).map(str::to_owned);
    let modified = header(&response, &LAST_MODIFIED)
        .and_then(|text| DateTime::parse_from_rfc2822(text).ok())
        .map(|time| time.with_timezone(&Utc));
    let same_version = |known: &Known| known.etag.is_some() && known.etag == etag;
    if let Some(known) = known.filter(|known| response.status() == StatusCode::NOT_MODIFIED || same_version(known)) {
        return Ok(Pulled {
            path,
            modified: modified.or(known.modified),
            etag: etag.or(known.etag),
            size: known.size.unwrap_or_default(),
            content: Content::Unchanged,
        });
    }
    if response.status() != StatusCode::OK {
        return Err(SourceError::Status { path, status: response.status().as_u16() });
    }
    let (file, size) = save(response, &path, limit).await?;
    Ok(Pulled { path, modified, etag, size, content: Content::Temporary(file.into_temp_path()) })
}

fn header<'r>(response: &'r Response, name: &HeaderName) -> Option<&'r str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

async fn save(mut response: Response, path: &str, limit: u64) -> Result<(NamedTempFile, u64), SourceError> {
    let too_large = || SourceError::TooLarge { path: path.to_owned(), limit };
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut file = NamedTempFile::new().map_err(io(path))?;
    let mut size = 0_u64;
    while let Some(chunk) = response.chunk().await.map_err(|error| transport(path, error))? {
        size += chunk.len() as u64;
        if size > limit {
            return Err(too_large());
        }
        file.write_all(&chunk).map_err(io(path))?;
    }
    file.flush().map_err(io(path))?;
    Ok((file, size))
}

fn transport(path: &str, error: reqwest::Error) -> SourceError {
    SourceError::Transport { path: path.to_owned(), error: error.without_url() }
}
