//! Reading a project: every file once, every mistake at once.

mod config;
mod dashboards;
mod layouts;
mod models;
mod patterns;
mod pipelines;
mod references;
mod tree;

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
};

use patterns::Patterns;
use tree::{Source, closest};

use crate::{
    Diagnostic, Loaded, Model, Place, Project, Report, Rule, Severity, TableName, builtin_tables, order::ordered,
};

/// Folders and files a project is made of.
const ROOTS: &[&str] = &["pipelines", "sql", "dashboards"];

/// Reads the project in a folder. `Err` means the disk failed; the author's mistakes are in the report.
pub fn load(root: &Path) -> io::Result<Loaded> {
    let mut files = BTreeMap::new();
    let config = PathBuf::from("dinamika.toml");
    match fs::read_to_string(root.join(&config)) {
        Ok(text) => drop(files.insert(config, text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    for folder in ROOTS {
        gather(root, Path::new(folder), &mut files)?;
    }
    Ok(load_text(&files))
}

fn gather(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, String>) -> io::Result<()> {
    let entries = match fs::read_dir(root.join(folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            gather(root, &path, files)?;
        } else if matches!(path.extension().and_then(|e| e.to_str()), Some("toml" | "sql" | "csv")) {
            let bytes = fs::read(root.join(&path))?;
            files.insert(path, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(())
}

/// Reads a project whose files are at hand: path relative to the root → text.
pub fn load_text(files: &BTreeMap<PathBuf, String>) -> Loaded {
    let mut reading = Reading::default();
    if !files.contains_key(Path::new("dinamika.toml")) {
        reading.mistake(Path::new("dinamika.toml"), Rule::BadValue, "there is no dinamika.toml: this folder is no project");
    }
    let mut project = Project {
        config: config::config(&Source::new(Path::new("dinamika.toml"), files.get(Path::new("dinamika.toml")).map_or("", String::as_str)), &mut reading.report),
        pipelines: Vec::new(),
        references: Vec::new(),
        models: Vec::new(),
        checks: Vec::new(),
        unit_tests: Vec::new(),
        dashboards: Vec::new(),
    };
    for (path, text) in files {
        reading.file(path, text, &mut project);
    }
    reading.finish(project)
}

/// What is known while files are read one by one.
#[derive(Default)]
struct Reading {
    report: Report,
    patterns: Patterns,
    /// Every table read by a SQL text, where it is first named.
    mentions: Vec<(TableName, Place)>,
    params: Vec<(String, Place)>,
    /// Where each model's reads are named, for cycles.
    places: HashMap<(TableName, TableName), Place>,
}

impl Reading {
    fn file(&mut self, path: &Path, text: &str, project: &mut Project) {
        let source = Source::new(path, text);
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let folders: Vec<&str> = path.parent().into_iter().flat_map(Path::iter).filter_map(|part| part.to_str()).collect();
        let extension = path.extension().and_then(|extension| extension.to_str());
        match (folders.as_slice(), extension) {
            (["pipelines"], Some("toml")) => {
                if let Some(name) = self.name(&source, stem) {
                    project.pipelines.extend(pipelines::pipeline(&source, name, &mut self.patterns, &mut self.report));
                }
            }
            (["pipelines", "reference"], Some("csv")) => {
                if let Some(name) = self.name(&source, stem) {
                    project.references.extend(references::reference(&source, name, &mut self.report));
                }
            }
            (["sql", "unit"], Some("toml")) => {
                project.unit_tests.extend(dashboards::unit_test(&source, stem.to_owned(), &mut self.report));
            }
            (["sql", rest @ ..], Some("sql")) => self.sql(rest, &source, stem, project),
            (["dashboards"], Some("toml")) => {
                if let Some(id) = self.name(&source, stem) {
                    project.dashboards.extend(dashboards::dashboard(&source, id, &mut self.report));
                }
            }
            _ => {}
        }
    }

    fn sql(&mut self, folders: &[&str], source: &Source<'_>, stem: &str, project: &mut Project) {
        let Some(file) = models::sql_file(source, &mut self.report) else { return };
        self.mentions.extend(file.reads.iter().cloned());
        self.params.extend(file.params.iter().cloned());
        let reads = file.reads.clone();
        let model = match folders.first() {
            Some(&"indicators") => self.name(source, stem).and_then(|id| models::indicator(source, id, file, &mut self.report)),
            Some(&"tests") => {
                let name = self.name(source, stem);
                project.checks.extend(name.and_then(|name| models::check(source, name, file, &mut self.report)));
                None
            }
            _ => self.name(source, stem).and_then(|name| models::model(source, name, file, &mut self.report)),
        };
        if let Some(model) = model {
            self.places.extend(reads.into_iter().map(|(table, place)| ((model.name.clone(), table), place)));
            project.models.push(model);
        }
    }

    fn name<T: std::str::FromStr<Err = crate::WordError>>(&mut self, source: &Source<'_>, stem: &str) -> Option<T> {
        match stem.parse() {
            Ok(name) => Some(name),
            Err(error) => {
                self.report.push(source.error(0, Rule::BadValue, format!("file name: {error}")));
                None
            }
        }
    }

    fn mistake(&mut self, path: &Path, rule: Rule, message: impl Into<String>) {
        self.report.push(Source::new(path, "").error(0, rule, message));
    }

    /// What only the whole project can tell: names that clash, tables nobody makes, circles.
    fn finish(mut self, mut project: Project) -> Loaded {
        let known = self.tables(&project);
        for (table, place) in std::mem::take(&mut self.mentions) {
            if !known.contains_key(&table) {
                let close = closest(table.as_str(), known.keys().map(TableName::as_str)).map(|close| format!("did you mean `{close}`?"));
                self.push(place, Rule::UnknownTable, format!("`{table}` is neither a pipeline's table, a reference nor a model"), close);
            }
        }
        for (name, place) in std::mem::take(&mut self.params) {
            if !project.config.params.contains_key(&name) {
                let close = closest(&name, project.config.params.keys().map(String::as_str)).map(|close| format!("did you mean `${close}`?"));
                let help = close.or_else(|| Some("declare it under [params] of dinamika.toml".to_owned()));
                self.push(place, Rule::UnknownKey, format!("`${name}` is no parameter of the project"), help);
            }
        }
        self.cross_references(&project);
        project.models = ordered(std::mem::take(&mut project.models), &self.places, &mut self.report);
        Loaded { project, report: self.report }
    }

    /// Every table of the project with the place it is made at; two of one name are a mistake.
    fn tables(&mut self, project: &Project) -> HashMap<TableName, Option<Place>> {
        let mut known: HashMap<TableName, Option<Place>> = builtin_tables().into_iter().map(|(name, _)| (name, None)).collect();
        let made = project.pipelines.iter().map(|p| (&p.table, &p.place))
            .chain(project.references.iter().map(|r| (&r.name, &r.place)))
            .chain(project.models.iter().map(|m| (&m.name, &m.place)));
        let made: Vec<_> = made.map(|(name, place)| (name.clone(), place.clone())).collect();
        for (name, place) in made {
            let message = match known.get(&name) {
                None => None,
                Some(None) => Some(format!("`{name}` is a table of the house itself")),
                Some(Some(first)) => Some(format!("`{name}` is made twice, first at {first}")),
            };
            match message {
                Some(message) => self.push(place, Rule::Duplicate, message, None),
                None => drop(known.insert(name, Some(place))),
            }
        }
        known
    }

    fn cross_references(&mut self, project: &Project) {
        for pipeline in &project.pipelines {
            if !project.config.sources.contains_key(&pipeline.source) {
                self.push(pipeline.place.clone(), Rule::UnknownKey, format!("source `{}` is not in dinamika.toml", pipeline.source), None);
            }
        }
        for test in &project.unit_tests {
            if !project.models.iter().any(|model| model.name == test.model) {
                self.push(test.place.clone(), Rule::UnknownTable, format!("`{}` is no model", test.model), None);
            }
        }
        let is_indicator = |id: &crate::IndicatorId| {
            project.models.iter().any(|model| matches!(&model.kind, crate::ModelKind::Indicator(indicator) if indicator.id == *id))
        };
        for panel in project.dashboards.iter().flat_map(|dashboard| &dashboard.panels) {
            if let crate::PanelData::Values { indicators, .. } | crate::PanelData::Dynamics { indicators, .. } = &panel.data {
                for id in indicators.iter().filter(|id| !is_indicator(id)) {
                    self.push(panel.place.clone(), Rule::UnknownTable, format!("`{id}` is no indicator of sql/indicators"), None);
                }
            }
        }
    }

    fn push(&mut self, place: Place, rule: Rule, message: String, help: Option<String>) {
        self.report.push(Diagnostic { place, severity: Severity::Error, rule, message, help });
    }
}

/// The models of a project by name, for those who look many up.
pub fn models_by_name(models: &[Model]) -> HashMap<&TableName, &Model> {
    models.iter().map(|model| (&model.name, model)).collect()
}
