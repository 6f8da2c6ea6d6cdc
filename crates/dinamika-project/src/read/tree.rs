//! A TOML file as a tree whose every key and value knows its place, and which notes what was asked of it.

use std::{collections::BTreeSet, ops::Range, path::PathBuf, sync::Arc};

use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{Diagnostic, Place, Report, Rule, Severity};

/// A text file of the project: turns byte offsets into places and gathers mistakes.
pub(crate) struct Source<'a> {
    pub(crate) path: Arc<PathBuf>,
    pub(crate) text: &'a str,
    /// Where `text` begins in its file: a header within a SQL file.
    pub(crate) offset: usize,
    pub(crate) whole: &'a str,
}

impl<'a> Source<'a> {
    pub(crate) fn new(path: &std::path::Path, text: &'a str) -> Self {
        Self { path: Arc::new(path.to_owned()), text, offset: 0, whole: text }
    }

    /// A part of the file as a source of its own.
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        let (text, offset) = (&self.text[range.clone()], self.offset + range.start);
        Self { path: Arc::clone(&self.path), text, offset, whole: self.whole }
    }

    /// The place of the file as a whole.
    pub(crate) fn beginning(&self) -> Place {
        Place { path: Arc::clone(&self.path), line: 1, column: 1 }
    }

    pub(crate) fn place(&self, at: usize) -> Place {
        let mut end = (self.offset + at).min(self.whole.len());
        while !self.whole.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.whole[..end];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Place { path: Arc::clone(&self.path), line, column }
    }

    pub(crate) fn error(&self, at: usize, rule: Rule, message: impl Into<String>) -> Diagnostic {
        Diagnostic { place: self.place(at), severity: Severity::Error, rule, message: message.into(), help: None }
    }

    /// The file's table. Every syntax error goes to the report; none but doubled keys leave a table worth
    /// reading on.
    pub(crate) fn parse(&self, report: &mut Report) -> Option<Spanned<DeTable<'a>>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let mut sound = true;
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            let doubled = error.message() == "duplicate key";
            sound &= doubled;
            let rule = if doubled { Rule::Duplicate } else { Rule::Syntax };
            let told = || error.span().and_then(|span| self.text.get(span));
            let message = match told().filter(|_| doubled) {
                Some(key) => format!("`{key}` is written twice"),
                None => error.message().to_owned(),
            };
            report.push(self.error(at, rule, message));
        }
        sound.then_some(table)
    }
}

/// A table being read: keys that are never asked for are mistakes.
pub(crate) struct Keys<'s, 'a> {
    source: &'s Source<'a>,
    table: &'s DeTable<'a>,
    at: usize,
    asked: BTreeSet<&'static str>,
}

/// A value with its place.
#[derive(Clone, Copy)]
pub(crate) struct Node<'s, 'a> {
    pub(crate) source: &'s Source<'a>,
    value: &'s Spanned<DeValue<'a>>,
}

impl<'s, 'a> Keys<'s, 'a> {
    pub(crate) fn new(source: &'s Source<'a>, table: &'s DeTable<'a>, at: usize) -> Self {
        Self { source, table, at, asked: BTreeSet::new() }
    }

