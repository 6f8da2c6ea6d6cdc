//! Everything a project's SQL gets wrong, found by planning it on empty tables.

mod explain;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::{
    common::ParamValues,
    dataframe::DataFrame,
    datasource::empty::EmptyTable,
    error::{DataFusionError, Result},
    prelude::SessionContext,
    scalar::ScalarValue,
};
use dinamika_project::{
    ColumnName, DataRule, Diagnostic, Model, ModelKind, PanelData, Place, Project, Report, Rule, Severity, TableName,
};
use tokio::task::JoinSet;

use crate::{catalogue::catalogue, engine::config, functions, indicator, rows::plain_schema};

/// Plans every model, check and panel, in order, on empty tables, and reports what does not plan,
/// with the place in the SQL file. A model that reads a broken one is passed over.
pub async fn check(project: &Project) -> Report {
    let mut planned = Planned::of(project).await;
    for check in &project.checks {
        if planned.readable(&check.reads) {
            planned.plan(&check.sql, &check.place, Written::InFile).await;
        }
    }
    for panel in project.dashboards.iter().flat_map(|dashboard| &dashboard.panels) {
        if let PanelData::Sql { sql, reads } = &panel.data
            && planned.readable(reads)
        {
            planned.plan(sql, &panel.place, Written::WithinToml).await;
        }
    }
    for test in &project.unit_tests {
        let given = test
            .given
            .iter()
            .flat_map(|(table, rows)| rows.iter().flat_map(move |row| row.keys().map(move |c| (table, c))));
        let expected = test.expect.iter().flat_map(|row| row.keys().map(|column| (&test.model, column)));
        let missing: BTreeSet<_> =
            given.chain(expected).filter(|(table, column)| planned.lacks(table, column)).collect();
        let missing: Vec<_> =
            missing.into_iter().map(|(table, column)| planned.no_column(&test.place, table, column)).collect();
        missing.into_iter().for_each(|diagnostic| planned.report.push(diagnostic));
    }
    while let Some(done) = planned.physical.join_next().await {
        if let Ok((place, written, Err(error))) = done {
            planned.tell(&error, &place, written);
        }
    }
    planned.report
}

/// Where SQL stands.
#[derive(Debug, Clone, Copy)]
enum Written {
    /// It is the file: its lines are the file's lines.
    InFile,
    /// In a text of a TOML file.
    WithinToml,
}

/// A project's tables and models with their columns, and what was wrong on the way.
pub(crate) struct Planned {
    pub(crate) schemas: BTreeMap<TableName, SchemaRef>,
    pub(crate) report: Report,
    context: SessionContext,
    values: ParamValues,
    broken: BTreeSet<TableName>,
    /// Physical plans under way, on as many threads as there are.
    physical: JoinSet<(Place, Written, Result<()>)>,
}

impl Planned {
    /// Plans the models.
    pub(crate) async fn of(project: &Project) -> Self {
        // One pass finds every mistake; further ones only make plans faster.
        let once = config(1).set_usize("datafusion.optimizer.max_passes", 1);
        let context = SessionContext::new_with_config(once);
        functions::register(&context);
        let mut planned = Self {
            schemas: BTreeMap::new(),
            report: Report::default(),
            context,
            values: values(project),
            broken: BTreeSet::new(),
            physical: JoinSet::new(),
        };
        for (name, schema) in catalogue(project) {
            planned.add(&name, &schema);
        }
        for model in &project.models {
            if !planned.readable(&model.reads) {
                planned.broken.insert(model.name.clone());
                continue;
            }
            match planned.plan(&model.sql, &model.place, Written::InFile).await {
                Some(schema) => {
                    planned.columns_of(model, &schema);
                    planned.add(&model.name, &schema);
                }
                None => drop(planned.broken.insert(model.name.clone())),
            }
        }
        for model in &project.models {
            planned.tests_of(model);
            planned.headings_of(model);
        }
        planned
    }

    /// Plans a query, and gives its columns or reports why not. Some wrong types only show in the
    /// physical plan, which is made meanwhile.
    async fn plan(&mut self, sql: &str, place: &Place, written: Written) -> Option<SchemaRef> {
        let state = self.context.state();
        let plan = state.create_logical_plan(sql).await.and_then(|plan| plan.with_param_values(self.values.clone()));
        match plan {
            Ok(plan) => {
                let schema = plain_schema(plan.schema().as_arrow());
                let place = place.clone();
                self.physical.spawn(async move {
                    let done = DataFrame::new(state, plan).create_physical_plan().await;
                    (place, written, done.map(drop))
                });
                Some(schema)
            }
            Err(error) => {
                self.tell(&error, place, written);
                None
            }
        }
    }

