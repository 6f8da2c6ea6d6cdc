//! Where tables and columns come from: from the columns of exports to indicators and panels.

mod columns;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use datafusion::{datasource::empty::EmptyTable, prelude::SessionContext};
use dinamika_project::{Model, ModelKind, PanelData, Project, TableName};

use crate::{catalogue::catalogue, check::values, engine::config, functions, rows::plain_schema};

/// Tables of a project: exports and references first, then models in the order they are built, panels last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    /// In order.
    pub nodes: Vec<Node>,
}

/// A table, model, indicator or panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The table's name; of a panel `dashboard/panel`.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// In words.
    pub title: Option<String>,
    /// The file of the project it is written in.
    pub file: Option<String>,
    /// Tables it is made from.
    pub reads: Vec<String>,
    /// Its columns, in order.
    pub columns: Vec<NodeColumn>,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// Rows of exports.
    Pipeline,
    /// A small table of the project's text.
    Reference,
    /// A table the program makes itself.
    House,
    /// SQL kept as SQL.
    View,
    /// SQL kept as a table.
    Table,
    /// A measure.
    Indicator,
    /// A picture or table of a dashboard.
    Panel,
}

impl NodeKind {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::Reference => "reference",
            Self::House => "house",
            Self::View => "view",
            Self::Table => "table",
            Self::Indicator => "indicator",
            Self::Panel => "panel",
        }
    }
}

/// A column and the columns of the tables read that its values are computed from. What only joins or filters rows
/// is no origin of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeColumn {
    /// Its name.
    pub name: String,
    /// Table and column; the column `*` means that rows are counted. None where the plan does not tell.
    pub from: Option<BTreeSet<(String, String)>>,
}

/// Tables the program makes from others: what each is made from.
const HOUSE: &[&str] = &[
    "school_match",
    "region",
    "indicator_values",
    "indicator_dynamics",
    "indicator_position",
    "indicator_pooled",
    "indicator_trend",
];

/// Plans the project on empty tables and reads its lineage off the plans. A model that does not plan is there with
/// the tables it reads.
pub async fn lineage(project: &Project) -> Lineage {
    let context = SessionContext::new_with_config(config(1));
    functions::register(&context);
    let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
    let schemas = catalogue(project);
    for (name, schema) in &schemas {
        // Already there or not, the name is taken.
        drop(context.register_table(name.as_str(), Arc::new(EmptyTable::new(Arc::clone(schema)))));
        let columns = schema.fields().iter().map(|field| NodeColumn { name: field.name().clone(), from: None });
        nodes.insert(name.to_string(), bare(project, name, columns.collect()));
    }
    let mut order: Vec<String> = schemas.keys().map(ToString::to_string).collect();
    for model in &project.models {
        let (node, _) = node_of(&context, project, model).await;
        order.push(node.name.clone());
        nodes.insert(node.name.clone(), node);
    }
    for panel in panels(project) {
        order.push(panel.name.clone());
        nodes.insert(panel.name.clone(), panel);
    }
    // What the program makes from models stands after them.
    order.sort_by_key(|name| (rank(&nodes, name), HOUSE.iter().position(|house| house == name)));
    Lineage { nodes: order.into_iter().filter_map(|name| nodes.remove(&name)).collect() }
}

/// The tables whose values or rows make these columns of the last of the models; what only places, names or filters
/// them is not among them. Where a plan does not tell, everything a model reads is. The models stand in the order
/// they are built.
pub(crate) async fn measured(project: &Project, models: &[&Model], columns: &[&str]) -> BTreeSet<String> {
    let context = SessionContext::new_with_config(config(1));
    functions::register(&context);
    for (name, schema) in catalogue(project) {
        drop(context.register_table(name.as_str(), Arc::new(EmptyTable::new(schema))));
    }
    let mut nodes: BTreeMap<String, (Node, BTreeSet<(String, String)>)> = BTreeMap::new();
    for model in models {
        let (node, rows) = node_of(&context, project, model).await;
        nodes.insert(node.name.clone(), (node, rows));
    }
    let Some(last) = models.last() else { return BTreeSet::new() };
    let mut open: Vec<(String, String)> =
        columns.iter().map(|column| (last.name.to_string(), (*column).to_owned())).collect();
    let mut seen: BTreeSet<(String, String)> = open.iter().cloned().collect();
    while let Some((table, column)) = open.pop() {
        let Some((node, rows)) = nodes.get(&table) else { continue };
        let told = node.columns.iter().find(|known| known.name == column);
        let from = match (column.as_str(), told) {
            ("*", _) => rows.clone(),
            (_, Some(NodeColumn { from: Some(from), .. })) => from.clone(),
            // A column the SELECT does not give is made from none.
            (_, None) if !node.columns.is_empty() => continue,
            _ => node.reads.iter().map(|read| (read.clone(), "*".to_owned())).collect(),
        };
        open.extend(from.into_iter().filter(|origin| seen.insert(origin.clone())));
    }
    seen.into_iter().map(|(table, _)| table).collect()
}

