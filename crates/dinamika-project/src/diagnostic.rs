//! Mistakes of the project's author, as data.

use std::{fmt, path::PathBuf, sync::Arc};

/// Where something is written: a file relative to the project's root, a line and a column from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Relative to the project's root.
    pub path: Arc<PathBuf>,
    /// From 1; 1 where the whole file is meant.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

/// How bad a mistake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing runs until it is mended.
    Error,
    /// Worth a look.
    Warning,
}

/// Which rule was broken; printed in brackets, documented in `docs/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The file is not what its extension says (TOML or SQL syntax).
    Syntax,
    /// A key, a word or a value outside what is known.
    UnknownKey,
    /// A value of the wrong kind or range.
    BadValue,
    /// Two things of one name.
    Duplicate,
    /// A table nobody makes.
    UnknownTable,
    /// A column the table does not have.
    UnknownColumn,
    /// Models that read each other in a circle.
    Cycle,
    /// Something declared and never used.
    Unused,
    /// SQL that does not plan.
    Sql,
}

impl Rule {
    /// The word in brackets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::UnknownKey => "unknown-key",
            Self::BadValue => "bad-value",
            Self::Duplicate => "duplicate",
            Self::UnknownTable => "unknown-table",
            Self::UnknownColumn => "unknown-column",
            Self::Cycle => "cycle",
            Self::Unused => "unused",
            Self::Sql => "sql",
        }
    }
}

/// One mistake: `path:line:col: error: message [rule]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where.
    pub place: Place,
    /// How bad.
    pub severity: Severity,
    /// Which rule.
    pub rule: Rule,
    /// What was expected and what was found.
    pub message: String,
    /// What to do, where it is known.
    pub help: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{}: {word}: {} [{}]", self.place, self.message, self.rule.as_str())?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "\n    help: {help}"))
    }
}

/// All mistakes of a project, sorted by place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let at = self.diagnostics.partition_point(|known| *known <= diagnostic);
        self.diagnostics.insert(at, diagnostic);
    }
    /// In order of place.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter()
    }
    /// Whether anything stops the project from running.
    pub fn has_errors(&self) -> bool {
        self.iter().any(|d| d.severity == Severity::Error)
    }
    /// Takes all of another report.
    pub fn extend(&mut self, other: Self) {
        other.diagnostics.into_iter().for_each(|d| self.push(d));
    }
}
