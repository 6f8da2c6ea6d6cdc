//! Columns of every table a project has before any model.

use std::collections::BTreeMap;

use arrow::datatypes::SchemaRef;
use dinamika_project::{Project, TableName, builtin_tables};

/// Schemas of pipelines' tables, references and built-ins.
pub(crate) fn catalogue(project: &Project) -> BTreeMap<TableName, SchemaRef> {
    let pipelines = project.pipelines.iter().map(|pipeline| (pipeline.table.clone(), pipeline.schema()));
    let references = project.references.iter().map(|reference| (reference.name.clone(), reference.schema()));
    builtin_tables().into_iter().chain(pipelines).chain(references).collect()
}
