//! Lineage as readers are told.

use dinamika_engine::{Lineage, Node};
use serde::Serialize;
use utoipa::ToSchema;

/// A table, model, indicator or panel, and what it is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "vpr_marks", "kind": "table", "title": "ВПР: отметки по школам", "file": "sql/marts/vpr_marks.sql",
    "reads": ["school_match", "vpr_protocol", "vpr_tests"],
    "columns": [{"name": "n2", "from": [{"table": "vpr_protocol", "column": "mark"}]}]
}))]
pub struct LineageNode {
    /// Its name; of a panel `dashboard/panel`.
    pub name: String,
    /// `pipeline`, `reference`, `house` (made by the program), `view`, `table`, `indicator`, `panel`.
    pub kind: &'static str,
    /// In words.
    pub title: Option<String>,
    /// The file of the project it is written in.
    pub file: Option<String>,
    /// Tables it is made from.
    pub reads: Vec<String>,
    /// Its columns, in order.
    pub columns: Vec<LineageColumn>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineageColumn {
    /// Its name.
    pub name: String,
    /// Columns its values are computed from; null where that is not told.
    pub from: Option<Vec<LineageOrigin>>,
}

/// A column of a table that is read; `*`: its rows are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineageOrigin {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

/// The nodes of a lineage, in its order.
pub fn nodes(lineage: &Lineage) -> Vec<LineageNode> {
    lineage.nodes.iter().map(node).collect()
}

fn node(node: &Node) -> LineageNode {
    let origin = |(table, column): &(String, String)| LineageOrigin { table: table.clone(), column: column.clone() };
    let columns = node.columns.iter().map(|column| LineageColumn {
        name: column.name.clone(),
        from: column.from.as_ref().map(|from| from.iter().map(origin).collect()),
    });
    LineageNode {
        name: node.name.clone(),
        kind: node.kind.as_str(),
        title: node.title.clone(),
        file: node.file.clone(),
        reads: node.reads.clone(),
        columns: columns.collect(),
    }
}
