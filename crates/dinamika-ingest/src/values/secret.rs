//! Personal data as keyed hashes.

use std::{fmt, sync::Arc};

use arrow::array::{Array, StringArray, StringBuilder};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{Failures, Typed, cells, texts::fold_words};

/// The block of SHA-256, which is the longest key HMAC takes as it is.
const BLOCK: usize = 64;
/// Bytes of the hash that are kept: 16 hexadecimal digits.
const KEPT: usize = 8;

/// The project's secret, ready to key hashes. Its content is never printed.
#[derive(Clone)]
pub struct Secret(Hmac<Sha256>);

impl Secret {
    /// A secret of any length.
    pub fn new(secret: &[u8]) -> Self {
        // As HMAC defines it: a longer key is hashed, a shorter one padded with zeros.
        let mut block = [0_u8; BLOCK];
        if secret.len() > BLOCK {
            let digest = Sha256::digest(secret);
            block[..digest.len()].copy_from_slice(&digest);
        } else {
            block[..secret.len()].copy_from_slice(secret);
        }
        Self(Hmac::new(&block.into()))
    }

    /// 16 hexadecimal digits that stand for the text: HMAC-SHA256 of it in lower case, ё as е,
    /// blanks folded.
    pub fn key_of(&self, text: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(fold_words(text).as_bytes());
        hex::encode(&mac.finalize().into_bytes()[..KEPT])
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

pub(super) fn parse(raw: &StringArray, secret: &Secret) -> Typed {
    let mut out = StringBuilder::with_capacity(raw.len(), raw.len() * KEPT * 2);
    for (_, text) in cells(raw) {
        out.append_option(text.map(|text| secret.key_of(text)));
    }
    Failures::default().with(vec![("", Arc::new(out.finish()))])
}
