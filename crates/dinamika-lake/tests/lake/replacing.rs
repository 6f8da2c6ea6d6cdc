//! Which rows a batch takes the place of.

use std::collections::BTreeMap;

use dinamika_lake::{Commit, Mode, TableSpec};

use crate::{
    place,
    rows::{Row, batch, load, newest, rows, spec, write},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_loaded_again_takes_its_own_place() {
    for place in place::every().await {
        load(&place.lake, 'a', &[("t", "s1", 1), ("t", "s2", 2)]).await;
        let again = load(&place.lake, 'a', &[("t", "s2", 3)]).await;
        assert_eq!(again.replaced, BTreeMap::new(), "its own rows are not counted");
        assert_eq!(newest(&place.lake).await, ["t s2 3 a"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_batch_takes_the_place_of_equal_keys_only() {
    for place in place::every().await {
        load(&place.lake, 'a', &[("t1", "s1", 1), ("t1", "s2", 2), ("t2", "s1", 3)]).await;
        load(&place.lake, 'b', &[("t1", "s3", 4)]).await;
        let newer = load(&place.lake, 'c', &[("t1", "s1", 5), ("t1", "s3", 6)]).await;
        assert_eq!(newer.replaced, BTreeMap::from([(batch('a'), 1), (batch('b'), 1)]));
        assert_eq!((newer.files_added, newer.files_removed), (2, 2), "one file written, one rewritten; two leave");
        assert_eq!(newest(&place.lake).await, ["t1 s1 5 c", "t1 s2 2 a", "t1 s3 6 c", "t2 s1 3 a"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_is_a_value_of_a_key() {
    for place in place::every().await {
        let put = async |digit: char, marks: &[Row<'_>]| -> Commit {
            write(&place.lake, &spec(), rows(marks), Mode::Batch(batch(digit))).await
        };
        let (a, b) = (batch('a'), batch('b'));
        put('a', &[(None, None, 1, a.as_str()), (None, Some("s"), 2, a.as_str()), (Some("t"), None, 3, a.as_str())])
            .await;
        let newer = put('b', &[(None, None, 4, b.as_str()), (Some("t"), None, 5, b.as_str())]).await;
        assert_eq!(newer.replaced, BTreeMap::from([(a.clone(), 2)]));
        assert_eq!(newest(&place.lake).await, ["t ∅ 5 b", "∅ s 2 a", "∅ ∅ 4 b"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_only_the_batch_itself_is_replaced() {
    for place in place::every().await {
        let keyless = TableSpec { replacing: Vec::new(), partition_by: None, ..spec() };
        for digit in ['a', 'b', 'a'] {
            let id = batch(digit);
            write(&place.lake, &keyless, rows(&[(Some("t"), Some("s"), 1, id.as_str())]), Mode::Batch(id.clone()))
                .await;
        }
        assert_eq!(newest(&place.lake).await, ["t s 1 a", "t s 1 b"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_long_texts_are_keys_too() {
    for place in place::every().await {
        let numbers = TableSpec {
            replacing: vec!["mark".parse().unwrap(), "school".parse().unwrap()],
            partition_by: None,
            ..spec()
        };
        let long = "школа ".repeat(40);
        for (digit, mark) in [('a', -2), ('b', 10), ('c', -2)] {
            let id = batch(digit);
            let row = rows(&[(Some("t"), Some(long.as_str()), mark, id.as_str())]);
            write(&place.lake, &numbers, row, Mode::Batch(id.clone())).await;
        }
        let left: Vec<String> = newest(&place.lake).await.iter().map(|row| row.replace(&long, "ш")).collect();
        assert_eq!(left, ["t ш -2 c", "t ш 10 b"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_rows_are_replaced_across_row_groups_of_reading() {
    for place in place::every().await {
        let schools: Vec<String> = (0..40_000).map(|n| format!("s{n:05}")).collect();
        let marks = |step: usize, mark| -> Vec<(&str, &str, i32)> {
            schools.iter().step_by(step).map(|s| ("t", s.as_str(), mark)).collect()
        };
        load(&place.lake, 'a', &marks(1, 1)).await;
        let newer = load(&place.lake, 'b', &marks(3, 2)).await;
        assert_eq!(newer.replaced, BTreeMap::from([(batch('a'), 13_334)]));
        let all = newest(&place.lake).await;
        assert_eq!(all.len(), 40_000);
        let (twos, wrong): (Vec<_>, Vec<_>) =
            all.iter().enumerate().partition(|(n, row)| (n % 3 == 0) == row.ends_with("2 b"));
        assert_eq!((twos.len(), wrong.len()), (40_000, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_are_taken_out() {
    for place in place::every().await {
        let nothing = place.lake.remove_batches(&spec(), &[batch('a')]).await.unwrap();
        assert_eq!(nothing, Commit::default());
        assert!(place.lake.pin(&spec().name).await.unwrap().is_none(), "taking out makes no table");
        load(&place.lake, 'a', &[("t", "s1", 1)]).await;
        load(&place.lake, 'b', &[("t", "s2", 2)]).await;
        load(&place.lake, 'c', &[("t", "s3", 3)]).await;
        let out = place.lake.remove_batches(&spec(), &[batch('a'), batch('c')]).await.unwrap();
        assert_eq!((out.version, out.files_removed), (3, 2));
        assert_eq!(newest(&place.lake).await, ["t s2 2 b"]);
    }
}
