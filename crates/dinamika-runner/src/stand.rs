//! Where the tables stand: the newest version of each, pinned once and moved on as a run commits.

use std::collections::BTreeMap;

use dinamika_lake::{Lake, LakeError, PinnedTable};
use dinamika_project::{Model, ModelKind, Project, TableName};

/// The newest pinned version of each table of a project.
pub(crate) struct Stand {
    tables: BTreeMap<TableName, PinnedTable>,
}

impl Stand {
    /// Pins every table that exists.
    pub(crate) async fn of(lake: &Lake, names: impl IntoIterator<Item = TableName>) -> Result<Self, LakeError> {
        let mut tables = BTreeMap::new();
        for name in names {
            if let Some(table) = lake.pin(&name).await? {
                tables.insert(name, table);
            }
        }
        Ok(Self { tables })
    }

    /// Pins a table again after a commit.
    pub(crate) async fn moved(&mut self, lake: &Lake, name: &TableName) -> Result<(), LakeError> {
        if let Some(table) = lake.pin(name).await? {
            self.tables.insert(name.clone(), table);
        }
        Ok(())
    }

    pub(crate) fn get(&self, name: &TableName) -> Option<&PinnedTable> {
        self.tables.get(name)
    }
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&TableName, &PinnedTable)> {
        self.tables.iter()
    }

    /// Versions of the stored tables that a query reading `reads` depends on, views looked through.
    /// A table that does not exist yet counts as version 0 minus one: `u64::MAX`.
    pub(crate) fn inputs(&self, project: &Project, reads: &[TableName]) -> BTreeMap<TableName, u64> {
        stored(project, reads)
            .into_iter()
            .map(|name| {
                let version = self.tables.get(&name).map_or(u64::MAX, |table| table.version);
                (name, version)
            })
            .collect()
    }
}

/// The stored tables behind `reads`.
pub(crate) fn stored(project: &Project, reads: &[TableName]) -> Vec<TableName> {
    let mut found = Vec::new();
    let mut open: Vec<TableName> = reads.to_vec();
    while let Some(name) = open.pop() {
        match model(project, &name) {
            Some(model) if !matches!(model.kind, ModelKind::Table { .. }) => open.extend(model.reads.iter().cloned()),
            _ if !found.contains(&name) => found.push(name),
            _ => {}
        }
    }
    found.sort();
    found
}

/// Views among what a query reads, the nearest first.
pub(crate) fn views<'a>(project: &'a Project, reads: &[TableName]) -> Vec<&'a Model> {
    let mut found: Vec<&Model> = Vec::new();
    let mut open: Vec<TableName> = reads.to_vec();
    while let Some(name) = open.pop() {
        let view = model(project, &name).filter(|model| !matches!(model.kind, ModelKind::Table { .. }));
        if let Some(view) = view.filter(|view| !found.iter().any(|known| known.name == view.name)) {
            found.push(view);
            open.extend(view.reads.iter().cloned());
        }
    }
    found
}

fn model<'a>(project: &'a Project, name: &TableName) -> Option<&'a Model> {
    project.models.iter().find(|model| model.name == *name)
}
