use arrow::record_batch::RecordBatch;
use dinamika_engine::PinnedTable;
use serde_json::json;

use crate::support::{ask, pinned, rows, session};

#[tokio::test]
async fn rows_of_all_files_with_their_partition_in_the_declared_place() {
    let session = session(vec![], vec![marks().await], vec![]).await;
    insta::assert_snapshot!(ask(&session, "select * from marks order by school, test").await, @r"
    +--------+---------+----+------------+-------+
    | school | test    | n  | day        | share |
    +--------+---------+----+------------+-------+
    | 001    | 2021.MA | 10 | 2021-03-05 | 0.5   |
    | 001    | 2022.MA | 12 | 2022-03-05 | 0.25  |
    | 002    | 2021.MA | 20 | 2021-03-06 | -1.5  |
    | 003    |         |    |            |       |
    +--------+---------+----+------------+-------+
    ");
}

#[tokio::test]
async fn counts_and_bounds_come_from_the_log() {
    let session = session(vec![], vec![marks().await], vec![]).await;
    let sql = "select count(*), min(n), max(n), min(day), max(school) from marks";
    insta::assert_snapshot!(ask(&session, sql).await, @r"
    +----------+--------------+--------------+----------------+-------------------+
    | count(*) | min(marks.n) | max(marks.n) | min(marks.day) | max(marks.school) |
    +----------+--------------+--------------+----------------+-------------------+
    | 4        | 10           | 20           | 2021-03-05     | 003               |
    +----------+--------------+--------------+----------------+-------------------+
    ");
    assert!(!ask(&session, &format!("explain {sql}")).await.contains("DataSourceExec: file_groups"));
}

#[tokio::test]
async fn only_files_that_may_hold_a_row_are_opened() {
    let session = session(vec![], vec![marks().await], vec![]).await;
    for (filter, files) in [
        ("test = '2022.MA'", vec!["part%201"]),
        ("test in ('2021.MA', '2020.MA')", vec!["part%200"]),
        ("test is null", vec!["part%202"]),
        ("n > 15", vec!["part%200"]),
        ("day >= date '2022-01-01'", vec!["part%201"]),
        ("school = '003'", vec!["part%202"]),
        ("n > 1000", vec![]),
        ("share > 0", vec!["part%200", "part%201"]),
    ] {
        let plan = ask(&session, &format!("explain select * from marks where {filter}")).await;
        let plan = plan.replace("part 0", "part%200").replace("part 1", "part%201").replace("part 2", "part%202");
        for file in ["part%200", "part%201"] {
            assert_eq!(plan.contains(file), files.contains(&file), "{filter}\n{plan}");
        }
    }
    let found = ask(&session, "select school, n from marks where test = '2021.MA' and n > 15").await;
    insta::assert_snapshot!(found, @r"
    +--------+----+
    | school | n  |
    +--------+----+
    | 002    | 20 |
    +--------+----+
    ");
}

#[tokio::test]
async fn a_limit_opens_no_more_files_than_it_needs() {
    let session = session(vec![], vec![marks().await], vec![]).await;
    let plan = ask(&session, "explain select school from marks limit 2").await;
    assert!(plan.contains("0.parquet") && !plan.contains("1.parquet"), "{plan}");
    assert!(ask(&session, "select count(*) as n from (select school from marks limit 3)").await.contains("| 3 |"));
}

#[tokio::test]
async fn joins_groups_and_projections_read_the_right_columns() {
    let session = session(vec![], vec![marks().await], vec![]).await;
    let sql = "select a.test, sum(a.n) as n, max(b.share) as share from marks a
               join marks b on a.school = b.school and a.test <> b.test group by 1 order by 1";
    insta::assert_snapshot!(ask(&session, sql).await, @r"
    +---------+----+-------+
    | test    | n  | share |
    +---------+----+-------+
    | 2021.MA | 10 | 0.25  |
    | 2022.MA | 12 | 0.5   |
    +---------+----+-------+
    ");
}

#[tokio::test]
async fn a_column_older_files_do_not_have_is_null_in_them() {
    let old = rows("school", r#"[{"school": "001"}]"#);
    let new = rows("school note", r#"[{"school": "002", "note": "да"}]"#);
    let table = pinned("t", "school note", None, vec![(None, old, json!({})), (None, new, json!({}))]).await;
    let session = session(vec![], vec![table], vec![]).await;
    insta::assert_snapshot!(ask(&session, "select * from t order by school").await, @r"
    +--------+------+
    | school | note |
    +--------+------+
    | 001    |      |
    | 002    | да   |
    +--------+------+
    ");
}

#[tokio::test]
async fn a_table_without_files_is_empty() {
    let table = pinned("t", "school n:int", None, vec![]).await;
    let session = session(vec![], vec![table], vec![]).await;
    assert!(ask(&session, "select count(*) as n, sum(n) as s from t").await.contains("| 0 |"));
}

/// Three files: of two tests and of none.
pub(crate) async fn marks() -> PinnedTable {
    let columns = "school n:int day:date share:number";
    let of = |json: &str| -> RecordBatch { rows(columns, json) };
    let first = of(r#"[{"school": "001", "n": 10, "day": "2021-03-05", "share": 0.5},
                       {"school": "002", "n": 20, "day": "2021-03-06", "share": -1.5}]"#);
    let second = of(r#"[{"school": "001", "n": 12, "day": "2022-03-05", "share": 0.25}]"#);
    let third = of(r#"[{"school": "003"}]"#);
    let stats = |rows: u64, min: serde_json::Value, max: serde_json::Value, nulls: u64| {
        json!({"numRecords": rows, "minValues": min, "maxValues": max,
               "nullCount": {"school": 0, "n": nulls, "day": nulls, "share": nulls}})
    };
    pinned(
        "marks",
        "school test n:int day:date share:number",
        Some("test"),
        vec![
            (
                Some("2021.MA"),
                first,
                stats(
                    2,
                    json!({"school": "001", "n": 10, "day": "2021-03-05", "share": -1.5}),
                    json!({"school": "002", "n": 20, "day": "2021-03-06", "share": 0.5}),
                    0,
                ),
            ),
            (
                Some("2022.MA"),
                second,
                stats(
                    1,
                    json!({"school": "001", "n": 12, "day": "2022-03-05", "share": 0.25}),
                    json!({"school": "001", "n": 12, "day": "2022-03-05", "share": 0.25}),
                    0,
                ),
            ),
            (None, third, stats(1, json!({"school": "003"}), json!({"school": "003"}), 1)),
        ],
    )
    .await
}
