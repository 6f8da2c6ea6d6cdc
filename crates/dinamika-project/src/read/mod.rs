//! Reading a project: every file once, every mistake at once.

mod columns;
mod config;
mod dashboards;
mod data_tests;
mod layouts;
mod map;
mod mentions;
mod models;
mod origins;
mod patterns;
mod pipelines;
mod policy;
mod references;
mod sql;
mod tree;
mod units;
mod whole;

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

use mentions::Mentions;
use patterns::Patterns;
pub(crate) use policy::policy;
pub(crate) use tree::Source;

use crate::{Loaded, Model, Project, Report, Rule, Severity, TableName, WordError};

/// Folders a project is made of, besides `dinamika.toml`.
const FOLDERS: [&str; 3] = ["pipelines", "sql", "dashboards"];

/// The project's own file.
const CONFIG: &str = "dinamika.toml";

/// Who sees what.
const POLICY: &str = "policy.toml";

/// Reads the project in a folder. `Err` means the disk failed; the author's mistakes are in the report.
pub fn load(root: &Path) -> io::Result<Loaded> {
    let mut disk = Disk { root, files: BTreeMap::new(), report: Report::default() };
    disk.file(Path::new(CONFIG))?;
    disk.file(Path::new(POLICY))?;
    for folder in FOLDERS {
        disk.folder(Path::new(folder))?;
    }
    if let Some(map) = disk.files.get(Path::new(CONFIG)).and_then(|text| map_of(text)) {
        disk.file(Path::new(&map))?;
    }
    Ok(read(&disk.files, disk.report))
}

/// The map a `dinamika.toml` names; mistakes are told when it is read whole.
fn map_of(text: &str) -> Option<String> {
    let source = Source::new(Path::new(CONFIG), text.trim_start_matches('\u{feff}'));
    config::config(&source, &mut Mentions::default(), &mut Report::default()).1.map(|map| map.file)
}

/// Reads a project whose files are at hand: path relative to the root → text.
pub fn load_text(files: &BTreeMap<PathBuf, String>) -> Loaded {
    read(files, Report::default())
}

/// The models of a project by name, for those who look many up.
pub fn models_by_name(models: &[Model]) -> HashMap<&TableName, &Model> {
    models.iter().map(|model| (&model.name, model)).collect()
}

/// A project's texts as they are gathered.
struct Disk<'r> {
    root: &'r Path,
    files: BTreeMap<PathBuf, String>,
    report: Report,
}

impl Disk<'_> {
    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        let Some(entries) = present(fs::read_dir(self.root.join(folder)))? else { return Ok(()) };
        for entry in entries {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if fs::metadata(entry.path())?.is_dir() {
                self.folder(&path)?;
            } else if matches!(path.extension().and_then(|extension| extension.to_str()), Some("toml" | "sql" | "csv"))
            {
                self.file(&path)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> io::Result<()> {
        let Some(bytes) = present(fs::read(self.root.join(path)))? else { return Ok(()) };
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            let sound = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let mistake = Source::new(path, &text).error(sound, Rule::Syntax, "this is not UTF-8");
            self.report.push(crate::Diagnostic { help: Some("save the file as UTF-8".to_owned()), ..mistake });
            text
        });
        self.files.insert(path.to_owned(), text);
        Ok(())
    }
}

/// What is there to read, if anything: a folder or a file that is absent is no failure.
fn present<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn read(files: &BTreeMap<PathBuf, String>, report: Report) -> Loaded {
    let config = files.get(Path::new(CONFIG));
    let source = Source::new(Path::new(CONFIG), config.map_or("", |text| text.trim_start_matches('\u{feff}')));
    let mut reading = Reading { report, ..Reading::default() };
    if config.is_none() {
        reading.report.push(source.error(0, Rule::BadValue, "there is no dinamika.toml: this folder is no project"));
    }
    let policy = match files.get(Path::new(POLICY)) {
        Some(text) => policy(&Source::new(Path::new(POLICY), text.trim_start_matches('\u{feff}')), &mut reading.report),
        None => crate::Policy::standard(),
    };
    let (config, map) = config::config(&source, &mut reading.mentions, &mut reading.report);
    let map = map.and_then(|asked| {
        let text = files.get(Path::new(&asked.file)).map(String::as_str);
        map::map(&source, &asked, text, &mut reading.report)
    });
    let mut project = Project {
        policy,
        config,
        pipelines: Vec::new(),
        references: Vec::new(),
        models: Vec::new(),
        checks: Vec::new(),
        unit_tests: Vec::new(),
        dashboards: Vec::new(),
        map,
    };
    for (path, text) in files {
        reading.file(path, text, &mut project);
    }
    whole::finish(project, reading.mentions, reading.report)
}

