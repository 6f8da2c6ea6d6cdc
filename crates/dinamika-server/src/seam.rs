//! What the server asks of the rooms below: releases to read from, runs to tell of.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use dinamika_engine::{Comparison, EngineError, Filter, Session};
use dinamika_project::{IndicatorId, JobId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Deciding, DecisionInfo, Explained, FileInfo, FilesAsked, ReviewInfo};

/// Why the machine behind the seam could not answer; goes to the log, never to the reader.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Where published releases are read from. All a serving replica needs.
#[async_trait]
pub trait Shelf: Send + Sync {
    /// Id of the newest release; none before the first one.
    async fn latest(&self) -> Result<Option<u64>, Failure>;
    /// All releases, newest first.
    async fn list(&self) -> Result<Vec<ReleaseInfo>, Failure>;
    /// A release with its tables pinned and ready to be asked; none when there is no such release.
    async fn open(&self, id: u64) -> Result<Option<(ReleaseInfo, Session)>, Failure>;
    /// What stands behind the one value of a release that passes the filters. Only counts and places of rows of
    /// people come out.
    async fn explain(&self, id: u64, indicator: &IndicatorId, filters: Vec<Filter>) -> Result<Explained, Failure>;
    /// How many rows of each table of a release carry each of these references of schools.
    async fn mentioned(&self, id: u64, school_refs: &[String]) -> Result<Mentioned, Failure>;
}

/// Rows by reference of a school and table.
pub type Mentioned = BTreeMap<String, BTreeMap<String, u64>>;

/// Two releases side by side.
pub struct ReleaseDiff {
    /// The older.
    pub a: ReleaseInfo,
    /// The newer.
    pub b: ReleaseInfo,
    /// Their values; none when one has none.
    pub values: Option<Comparison>,
}

/// A table that two releases have in different versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangedTable {
    /// The table.
    pub table: String,
    /// Its version in the first; none when it was not there.
    pub a: Option<u64>,
    /// Its version in the second.
    pub b: Option<u64>,
}

impl ReleaseDiff {
    /// Two releases as one reader sees them.
    pub async fn of(older: (ReleaseInfo, &Session), newer: (ReleaseInfo, &Session)) -> Result<Self, EngineError> {
        let values = Comparison::of(older.1, newer.1).await?;
        Ok(Self { a: older.0, b: newer.0, values })
    }

    /// Tables of different versions.
    pub fn tables(&self) -> Vec<ChangedTable> {
        let (older, newer) = (&self.a.tables, &self.b.tables);
        let names: BTreeSet<&String> = older.keys().chain(newer.keys()).collect();
        let changed = |table: &String| ChangedTable {
            table: table.clone(),
            a: older.get(table).copied(),
            b: newer.get(table).copied(),
        };
        names.into_iter().map(changed).filter(|table| table.a != table.b).collect()
    }
}

/// Runs and jobs of this installation; absent on a replica that only serves.
#[async_trait]
pub trait Control: Send + Sync {
    /// The newest runs first, at most `limit` of them.
    async fn runs(&self, limit: usize) -> Result<Vec<RunInfo>, Failure>;
    /// One run with its steps.
    async fn run(&self, id: &str) -> Result<Option<RunDetail>, Failure>;
    /// Begins a job's run in the background.
    async fn start(&self, job: &JobId) -> Result<Started, StartError>;
    /// Refused cells and rows, newest first, without the raw values.
    async fn rejects(&self, asked: &RejectsAsked) -> Result<Vec<RejectInfo>, Failure>;
    /// Files of the ledger with what became of them, newest first.
    async fn files(&self, asked: &FilesAsked) -> Result<Vec<FileInfo>, Failure>;
    /// Spellings of schools that wait for a decision, and those decided about, without their rows.
    async fn review(&self) -> Result<Vec<ReviewInfo>, Failure>;
    /// Notes a decision about a spelling; none when nobody ever wrote it so.
    async fn decide(&self, deciding: Deciding) -> Result<Option<DecisionInfo>, Failure>;
    /// Questions kept for all, by name.
    async fn queries(&self) -> Result<Vec<QueryInfo>, Failure>;
    /// Keeps a question; one of the same name is replaced.
    async fn keep_query(&self, name: &str, sql: &str, who: &str) -> Result<QueryInfo, Failure>;
    /// Forgets a question; false when there is none of that name.
    async fn forget_query(&self, name: &str) -> Result<bool, Failure>;
}

