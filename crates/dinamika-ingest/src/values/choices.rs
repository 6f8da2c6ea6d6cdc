//! One of a closed list.

use std::{collections::HashMap, sync::Arc};

use arrow::array::{Array, StringArray, StringBuilder};
use regex::Regex;

use super::{Failures, Typed, Wrong, cells, texts::fold_blanks};
use crate::schools::fold::to_cyrillic;

/// Codes a suggestion lists at most.
const LISTED: usize = 8;

pub(super) fn parse(raw: &StringArray, choices: &[(String, Regex)]) -> Typed {
    let mut out = StringBuilder::with_capacity(raw.len(), raw.len() * 4);
    let mut failures = Failures::default();
    // The same few cells come again and again: each is matched once.
    let mut known: HashMap<&str, Option<&str>> = HashMap::new();
    for (row, text) in cells(raw) {
        out.append_option(text.and_then(|text| {
            let code = *known.entry(text).or_insert_with(|| choose(text, choices));
            failures.keep(row, code.ok_or_else(|| Wrong::new("список", listed(choices))))
        }));
    }
    failures.with(vec![("", Arc::new(out.finish()))])
}

fn choose<'c>(text: &str, choices: &'c [(String, Regex)]) -> Option<&'c str> {
    let folded = fold_blanks(text);
    let cyrillic = to_cyrillic(&folded);
    // As printed first: a list may be of Latin words.
    [folded.as_ref(), cyrillic.as_ref()]
        .into_iter()
        .find_map(|text| choices.iter().find(|(_, pattern)| pattern.is_match(text)))
        .map(|(code, _)| code.as_str())
}

fn listed(choices: &[(String, Regex)]) -> String {
    let mut codes: Vec<&str> = choices.iter().map(|(code, _)| code.as_str()).collect();
    let more = codes.len() > LISTED;
    codes.truncate(LISTED);
    format!("ожидается одно из: {}{}", codes.join(", "), if more { " …" } else { "" })
}
