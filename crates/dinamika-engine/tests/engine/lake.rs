use arrow::record_batch::RecordBatch;
use dinamika_lake::{Lake, Mode, PinnedTable, TableSpec};
use dinamika_project::Zone;

use crate::support::{ask, model, printed, rows, session, table};

#[tokio::test]
async fn what_the_lake_wrote_is_read_back_and_pruned_by_its_statistics() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open("lake", folder.path()).await.unwrap();
    let first = r#"[{"school": "001", "test": "2020/21.MA", "n": 10, "day": "2021-03-05", "share": 0.1},
                    {"school": "002", "test": "2020/21.MA", "n": 20, "day": "2021-03-06", "share": 0.30000000000000004},
                    {"school": "001", "test": "2021/22.MA", "n": 12, "day": "2022-03-05", "share": null},
                    {"school": "003", "test": null, "n": null, "day": null, "share": null}]"#;
    let pinned = written(&lake, rows(COLUMNS, first)).await;
    let session = session(vec![], vec![pinned.clone()], vec![]).await;
    insta::assert_snapshot!(ask(&session, "select * from marks order by school, test").await, @r"
    +--------+------------+----+------------+---------------------+
    | school | test       | n  | day        | share               |
    +--------+------------+----+------------+---------------------+
    | 001    | 2020/21.MA | 10 | 2021-03-05 | 0.1                 |
    | 001    | 2021/22.MA | 12 | 2022-03-05 |                     |
    | 002    | 2020/21.MA | 20 | 2021-03-06 | 0.30000000000000004 |
    | 003    |            |    |            |                     |
    +--------+------------+----+------------+---------------------+
    ");
    let plan = ask(&session, "explain select count(*), max(n), min(school) from marks").await;
    assert!(!plan.contains(".parquet"), "{plan}");
    let plan = ask(&session, "explain select share from marks where test = '2021/22.MA'").await;
    assert_eq!(plan.matches(".parquet").count(), 1, "{plan}");

    // A session keeps its version while the table moves on.
    let newer = written(&lake, rows(COLUMNS, r#"[{"school": "009", "test": "2020/21.MA", "n": 1}]"#)).await;
    assert!(ask(&session, "select count(*) as n from marks").await.contains("| 4 |"));
    assert!(newer.version > pinned.version);
    session.register_pinned(&newer).unwrap();
    assert!(ask(&session, "select count(*) as n from marks").await.contains("| 1 |"));
}

#[tokio::test]
async fn what_a_model_gives_the_lake_takes() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open("lake", folder.path()).await.unwrap();
    let pinned = written(
        &lake,
        rows(COLUMNS, r#"[{"school": "001", "test": "a", "n": 1}, {"school": "001", "test": "b", "n": 2}]"#),
    )
    .await;
    let session = session(vec![], vec![pinned], vec![]).await;
    let kind = dinamika_project::ModelKind::Table { partition_by: None, zone: Zone::Mart };
    let sql = "select school, count(*) as tests, sum(n) as n, row_number() over (order by school) as place,
               now() as at, arrow_cast('x', 'Dictionary(Int32, Utf8)') as word from marks group by school";
    let model = model("sums", sql, &["marks"], kind);
    let found = session.model_rows(&model, None).await.unwrap();
    let spec = TableSpec {
        name: table("sums"),
        zone: Zone::Mart,
        schema: found.schema().clone(),
        partition_by: None,
        replacing: Vec::new(),
    };
    let mut writer = lake.writer(spec).await.unwrap();
    for batch in found.collect().await.unwrap() {
        writer.write(batch).await.unwrap();
    }
    let commit = writer.commit(Mode::Replace).await.unwrap();
    let sums = lake.pin_at(&table("sums"), Zone::Mart, commit.version).await.unwrap();
    session.register_pinned(&sums).unwrap();
    let found = session.query("select school, tests, n, place, word from sums", Default::default()).await.unwrap();
    insta::assert_snapshot!(printed(found).await, @r"
    +--------+-------+---+-------+------+
    | school | tests | n | place | word |
    +--------+-------+---+-------+------+
    | 001    | 2     | 3 | 1     | x    |
    +--------+-------+---+-------+------+
    ");
}

const COLUMNS: &str = "school test n:int day:date share:number";

async fn written(lake: &Lake, batch: RecordBatch) -> PinnedTable {
    let spec = TableSpec {
        name: table("marks"),
        zone: Zone::Curated,
        schema: batch.schema(),
        partition_by: Some("test".parse().unwrap()),
        replacing: Vec::new(),
    };
    let mut writer = lake.writer(spec).await.unwrap();
    writer.write(batch).await.unwrap();
    let commit = writer.commit(Mode::Replace).await.unwrap();
    lake.pin_at(&table("marks"), Zone::Curated, commit.version).await.unwrap()
}
