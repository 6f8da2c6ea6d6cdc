//! Columns that become a list or rows.

use std::collections::BTreeMap;

use dinamika_project::{ColumnName, Unpivot, UnpivotInto};

use super::head::HeaderCell;

/// Columns of this very sheet that are unpivoted.
#[derive(Debug, Clone)]
pub(crate) struct BoundUnpivot {
    pub(crate) columns: Vec<UnpivotColumn>,
    /// The list they go to; rows when none.
    pub(crate) tasks: Option<ColumnName>,
}

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct UnpivotColumn {
    pub(crate) slot: usize,
    /// Place among the unpivoted columns, from 1, or the capture `no`.
    pub(crate) no: i32,
    /// The capture `label`, else `no`.
    pub(crate) label: String,
    /// The capture `max`.
    pub(crate) max: Option<i32>,
    captures: BTreeMap<String, String>,
    header: String,
}

impl UnpivotColumn {
    /// A capture of the header, the whole header when there is no such capture.
    pub(crate) fn capture(&self, name: &str) -> &str {
        self.captures.get(name).unwrap_or(&self.header)
    }
}

/// Finds the columns; `slot` gives each its place among the raw columns.
pub(crate) fn bind(
    unpivot: &Unpivot,
    header: &[HeaderCell],
    mut slot: impl FnMut(&HeaderCell) -> usize,
) -> BoundUnpivot {
    let mut columns = Vec::new();
    for cell in header {
        let Some(found) = unpivot.columns.captures(&cell.folded) else { continue };
        // Patterns see lower case; people want `4К1` back. Folding keeps places of letters.
        let same = cell.folded.len() == cell.shown.len();
        let mut captures = BTreeMap::new();
        for name in unpivot.columns.capture_names().flatten() {
            if let Some(capture) = found.name(name) {
                let shown = if same { cell.shown.get(capture.range()) } else { None };
                captures.insert(name.to_owned(), shown.unwrap_or(capture.as_str()).trim().to_owned());
            }
        }
        let whole = |name: &str| captures.get(name).and_then(|text| text.parse::<i32>().ok());
        let no = whole("no").unwrap_or(columns.len() as i32 + 1);
        let max = whole("max");
        let label = captures.get("label").cloned().unwrap_or_else(|| no.to_string());
        columns.push(UnpivotColumn { slot: slot(cell), no, label, max, captures, header: cell.shown.clone() });
    }
    let tasks = match &unpivot.into {
        UnpivotInto::Tasks(column) => Some(column.clone()),
        UnpivotInto::Rows => None,
    };
    BoundUnpivot { columns, tasks }
}
