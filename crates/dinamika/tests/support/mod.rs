//! A project in a temporary folder, the program run on it from outside, and small exports to put into its inbox.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, SystemTime},
};

use serde_json::Value;
use tempfile::TempDir;

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_dinamika");

/// The municipalities of the invented region: four schools each, logins 23M001 … 23M004.
pub(crate) const MUNICIPALITIES: [&str; 3] = ["Речной район", "Горный район", "Озёрский район"];

/// A small part of the standard project that has run once on an empty inbox.
pub(crate) struct Project {
    folder: TempDir,
}

/// Values of a release; told short when they differ.
#[derive(PartialEq, Eq, Clone)]
pub(crate) struct Values(pub(crate) Vec<String>);

impl Values {
    /// The first of ours that is not theirs, and theirs that is not ours.
    #[track_caller]
    pub(crate) fn are(&self, others: &Self) {
        let lacks = |a: &Self, b: &Self| a.0.iter().find(|value| !b.0.contains(value)).cloned();
        assert!(
            self == others,
            "{} and {} values\n{:?}\n{:?}",
            self.0.len(),
            others.0.len(),
            lacks(self, others),
            lacks(others, self)
        );
    }
}

/// How a command ended.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(&template(), folder.path());
        Self { folder }
    }

    /// With the registry of schools and one protocol a municipality.
    pub(crate) fn with_protocols() -> Self {
        let project = Self::new();
        project.put("Реестр.csv", &registry(), 100);
        for m in 0..MUNICIPALITIES.len() {
            project.put(&protocol_path(m), &protocol(m, 1..=4, 0), 200);
        }
        project
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a file into the inbox, changed so many seconds after a fixed day.
    pub(crate) fn put(&self, path: &str, bytes: &[u8], changed: u64) {
        self.write(&format!("inbox/{path}"), bytes);
        let file =
            fs::File::options().write(true).open(self.root().join("inbox").join(path)).expect("the file just written");
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000 + changed))
            .expect("a time of change");
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let target = self.root().join(path);
        fs::create_dir_all(target.parent().expect("a parent")).expect("folders");
        fs::write(target, bytes).expect("a file");
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .arg("-C")
            .arg(self.root())
            .args(words)
            .env_remove("DINAMIKA_LOG")
            .env("NO_PROXY", "127.0.0.1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command whatever comes of it.
    pub(crate) fn say(&self, words: &[&str]) -> Said {
        let Output { status, stdout, stderr } = self.command(words).output().expect("the program starts");
        let said = Said {
            code: status.code(),
            out: String::from_utf8(stdout).expect("UTF-8"),
            err: String::from_utf8(stderr).expect("UTF-8"),
        };
        assert!(!said.err.contains("panicked"), "{words:?}: {}", said.err);
        said
    }

    /// Runs a command that must end well.
    pub(crate) fn ok(&self, words: &[&str]) -> String {
        let said = self.say(words);
        assert_eq!(said.code, Some(0), "{words:?}\n{}\n{}", said.out, said.err);
        said.out
    }

    /// What a command tells as JSON.
    pub(crate) fn json(&self, words: &[&str]) -> Value {
        let out = self.ok(&[words, &["--json"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{words:?}: {error}: {out}"))
    }

    /// A run that must end well.
    pub(crate) fn run(&self) -> Value {
        self.json(&["run"])
    }

    /// Rows of the last release.
    pub(crate) fn query(&self, sql: &str) -> Vec<Value> {
        let out = self.ok(&["query", sql, "-f", "json"]);
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{sql}: {error}: {out}"))
    }

    /// One number of the last release.
    pub(crate) fn number(&self, sql: &str) -> f64 {
        let rows = self.query(sql);
        let row = rows.first().and_then(Value::as_object).unwrap_or_else(|| panic!("{sql}: no rows"));
        row.values().next().and_then(Value::as_f64).unwrap_or_else(|| panic!("{sql}: {row:?}"))
    }

    /// All values, in one order. Rounded: sums are made in any order, and the last bit of one tells nothing.
    pub(crate) fn values(&self) -> Values {
        let sql =
            "select indicator, level, entity, entity_name, municipality, period, subject, grade, pupil_grade, task,
                          round(num, 9) as num, round(den, 9) as den, n, round(value, 9) as value,
                          round(ci_low, 9) as ci_low, round(ci_high, 9) as ci_high, status
                   from   indicator_values
                   order  by indicator, level, entity, period, subject, grade, pupil_grade, task";
        Values(self.query(sql).iter().map(ToString::to_string).collect())
    }

    /// The newest release's number; 0 when there is none.
    pub(crate) fn release(&self) -> u64 {
        let all = self.json(&["releases", "list"]);
        all.as_array().into_iter().flatten().filter_map(|release| release["id"].as_u64()).max().unwrap_or(0)
    }

    /// A file as `files list` tells of it.
    pub(crate) fn file(&self, path: &str) -> Value {
        let all = self.json(&["files", "list"]);
        let found = all.as_array().into_iter().flatten().rfind(|file| file["path"] == path);
        found.cloned().unwrap_or_else(|| panic!("{path} is not in the ledger: {all}"))
    }
}

/// Made once for a build of the program and shared by all tests, in whatever process they are: who comes while it is
/// being made waits.
fn template() -> PathBuf {
    let built = fs::metadata(PROGRAM).and_then(|meta| meta.modified()).expect("the program");
    let built = built.duration_since(SystemTime::UNIX_EPOCH).expect("a time").as_nanos();
    let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(home).expect("a folder for tests");
    let turn = fs::File::create(home.join("project.lock")).expect("a lock");
    turn.lock().expect("our turn");
    let target = home.join(format!("project-{built}"));
    if !target.exists() {
        let draft = tempfile::tempdir_in(home).expect("a temporary folder");
        let folder = draft.path().join("project");
        let say = |word: &str| {
            let done = Command::new(PROGRAM).arg("-C").arg(&folder).arg(word).output().expect("the program starts");
            assert!(done.status.success(), "{word}: {}", String::from_utf8_lossy(&done.stderr));
        };
        say("init");
        for part in ["pipelines", "sql", "dashboards"] {
            thin(&folder, Path::new(part));
        }
        say("run");
        // Those of earlier builds are not needed any more.
        for entry in fs::read_dir(home).expect("a folder").flatten() {
            if entry.file_name().to_string_lossy().starts_with("project-") {
                drop(fs::remove_dir_all(entry.path()));
            }
        }
        fs::rename(&folder, &target).expect("the template in its place");
    }
    target
}

/// What of the standard project the tests need: less to plan and to build at each run.
const KEPT: [&str; 15] = [
    "pipelines/school_registry.toml",
    "pipelines/school_context.toml",
    "pipelines/municipality_registry.toml",
    "pipelines/vpr_protocol.toml",
    "pipelines/reference/mark_scales.csv",
    "sql/staging/municipality_spelling.sql",
    "sql/staging/school_source.sql",
    "sql/marts/schools.sql",
    "sql/marts/municipalities.sql",
    "sql/marts/vpr_tests.sql",
    "pipelines/vpr_task.toml",
    "sql/marts/vpr_marks.sql",
    "sql/marts/vpr_task_agg.sql",
    "sql/indicators/vpr.n.sql",
    "sql/indicators/vpr.share2.sql",
];

fn thin(root: &Path, part: &Path) {
    for entry in fs::read_dir(root.join(part)).expect("a folder") {
        let entry = entry.expect("an entry");
        let path = part.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            thin(root, &path);
        } else if !KEPT.iter().any(|kept| Path::new(kept) == path) {
            fs::remove_file(entry.path()).expect("a file less");
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// The registry of twelve schools.
pub(crate) fn registry() -> Vec<u8> {
    let mut text = "код;наименование;муниципалитет;инн\n".to_owned();
    for (m, municipality) in MUNICIPALITIES.iter().enumerate() {
        for s in 1..=4 {
            text += &format!("sch{};МБОУ СОШ № {};{municipality};\n", login(m, s), m * 4 + s);
        }
    }
    text.into_bytes()
}

pub(crate) fn login(municipality: usize, school: usize) -> String {
    format!("23{}00{school}", municipality + 1)
}

pub(crate) fn protocol_path(municipality: usize) -> String {
    format!("2021/{}/ВПР по математике, 4 класс.csv", MUNICIPALITIES[municipality])
}

/// A protocol of these schools of a municipality, twelve pupils each; `shift` changes their scores.
pub(crate) fn protocol(municipality: usize, schools: std::ops::RangeInclusive<usize>, shift: usize) -> Vec<u8> {
    let mut text = "логин школы;регион;код обучающегося;пол;класс;вариант;отметка за предыдущую четверть/триместр;балл за 1;балл за 2;всего баллов\n".to_owned();
    for school in schools {
        for pupil in 0..12 {
            let score = (municipality * 5 + school * 3 + pupil + shift) % 15;
            let sex = if pupil % 2 == 0 { 'м' } else { 'ж' };
            text += &format!(
                "sch{};{};{};{sex};4А;1;4;{};{};{score}\n",
                login(municipality, school),
                MUNICIPALITIES[municipality],
                40_001 + pupil,
                score / 2,
                score - score / 2,
            );
        }
    }
    text.into_bytes()
}
