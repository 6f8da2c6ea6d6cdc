//! Regular expressions of a project, each compiled once.

use std::collections::HashMap;

use regex::Regex;

use super::tree::Node;
use crate::{Report, Rule};

/// Compiled patterns by text: layouts of one pipeline repeat each other.
#[derive(Default)]
pub(crate) struct Patterns {
    compiled: HashMap<String, Regex>,
}

impl Patterns {
    /// A text node as a pattern, or a mistake at the very sign that breaks it.
    pub(crate) fn of(&mut self, node: Node<'_, '_>, report: &mut Report) -> Option<Regex> {
        let text = node.text(report)?;
        self.compile(&text, &text, node, report)
    }

    /// A text node as a pattern of a whole value, in any case.
    pub(crate) fn anchored(&mut self, node: Node<'_, '_>, report: &mut Report) -> Option<Regex> {
        let text = node.text(report)?;
        self.compile(&text, &format!("(?i)^(?:{text})$"), node, report)
    }

    /// Compiles `whole`, of which `written` is what the author wrote.
    fn compile(&mut self, written: &str, whole: &str, node: Node<'_, '_>, report: &mut Report) -> Option<Regex> {
        if let Some(known) = self.compiled.get(whole) {
            return Some(known.clone());
        }
        match Regex::new(whole) {
            Ok(regex) => {
                self.compiled.insert(whole.to_owned(), regex.clone());
                Some(regex)
            }
            Err(error) => {
                // The mistake is looked for in the author's own text: what we put around it would move it.
                let told = Regex::new(written).err().unwrap_or(error).to_string();
                let reason = told.lines().last().unwrap_or_default().trim_start_matches("error: ");
                let at = node.within(broken_at(&told, written));
                report.push(node.source.error(at, Rule::BadValue, format!("no regular expression: {reason}")));
                None
            }
        }
    }
}

/// The byte `regex` points at: it prints the pattern four blanks in, and carets under what is wrong.
fn broken_at(told: &str, text: &str) -> usize {
    let carets = told
        .lines()
        .find(|line| line.trim_start().starts_with('^') && line.trim().chars().all(|c| c == '^' || c == ' '));
    let sign = carets.and_then(|line| line.find('^')).map_or(0, |at| at.saturating_sub(4));
    text.char_indices().nth(sign).map_or(0, |(at, _)| at)
}
