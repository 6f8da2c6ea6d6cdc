//! Text in windows-1251, for programs that know no other Cyrillic.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use encoding_rs::{EncoderResult, WINDOWS_1251};

/// How many characters had no sign of their own in the encoding and were replaced; a clone counts on the same counter.
#[derive(Debug, Clone, Default)]
pub struct Replaced(Arc<AtomicU64>);

impl Replaced {
    /// The count so far.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The text, with the nearest sign or `?` for what the encoding has not.
pub(super) fn encode(text: &str, replaced: &Replaced) -> Bytes {
    let mut encoder = WINDOWS_1251.new_encoder();
    let mut out = Vec::with_capacity(text.len());
    let (mut rest, mut count) = (text, 0);
    loop {
        let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len());
        out.reserve(room);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut out, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::Unmappable(sign) => {
                out.push(nearest(sign));
                count += 1;
            }
            EncoderResult::OutputFull => {}
            EncoderResult::InputEmpty => break,
        }
    }
    replaced.0.fetch_add(count, Ordering::Relaxed);
    out.into()
}

/// Signs that differ in width only have an older brother.
fn nearest(sign: char) -> u8 {
    match sign {
        '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2212}' => b'-',
        '\u{2002}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => b' ',
        _ => b'?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_encoding_has_not_is_replaced_and_counted() {
        let replaced = Replaced::default();
        let bytes = encode("Школа № 5 «Ёлка» −1 ≥ 2 ₸", &replaced);
        let (text, ..) = WINDOWS_1251.decode(&bytes);
        assert_eq!((text.as_ref(), replaced.count()), ("Школа № 5 «Ёлка» -1 ? 2 ?", 3));
        encode("ещё 😀", &replaced);
        assert_eq!(replaced.count(), 4, "the counter goes on");
    }
}
