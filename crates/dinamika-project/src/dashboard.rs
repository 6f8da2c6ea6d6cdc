//! Dashboards (checked types).

use std::collections::BTreeMap;

use crate::{IndicatorId, Level, Place, SlugId, TableName};

/// One file of `dashboards/`.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// Stem of the file.
    pub id: SlugId,
    /// Its heading, Russian.
    pub title: String,
    /// What question it answers, Russian.
    pub description: String,
    /// What its readers may narrow it by, in order.
    pub filters: Vec<PageFilter>,
    /// In order.
    pub panels: Vec<Panel>,
    /// Where it is written.
    pub place: Place,
}

/// One picture or table.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Unique within the dashboard.
    pub id: SlugId,
    /// Its heading, Russian.
    pub title: String,
    /// Part of the page it stands in; a page with none is shown whole.
    pub section: Option<String>,
    /// How it is drawn: `table`, `line`, `bar`, `funnel`, `slope`, `text` …
    pub kind: String,
    /// How much of the page's width it takes.
    pub width: PanelWidth,
    /// What it shows.
    pub data: PanelData,
    /// Where it is written.
    pub place: Place,
}

/// How much of a wide page's width a panel takes; a narrow page shows all of them one under another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PanelWidth {
    /// All of it.
    #[default]
    Full,
    /// Two thirds.
    TwoThirds,
    /// A half.
    Half,
    /// A third.
    Third,
}

impl PanelWidth {
    /// Words of a project's text.
    pub const WORDS: [(&'static str, Self); 4] =
        [("full", Self::Full), ("two-thirds", Self::TwoThirds), ("half", Self::Half), ("third", Self::Third)];

    /// The word.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, width)| *width == self).map_or("full", |(word, _)| word)
    }
}

/// A column the readers of a dashboard may choose a value of; panels without it stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageFilter {
    /// School year.
    Period,
    /// Municipality.
    Municipality,
    /// Subject of a test.
    Subject,
    /// Grade of a test.
    Grade,
}

impl PageFilter {
    /// Words of a project's text.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("period", Self::Period),
        ("municipality", Self::Municipality),
        ("subject", Self::Subject),
        ("grade", Self::Grade),
    ];

    /// The word: the name of the column.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, filter)| *filter == self).map_or("", |(word, _)| word)
    }
}

/// What a panel shows.
#[derive(Debug, Clone)]
pub enum PanelData {
    /// Values of indicators.
    Values {
        /// Which.
        indicators: Vec<IndicatorId>,
        /// At which level.
        level: Level,
        /// Column → value it must have.
        filters: BTreeMap<String, String>,
    },
    /// Dynamics of indicators.
    Dynamics {
        /// Which.
        indicators: Vec<IndicatorId>,
        /// At which level.
        level: Level,
        /// Column → value it must have.
        filters: BTreeMap<String, String>,
    },
    /// A SELECT over marts.
    Sql {
        /// The query.
        sql: String,
        /// Tables it reads.
        reads: Vec<TableName>,
    },
    /// Markdown.
    Text(String),
}
