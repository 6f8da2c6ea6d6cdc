//! The dashboards as the project's files say them now: they follow the files while the server runs.

use dinamika_project::{Dashboard, Diagnostic};
use serde::Serialize;
use utoipa::ToSchema;

/// Dashboards that are shown, and what is wrong with the files that cannot be.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// Shown, by id. A file that has just been broken is shown as it was.
    pub dashboards: Vec<Dashboard>,
    /// Mistakes of the project's author in `dashboards/`, by place.
    pub mistakes: Vec<Diagnostic>,
}

/// A mistake of the project's author.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "path": "dashboards/vpr.toml", "line": 12, "column": 8, "severity": "error", "rule": "unknown-column",
    "message": "no indicator is called `vpr.shar2`", "help": "did you mean `vpr.share2`?"
}))]
pub struct MistakeInfo {
    /// The file, relative to the project.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// `error` or `warning`.
    pub severity: String,
    /// Which rule was broken.
    pub rule: &'static str,
    /// What was expected and what was found.
    pub message: String,
    /// What to do, where it is known.
    pub help: Option<String>,
}

impl From<&Diagnostic> for MistakeInfo {
    fn from(mistake: &Diagnostic) -> Self {
        Self {
            path: mistake.place.path.display().to_string(),
            line: mistake.place.line,
            column: mistake.place.column,
            severity: format!("{:?}", mistake.severity).to_lowercase(),
            rule: mistake.rule.as_str(),
            message: mistake.message.clone(),
            help: mistake.help.clone(),
        }
    }
}
