//! What only the whole project can tell: names that clash, tables nobody makes, circles.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    mentions::{Mentions, PanelMentions},
    tree::did_you_mean,
};
use crate::{
    Diagnostic, Indicator, Loaded, ModelKind, Place, Project, Report, Rule, Severity, TableName, builtin_tables,
    order::ordered,
};

/// Checks the names files give to things of other files, and puts the models in order.
pub(super) fn finish(mut project: Project, mentions: Mentions, report: Report) -> Loaded {
    let mut whole = Whole { tables: tables_with_columns(&project), report };
    whole.clashes(&project);
    whole.checks(&project);
    let known: BTreeSet<&str> = whole
        .tables
        .keys()
        .chain(project.models.iter().map(|model| &model.name))
        .chain(&mentions.unread)
        .map(TableName::as_str)
        .collect();
    let nobody = |table: &TableName| {
        (!known.contains(table.as_str())).then(|| did_you_mean(table.as_str(), known.iter().copied()))
    };
    for (table, place) in &mentions.tables {
        if let Some(help) = nobody(table) {
            let message = format!("`{table}` is neither a pipeline's table, a reference nor a model");
            push(&mut whole.report, place, Rule::UnknownTable, message, help);
        }
    }
    let models = || project.models.iter().map(|model| &model.name).chain(&mentions.unread);
    for (model, place) in &mentions.models {
        if !models().any(|known| known == model) {
            let help = did_you_mean(model.as_str(), models().map(TableName::as_str));
            push(&mut whole.report, place, Rule::UnknownTable, format!("`{model}` is no model"), help);
        }
    }
    whole.columns(&mentions);
    whole.params(&project, &mentions);
    whole.formulas(&mut project);
    whole.sources(&project, &mentions);
    mentions.panels.iter().for_each(|panel| whole.panel(panel, &project, &mentions.unread));
    project.models = ordered(std::mem::take(&mut project.models), &mentions.edges, &mut whole.report);
    Loaded { project, report: whole.report }
}

/// Tables whose columns the project's text tells, and the mistakes so far.
struct Whole {
    tables: BTreeMap<TableName, BTreeSet<String>>,
    report: Report,
}

fn tables_with_columns(project: &Project) -> BTreeMap<TableName, BTreeSet<String>> {
    let pipelines = project.pipelines.iter().map(|pipeline| (pipeline.table.clone(), pipeline.schema()));
    let references = project.references.iter().map(|reference| (reference.name.clone(), reference.schema()));
    let names = |schema: &arrow_schema::Schema| schema.fields().iter().map(|field| field.name().clone()).collect();
    builtin_tables()
        .into_iter()
        .chain(pipelines)
        .chain(references)
        .map(|(name, schema)| (name, names(&schema)))
        .collect()
}

fn push(report: &mut Report, place: &Place, rule: Rule, message: String, help: Option<String>) {
    report.push(Diagnostic { place: place.clone(), severity: Severity::Error, rule, message, help });
}

impl Whole {
    /// Two tables of one name.
    fn clashes(&mut self, project: &Project) {
        let pipelines = project.pipelines.iter().map(|pipeline| (&pipeline.table, &pipeline.place));
        let references = project.references.iter().map(|reference| (&reference.name, &reference.place));
        let models = project.models.iter().map(|model| (&model.name, &model.place));
        let mut made: BTreeMap<TableName, Option<&Place>> =
            builtin_tables().into_iter().map(|(name, _)| (name, None)).collect();
        for (name, place) in pipelines.chain(references).chain(models) {
            let message = match made.get(name) {
                None => {
                    made.insert(name.clone(), Some(place));
                    continue;
                }
                Some(None) => format!("`{name}` is a table of the house itself"),
                Some(Some(first)) => format!("`{name}` is made twice, first at {first}"),
            };
            push(&mut self.report, place, Rule::Duplicate, message, None);
        }
    }

    /// Two checks of one name: a run tells their outcomes apart by it.
    fn checks(&mut self, project: &Project) {
        for (at, check) in project.checks.iter().enumerate() {
            if let Some(first) = project.checks[..at].iter().find(|other| other.name == check.name) {
                let message = format!("two tests are called `{}`, the first at {}", check.name, first.place);
                push(&mut self.report, &check.place, Rule::Duplicate, message, None);
            }
        }
    }

    fn columns(&mut self, mentions: &Mentions) {
        // A unit test names the same column in row after row: once is enough.
        let mut told = BTreeSet::new();
        for (table, column, place) in &mentions.columns {
            let Some(known) = self.tables.get(table).filter(|known| !known.contains(column)) else { continue };
            if told.insert((place.path.clone(), table, column)) {
                let help = did_you_mean(column, known.iter().map(String::as_str));
                let message = format!("`{table}` has no column `{column}`");
                push(&mut self.report, place, Rule::UnknownColumn, message, help);
            }
        }
    }

