//! One run: pull, read, match, build, test, publish.

use std::sync::Arc;

use dinamika_lake::{Release, state::RunStatus};
use dinamika_project::ModelKind;

use crate::{
    Loaded, Progress, Pulled, RunError, Runner, Selection, Verdict,
    builtin::{rows_of, table},
    recorder::{Figures, Recorder},
};

/// What a run is asked to do.
#[derive(Debug, Clone, Default)]
pub struct RunRequest {
    /// About what.
    pub select: Selection,
    /// Everything again, changed or not.
    pub full: bool,
    /// A job's id, or `command`.
    pub trigger: String,
}

/// What a run did.
#[derive(Debug, Clone, Default)]
pub struct RunOutcome {
    /// Its number in the history.
    pub run: i64,
    /// What was brought.
    pub pulled: Pulled,
    /// What was read.
    pub loaded: Loaded,
    /// What the tests said.
    pub verdict: Verdict,
    /// The release; none when nothing changed.
    pub release: Option<Release>,
    /// Mentions of schools that wait for a decision.
    pub review: usize,
    /// Models that could not be built.
    pub broken: Vec<String>,
}

impl RunOutcome {
    /// Whether readers see everything there is.
    pub fn is_good(&self) -> bool {
        self.broken.is_empty() && self.verdict.tests.failed == 0
    }
}

impl Runner {
    /// Runs, after whatever run of this or another process is on. Whatever fails, readers keep the last release, and
    /// the next run goes on from what was done.
    pub async fn run(&self, request: &RunRequest, progress: Arc<dyn Progress>) -> Result<RunOutcome, RunError> {
        let _turn = self.turn(progress.as_ref()).await?;
        let run = self.state.run_began(&request.trigger, &request.select.to_string(), self.clock.now())?;
        let recorder = Recorder::new(self.state.clone(), run, progress);
        let outcome = self.steps(run, request, &recorder).await;
        let (status, error, release) = match &outcome {
            Ok(outcome) if outcome.is_good() => {
                (RunStatus::Done, None, outcome.release.as_ref().map(|release| release.id))
            }
            Ok(outcome) => (RunStatus::Failed, Some(complaint(outcome)), None),
            Err(error) => (RunStatus::Failed, Some(error.to_string()), None),
        };
        self.state.run_ended(run, status, error.as_deref(), release, self.clock.now())?;
        outcome
    }

    async fn steps(&self, run: i64, request: &RunRequest, recorder: &Recorder) -> Result<RunOutcome, RunError> {
        let selected = request.select.resolve(&self.project)?;
        let mut outcome = RunOutcome { run, ..RunOutcome::default() };
        self.mend(run).await?;
        if !selected.pipelines.is_empty() {
            outcome.pulled = self.pull(recorder).await?;
            outcome.loaded = self.load(request.full, recorder).await?;
        }
        self.write_builtins().await?;
        let mut bench = self.bench().await?;
        recorder.phase("Модели", selected.models.len());
        // The registry first: matching needs it, and every other model needs the matches.
        let registry = Selection::WithUpstream("schools".to_owned()).resolve(&self.project).unwrap_or_default();
        let is_registry = |model: &&dinamika_project::Model| {
            registry.models.contains(&model.name) && (selected.models.contains(&model.name) || bench_lacks(model))
        };
        let registered = self.project.models.iter().filter(is_registry).map(|model| (model, true));
        self.build_models(&mut bench, registered, request.full, recorder).await?;
        let schools = table("schools")?;
        if bench.session.has("schools") {
            let version = bench.stand.get(&schools).map(|table| table.version);
            if let Some(moved) = self.match_schools(&bench.session, version, recorder).await? {
                self.moved(&mut bench, &moved).await?;
            }
            if let Some(moved) =
                self.put(&table("region")?, dinamika_project::Zone::Mart, self.region(&bench).await?).await?
            {
                self.moved(&mut bench, &moved).await?;
            }
        }
        let others = self.project.models.iter().filter(|model| !is_registry(model));
        let others = others.map(|model| (model, selected.models.contains(&model.name)));
        self.build_models(&mut bench, others, request.full, recorder).await?;
        self.build_indicators(&mut bench, &selected.models, request.full, recorder).await?;
        self.suppress(&mut bench, recorder).await?;
        outcome.review = self.state.resolutions()?.iter().filter(|row| row.status == "review").count();
        outcome.verdict = self.verify(&bench, recorder).await?;
        outcome.broken = bench.broken.iter().map(ToString::to_string).collect();
        if outcome.is_good() {
            let since = recorder.started("release");
            outcome.release = self.publish(&bench, outcome.verdict.tests).await?;
            match &outcome.release {
                Some(release) => {
                    recorder.done("publish", &format!("выпуск {}", release.id), since, Figures::default())?
                }
                None => recorder.skipped("release"),
            }
        }
        Ok(outcome)
    }

    /// The region: as dinamika.toml says, else by the first two digits most logins have.
    async fn region(&self, bench: &crate::build::Bench) -> Result<arrow::record_batch::RecordBatch, RunError> {
        #[derive(serde::Serialize)]
        struct Region {
            region_key: String,
            region_name: String,
        }
        let config = &self.project.config;
        let key = match &config.region_code {
            Some(code) => code.clone(),
            None => {
                let sql = "select substr(login, 1, 2) as code from schools where login is not null
                           group by 1 order by count(*) desc, 1 limit 1";
                let rows = bench.session.query(sql, dinamika_engine::Params::None).await?.collect_one().await?;
                let codes = arrow::array::AsArray::as_string::<i32>(rows.column(0));
                codes.iter().flatten().next().unwrap_or("region").to_owned()
            }
        };
        let region_name = config.region_name.clone().unwrap_or_else(|| "Регион".to_owned());
        rows_of("region", &[Region { region_key: key, region_name }])
    }
}

/// A view is always registered; a table model only when it is selected.
fn bench_lacks(model: &dinamika_project::Model) -> bool {
    !matches!(model.kind, ModelKind::Table { .. })
}

fn complaint(outcome: &RunOutcome) -> String {
    let failed = outcome.verdict.broken.iter().filter(|broken| broken.blocking).map(|broken| broken.test.clone());
    let models = outcome.broken.iter().map(|model| format!("модель {model}"));
    RunError::TestsFailed(models.chain(failed).collect::<Vec<_>>().join("; ")).to_string()
}