impl Lineage {
    /// A table with everything it is made from and everything made from it; none when there is no such node. An
    /// indicator may be named by its id.
    pub fn around(&self, name: &str) -> Option<Self> {
        let indicator = format!("indicator_{}", name.replace('.', "_"));
        let start = self.nodes.iter().find(|node| node.name == name || node.name == indicator)?;
        let mut kept: BTreeSet<&str> = [start.name.as_str()].into();
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            let reads = self.nodes.iter().filter(|other| node.reads.contains(&other.name));
            open.extend(reads.filter(|other| kept.insert(&other.name)));
        }
        let mut below: BTreeSet<&str> = [start.name.as_str()].into();
        loop {
            let reached: Vec<&str> = self
                .nodes
                .iter()
                .filter(|node| !below.contains(node.name.as_str()))
                .filter(|node| node.reads.iter().any(|read| below.contains(read.as_str())))
                .map(|node| node.name.as_str())
                .collect();
            if reached.is_empty() {
                break;
            }
            below.extend(reached);
        }
        kept.extend(below);
        Some(Self { nodes: self.nodes.iter().filter(|node| kept.contains(node.name.as_str())).cloned().collect() })
    }
}

/// Pipelines and references, models, what is made from models, panels.
fn rank(nodes: &BTreeMap<String, Node>, name: &str) -> usize {
    match nodes.get(name).map(|node| node.kind) {
        Some(NodeKind::Pipeline | NodeKind::Reference) | None => 0,
        Some(NodeKind::House) if !name.starts_with("indicator_") => 1,
        Some(NodeKind::View | NodeKind::Table) => 2,
        Some(NodeKind::Indicator) => 3,
        Some(NodeKind::House) => 4,
        Some(NodeKind::Panel) => 5,
    }
}

/// A table that no SQL of the project makes.
fn bare(project: &Project, name: &TableName, columns: Vec<NodeColumn>) -> Node {
    let pipeline = project.pipelines.iter().find(|pipeline| pipeline.table == *name);
    let reference = project.references.iter().find(|reference| reference.name == *name);
    let (kind, title, file) = match (pipeline, reference) {
        (Some(pipeline), _) => {
            (NodeKind::Pipeline, Some(pipeline.title.clone()), Some(pipeline.place.path.display().to_string()))
        }
        (None, Some(_)) => (NodeKind::Reference, None, Some(format!("pipelines/reference/{name}.csv"))),
        (None, None) => (NodeKind::House, None, None),
    };
    let indicators = || {
        let of = |model: &Model| matches!(model.kind, ModelKind::Indicator(_)).then(|| model.name.to_string());
        project.models.iter().filter_map(of)
    };
    let has = |name: &&str| project.models.iter().any(|model| model.name.as_str() == *name);
    let reads = match name.as_str() {
        "school_match" => {
            let told = project.pipelines.iter().filter(|pipeline| pipeline.school.is_some());
            let told = told.map(|pipeline| pipeline.table.to_string());
            ["schools"].into_iter().filter(has).map(str::to_owned).chain(told).collect()
        }
        "region" => ["schools"].into_iter().filter(has).map(str::to_owned).collect(),
        "indicator_values" => indicators()
            .chain(["schools", "municipalities"].into_iter().filter(has).map(str::to_owned))
            .chain(["region".to_owned()])
            .collect(),
        made if crate::indicator::DERIVED_TABLES.contains(&made) => vec!["indicator_values".to_owned()],
        _ => Vec::new(),
    };
    Node { name: name.to_string(), kind, title, file, reads, columns }
}

/// A model's node, and the tables whose rows are its rows.
async fn node_of(context: &SessionContext, project: &Project, model: &Model) -> (Node, BTreeSet<(String, String)>) {
    let planned = context.state().create_logical_plan(&model.sql).await;
    let planned = planned.and_then(|plan| plan.with_param_values(values(project)));
    let mut rows = BTreeSet::new();
    let columns = match planned {
        Ok(plan) => {
            rows = columns::rows(&plan);
            let schema = plain_schema(plan.schema().as_arrow());
            let told = columns::origins(&plan);
            let from = |at: usize| told.as_ref().and_then(|told| told.get(at).cloned());
            let columns = schema.fields().iter().enumerate();
            let columns =
                columns.map(|(at, field)| NodeColumn { name: field.name().clone(), from: from(at) }).collect();
            // A second table of that name would be a mistake `check` tells of.
            drop(context.register_table(model.name.as_str(), Arc::new(EmptyTable::new(schema))));
            columns
        }
        Err(_) => Vec::new(),
    };
    let node = Node {
        name: model.name.to_string(),
        kind: match model.kind {
            ModelKind::View => NodeKind::View,
            ModelKind::Table { .. } => NodeKind::Table,
            ModelKind::Indicator(_) => NodeKind::Indicator,
        },
        title: Some(model.title.clone()),
        file: Some(model.place.path.display().to_string()),
        reads: model.reads.iter().map(ToString::to_string).collect(),
        columns,
    };
    (node, rows)
}

fn panels(project: &Project) -> Vec<Node> {
    let mut nodes = Vec::new();
    for dashboard in &project.dashboards {
        for panel in &dashboard.panels {
            let shown = |indicators: &[dinamika_project::IndicatorId], table: &str| {
                let named = indicators.iter().map(|id| format!("indicator_{}", id.as_str().replace('.', "_")));
                named.chain([table.to_owned()]).collect()
            };
            let reads: Vec<String> = match &panel.data {
                PanelData::Values { indicators, .. } => shown(indicators, "indicator_values"),
                PanelData::Dynamics { indicators, .. } => shown(indicators, "indicator_dynamics"),
                PanelData::Sql { reads, .. } => reads.iter().map(ToString::to_string).collect(),
                PanelData::Text(_) => continue,
            };
            nodes.push(Node {
                name: format!("{}/{}", dashboard.id, panel.id),
                kind: NodeKind::Panel,
                title: Some(format!("{} — {}", dashboard.title, panel.title)),
                file: Some(dashboard.place.path.display().to_string()),
                reads,
                columns: Vec::new(),
            });
        }
    }
    nodes
}
