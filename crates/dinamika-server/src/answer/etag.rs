//! The strong validator of an answer.

use axum::http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

/// Quoted hexadecimal digits that change with anything the bytes depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Etag(String);

impl Etag {
    /// Of everything the bytes follow from. Compressed bytes are other bytes: a strong validator
    /// tells them apart.
    pub(crate) fn of(headers: &HeaderMap, parts: &[&str]) -> Self {
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let coding = if accepted.contains("gzip") { "gzip" } else { "" };
        Self(format!("\"{}\"", digest(&[parts, &[coding]].concat())))
    }

    /// Whether the reader already has these bytes.
    pub(crate) fn is_known(&self, headers: &HeaderMap) -> bool {
        headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|value| {
            value.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.0)
        })
    }

    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(&self.0).ok()
    }
}

/// 32 bits that tell one question from another.
pub(crate) fn fingerprint(parts: &[&str]) -> u32 {
    u32::from_str_radix(&digest(parts)[..8], 16).unwrap_or_default()
}

fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    // Bytes also follow from this program's way of writing them.
    for part in [env!("CARGO_PKG_VERSION")].iter().chain(parts) {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(&hash.finalize()[..16])
}
