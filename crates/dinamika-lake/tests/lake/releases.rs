//! The shelf of releases.

use chrono::{DateTime, Utc};
use dinamika_lake::{LakeError, ReleaseDraft, ReleaseTests};
use dinamika_project::Zone;

use crate::place;

fn draft(version: u64) -> ReleaseDraft {
    ReleaseDraft {
        tables: [("marks".parse().unwrap(), (Zone::Mart, version))].into(),
        tests: ReleaseTests { passed: 4, warnings: 1, failed: 0 },
        coverage: serde_json::json!({"periods": ["2020/21"]}),
        note: Some("ночной".into()),
        republished_from: None,
    }
}

fn noon() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_are_numbered_and_read_back() {
    for place in place::every().await {
        let shelf = place.lake.releases();
        assert!(shelf.latest().await.unwrap().is_none());
        let first = shelf.publish(draft(1), noon()).await.unwrap();
        let second = shelf.publish(draft(2), noon()).await.unwrap();
        assert_eq!((first.id, second.id), (1, 2));
        assert_eq!(shelf.get(1).await.unwrap().as_ref(), Some(&first));
        assert_eq!(shelf.latest().await.unwrap().as_ref(), Some(&second));
        assert_eq!(shelf.list().await.unwrap(), [second, first]);
        assert!(shelf.get(9).await.unwrap().is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_publishers_never_share_a_number() {
    for place in place::every().await {
        let tasks: Vec<_> = (0..8)
            .map(|version| {
                let shelf = place.lake.releases();
                tokio::spawn(async move { shelf.publish(draft(version), noon()).await })
            })
            .collect();
        let mut won = Vec::new();
        for task in tasks {
            match task.await.unwrap() {
                Ok(release) => won.push(release),
                Err(LakeError::AlreadyPublished(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        won.sort_by_key(|release| std::cmp::Reverse(release.id));
        assert_eq!(place.lake.releases().list().await.unwrap(), won, "each winner stands as it was written");
    }
}
