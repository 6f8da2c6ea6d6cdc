//! A table at one version: all a reader needs.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use dinamika_project::{ColumnName, TableName, Zone};
use object_store::{ObjectStore, path::Path};
use url::Url;

/// A table at one version.
#[derive(Debug, Clone)]
pub struct PinnedTable {
    /// Its name.
    pub name: TableName,
    /// Its zone.
    pub zone: Zone,
    /// Which version.
    pub version: u64,
    /// Its columns, the partition column among them, in the order they were declared.
    pub schema: SchemaRef,
    /// Its partition column; not in the files themselves.
    pub partition_by: Option<ColumnName>,
    /// Its files.
    pub files: Vec<PinnedFile>,
    /// Where they are.
    pub store: Arc<dyn ObjectStore>,
    /// The store's address: `file:///`, `s3://bucket`.
    pub store_url: Url,
}

/// One file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedFile {
    /// In the store.
    pub path: Path,
    /// Bytes.
    pub size: u64,
    /// Rows.
    pub rows: u64,
    /// Value of the partition column.
    pub partition: Option<String>,
    /// Delta statistics, JSON.
    pub stats: Option<String>,
}

impl PinnedTable {
    /// Rows of all files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }
}