    /// The value of a key.
    pub(crate) fn get(&mut self, key: &'static str) -> Option<Node<'s, 'a>> {
        self.asked.insert(key);
        let (_, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        Some(Node { source: self.source, value })
    }

    /// Makes keys known without reading them.
    pub(crate) fn allow(&mut self, keys: &[&'static str]) {
        self.asked.extend(keys);
    }

    pub(crate) fn text(&mut self, key: &'static str, report: &mut Report) -> Option<String> {
        self.get(key)?.text(report)
    }

    /// A value that has to be there.
    pub(crate) fn must(&mut self, key: &'static str, report: &mut Report) -> Option<Node<'s, 'a>> {
        let found = self.get(key);
        if found.is_none() {
            report.push(self.source.error(self.at, Rule::BadValue, format!("`{key}` is missing")));
        }
        found
    }

    /// A text that has to be there.
    pub(crate) fn required(&mut self, key: &'static str, report: &mut Report) -> Option<String> {
        self.must(key, report)?.text(report)
    }

    pub(crate) fn flag(&mut self, key: &'static str, report: &mut Report) -> Option<bool> {
        self.get(key)?.bool(report)
    }

    /// A whole number, at least `least`.
    pub(crate) fn count<T: TryFrom<i64>>(&mut self, key: &'static str, least: i64, report: &mut Report) -> Option<T> {
        self.get(key)?.count(least, report)
    }

    /// One of a closed list of words.
    pub(crate) fn one_of<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)], report: &mut Report) -> Option<T> {
        self.get(key)?.one_of(words, report)
    }

    /// A value read by its type's one door.
    pub(crate) fn word<T: std::str::FromStr<Err: std::fmt::Display>>(
        &mut self,
        key: &'static str,
        report: &mut Report,
    ) -> Option<T> {
        self.get(key)?.word(report)
    }

    pub(crate) fn list(&mut self, key: &'static str, report: &mut Report) -> Vec<Node<'s, 'a>> {
        self.get(key).map(|node| node.list(report)).unwrap_or_default()
    }

    /// Reports the keys nobody asked for.
    pub(crate) fn finish(self, report: &mut Report) {
        for (name, _) in self.table.iter().filter(|(name, _)| !self.asked.contains(name.get_ref().as_ref())) {
            let name_text: &str = name.get_ref();
            let mut mistake =
                self.source.error(name.span().start, Rule::UnknownKey, format!("unknown key `{name_text}`"));
            let known = || format!("known keys: {}", self.asked.iter().copied().collect::<Vec<_>>().join(", "));
            mistake.help = Some(did_you_mean(name_text, self.asked.iter().copied()).unwrap_or_else(known));
            report.push(mistake);
        }
    }
}

