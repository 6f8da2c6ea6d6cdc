//! Text: trimming and blanks.

use std::{borrow::Cow, sync::Arc};

use arrow::array::{Array, StringArray, StringBuilder};

use super::{Failures, Typed, cells};

pub(super) fn parse(raw: &StringArray) -> Typed {
    let mut out = StringBuilder::with_capacity(raw.len(), raw.values().len());
    for (_, text) in cells(raw) {
        match text {
            Some(text) => out.append_value(fold_blanks(text)),
            None => out.append_null(),
        }
    }
    Failures::default().with(vec![("", Arc::new(out.finish()))])
}

/// Whether a character is seen as nothing: every Unicode blank, and the marks that office programs
/// leave behind (zero-width blanks, soft hyphens, byte order and direction marks).
fn invisible(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' | '\u{2060}')
}

/// The text without what is seen as nothing around it.
pub(crate) fn trim(text: &str) -> &str {
    let plain = |b: &u8| b.is_ascii_graphic();
    let bytes = text.as_bytes();
    if bytes.first().is_some_and(plain) && bytes.last().is_some_and(plain) {
        return text;
    }
    text.trim_matches(invisible)
}

/// Runs of blanks and line breaks become one blank; marks nobody sees are left out. `text` is
/// trimmed already.
pub(crate) fn fold_blanks(text: &str) -> Cow<'_, str> {
    let mut before = 'x';
    let tidy = text.chars().all(|c| {
        let fine = !invisible(c) || (c == ' ' && before != ' ');
        before = c;
        fine
    });
    if tidy {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !invisible(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

/// Lower case, ё as е, blanks folded: the form in which words are compared.
pub(crate) fn fold_words(text: &str) -> String {
    fold_blanks(trim(text)).to_lowercase().replace('ё', "е")
}

/// Whether a character is one of the dashes people type for a minus or for "nothing here".
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{ff0d}')
}
