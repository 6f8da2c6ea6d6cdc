//! Orphans, old files, long logs.

use std::path::{Path, PathBuf};

use chrono::{Duration, Utc};
use dinamika_lake::{Maintained, ReleaseDraft, ReleaseTests};
use dinamika_project::Zone;

use crate::{
    place,
    rows::{load, name, newest, read},
};

fn data_files(folder: &Path) -> Vec<PathBuf> {
    fn within(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true if path.ends_with("_delta_log") => {}
                true => within(&path, found),
                false => found.push(path),
            }
        }
    }
    let mut found = Vec::new();
    within(&folder.join("lake/curated/marks"), &mut found);
    found
}

fn draft(version: u64) -> ReleaseDraft {
    ReleaseDraft {
        tables: [(name(), (Zone::Curated, version))].into(),
        tests: ReleaseTests::default(),
        coverage: serde_json::json!({}),
        note: None,
        republished_from: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_writer_leaves_orphans_that_are_swept_when_old() {
    let (lake, folder) = place::local().await;
    load(&lake, 'a', &[("t", "s1", 1)]).await;
    // What a process killed between its files and its commit leaves behind.
    let live = data_files(folder.path()).remove(0);
    std::fs::copy(&live, live.with_file_name("part-0199-orphan.parquet")).unwrap();
    assert_eq!(newest(&lake).await, ["t s1 1 a"], "an orphan is never read");

    let young = lake.maintain(&[], Utc::now()).await.unwrap();
    assert_eq!((young.files, data_files(folder.path()).len()), (0, 2), "it may belong to a commit under way");
    let old = lake.maintain(&[], Utc::now() + Duration::days(2)).await.unwrap();
    assert_eq!((old.files, data_files(folder.path())), (1, vec![live]));
    assert_eq!(newest(&lake).await, ["t s1 1 a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_kept_release_needs_survives_everything() {
    let (lake, folder) = place::local().await;
    for mark in 0..130 {
        load(&lake, 'a', &[("t", "s", mark)]).await;
    }
    let kept = lake.releases().publish(draft(105), Utc::now()).await.unwrap();
    let later = Utc::now() + Duration::days(2);
    let done = lake.maintain(std::slice::from_ref(&kept), later).await.unwrap();
    assert_eq!(done.files, 128, "all but the newest and the kept one");
    assert_eq!(done.log_entries, 99, "the log is kept from the checkpoint before the kept version");
    assert_eq!(done.checkpoints, 1);
    assert_eq!(data_files(folder.path()).len(), 2);

    for lake in [lake.clone(), dinamika_lake::Lake::open("lake", folder.path()).await.unwrap()] {
        let old = lake.pin_at(&name(), Zone::Curated, 105).await.unwrap();
        assert_eq!(read(&old).await, ["t s 105 a"]);
        assert_eq!(newest(&lake).await, ["t s 129 a"]);
        let gone = lake.pin_at(&name(), Zone::Curated, 3).await;
        assert!(matches!(gone, Err(dinamika_lake::LakeError::Missing(_))), "{gone:?}");
    }
    let again = lake.maintain(&[kept], later).await.unwrap();
    assert_eq!(again, Maintained::default(), "a second night finds nothing to do");
    load(&lake, 'b', &[("t", "s", 7)]).await;
    assert_eq!(newest(&lake).await, ["t s 7 b"]);
}