    /// A formula tells the number of a parameter, not its name: `$kpk_months` is read as «36».
    fn formulas(&mut self, project: &mut Project) {
        let params = project.config.params.clone();
        for model in &mut project.models {
            let ModelKind::Indicator(indicator) = &mut model.kind else { continue };
            let mut told = String::new();
            let mut rest = indicator.formula.as_str();
            while let Some((before, after)) = rest.split_once('$') {
                let end = after.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
                let (name, beyond) = after.split_at(end.unwrap_or(after.len()));
                told += before;
                match params.get(name) {
                    Some(number) => told += &number.to_string().replace('.', ","),
                    None => self.no_param(&params, name, &model.place),
                }
                rest = beyond;
            }
            indicator.formula = told + rest;
        }
    }

    fn params(&mut self, project: &Project, mentions: &Mentions) {
        for (name, place) in &mentions.params {
            if !project.config.params.contains_key(name) {
                self.no_param(&project.config.params, name, place);
            }
        }
    }

    fn no_param(&mut self, params: &BTreeMap<String, f64>, name: &str, place: &Place) {
        let known: Vec<String> = params.keys().map(|known| format!("${known}")).collect();
        let close = did_you_mean(&format!("${name}"), known.iter().map(String::as_str));
        let help = close.or_else(|| Some("declare it under [params] of dinamika.toml".to_owned()));
        push(&mut self.report, place, Rule::UnknownKey, format!("`${name}` is no parameter of the project"), help);
    }

    fn sources(&mut self, project: &Project, mentions: &Mentions) {
        let declared = || mentions.sources.iter().map(|(name, _)| name);
        for (name, place) in &mentions.pulled {
            if !project.config.sources.contains_key(name) && !declared().any(|known| known == name) {
                let known = project.config.sources.keys().map(crate::SourceName::as_str);
                let close = did_you_mean(name.as_str(), known);
                let help = close.or_else(|| Some(format!("declare it as [sources.{name}] of dinamika.toml")));
                push(&mut self.report, place, Rule::UnknownKey, format!("`{name}` is no source of the project"), help);
            }
        }
        // A project without pipelines is only being begun.
        for (name, place) in mentions.sources.iter().filter(|_| !mentions.pulled.is_empty()) {
            if !mentions.pulled.iter().any(|(pulled, _)| pulled == name) {
                self.unused(place, format!("no pipeline pulls from the source `{name}`"));
            }
        }
    }

    fn panel(&mut self, panel: &PanelMentions, project: &Project, unread: &[TableName]) {
        let indicators = || {
            project.models.iter().filter_map(|model| match &model.kind {
                ModelKind::Indicator(indicator) => Some(indicator),
                _ => None,
            })
        };
        let mut found: Vec<&Indicator> = Vec::new();
        let mut all_known = true;
        for (id, place) in &panel.indicators {
            if let Some(indicator) = indicators().find(|indicator| indicator.id == *id) {
                found.push(indicator);
                continue;
            }
            all_known = false;
            // The file is there, it could not be read: that mistake is told already.
            if super::models::indicator_table(id).is_some_and(|table| unread.contains(&table)) {
                continue;
            }
            let help = did_you_mean(id.as_str(), indicators().map(|indicator| indicator.id.as_str()));
            push(
                &mut self.report,
                place,
                Rule::UnknownTable,
                format!("`{id}` is no indicator of sql/indicators"),
                help,
            );
        }
        let (level, place) = &panel.level;
        if let Some(indicator) = found.iter().find(|indicator| !indicator.levels.contains(level)) {
            let levels: Vec<&str> = indicator.levels.iter().map(|level| level.as_str()).collect();
            let message =
                format!("`{}` is published at {} only, not at {}", indicator.id, levels.join(", "), level.as_str());
            push(&mut self.report, place, Rule::BadValue, message, None);
        }
        let table = if panel.dynamics { "indicator_dynamics" } else { "indicator_values" };
        let contract = self.tables.iter().find(|(name, _)| name.as_str() == table).map(|(_, columns)| columns.clone());
        let mut columns = contract.unwrap_or_default();
        columns.extend(found.iter().flat_map(|indicator| &indicator.dimensions).map(|name| name.as_str().to_owned()));
        for (column, place) in panel.filters.iter().filter(|(column, _)| all_known && !columns.contains(column)) {
            let help = did_you_mean(column, columns.iter().map(String::as_str));
            push(&mut self.report, place, Rule::UnknownColumn, format!("`{table}` has no column `{column}`"), help);
        }
    }

    fn unused(&mut self, place: &Place, message: String) {
        let (severity, rule) = (Severity::Warning, Rule::Unused);
        self.report.push(Diagnostic { place: place.clone(), severity, rule, message, help: None });
    }
}
