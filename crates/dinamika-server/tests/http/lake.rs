//! The real shelf and ledger: a lake and a state database in a folder.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::DateTime;
use dinamika_lake::{
    Lake, Mode, ReleaseDraft, ReleaseTests, TableSpec,
    state::{RunStatus, State},
};
use dinamika_project::{JobId, Zone};
use dinamika_server::{Begin, Control, LakeShelf, Ledger, RejectsAsked, Shelf, StartError, Started};

use crate::{project::project, region::engine, tables::tables};

#[tokio::test]
async fn a_release_of_the_lake_is_opened_without_curated_tables() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open("lake", folder.path()).await.unwrap();
    let (engine, _spill) = engine();
    let shelf = LakeShelf::new(lake.clone(), engine, Arc::new(project()));
    assert_eq!(shelf.latest().await.unwrap(), None);
    let mut content = ReleaseDraft {
        tables: Default::default(),
        tests: ReleaseTests { passed: 1, ..ReleaseTests::default() },
        coverage: serde_json::json!({}),
        note: None,
        republished_from: None,
    };
    for (name, batches) in tables(1) {
        let zone = if name.as_str() == "schools" { Zone::Curated } else { Zone::Mart };
        let spec = TableSpec {
            name: name.clone(),
            zone,
            schema: batches[0].schema(),
            partition_by: None,
            replacing: Vec::new(),
        };
        let mut writer = lake.writer(spec).await.unwrap();
        for batch in batches {
            writer.write(batch).await.unwrap();
        }
        let commit = writer.commit(Mode::Replace).await.unwrap();
        content.tables.insert(name, (zone, commit.version));
    }
    lake.releases().publish(content, DateTime::UNIX_EPOCH).await.unwrap();
    assert_eq!(shelf.latest().await.unwrap(), Some(1));
    assert!(shelf.open(2).await.unwrap().is_none());
    let (info, session) = shelf.open(1).await.unwrap().unwrap();
    assert_eq!((info.id, info.tests.passed), (1, 1));
    assert!(session.has("indicator_values") && !session.has("schools"));
    let rows = session.query("select * from indicator_values", Default::default()).await.unwrap();
    assert_eq!(rows.collect_one().await.unwrap().num_rows(), 10);
}

struct Nobody;

#[async_trait]
impl Begin for Nobody {
    fn now(&self) -> DateTime<chrono::Utc> {
        DateTime::UNIX_EPOCH
    }

    async fn begin(&self, _: &JobId) -> Result<Started, StartError> {
        Err(StartError::Busy)
    }
}

#[tokio::test]
async fn the_ledger_tells_runs_of_the_state() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::open(folder.path()).unwrap();
    let run = state.run_began("nightly", "", DateTime::UNIX_EPOCH).unwrap();
    state.run_ended(run, RunStatus::Done, None, Some(3), DateTime::UNIX_EPOCH).unwrap();
    let ledger = Ledger::new(state, Arc::new(Nobody));
    let told = ledger.run(&run.to_string()).await.unwrap().unwrap().run;
    assert_eq!((told.job.as_deref(), told.status.as_str(), told.release), (Some("nightly"), "done", Some(3)));
    assert!(ledger.run("not-a-number").await.unwrap().is_none());
    assert_eq!(ledger.runs(10).await.unwrap().len(), 1);
    let asked = RejectsAsked { limit: 10, ..RejectsAsked::default() };
    assert_eq!(ledger.rejects(&asked).await.unwrap().len(), 0);
    assert!(matches!(ledger.start(&"nightly".parse().unwrap()).await, Err(StartError::Busy)));
}
