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
    /// How it is drawn: `table`, `line`, `bar`, `funnel`, `slope`, `text` …
    pub kind: String,
    /// What it shows.
    pub data: PanelData,
    /// Where it is written.
    pub place: Place,
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
