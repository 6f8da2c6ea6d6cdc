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
    /// The pattern, or a mistake at its node.
    pub(crate) fn compile(&mut self, text: &str, node: Node<'_, '_>, report: &mut Report) -> Option<Regex> {
        if let Some(known) = self.compiled.get(text) {
            return Some(known.clone());
        }
        match Regex::new(text) {
            Ok(regex) => {
                self.compiled.insert(text.to_owned(), regex.clone());
                Some(regex)
            }
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                report.push(node.error(Rule::BadValue, format!("no regular expression: {reason}")));
                None
            }
        }
    }

    /// A text node as a pattern.
    pub(crate) fn of(&mut self, node: Node<'_, '_>, report: &mut Report) -> Option<Regex> {
        let text = node.text(report)?;
        self.compile(&text, node, report)
    }
}
