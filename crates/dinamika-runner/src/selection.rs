//! SELECT: which part of a project a run is about.

use std::{collections::BTreeSet, fmt, str::FromStr};

use dinamika_project::{Model, ModelKind, Project, TableName};

/// What a run is about: everything, one pipeline, or a model with what it needs or what needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Selection {
    /// All sources, pipelines and models.
    #[default]
    Everything,
    /// A pipeline's files, or one model.
    Only(String),
    /// `+model`: the model and everything it reads.
    WithUpstream(String),
    /// `model+`: the model and everything that reads it.
    WithDownstream(String),
}

/// A selection that names nothing of the project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a pipeline, a model nor an indicator of this project")]
pub struct UnknownSelection(pub String);

impl FromStr for Selection {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        Ok(match (text.strip_prefix('+'), text.strip_suffix('+')) {
            _ if text.is_empty() => Self::Everything,
            (Some(name), _) => Self::WithUpstream(name.to_owned()),
            (_, Some(name)) => Self::WithDownstream(name.to_owned()),
            _ => Self::Only(text.to_owned()),
        })
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => Ok(()),
            Self::Only(name) => f.write_str(name),
            Self::WithUpstream(name) => write!(f, "+{name}"),
            Self::WithDownstream(name) => write!(f, "{name}+"),
        }
    }
}

/// A selection resolved against a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selected {
    /// Tables of the pipelines whose files are read.
    pub pipelines: BTreeSet<TableName>,
    /// Models that may be built.
    pub models: BTreeSet<TableName>,
}

impl Selection {
    /// Names of tables and models the selection covers.
    pub fn resolve(&self, project: &Project) -> Result<Selected, UnknownSelection> {
        match self {
            Self::Everything => Ok(Selected {
                pipelines: project.pipelines.iter().map(|p| p.table.clone()).collect(),
                models: project.models.iter().map(|m| m.name.clone()).collect(),
            }),
            Self::Only(name) => {
                if let Some(table) = pipeline(project, name) {
                    return Ok(Selected { pipelines: [table].into(), ..Selected::default() });
                }
                Ok(Selected { models: [model(project, name)?.name.clone()].into(), ..Selected::default() })
            }
            Self::WithUpstream(name) => Ok(upstream(project, model(project, name)?)),
            Self::WithDownstream(name) => {
                let (mut selected, start) = match pipeline(project, name) {
                    Some(table) => (Selected { pipelines: [table.clone()].into(), ..Selected::default() }, table),
                    None => {
                        let start = model(project, name)?.name.clone();
                        (Selected { models: [start.clone()].into(), ..Selected::default() }, start)
                    }
                };
                selected.models.extend(downstream(project, &start));
                Ok(selected)
            }
        }
    }
}

fn pipeline(project: &Project, name: &str) -> Option<TableName> {
    project.pipelines.iter().find(|p| p.name.as_str() == name || p.table.as_str() == name).map(|p| p.table.clone())
}

fn model<'a>(project: &'a Project, name: &str) -> Result<&'a Model, UnknownSelection> {
    let is_named = |model: &&Model| {
        model.name.as_str() == name
            || matches!(&model.kind, ModelKind::Indicator(indicator) if indicator.id.as_str() == name)
    };
    project.models.iter().find(is_named).ok_or_else(|| UnknownSelection(name.to_owned()))
}

fn upstream(project: &Project, start: &Model) -> Selected {
    let mut selected = Selected { models: [start.name.clone()].into(), ..Selected::default() };
    // Models come after what they read, so one walk from the end meets each reader before what it reads.
    for model in project.models.iter().rev().filter(|m| m.name == start.name || !m.reads.is_empty()) {
        if !selected.models.contains(&model.name) {
            continue;
        }
        for read in &model.reads {
            if project.models.iter().any(|m| m.name == *read) {
                selected.models.insert(read.clone());
            } else if project.pipelines.iter().any(|p| p.table == *read) {
                selected.pipelines.insert(read.clone());
            }
        }
    }
    selected
}

fn downstream(project: &Project, start: &TableName) -> BTreeSet<TableName> {
    let mut reached = BTreeSet::from([start.clone()]);
    for model in &project.models {
        if model.reads.iter().any(|read| reached.contains(read)) {
            reached.insert(model.name.clone());
        }
    }
    reached.remove(start);
    reached
}