impl<'s, 'a> Node<'s, 'a> {
    pub(crate) fn at(self) -> usize {
        self.value.span().start
    }
    pub(crate) fn place(self) -> Place {
        self.source.place(self.at())
    }
    pub(crate) fn error(self, rule: Rule, message: impl Into<String>) -> Diagnostic {
        self.source.error(self.at(), rule, message)
    }
    pub(crate) fn as_str(self) -> Option<&'s str> {
        self.value.get_ref().as_str()
    }
    /// Keys and values in the order they are written.
    pub(crate) fn entries(self, report: &mut Report) -> Vec<(&'s str, usize, Self)> {
        let Some(table) = self.value.get_ref().as_table() else {
            self.wrong("a table", report);
            return Vec::new();
        };
        let mut entries: Vec<_> = table
            .iter()
            .map(|(name, value)| (name.get_ref().as_ref(), name.span().start, Node { source: self.source, value }))
            .collect();
        entries.sort_by_key(|(_, at, _)| *at);
        entries
    }
    pub(crate) fn table(self, report: &mut Report) -> Option<Keys<'s, 'a>> {
        let found = self.value.get_ref().as_table();
        if found.is_none() {
            self.wrong("a table", report);
        }
        found.map(|table| Keys::new(self.source, table, self.at()))
    }
    pub(crate) fn text(self, report: &mut Report) -> Option<String> {
        let found = self.as_str();
        if found.is_none() {
            self.wrong("a string", report);
        }
        found.map(str::to_owned)
    }
    pub(crate) fn word<T: std::str::FromStr<Err: std::fmt::Display>>(self, report: &mut Report) -> Option<T> {
        match self.text(report)?.parse() {
            Ok(word) => Some(word),
            Err(error) => {
                report.push(self.error(Rule::BadValue, error.to_string()));
                None
            }
        }
    }
    pub(crate) fn bool(self, report: &mut Report) -> Option<bool> {
        let found = self.value.get_ref().as_bool();
        if found.is_none() {
            self.wrong("true or false", report);
        }
        found
    }
    pub(crate) fn integer(self, report: &mut Report) -> Option<i64> {
        let found = self.value.get_ref().as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        if found.is_none() {
            self.wrong("a whole number", report);
        }
        found
    }
    /// A whole number, at least `least`.
    pub(crate) fn count<T: TryFrom<i64>>(self, least: i64, report: &mut Report) -> Option<T> {
        let found = self.integer(report)?;
        let fits = T::try_from(found).ok().filter(|_| found >= least);
        if fits.is_none() {
            let message = format!("expected a whole number from {least}, found {found}");
            report.push(self.error(Rule::BadValue, message));
        }
        fits
    }
    /// One of a closed list of words.
    pub(crate) fn one_of<T: Copy>(self, words: &[(&str, T)], report: &mut Report) -> Option<T> {
        let found = self.text(report)?;
        let value = words.iter().find(|(word, _)| *word == found).map(|(_, value)| *value);
        if value.is_none() {
            let known = words.iter().map(|(word, _)| *word);
            let list: Vec<String> = known.clone().map(|word| format!("`{word}`")).collect();
            let list =
                list.split_last().map(|(last, rest)| format!("{} or {last}", rest.join(", "))).unwrap_or_default();
            let mut mistake = self.error(Rule::BadValue, format!("expected {list}, found `{found}`"));
            mistake.help = did_you_mean(&found, known);
            report.push(mistake);
        }
        value
    }
    /// Where a byte of this text stands in the source; the value's beginning when the text is written with escapes.
    pub(crate) fn within(self, at: usize) -> usize {
        self.verbatim().map_or(self.at(), |range| range.start + at)
    }
    /// The range of the source this text stands in as it is, without escapes.
    pub(crate) fn verbatim(self) -> Option<Range<usize>> {
        let (text, span) = (self.as_str()?, self.value.span());
        let start = span.start + self.source.text.get(span)?.find(text)?;
        Some(start..start + text.len())
    }
    pub(crate) fn number(self, report: &mut Report) -> Option<f64> {
        if let Some(number) = self.value.get_ref().as_float().and_then(|n| n.as_str().parse().ok()) {
            return Some(number);
        }
        let found = self.value.get_ref().as_integer().and_then(|n| n.as_str().parse().ok());
        if found.is_none() {
            self.wrong("a number", report);
        }
        found
    }
    pub(crate) fn list(self, report: &mut Report) -> Vec<Self> {
        let Some(array) = self.value.get_ref().as_array() else {
            self.wrong("a list", report);
            return Vec::new();
        };
        array.iter().map(|value| Node { source: self.source, value }).collect()
    }
    /// One value or a list of them.
    pub(crate) fn one_or_more(self) -> Vec<Self> {
        match self.value.get_ref().as_array() {
            Some(array) => array.iter().map(|value| Node { source: self.source, value }).collect(),
            None => vec![self],
        }
    }
    /// The value without its places, for rows of unit tests.
    pub(crate) fn plain(self) -> Option<toml::Value> {
        use toml::Value;
        Some(match self.value.get_ref() {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Integer(n) => Value::Integer(i64::from_str_radix(n.as_str(), n.radix()).ok()?),
            DeValue::Float(n) => Value::Float(n.as_str().parse().ok()?),
            DeValue::Boolean(flag) => Value::Boolean(*flag),
            DeValue::Datetime(time) => Value::Datetime(*time),
            DeValue::Array(array) => Value::Array(
                array.iter().map(|value| Node { source: self.source, value }.plain()).collect::<Option<_>>()?,
            ),
            DeValue::Table(table) => Value::Table(
                table
                    .iter()
                    .map(|(name, value)| {
                        Some((name.get_ref().to_string(), Node { source: self.source, value }.plain()?))
                    })
                    .collect::<Option<_>>()?,
            ),
        })
    }
    /// Says what was expected here.
    pub(crate) fn wrong(self, expected: &str, report: &mut Report) {
        let found = self.value.get_ref().type_str();
        report.push(self.error(Rule::BadValue, format!("expected {expected}, found {found}")));
    }
}

/// The ids of things in a list: each its own.
pub(crate) struct Ids<T>(Vec<(T, Place)>);

impl<T> Default for Ids<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: std::str::FromStr<Err: std::fmt::Display> + PartialEq + Clone + std::fmt::Display> Ids<T> {
    /// The `id` of the next thing, which is a `what`.
    pub(crate) fn of(&mut self, keys: &mut Keys<'_, '_>, what: &str, report: &mut Report) -> Option<T> {
        let node = keys.must("id", report)?;
        let id: T = node.word(report)?;
        match self.0.iter().find(|(known, _)| *known == id) {
            Some((_, first)) => {
                let message = format!("two {what}s are called `{id}`, the first at {first}");
                report.push(node.error(Rule::Duplicate, message));
            }
            None => self.0.push((id.clone(), node.place())),
        }
        Some(id)
    }
}

/// The help for a word that is not known.
pub(crate) fn did_you_mean<'k>(found: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    closest(found, known).map(|close| format!("did you mean `{close}`?"))
}

/// The known word most like `found`, when one is near enough to be meant.
fn closest<'k>(found: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known
        .map(|word| (strsim::damerau_levenshtein(found, word), word))
        .filter(|(distance, word)| *distance <= 1 + word.chars().count() / 4)
        .min()
        .map(|(_, word)| word)
}
