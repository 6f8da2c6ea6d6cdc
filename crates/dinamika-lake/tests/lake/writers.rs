//! Several writers, and writers that die.

use dinamika_lake::{Lake, Mode};

use crate::{
    place,
    rows::{batch, load, name, newest, rows, spec},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_one_process_take_turns_and_lose_nothing() {
    for place in place::every().await {
        let tasks: Vec<_> = (0..8)
            .map(|at| {
                let lake = place.lake.clone();
                tokio::spawn(async move {
                    load(&lake, char::from_digit(at, 16).unwrap(), &[("t", &format!("s{at}"), 1)]).await.version
                })
            })
            .collect();
        let mut versions = Vec::new();
        for task in tasks {
            versions.push(task.await.unwrap());
        }
        versions.sort_unstable();
        assert_eq!(versions, (0..8).collect::<Vec<_>>());
        assert_eq!(newest(&place.lake).await.len(), 8);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_two_processes_try_again_on_what_the_other_left() {
    let (first, folder) = place::local().await;
    let second = Lake::open("lake", folder.path()).await.unwrap();
    let work = |lake: Lake, half: u32| async move {
        for at in 0..4 {
            let digit = char::from_digit(half * 4 + at, 16).unwrap();
            // Both also claim one key: exactly one row of it may be left.
            load(&lake, digit, &[("t", "shared", 1), ("t", &format!("s{digit}"), 1)]).await;
        }
    };
    let (one, two) = (tokio::spawn(work(first.clone(), 0)), tokio::spawn(work(second, 1)));
    one.await.unwrap();
    two.await.unwrap();
    let all = newest(&first).await;
    assert_eq!(all.len(), 9, "{all:?}");
    assert_eq!(all.iter().filter(|row| row.contains("shared")).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn staged_rows_are_invisible_until_committed() {
    for place in place::every().await {
        load(&place.lake, 'a', &[("t", "s1", 1)]).await;
        let id = batch('b');
        let staged = rows(&[(Some("t"), Some("s2"), 2, id.as_str())]);

        let mut dropped = place.lake.writer(spec()).await.unwrap();
        dropped.write(staged.clone()).await.unwrap();
        drop(dropped);
        let mut aborted = place.lake.writer(spec()).await.unwrap();
        aborted.write(staged.clone()).await.unwrap();
        aborted.abort().await.unwrap();
        assert_eq!(newest(&place.lake).await, ["t s1 1 a"]);

        let mut kept = place.lake.writer(spec()).await.unwrap();
        kept.write(staged).await.unwrap();
        assert_eq!(newest(&place.lake).await, ["t s1 1 a"]);
        kept.commit(Mode::Batch(id)).await.unwrap();
        assert_eq!(newest(&place.lake).await, ["t s1 1 a", "t s2 2 b"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_partitions_than_open_files_lose_nothing() {
    for place in place::every().await {
        let tests: Vec<String> = (0..150).map(|n| format!("t{n:03}")).collect();
        let id = batch('a');
        let mut writer = place.lake.writer(spec()).await.unwrap();
        for school in ["s1", "s2"] {
            let all: Vec<_> = tests.iter().map(|test| (Some(test.as_str()), Some(school), 1, id.as_str())).collect();
            writer.write(rows(&all)).await.unwrap();
        }
        writer.commit(Mode::Batch(id)).await.unwrap();
        assert_eq!(newest(&place.lake).await.len(), 300);
        assert_eq!(place.lake.pin(&name()).await.unwrap().unwrap().rows(), 300);
    }
}
