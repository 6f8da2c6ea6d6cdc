//! The way back from an indicator: through models that keep schools apart and feed its numbers, to the tables of
//! pipelines.

use std::collections::BTreeSet;

use dinamika_project::{Model, Project, TableName};

use crate::{EngineError, Session, Source, lineage::measured};

/// Columns of an indicator that are its numbers.
const NUMBERS: [&str; 4] = ["num", "den", "n", "sq"];
/// Columns by which rows belong to a school or municipality.
const PLACES: [&str; 5] = ["school_ref", "school_key", "municipality_key", "municipality", "entity"];
/// Who and where: these place values, they are not what is measured.
const REGISTRY: [&str; 3] = ["schools", "municipalities", "region"];

/// What an indicator is made from.
pub(super) struct Way {
    /// Models whose rows belong to schools, in the order they are built; the indicator's last.
    pub(super) models: Vec<TableName>,
    /// Tables of pipelines they end at.
    pub(super) sources: Vec<TableName>,
    /// Everything else that is read, used as it is.
    pub(super) common: Vec<TableName>,
}

impl Way {
    /// Follows the models back in a session that has everything the indicator is made from.
    pub(super) async fn back(whole: &Session, project: &Project, indicator: &Model) -> Result<Self, EngineError> {
        let measured = measured(project, &upstream(project, indicator), &NUMBERS).await;
        let way = Self::through(whole, project, indicator, Some(&measured)).await?;
        // An indicator of no place at all: whatever it reads, to the end.
        if way.sources.is_empty() { Self::through(whole, project, indicator, None).await } else { Ok(way) }
    }

    async fn through(
        whole: &Session,
        project: &Project,
        indicator: &Model,
        measured: Option<&BTreeSet<String>>,
    ) -> Result<Self, EngineError> {
        let mut models: BTreeSet<&TableName> = [&indicator.name].into();
        let (mut sources, mut common) = (BTreeSet::new(), BTreeSet::new());
        let mut open: Vec<&TableName> = indicator.reads.iter().collect();
        while let Some(name) = open.pop() {
            let feeds = measured.is_none_or(|measured| measured.contains(name.as_str()));
            let model = project.models.iter().find(|model| model.name == *name);
            let goes_on = match model {
                _ if !feeds => None,
                Some(_) if REGISTRY.contains(&name.as_str()) || !whole.has(name.as_str()) => None,
                Some(model) if measured.is_none() || has_place(whole, name).await? => Some(model),
                _ => None,
            };
            match goes_on {
                Some(model) => {
                    if models.insert(name) {
                        open.extend(&model.reads);
                    }
                }
                None if feeds && project.pipelines.iter().any(|pipeline| pipeline.table == *name) => {
                    sources.insert(name.clone());
                }
                None => {
                    common.insert(name.clone());
                }
            }
        }
        let in_order = project.models.iter().map(|model| &model.name).filter(|name| models.contains(name));
        Ok(Self {
            models: in_order.cloned().collect(),
            sources: sources.into_iter().collect(),
            common: common.into_iter().collect(),
        })
    }
}

async fn has_place(whole: &Session, name: &TableName) -> Result<bool, EngineError> {
    let columns = whole.columns(&Source::Table(name.clone())).await?;
    Ok(columns.fields().iter().any(|field| PLACES.contains(&field.name().as_str())))
}

/// Models the indicator is made from, in the order they are built, its own last.
pub(super) fn upstream<'p>(project: &'p Project, indicator: &'p Model) -> Vec<&'p Model> {
    let mut names: BTreeSet<&TableName> = [&indicator.name].into();
    for model in project.models.iter().rev() {
        if names.contains(&model.name) {
            names.extend(&model.reads);
        }
    }
    project.models.iter().filter(|model| names.contains(&model.name)).collect()
}
