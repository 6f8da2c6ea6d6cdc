//! Opens what a command needs of a project: its text, its lake, its state, an engine, a runner.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use dinamika_engine::{Engine, EngineOptions};
use dinamika_ingest::{Secret, sources::Reach};
use dinamika_lake::{
    Lake,
    state::{Audit, State},
};
use dinamika_project::{Location, Project, STANDARD_POLICY};
use dinamika_runner::{Clock as _, Runner, Setup, SystemClock};
use dinamika_server::LakeShelf;
use similar::{ChangeTag, TextDiff};

use crate::{environment::Environment, failure::Failure, standard};

/// A project's folder with the settings of the process.
pub(crate) struct Workshop {
    pub(crate) root: PathBuf,
    pub(crate) environment: Environment,
    pub(crate) project: Arc<Project>,
}

impl Workshop {
    /// Reads the project; its mistakes end the command with exit code 2.
    pub(crate) fn open(root: &Path, environment: Environment) -> Result<Self, Failure> {
        if !standard::is_project(root)? {
            return Err(Failure::usage(format!(
                "{}: нет dinamika.toml; `dinamika init` создаст проект, -C ПАПКА укажет другой",
                root.display()
            )));
        }
        let loaded = dinamika_project::load(root)?;
        if loaded.report.has_errors() {
            for diagnostic in loaded.report.iter() {
                eprintln!("{diagnostic}");
            }
            return Err(Failure::usage("в проекте есть ошибки; ничего не сделано"));
        }
        let mut project = loaded.project;
        if let (Some(inbox), Ok(name)) = (&environment.inbox, "inbox".parse()) {
            project.config.sources.insert(name, place(inbox));
        }
        Ok(Self { root: root.to_owned(), environment, project: Arc::new(project) })
    }

    pub(crate) async fn lake(&self) -> Result<Lake, Failure> {
        let location = self.environment.lake.as_deref().unwrap_or(&self.project.config.lake);
        Lake::open_with(location, &self.root, self.environment.storage.clone()).await.map_err(Failure::work)
    }

    fn state_folder(&self) -> PathBuf {
        self.root.join(self.environment.state.as_deref().unwrap_or(&self.project.config.state))
    }

    /// The state, beside whoever else has it open.
    pub(crate) fn state(&self) -> Result<State, Failure> {
        State::open(&self.state_folder()).map_err(Failure::work)
    }

    pub(crate) fn engine(&self) -> Result<Engine, Failure> {
        let options = EngineOptions {
            memory_bytes: self.environment.memory_bytes,
            threads: self.environment.threads,
            spill: self.environment.temporary.clone(),
            ..EngineOptions::default()
        };
        Engine::new(options).map_err(Failure::work)
    }

    pub(crate) async fn shelf(&self) -> Result<LakeShelf, Failure> {
        Ok(LakeShelf::new(self.lake().await?, self.engine()?, Arc::clone(&self.project)))
    }

    pub(crate) async fn runner(&self) -> Result<Runner, Failure> {
        let state = self.state()?;
        self.runner_with(state).await
    }

    /// A runner over a state that is already open.
    pub(crate) async fn runner_with(&self, state: State) -> Result<Runner, Failure> {
        self.make_source_folders()?;
        self.note_policy(&state)?;
        Ok(Runner::new(Setup {
            reach: Reach { base: self.root.clone(), storage: self.environment.storage.clone() },
            project: Arc::clone(&self.project),
            lake: self.lake().await?,
            secret: self.secret()?,
            state,
            engine: self.engine()?,
            clock: Arc::new(SystemClock),
            threads: self.environment.threads,
        }))
    }

    /// Writes into the audit log what changed in the policy since it was last applied. The file is edited outside the
    /// program, so the line tells what and when it was first seen, not who.
    pub(crate) fn note_policy(&self, state: &State) -> Result<(), Failure> {
        let text = &self.project.policy.text;
        let now = SystemClock.now();
        let before = state.policy().map_err(Failure::work)?;
        if !state.policy_keep(text, now).map_err(Failure::work)? {
            return Ok(());
        }
        let changed = changed_lines(before.as_deref().unwrap_or(STANDARD_POLICY), text);
        let what = match (before, changed.as_str()) {
            (None, "") => "стандартная".to_owned(),
            (None, changed) => format!("против стандартной: {changed}"),
            (Some(_), "") => "только примечания".to_owned(),
            (Some(_), _) => changed,
        };
        let line = Audit { who: "policy.toml", principal: "—", action: "policy", what: &what, outcome: "ok" };
        state.audit(&line, now).map_err(Failure::work)
    }

    /// An inbox that is not there yet is an empty one.
    fn make_source_folders(&self) -> Result<(), Failure> {
        for location in self.project.config.sources.values() {
            if let Location::Folder(folder) = location {
                fs::create_dir_all(self.root.join(folder))?;
            }
        }
        Ok(())
    }

    /// The key of the hashes that stand for people: the environment's, else one made once and kept beside the state.
    fn secret(&self) -> Result<Secret, Failure> {
        if let Some(secret) = &self.environment.secret {
            return Ok(Secret::new(secret.as_bytes()));
        }
        let path = self.state_folder().join("secret");
        if let Ok(kept) = fs::read(&path) {
            return Ok(Secret::new(&kept));
        }
        let made: [u8; 32] = rand::random();
        let draft = path.with_extension("draft");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        file.write_all(&made)?;
        file.sync_all()?;
        // A process killed midway must not leave half a key.
        fs::rename(&draft, &path)?;
        Ok(Secret::new(&made))
    }
}

/// The lines of a policy that went and came, without remarks and blank ones: `− public = 10; + public = 12`.
fn changed_lines(before: &str, after: &str) -> String {
    let bare = |text: &str| -> String {
        let lines = text.lines().map(|line| line.split(" #").next().unwrap_or(line).trim());
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
    };
    let (before, after) = (bare(before), bare(after));
    let lines = TextDiff::from_lines(&before, &after);
    let changed = lines.iter_all_changes().filter_map(|change| match change.tag() {
        ChangeTag::Delete => Some(format!("− {}", change.value().trim())),
        ChangeTag::Insert => Some(format!("+ {}", change.value().trim())),
        ChangeTag::Equal => None,
    });
    changed.collect::<Vec<_>>().join("; ")
}

/// Where an inbox named by the environment lies.
fn place(inbox: &str) -> Location {
    if inbox.starts_with("s3://") {
        Location::S3 { url: inbox.to_owned(), endpoint: None, region: None }
    } else {
        Location::Folder(inbox.to_owned())
    }
}