/// A question kept for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "Охват", "sql": "select period, schools_received from coverage where level = 'region'",
    "who": "petrova", "saved_at": "2026-09-23T08:00:00Z"
}))]
pub struct QueryInfo {
    /// Its name.
    pub name: String,
    /// One SELECT.
    pub sql: String,
    /// Who kept it.
    pub who: String,
    /// When.
    pub saved_at: DateTime<Utc>,
}

/// A release as readers see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 12, "published_at": "2026-09-23T02:31:00Z", "tables": {"indicator_values": 7},
    "tests": {"passed": 41, "warnings": 1, "failed": 0},
    "coverage": {"periods": ["2023/24", "2024/25"]}, "note": null, "republished_from": null
}))]
pub struct ReleaseInfo {
    /// Its number.
    pub id: u64,
    /// When readers began to see it.
    pub published_at: DateTime<Utc>,
    /// Delta version of each table.
    pub tables: BTreeMap<String, u64>,
    /// What the tests said.
    pub tests: TestsInfo,
    /// Which part of the region and of the years the data covers.
    #[schema(value_type = Object)]
    pub coverage: serde_json::Value,
    /// Why it was published, where someone said.
    pub note: Option<String>,
    /// The older release it repeats: a rollback.
    pub republished_from: Option<u64>,
}

/// Outcome of the tests before a release.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct TestsInfo {
    /// Held.
    pub passed: u64,
    /// Did not hold, and do not stop a release.
    pub warnings: u64,
    /// Did not hold.
    pub failed: u64,
}

/// A run in the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0199f0c1", "job": "nightly", "select": "", "status": "done",
    "started_at": "2026-09-23T02:30:00Z", "finished_at": "2026-09-23T02:31:00Z", "release": 12, "message": null
}))]
pub struct RunInfo {
    /// Its id.
    pub id: String,
    /// The scheduled job it belongs to.
    pub job: Option<String>,
    /// What it was about; everything when empty.
    pub select: String,
    /// `running`, `done`, `failed`, `cancelled`, `skipped`.
    pub status: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The release it published.
    pub release: Option<u64>,
    /// Why it failed.
    pub message: Option<String>,
}

/// A run with what it did.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RunDetail {
    /// The run.
    #[serde(flatten)]
    pub run: RunInfo,
    /// In the order they began.
    pub steps: Vec<RunStep>,
}

/// One file, table or model of a run.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RunStep {
    /// What it was about.
    pub name: String,
    /// `read`, `build`, `test`, `publish` …
    pub kind: String,
    /// `done`, `skipped`, `failed`.
    pub status: String,
    /// Rows written.
    pub rows: u64,
    /// Rows refused.
    pub rejected: u64,
    /// How long it took.
    pub milliseconds: u64,
    /// Why it was done, skipped or failed.
    pub message: Option<String>,
}

/// Which rejects are asked for.
#[derive(Debug, Clone, Default)]
pub struct RejectsAsked {
    /// Of one pipeline.
    pub pipeline: Option<String>,
    /// Of one batch.
    pub batch: Option<String>,
    /// Of files whose path contains this.
    pub path: Option<String>,
    /// Refused by one rule.
    pub rule: Option<String>,
    /// At most so many.
    pub limit: usize,
    /// After so many.
    pub offset: usize,
}

/// A refused cell or row, without its raw value.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "batch": "9f86d081884c7d65", "pipeline": "vpr_protocol", "path": "2021/5/Математика.xlsx", "sheet": "Протокол",
    "row": 118, "column": "F «Всего баллов»", "rule": "не число", "suggestion": "проверьте ячейку"
}))]
pub struct RejectInfo {
    /// The batch it was read in; none when the whole file was refused.
    pub batch: Option<String>,
    /// Who read it.
    pub pipeline: Option<String>,
    /// The file in its source.
    pub path: String,
    /// The sheet.
    pub sheet: Option<String>,
    /// The row of the sheet, from 1.
    pub row: Option<u32>,
    /// Letter and header.
    pub column: Option<String>,
    /// Which rule refused it.
    pub rule: String,
    /// What would have been right.
    pub suggestion: Option<String>,
}

/// A run that began.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({"run": "0199f0c1"}))]
pub struct Started {
    /// Its id; none while it waits for another run to end.
    pub run: Option<String>,
}

/// Why no run began.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another run is on; the lake has one writer.
    #[error("another run is on")]
    Busy,
    /// The machine failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}
