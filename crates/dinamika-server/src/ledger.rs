//! Runs, files, rejects and decisions as the state database has them.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use dinamika_lake::state::{self, DecisionRow, QueryRow, RejectRow, RunRow, State, StateError, StepRow};
use dinamika_project::JobId;

use crate::{
    Control, Deciding, DecisionInfo, Failure, FileInfo, FilesAsked, QueryInfo, RejectInfo, RejectsAsked, ReviewInfo,
    RunDetail, RunInfo, RunStep, StartError, Started, review::to_review,
};

/// Begins runs and tells the time: what the state database cannot.
#[async_trait]
pub trait Begin: Send + Sync {
    /// The time a decision is made at.
    fn now(&self) -> DateTime<Utc>;
    /// Begins a job's run in the background and tells its id.
    async fn begin(&self, job: &JobId) -> Result<Started, StartError>;
}

/// Run history and rejects of a state database; runs begin where they are told to.
pub struct Ledger {
    state: State,
    begin: Arc<dyn Begin>,
}

impl Ledger {
    /// A view of this state.
    pub fn new(state: State, begin: Arc<dyn Begin>) -> Self {
        Self { state, begin }
    }

    /// SQLite waits for the disk: not on the threads that answer.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&State) -> Result<T, StateError> + Send + 'static,
    ) -> Result<T, Failure> {
        let state = self.state.clone();
        Ok(tokio::task::spawn_blocking(move || work(&state)).await??)
    }
}

#[async_trait]
impl Control for Ledger {
    async fn runs(&self, limit: usize) -> Result<Vec<RunInfo>, Failure> {
        let runs = self.read(move |state| state.runs(limit)).await?;
        Ok(runs.into_iter().map(run).collect())
    }

    async fn run(&self, id: &str) -> Result<Option<RunDetail>, Failure> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let found = self.read(move |state| Ok((state.run(id)?, state.steps(id)?))).await?;
        let (Some(row), steps) = found else { return Ok(None) };
        Ok(Some(RunDetail { run: run(row), steps: steps.into_iter().map(step).collect() }))
    }

    async fn start(&self, job: &JobId) -> Result<Started, StartError> {
        self.begin.begin(job).await
    }

    async fn rejects(&self, asked: &RejectsAsked) -> Result<Vec<RejectInfo>, Failure> {
        let asked = state::RejectsAsked {
            pipeline: asked.pipeline.clone(),
            batch: asked.batch.clone(),
            path: asked.path.clone(),
            rule: asked.rule.clone(),
            limit: asked.limit,
            offset: asked.offset,
        };
        let rejects = self.read(move |state| state.rejects(&asked)).await?;
        Ok(rejects.into_iter().map(reject).collect())
    }

    async fn files(&self, asked: &FilesAsked) -> Result<Vec<FileInfo>, Failure> {
        let (files, batches) = self.read(|state| Ok((state.files()?, state.batches()?))).await?;
        Ok(asked.choose(files, batches))
    }

    async fn review(&self) -> Result<Vec<ReviewInfo>, Failure> {
        let read = |state: &State| Ok((state.mentions()?, state.resolutions()?, state.decisions()?));
        let (mentions, resolutions, decisions) = self.read(read).await?;
        Ok(to_review(mentions, resolutions, decisions))
    }

    async fn decide(&self, deciding: Deciding) -> Result<Option<DecisionInfo>, Failure> {
        let decided_at = self.begin.now();
        let Deciding { school_ref, action, school_key, who, note } = deciding;
        let row = DecisionRow { school_ref, action, school_key, who, decided_at, note };
        let noted = row.clone();
        let known = move |state: &State| {
            let known = state.mentions()?.iter().any(|mention| mention.school_ref == noted.school_ref);
            if known {
                state.decide(&noted)?;
            }
            Ok(known)
        };
        Ok(self.read(known).await?.then(|| row.into()))
    }

    async fn queries(&self) -> Result<Vec<QueryInfo>, Failure> {
        Ok(self.read(State::queries).await?.into_iter().map(query).collect())
    }

    async fn keep_query(&self, name: &str, sql: &str, who: &str) -> Result<QueryInfo, Failure> {
        let (name, sql, who, saved_at) = (name.to_owned(), sql.to_owned(), who.to_owned(), self.begin.now());
        let row = QueryRow { name, sql, who, saved_at };
        let kept = row.clone();
        self.read(move |state| state.query_keep(&kept)).await?;
        Ok(query(row))
    }

    async fn forget_query(&self, name: &str) -> Result<bool, Failure> {
        let name = name.to_owned();
        self.read(move |state| state.query_forget(&name)).await
    }
}

fn query(QueryRow { name, sql, who, saved_at }: QueryRow) -> QueryInfo {
    QueryInfo { name, sql, who, saved_at }
}

fn run(row: RunRow) -> RunInfo {
    RunInfo {
        id: row.id.to_string(),
        job: Some(row.trigger).filter(|trigger| trigger != "command"),
        select: row.selection,
        status: row.status.as_str().to_owned(),
        started_at: row.started_at,
        finished_at: row.finished_at,
        release: row.release_id,
        message: row.error,
    }
}

fn step(row: StepRow) -> RunStep {
    RunStep {
        name: row.name,
        kind: row.kind,
        status: row.status.as_str().to_owned(),
        rows: row.rows_out,
        rejected: row.rejects,
        milliseconds: (row.seconds * 1000.0) as u64,
        message: row.reason,
    }
}

/// Without the raw value: it stays in the state database.
fn reject(row: RejectRow) -> RejectInfo {
    RejectInfo {
        batch: row.batch.map(String::from),
        pipeline: row.pipeline.map(String::from),
        path: row.path,
        sheet: row.sheet,
        row: row.row,
        column: row.column,
        rule: row.rule,
        suggestion: row.suggestion,
    }
}
