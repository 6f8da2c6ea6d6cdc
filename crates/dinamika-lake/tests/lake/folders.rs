//! Where data files lie: a folder says the partition again, for readers that look there and not into the log.

use dinamika_lake::{Lake, Mode};

use crate::{
    place,
    rows::{batch, load, newest, rows, spec, write},
};

/// Values a folder's name cannot hold as they are.
const TESTS: [&str; 4] = ["2023/24.RU.4", "осень 50 %", "a=b#?c", "."];

#[tokio::test(flavor = "multi_thread")]
async fn every_value_of_a_partition_reads_back_also_when_rewritten() {
    for place in place::every().await {
        let marks: Vec<_> = TESTS.into_iter().flat_map(|test| [(test, "s1", 3), (test, "s2", 4)]).collect();
        load(&place.lake, 'a', &marks).await;
        let id = batch('c');
        write(&place.lake, &spec(), rows(&[(None, Some("s1"), 2, id.as_str())]), Mode::Batch(id.clone())).await;
        // Half of each file leaves: the other half is written anew.
        let corrected: Vec<_> = TESTS.into_iter().map(|test| (test, "s1", 5)).collect();
        load(&place.lake, 'b', &corrected).await;
        let mut expected: Vec<String> =
            TESTS.iter().flat_map(|test| [format!("{test} s1 5 b"), format!("{test} s2 4 a")]).collect();
        expected.push("∅ s1 2 c".to_owned());
        expected.sort();
        assert_eq!(newest(&place.lake).await, expected);
        let table = place.lake.pin(&"marks".parse().unwrap()).await.unwrap().unwrap();
        for file in &table.files {
            let folder = file.path.parts().rev().nth(1).unwrap().as_ref().to_owned();
            assert!(folder.starts_with("test="), "{}", file.path);
            let none = file.partition.is_none();
            assert_eq!(folder == "test=__HIVE_DEFAULT_PARTITION__", none, "{}", file.path);
        }
        if let Some(folder) = &place.folder {
            let again = Lake::open("данные региона/lake #1", folder.path()).await.unwrap();
            assert_eq!(newest(&again).await, expected, "from the log alone");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_older_tables_lie_flat_and_are_read_and_replaced() {
    let (lake, folder) = place::local().await;
    load(&lake, 'a', &[("t", "s1", 3), ("t", "s2", 4)]).await;
    let table = folder.path().join("lake/curated/marks");
    let data = std::fs::read_dir(table.join("test=t")).unwrap().next().unwrap().unwrap().path();
    std::fs::rename(&data, table.join(data.file_name().unwrap())).unwrap();
    let log = table.join("_delta_log/00000000000000000000.json");
    let text = std::fs::read_to_string(&log).unwrap();
    assert!(text.contains("test=t/part-"), "{text}");
    std::fs::write(&log, text.replace("test=t/part-", "part-")).unwrap();

    let lake = Lake::open("lake", folder.path()).await.unwrap();
    assert_eq!(newest(&lake).await, ["t s1 3 a", "t s2 4 a"]);
    load(&lake, 'b', &[("t", "s1", 5)]).await;
    assert_eq!(newest(&lake).await, ["t s1 5 b", "t s2 4 a"]);
}
