//! Names a file gives to things of other files, kept with their places until the whole project is known.

use std::collections::HashMap;

use super::{sql::Select, tree::Node};
use crate::{ColumnName, IndicatorId, Level, Place, SourceName, TableName};

/// All of them.
#[derive(Default)]
pub(crate) struct Mentions {
    /// Tables read by queries, tests and unit tests.
    pub(crate) tables: Vec<(TableName, Place)>,
    /// Columns of tables whose columns the text of the project tells.
    pub(crate) columns: Vec<(TableName, String, Place)>,
    /// `$name`.
    pub(crate) params: Vec<(String, Place)>,
    /// Sources pipelines pull from.
    pub(crate) pulled: Vec<(SourceName, Place)>,
    /// Where sources are declared.
    pub(crate) sources: Vec<(SourceName, Place)>,
    /// Models under unit tests.
    pub(crate) models: Vec<(TableName, Place)>,
    /// Indicators of panels.
    pub(crate) panels: Vec<PanelMentions>,
    /// Where a model names what it reads, for cycles.
    pub(crate) edges: HashMap<(TableName, TableName), Place>,
    /// Tables whose files could not be read.
    pub(crate) unread: Vec<TableName>,
}

/// What a panel over indicators names.
pub(crate) struct PanelMentions {
    pub(crate) indicators: Vec<(IndicatorId, Place)>,
    pub(crate) level: (Level, Place),
    pub(crate) filters: Vec<(String, Place)>,
    pub(crate) dynamics: bool,
}

impl Mentions {
    /// What a query names.
    pub(crate) fn query(&mut self, select: &Select) {
        self.tables.extend(select.reads.iter().cloned());
        self.params.extend(select.params.iter().cloned());
    }

    /// A column of a table, both named by texts.
    pub(crate) fn column(&mut self, table: &TableName, column: &ColumnName, node: Node<'_, '_>) {
        self.columns.push((table.clone(), column.as_str().to_owned(), node.place()));
    }
}
