//! Versions: made, pinned, seen by others.

use dinamika_lake::{Lake, LakeError, Mode, TableSpec};
use dinamika_project::Zone;

use crate::{
    place,
    rows::{load, name, newest, read, rows, schema, spec, write},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_made_by_its_first_commit_and_read_back() {
    for place in place::every().await {
        assert!(place.lake.pin(&name()).await.unwrap().is_none());
        let commit = load(&place.lake, 'a', &[("t1", "s1", 3), ("t2", "s1", 4), ("t1", "s2", 5)]).await;
        assert_eq!((commit.version, commit.rows, commit.files_added, commit.files_removed), (0, 3, 2, 0));

        let table = place.lake.pin(&name()).await.unwrap().unwrap();
        assert_eq!(read(&table).await, ["t1 s1 3 a", "t1 s2 5 a", "t2 s1 4 a"]);
        assert_eq!((table.schema.as_ref(), table.rows()), (schema().as_ref(), 3));
        assert_eq!(table.partition_by.as_ref().map(|column| column.as_str()), Some("test"));
        let file = table.files.iter().find(|file| file.partition.as_deref() == Some("t1")).unwrap();
        let stats: serde_json::Value = serde_json::from_str(file.stats.as_ref().unwrap()).unwrap();
        assert_eq!(stats["numRecords"], 2);
        assert_eq!((&stats["minValues"]["mark"], &stats["maxValues"]["school"]), (&3.into(), &"s2".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn older_versions_stay_as_they_were() {
    for place in place::every().await {
        load(&place.lake, 'a', &[("t", "s1", 3)]).await;
        load(&place.lake, 'b', &[("t", "s2", 4)]).await;
        let third = load(&place.lake, 'c', &[("t", "s1", 5)]).await;
        assert_eq!(newest(&place.lake).await, ["t s1 5 c", "t s2 4 b"]);
        // Twice: the second answer is remembered.
        for _ in 0..2 {
            let first = place.lake.pin_at(&name(), Zone::Curated, 0).await.unwrap();
            assert_eq!((first.version, read(&first).await), (0, vec!["t s1 3 a".to_owned()]));
        }
        let last = place.lake.pin_at(&name(), Zone::Curated, third.version).await.unwrap();
        assert_eq!(last.version, third.version);
        let missing = place.lake.pin_at(&name(), Zone::Curated, 99).await;
        assert!(matches!(missing, Err(LakeError::Missing(_))), "{missing:?}");
        let elsewhere = place.lake.pin_at(&name(), Zone::Mart, 0).await;
        assert!(matches!(elsewhere, Err(LakeError::Missing(_))), "{elsewhere:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_sees_a_commit_at_its_next_pin() {
    let (ours, folder) = place::local().await;
    load(&ours, 'a', &[("t", "s1", 3)]).await;
    let theirs = Lake::open("lake", folder.path()).await.unwrap();
    assert_eq!(newest(&theirs).await, ["t s1 3 a"]);
    load(&ours, 'b', &[("t", "s2", 4)]).await;
    assert_eq!(newest(&theirs).await, ["t s1 3 a", "t s2 4 b"]);
    load(&theirs, 'c', &[("t", "s3", 5)]).await;
    assert_eq!(newest(&ours).await, ["t s1 3 a", "t s2 4 b", "t s3 5 c"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn replacing_all_or_some_partitions() {
    for place in place::every().await {
        load(&place.lake, 'a', &[("t1", "s1", 1), ("t2", "s1", 2), ("t3", "s1", 3)]).await;
        let id = crate::rows::batch('b');
        let new = rows(&[(Some("t2"), Some("s9"), 9, id.as_str())]);
        let mode = Mode::ReplacePartitions(vec![Some("t1".into()), Some("t2".into())]);
        let commit = write(&place.lake, &spec(), new.clone(), mode).await;
        assert_eq!((commit.files_added, commit.files_removed), (1, 2));
        assert_eq!(newest(&place.lake).await, ["t2 s9 9 b", "t3 s1 3 a"]);
        write(&place.lake, &spec(), new, Mode::Replace).await;
        assert_eq!(newest(&place.lake).await, ["t2 s9 9 b"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_table_is_a_table_and_nothing_new_is_no_version() {
    for place in place::every().await {
        for _ in 0..2 {
            let commit = place.lake.writer(spec()).await.unwrap().commit(Mode::Replace).await.unwrap();
            assert_eq!((commit.version, commit.rows), (0, 0));
        }
        assert!(place.lake.pin(&name()).await.unwrap().unwrap().files.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_and_an_empty_text_are_one_partition() {
    for place in place::every().await {
        let id = crate::rows::batch('a');
        let both = rows(&[(None, Some("s1"), 1, id.as_str()), (Some(""), Some("s2"), 2, id.as_str())]);
        assert_eq!(write(&place.lake, &spec(), both, Mode::Batch(id)).await.files_added, 1);
        assert_eq!(newest(&place.lake).await, ["∅ s1 1 a", "∅ s2 2 a"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_may_be_named_as_people_name_things() {
    for place in place::every().await {
        let odd = ["2020/21-осень", "a=b&c", "100 %", "Работа №4.\"х\""];
        for (at, test) in odd.iter().enumerate() {
            load(&place.lake, char::from_digit(at as u32, 16).unwrap(), &[(test, "s", at as i32)]).await;
        }
        load(&place.lake, '1', &[(odd[1], "s", 7)]).await;
        let mut expected = vec!["2020/21-осень s 0 0", "a=b&c s 7 1", "100 % s 2 2", "Работа №4.\"х\" s 3 3"];
        expected.sort();
        assert_eq!(newest(&place.lake).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_moved_is_found_where_it_was_written_last() {
    for place in place::every().await {
        let mart = TableSpec { zone: Zone::Mart, ..spec() };
        write(&place.lake, &mart, rows(&[(Some("t"), Some("s"), 1, "a")]), Mode::Replace).await;
        write(&place.lake, &spec(), rows(&[(Some("t"), Some("s"), 2, "b")]), Mode::Replace).await;
        let found = place.lake.pin(&name()).await.unwrap().unwrap();
        assert_eq!((found.zone, read(&found).await), (Zone::Curated, vec!["t s 2 b".to_owned()]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_removed_by_hand_is_no_table_and_can_be_made_again() {
    let (lake, folder) = place::local().await;
    load(&lake, 'a', &[("t", "s1", 1)]).await;
    load(&lake, 'b', &[("t", "s2", 1)]).await;
    std::fs::remove_dir_all(folder.path().join("lake/curated/marks")).unwrap();
    assert!(lake.pin(&name()).await.unwrap().is_none());
    assert_eq!(load(&lake, 'c', &[("t", "s3", 1)]).await.version, 0);
    assert_eq!(newest(&lake).await, ["t s3 1 c"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_gets_checkpoints_and_stays_quick() {
    let (lake, folder) = place::local().await;
    for _ in 0..101 {
        load(&lake, 'a', &[("t", "s", 1)]).await;
    }
    let log = folder.path().join("lake/curated/marks/_delta_log");
    assert!(log.join("_last_checkpoint").is_file());
    let started = std::time::Instant::now();
    for _ in 0..100 {
        lake.pin(&name()).await.unwrap();
    }
    let each = started.elapsed() / 100;
    // Well under 2 ms when nothing changed; the bound is loose because tests share the machine.
    assert!(each < std::time::Duration::from_millis(20), "{each:?}");
    println!("pin: {each:?}");
    let fresh = Lake::open("lake", folder.path()).await.unwrap();
    assert_eq!(newest(&fresh).await, ["t s 1 a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_no_place_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in ["ftp://host/x", "gs://bucket/x"] {
        assert!(matches!(Lake::open(wrong, folder.path()).await, Err(LakeError::Address(_))));
    }
    assert!(Lake::open("s3://bucket/deep/prefix", folder.path()).await.is_ok(), "nothing is asked of the store yet");
}