/// What is known while files are read one by one.
#[derive(Default)]
struct Reading {
    report: Report,
    patterns: Patterns,
    mentions: Mentions,
}

impl Reading {
    /// Reads one file; which kind it is, its folder says.
    fn file(&mut self, path: &Path, text: &str, project: &mut Project) {
        // Some editors begin a file with a mark that is no part of its text.
        let source = Source::new(path, text.trim_start_matches('\u{feff}'));
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let folders: Vec<&str> =
            path.parent().into_iter().flat_map(Path::iter).filter_map(|part| part.to_str()).collect();
        match (folders.as_slice(), path.extension().and_then(|extension| extension.to_str())) {
            (["pipelines"], Some("toml")) => {
                let Some(name) = self.name(&source, stem) else { return };
                let read = pipelines::pipeline(&source, name, &mut self.patterns, &mut self.mentions, &mut self.report);
                self.keep(&mut project.pipelines, read, stem);
            }
            (["pipelines", "reference"], Some("csv")) => {
                let Some(name) = self.name(&source, stem) else { return };
                let read = references::reference(&source, name, &mut self.report);
                self.keep(&mut project.references, read, stem);
            }
            (["sql", "unit"], Some("toml")) => {
                let test = units::unit_test(&source, stem.to_owned(), &mut self.mentions, &mut self.report);
                project.unit_tests.extend(test);
            }
            (["sql", "indicators", ..], Some("sql")) => {
                let Some(id) = self.name(&source, stem) else { return };
                let name = models::indicator_table(&id);
                let read = models::indicator(&source, id, &mut self.mentions, &mut self.report);
                self.keep(&mut project.models, read, name.as_ref().map_or(stem, TableName::as_str));
            }
            (["sql", "tests", ..], Some("sql")) => {
                let Some(name) = self.name(&source, stem) else { return };
                project.checks.extend(models::check(&source, name, &mut self.mentions, &mut self.report));
            }
            (["sql", folder, ..], Some("sql")) if *folder != "unit" => {
                let Some(name) = self.name(&source, stem) else { return };
                let read = models::model(&source, name, &mut self.mentions, &mut self.report);
                self.keep(&mut project.models, read, stem);
            }
            (["dashboards"], Some("toml")) => {
                let Some(id) = self.name(&source, stem) else { return };
                project.dashboards.extend(dashboards::dashboard(&source, id, &mut self.mentions, &mut self.report));
            }
            ([folder, ..], Some("toml" | "sql" | "csv")) if FOLDERS.contains(folder) => {
                let mut mistake = source.error(0, Rule::Unused, "nothing reads a file of this kind here");
                mistake.severity = Severity::Warning;
                mistake.help = Some(
                    "files are pipelines/*.toml, pipelines/reference/*.csv, sql/staging|marts|indicators|tests/*.sql, \
                     sql/unit/*.toml and dashboards/*.toml"
                        .to_owned(),
                );
                self.report.push(mistake);
            }
            _ => {}
        }
    }

    /// Keeps what was read. What could not be is still a name, so that those who read it are not blamed.
    fn keep<T>(&mut self, all: &mut Vec<T>, read: Option<T>, name: &str) {
        if read.is_none() {
            self.mentions.unread.extend(name.parse::<TableName>());
        }
        all.extend(read);
    }

    /// The name a file gives to what it holds.
    fn name<T: FromStr<Err = WordError>>(&mut self, source: &Source<'_>, stem: &str) -> Option<T> {
        match stem.parse() {
            Ok(name) => Some(name),
            Err(error) => {
                self.report.push(source.error(0, Rule::BadValue, format!("file name: {error}")));
                None
            }
        }
    }
}
