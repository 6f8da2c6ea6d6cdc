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

#[cfg(test)]
mod tests {
    use dinamika_project::builtin_tables;

    use crate::{indicator_dynamics_schema, indicator_values_schema};

    #[test]
    fn what_the_engine_gives_is_what_the_project_was_promised() {
        let promised = |table: &str| builtin_tables().into_iter().find(|(name, _)| name.as_str() == table).unwrap().1;
        assert_eq!(promised("indicator_values"), indicator_values_schema());
        assert_eq!(promised("indicator_dynamics"), indicator_dynamics_schema());
    }
}