    fn tell(&mut self, error: &DataFusionError, place: &Place, written: Written) {
        match written {
            Written::InFile => explain::report(error, place, &mut self.report),
            Written::WithinToml => self.report.push(explain::within(error, place)),
        }
    }

    fn add(&mut self, name: &TableName, schema: &SchemaRef) {
        let empty = Arc::new(EmptyTable::new(Arc::clone(schema)));
        match self.context.register_table(name.as_str(), empty) {
            Ok(_) => drop(self.schemas.insert(name.clone(), Arc::clone(schema))),
            Err(_) => drop(self.broken.insert(name.clone())),
        }
    }

    fn readable(&self, reads: &[TableName]) -> bool {
        reads.iter().all(|table| !self.broken.contains(table))
    }

    fn columns_of(&mut self, model: &Model, schema: &SchemaRef) {
        let mut wrong = |rule, message: String, help: Option<&str>| {
            let place = model.place.clone();
            let help = help.map(str::to_owned);
            self.report.push(Diagnostic { place, severity: Severity::Error, rule, message, help });
        };
        let mut seen = BTreeSet::new();
        for field in schema.fields() {
            if !seen.insert(field.name()) {
                wrong(Rule::Duplicate, format!("two columns named `{}`", field.name()), Some("give one an alias"));
            }
            if *field.data_type() == DataType::Null {
                let help = Some("cast it: `cast(null as varchar)`");
                wrong(Rule::Sql, format!("column `{}` has no type", field.name()), help);
            }
        }
        match &model.kind {
            ModelKind::Table { partition_by: Some(column), .. } if schema.field_with_name(column.as_str()).is_err() => {
                wrong(
                    Rule::UnknownColumn,
                    format!("`partition_by` names `{column}`, which the SELECT does not give"),
                    None,
                );
            }
            ModelKind::Indicator(measured) => {
                if let Err(error) = indicator::shape(model, measured, schema) {
                    wrong(Rule::Sql, error.to_string(), None);
                }
            }
            _ => {}
        }
    }

    fn tests_of(&mut self, model: &Model) {
        for test in &model.tests {
            let named: Vec<(&TableName, &ColumnName)> = match &test.rule {
                DataRule::NotNull(columns) | DataRule::Unique(columns) => {
                    columns.iter().map(|column| (&model.name, column)).collect()
                }
                DataRule::AcceptedValues(column, _) | DataRule::AcceptedRange(column, ..) => {
                    vec![(&model.name, column)]
                }
                DataRule::Relationships(column, table, other) => vec![(&model.name, column), (table, other)],
            };
            for (table, column) in named {
                if self.lacks(table, column.as_str()) {
                    let diagnostic = self.no_column(&test.place, table, column.as_str());
                    self.report.push(diagnostic);
                }
            }
        }
    }

    /// Whether the table is known and has no such column.
    fn lacks(&self, table: &TableName, column: &str) -> bool {
        self.schemas.get(table).is_some_and(|schema| schema.field_with_name(column).is_err())
    }

    fn headings_of(&mut self, model: &Model) {
        let lacking = model.headings.iter().filter(|(column, _)| self.lacks(&model.name, column.as_str()));
        let wrong: Vec<_> =
            lacking.map(|(column, heading)| self.no_column(&heading.place, &model.name, column.as_str())).collect();
        wrong.into_iter().for_each(|diagnostic| self.report.push(diagnostic));
    }

    fn no_column(&self, place: &Place, table: &TableName, column: &str) -> Diagnostic {
        let known =
            self.schemas.get(table).map(|schema| schema.fields().iter().map(|f| f.name().as_str()).collect::<Vec<_>>());
        Diagnostic {
            place: place.clone(),
            severity: Severity::Error,
            rule: Rule::UnknownColumn,
            message: format!("`{table}` has no column `{column}`"),
            help: known.map(|known| format!("it has {}", known.join(", "))),
        }
    }
}

/// Values of the project's `[params]`.
pub(crate) fn values(project: &Project) -> ParamValues {
    let known = project.config.params.iter().map(|(name, value)| (name.clone(), ScalarValue::from(*value)));
    ParamValues::from(known.collect::<HashMap<_, _>>())
}
