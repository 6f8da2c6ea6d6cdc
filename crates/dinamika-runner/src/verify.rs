//! Tests before a release: those whose tables are as they were when they held are not asked again.

use std::time::Instant;

use dinamika_lake::{Commit, ReleaseTests, state::BuildRow};
use dinamika_project::{DataRule, ModelKind, Report, Severity, TableName};

use crate::{
    RunError, Runner,
    build::{Bench, built},
    recorder::{Figures, Recorder},
};

/// A test that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Broken {
    /// Model and rule, or the check's title.
    pub test: String,
    /// Rows that break it.
    pub rows: u64,
    /// Whether it stops the release.
    pub blocking: bool,
    /// Why it could not be asked at all.
    pub error: Option<String>,
}

/// What the tests said.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Verdict {
    /// Figures for the release.
    pub tests: ReleaseTests,
    /// Those that did not hold.
    pub broken: Vec<Broken>,
}

impl Runner {
    /// Plans every query of the project on empty tables; a project found sound is not asked again until it changes.
    pub async fn check(&self) -> Result<Report, RunError> {
        let text = crate::fingerprint::hash(&[&format!("{:?}", self.project)]);
        if self.state.build("project")?.is_some_and(|last| last.built == text) {
            return Ok(Report::default());
        }
        let report = dinamika_engine::check(&self.project).await;
        if !report.has_errors() {
            let built_at = self.clock.now();
            self.state.built(&BuildRow {
                model: "project".to_owned(),
                built: text,
                version: 0,
                rows: 0,
                seconds: 0.0,
                built_at,
            })?;
        }
        Ok(report)
    }

    /// Asks every data test and check of the newest tables; nothing is built or published. None before a run has built
    /// all of them.
    pub async fn test(&self) -> Result<Option<Verdict>, RunError> {
        for model in self.project.models.iter().filter(|model| matches!(model.kind, ModelKind::Table { .. })) {
            if self.state.build(model.name.as_str())?.is_none() {
                return Ok(None);
            }
        }
        let bench = self.bench().await?;
        for model in self.project.models.iter().filter(|model| !matches!(model.kind, ModelKind::Table { .. })) {
            bench.session.register_view(model).await?;
        }
        let run = self.state.run_began("test", "", self.clock.now())?;
        let recorder = Recorder::new(self.state.clone(), run, std::sync::Arc::new(crate::Silent));
        let verdict = self.verify(&bench, &recorder).await?;
        self.state.run_ended(run, dinamika_lake::state::RunStatus::Done, None, None, self.clock.now())?;
        Ok(Some(verdict))
    }

    pub(crate) async fn verify(&self, bench: &Bench, recorder: &Recorder) -> Result<Verdict, RunError> {
        let mut verdict = Verdict::default();
        let count = self.project.models.iter().map(|m| m.tests.len()).sum::<usize>() + self.project.checks.len();
        recorder.phase("Проверки", count);
        for model in self.project.models.iter().filter(|model| matches!(model.kind, ModelKind::Table { .. })) {
            for (at, test) in model.tests.iter().enumerate() {
                let mut reads = vec![model.name.clone()];
                if let DataRule::Relationships(_, other, _) = &test.rule {
                    reads.push(other.clone());
                }
                let key = format!("test {} {at}", model.name);
                let name = format!("{}: {}", model.name, rule(&test.rule));
                let ask = async { Ok::<_, RunError>(bench.session.run_data_test(model, test).await?.failing) };
                self.ask(
                    bench,
                    &key,
                    name,
                    &format!("{:?}", test.rule),
                    &reads,
                    test.severity,
                    ask,
                    recorder,
                    &mut verdict,
                )
                .await?;
            }
        }
        for check in &self.project.checks {
            let key = format!("check {}", check.name);
            let ask = async { Ok::<_, RunError>(bench.session.run_check(check).await?.failing) };
            self.ask(
                bench,
                &key,
                check.title.clone(),
                &check.sql,
                &check.reads,
                check.severity,
                ask,
                recorder,
                &mut verdict,
            )
            .await?;
        }
        Ok(verdict)
    }

    #[expect(clippy::too_many_arguments, reason = "one test with all it depends on")]
    async fn ask(
        &self,
        bench: &Bench,
        key: &str,
        name: String,
        text: &str,
        reads: &[TableName],
        severity: Severity,
        ask: impl Future<Output = Result<u64, RunError>>,
        recorder: &Recorder,
        verdict: &mut Verdict,
    ) -> Result<(), RunError> {
        if reads.iter().any(|read| bench.broken.contains(read)) {
            return Ok(());
        }
        let now = built(crate::fingerprint::hash(&[text]), bench.stand.inputs(&self.project, reads));
        if self.last_build(key)?.as_ref() == Some(&now) {
            verdict.tests.passed += 1;
            recorder.skipped(&name);
            return Ok(());
        }
        let since = Instant::now();
        let blocking = severity == Severity::Error;
        let (rows, error) = match ask.await {
            Ok(rows) => (rows, None),
            Err(error) => (0, Some(error.to_string())),
        };
        if rows == 0 && error.is_none() {
            verdict.tests.passed += 1;
            self.note_build(key, &now, &Commit::default(), since)?;
            recorder.skipped(&name);
            return Ok(());
        }
        if blocking {
            verdict.tests.failed += 1
        } else {
            verdict.tests.warnings += 1
        }
        let message = error.clone().unwrap_or_else(|| format!("строк, нарушающих проверку: {rows}"));
        if blocking {
            recorder.failed("test", &name, since, &message)?;
        } else {
            recorder.done(
                "test",
                &name,
                since,
                Figures { rejects: rows, reason: Some(message), ..Figures::default() },
            )?;
        }
        verdict.broken.push(Broken { test: name, rows, blocking, error });
        Ok(())
    }
}

fn rule(rule: &DataRule) -> String {
    let list = |columns: &[dinamika_project::ColumnName]| {
        columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    match rule {
        DataRule::NotNull(columns) => format!("не пусто: {}", list(columns)),
        DataRule::Unique(columns) => format!("не повторяется: {}", list(columns)),
        DataRule::AcceptedValues(column, _) => format!("допустимые значения: {column}"),
        DataRule::Relationships(column, table, other) => format!("{column} есть в {table}.{other}"),
        DataRule::AcceptedRange(column, _, _) => format!("в границах: {column}"),
    }
}
