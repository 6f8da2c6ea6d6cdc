//! Pages: how many rows, from where, and of which release.

use std::{fmt, str::FromStr};

use super::Asked;
use crate::Problem;

/// Rows of a JSON answer when nothing is said.
const DEFAULT_LIMIT: u64 = 1_000;
/// Rows of a JSON answer at most: larger answers are files.
const MOST: u64 = 50_000;

/// Which rows of the whole answer are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// Rows before it.
    pub(crate) offset: u64,
    /// Rows of it; everything when none.
    pub(crate) limit: Option<u64>,
}

impl Page {
    /// A JSON answer is a page unless all is asked for; a file is whole unless a limit is asked for.
    pub(crate) fn of(asked: &Asked, cursor: Option<&Cursor>, is_json: bool) -> Result<Self, Problem> {
        if asked.get("limit") == Some("all") {
            return Ok(Self { offset: cursor.map_or(0, |cursor| cursor.offset), limit: None });
        }
        let limit = asked.whole("limit", 1, if is_json { MOST } else { u64::from(u32::MAX) })?;
        let limit = limit.or(is_json.then_some(DEFAULT_LIMIT));
        Ok(Self { offset: cursor.map_or(0, |cursor| cursor.offset), limit })
    }
}

/// Where the next page begins: opaque to readers. It names its release, so that a swap between two
/// pages does not mix them, and its question, so that it is not used with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) release: u64,
    pub(crate) offset: u64,
    pub(crate) question: u32,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}-{:08x}", self.release, self.offset, self.question)
    }
}

impl FromStr for Cursor {
    type Err = Problem;
    fn from_str(text: &str) -> Result<Self, Problem> {
        let mut parts = text.split('-');
        let mut next = || u64::from_str_radix(parts.next().unwrap_or_default(), 16).map_err(|_| Problem::BadCursor);
        let (release, offset, question) = (next()?, next()?, next()?);
        let question = u32::try_from(question).map_err(|_| Problem::BadCursor)?;
        Ok(Self { release, offset, question })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        let cursor = Cursor { release: 12, offset: 1_000, question: 0xbeef };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        assert!("12".parse::<Cursor>().is_err());
    }
}
