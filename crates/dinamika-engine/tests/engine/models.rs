use dinamika_engine::{EngineError, Session};
use dinamika_project::{ModelKind, Zone};

use crate::{
    scan::marks,
    support::{model, printed, rows, session, view},
};

#[tokio::test]
async fn a_whole_model() {
    let session = by_test().await;
    let model = summed(None);
    insta::assert_snapshot!(printed(session.model_rows(&model, None).await.unwrap()).await, @r"
    +---------+----+-----+
    | test    | n  | max |
    +---------+----+-----+
    | 2021.MA | 30 | 5   |
    | 2022.MA | 12 | 7   |
    |         |    |     |
    +---------+----+-----+
    ");
}

#[tokio::test]
async fn only_the_partitions_asked_for_also_through_views() {
    let session = by_test().await;
    let asked = [Some("2022.MA".to_owned())];
    let found = session.model_rows(&summed(Some("test")), Some(&asked)).await.unwrap();
    insta::assert_snapshot!(printed(found).await, @r"
    +---------+----+-----+
    | test    | n  | max |
    +---------+----+-----+
    | 2022.MA | 12 | 7   |
    +---------+----+-----+
    ");
    let found = session.model_rows(&summed(Some("test")), Some(&[None])).await.unwrap();
    insta::assert_snapshot!(printed(found).await, @r"
    +------+---+-----+
    | test | n | max |
    +------+---+-----+
    |      |   |     |
    +------+---+-----+
    ");
    let found = session.model_rows(&summed(Some("test")), Some(&[])).await.unwrap();
    assert_eq!(found.collect_one().await.unwrap().num_rows(), 0);
}

#[tokio::test]
async fn a_model_without_partitions_is_built_whole() {
    let error = by_test().await.model_rows(&summed(None), Some(&[None])).await.unwrap_err();
    assert!(matches!(error, EngineError::Contract { .. }), "{error}");
}

/// A pinned table partitioned by test, a view over it, and a small table that is not.
async fn by_test() -> Session {
    let view = view("marks_view", "select * from marks", &["marks"]);
    let scale = rows("test max:int", r#"[{"test": "2021.MA", "max": 5}, {"test": "2022.MA", "max": 7}]"#);
    session(vec![("scale", scale)], vec![marks().await], vec![&view]).await
}

fn summed(partition_by: Option<&str>) -> dinamika_project::Model {
    let sql = "select m.test, sum(m.n) as n, max(s.max) as max
               from marks_view m left join scale s on s.test = m.test
               where exists (select 1 from marks x where x.test is not distinct from m.test)
               group by m.test order by m.test";
    let partition_by = partition_by.map(|column| column.parse().unwrap());
    model("summed", sql, &["marks_view", "scale", "marks"], ModelKind::Table { partition_by, zone: Zone::Mart })
}
