//! The service over a made-up region.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use chrono::{DateTime, TimeZone, Utc};
use dinamika_engine::{Engine, EngineOptions, Filter, Session, Wanted};
use dinamika_project::{IndicatorId, JobId};
use dinamika_server::{
    CandidateInfo, Control, Deciding, DecisionInfo, Explained, ExplainedFile, ExplainedIndicator, ExplainedSource,
    Explanation, Failure, FileInfo, FilesAsked, Gate, Mentioned, QueryInfo, RejectInfo, RejectsAsked, ReleaseInfo,
    ReviewInfo, RunDetail, RunInfo, RunStep, Serving, Shelf, StartError, Started, TestsInfo, router,
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{project::project, tables::tables};

/// The service with release 1 served.
pub(crate) struct Region {
    pub(crate) serving: Arc<Serving>,
    pub(crate) shelf: Arc<Memory>,
    router: Router,
    _spill: tempfile::TempDir,
}

/// An answer read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Region {
    /// Nothing is published yet.
    pub(crate) fn empty() -> Self {
        Self::behind(Gate::open())
    }

    fn behind(gate: Gate) -> Self {
        let (engine, spill) = engine();
        let shelf = Arc::new(Memory { engine, newest: AtomicU64::new(0) });
        let serving = Serving::guarded(Arc::new(project()), shelf.clone(), Some(Arc::new(Runs::new())), gate);
        Self { router: router(serving.clone()), serving, shelf, _spill: spill }
    }

    pub(crate) async fn published() -> Self {
        Self::published_behind(Gate::open()).await
    }

    /// The same, with accounts.
    pub(crate) async fn published_behind(gate: Gate) -> Self {
        let region = Self::behind(gate);
        region.shelf.newest.store(1, Ordering::SeqCst);
        assert!(region.serving.refresh().await.unwrap());
        region
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.get_with(uri, &[]).await
    }

    pub(crate) async fn get_with(&self, uri: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// `200` and JSON.
    pub(crate) async fn json(&self, uri: &str) -> Value {
        let answer = self.get(uri).await;
        assert_eq!(answer.status, StatusCode::OK, "{uri}: {}", answer.text());
        serde_json::from_slice(&answer.bytes).unwrap()
    }

    /// One column of the answer's rows.
    pub(crate) async fn column(&self, uri: &str, column: &str) -> Vec<Value> {
        self.json(uri).await["rows"].as_array().unwrap().iter().map(|row| row[column].clone()).collect()
    }
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Releases 1, 2, … up to the newest; each has the same rows, and its number as the region's value.
pub(crate) struct Memory {
    engine: Engine,
    pub(crate) newest: AtomicU64,
}

#[async_trait]
impl Shelf for Memory {
    async fn latest(&self) -> Result<Option<u64>, Failure> {
        Ok(Some(self.newest.load(Ordering::SeqCst)).filter(|id| *id > 0))
    }

    async fn list(&self) -> Result<Vec<ReleaseInfo>, Failure> {
        Ok((1..=self.newest.load(Ordering::SeqCst)).rev().map(release).collect())
    }

    async fn open(&self, id: u64) -> Result<Option<(ReleaseInfo, Session)>, Failure> {
        if !(1..=self.newest.load(Ordering::SeqCst)).contains(&id) {
            return Ok(None);
        }
        let session = self.engine.session(Vec::new(), tables(id), Vec::new(), &BTreeMap::new()).await?;
        Ok(Some((release(id), session)))
    }

    /// Grade 5 has one value, grade 4 none; without a grade there are two.
    async fn explain(&self, id: u64, indicator: &IndicatorId, filters: Vec<Filter>) -> Result<Explained, Failure> {
        let grade = filters.iter().find(|filter| filter.column == "grade").map(|filter| filter.any_of.clone());
        Ok(match grade.as_deref() {
            Some([Wanted::Whole(5)]) => Explained::One(Box::new(explanation(id, indicator))),
            Some(_) => Explained::Nothing,
            None => Explained::Several(vec![("grade".to_owned(), vec!["4".to_owned(), "5".to_owned()])]),
        })
    }

    async fn mentioned(&self, _: u64, school_refs: &[String]) -> Result<Mentioned, Failure> {
        let rows = |school_ref: &String| (school_ref.clone(), BTreeMap::from([("vpr_protocol".to_owned(), 412)]));
        Ok(school_refs.iter().map(rows).collect())
    }
}

/// An engine and the folder it may spill to.
pub(crate) fn engine() -> (Engine, tempfile::TempDir) {
    let spill = tempfile::tempdir().unwrap();
    let options = EngineOptions { threads: 1, spill: spill.path().to_owned(), ..EngineOptions::default() };
    (Engine::new(options).unwrap(), spill)
}

fn release(id: u64) -> ReleaseInfo {
    ReleaseInfo {
        id,
        published_at: at(id),
        tables: [("indicator_values".to_owned(), id)].into(),
        tests: TestsInfo { passed: 3, warnings: 0, failed: 0 },
        coverage: json!({"periods": ["2019/20", "2020/21"]}),
        note: None,
        republished_from: None,
    }
}

fn explanation(id: u64, indicator: &IndicatorId) -> Explanation {
    let file = ExplainedFile {
        path: "2021/5/Математика.xlsx".to_owned(),
        sheet: "Протокол".to_owned(),
        layout: "spring".to_owned(),
        batch: "9f86d081884c7d65".to_owned(),
        sha256: "00".repeat(32),
        modified_at: None,
        loaded_at: Some(at(id)),
        rows: 61,
        ranges: vec![[2, 61], [70, 70]],
        more_ranges: false,
        rejected: 0,
    };
    Explanation {
        indicator: ExplainedIndicator {
            id: indicator.to_string(),
            title: "Доля «2»".to_owned(),
            formula: "100 · n2 / n".to_owned(),
            unit: "%".to_owned(),
            measure: "share",
            min_n: 10,
            source: None,
        },
        value: json!({"entity": "223080", "num": 7.0, "den": 61.0}),
        exact: true,
        says: "Точно.".to_owned(),
        models: Vec::new(),
        common: vec!["vpr_tests".to_owned()],
        sources: vec![ExplainedSource {
            table: "vpr_protocol".to_owned(),
            pipeline: "vpr_protocol".to_owned(),
            title: "Протоколы".to_owned(),
            narrowed_by: vec!["school".to_owned()],
            rows: Some(61),
            sheets: 1,
            loaded_at: file.loaded_at,
            files: vec![file],
        }],
        schools: Vec::new(),
        notes: Vec::new(),
    }
}

fn at(id: u64) -> DateTime<Utc> {
    Utc.timestamp_opt(1_790_000_000 + i64::try_from(id).unwrap() * 60, 0).unwrap()
}

/// One run, one reject; the job `nightly` can be begun once; questions are kept, one from the start.
struct Runs {
    queries: std::sync::Mutex<BTreeMap<String, QueryInfo>>,
}

impl Runs {
    fn new() -> Self {
        let kept = QueryInfo { name: "kept".into(), sql: "select 0".into(), who: "petrova".into(), saved_at: at(0) };
        Self { queries: std::sync::Mutex::new([("kept".to_owned(), kept)].into()) }
    }
}

#[async_trait]
impl Control for Runs {
    async fn runs(&self, limit: usize) -> Result<Vec<RunInfo>, Failure> {
        Ok([run()].into_iter().take(limit).collect())
    }

    async fn run(&self, id: &str) -> Result<Option<RunDetail>, Failure> {
        let step = RunStep {
            name: "vpr_marks".to_owned(),
            kind: "build".to_owned(),
            status: "done".to_owned(),
            rows: 10,
            rejected: 0,
            milliseconds: 5,
            message: None,
        };
        Ok((id == "r1").then(|| RunDetail { run: run(), steps: vec![step] }))
    }

    async fn start(&self, job: &JobId) -> Result<Started, StartError> {
        assert_eq!(job.as_str(), "nightly");
        Ok(Started { run: Some("r2".to_owned()) })
    }

    async fn rejects(&self, asked: &RejectsAsked) -> Result<Vec<RejectInfo>, Failure> {
        assert_ne!(asked.rule.as_deref(), Some("panic"), "the handler panics");
        if asked.rule.as_deref() == Some("broken") {
            return Err("the disk said: secret".into());
        }
        Ok(vec![RejectInfo {
            batch: Some("9f86d081884c7d65".to_owned()),
            pipeline: Some("vpr_protocol".to_owned()),
            path: "2021/5/Математика.xlsx".to_owned(),
            sheet: Some("Протокол".to_owned()),
            row: Some(118),
            column: Some("F «Всего баллов»".to_owned()),
            rule: "не число".to_owned(),
            suggestion: None,
        }])
    }

    async fn files(&self, asked: &FilesAsked) -> Result<Vec<FileInfo>, Failure> {
        let loaded = asked.status.as_deref().is_none_or(|status| status == "loaded");
        Ok(loaded.then(file).into_iter().skip(asked.offset).take(asked.limit).collect())
    }

    async fn review(&self) -> Result<Vec<ReviewInfo>, Failure> {
        let spelling = |name: &str, decision| ReviewInfo {
            school_ref: format!("name:район|{name}"),
            name: Some(name.to_owned()),
            municipality: Some("Район".to_owned()),
            codes: BTreeMap::new(),
            rows: 0,
            tables: BTreeMap::new(),
            candidates: vec![CandidateInfo {
                school_key: "223080".to_owned(),
                school_name: None,
                municipality: None,
                score: 0.8,
                why: "тот же номер".to_owned(),
            }],
            decision,
        };
        Ok(vec![spelling("СОШ 3", None), spelling("СОШ 4", Some(decision("accept", Some("223080"), "petrova")))])
    }

    async fn decide(&self, deciding: Deciding) -> Result<Option<DecisionInfo>, Failure> {
        let key = deciding.school_key.as_ref().map(ToString::to_string);
        let known = deciding.school_ref == "name:район|СОШ 3";
        Ok(known.then(|| decision(deciding.action.as_str(), key.as_deref(), &deciding.who)))
    }

    async fn queries(&self) -> Result<Vec<QueryInfo>, Failure> {
        Ok(self.queries.lock().unwrap().values().cloned().collect())
    }

    async fn keep_query(&self, name: &str, sql: &str, who: &str) -> Result<QueryInfo, Failure> {
        let (name, sql, who) = (name.to_owned(), sql.to_owned(), who.to_owned());
        let kept = QueryInfo { name: name.clone(), sql, who, saved_at: at(1) };
        self.queries.lock().unwrap().insert(name, kept.clone());
        Ok(kept)
    }

    async fn forget_query(&self, name: &str) -> Result<bool, Failure> {
        Ok(self.queries.lock().unwrap().remove(name).is_some())
    }
}

fn run() -> RunInfo {
    RunInfo {
        id: "r1".to_owned(),
        job: Some("nightly".to_owned()),
        select: String::new(),
        status: "done".to_owned(),
        started_at: at(0),
        finished_at: Some(at(1)),
        release: Some(1),
        message: None,
    }
}

fn decision(action: &str, school_key: Option<&str>, who: &str) -> DecisionInfo {
    DecisionInfo {
        school_ref: "name:район|СОШ 3".to_owned(),
        action: action.to_owned(),
        school_key: school_key.map(str::to_owned),
        who: who.to_owned(),
        decided_at: at(1),
        note: None,
    }
}

fn file() -> FileInfo {
    FileInfo {
        id: 1,
        path: "2021/5/Математика.xlsx".to_owned(),
        source: "inbox".to_owned(),
        status: "loaded".to_owned(),
        message: None,
        copy_of: None,
        sha256: "00".repeat(32),
        size: 48_213,
        modified_at: None,
        first_seen: at(0),
        loaded_at: Some(at(1)),
        pipelines: vec!["vpr_protocol".to_owned()],
        rows_in: 812,
        rows_kept: 810,
        rows_rejected: 2,
        rows_replaced: 0,
        sheets: Vec::new(),
    }
}
