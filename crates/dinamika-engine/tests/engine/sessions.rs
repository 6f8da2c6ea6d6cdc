use std::{collections::BTreeMap, time::Duration};

use dinamika_engine::{Engine, EngineError, EngineOptions, Param, Params};

use crate::support::{ask, printed, rows, session, table, view};

#[tokio::test]
async fn parameters_of_the_project_and_of_the_query() {
    let session = session(vec![("t", numbers())], vec![], vec![]).await;
    let named = Params::Named(BTreeMap::from([("least".to_owned(), Param::from(2_i64))]));
    let found = session.query("select n * $half as h from t where n >= $least order by 1", named).await.unwrap();
    insta::assert_snapshot!(printed(found).await, @r"
    +-----+
    | h   |
    +-----+
    | 1.0 |
    | 1.5 |
    +-----+
    ");
    let positional = Params::Positional(vec![Param::from(3_i64)]);
    let found = session.query("select n from t where n = $1", positional).await.unwrap();
    assert!(printed(found).await.contains("| 3 |"));
    let missing = session.query("select $other", Params::None).await.unwrap_err();
    assert!(missing.is_mistake(), "{missing}");
}

#[tokio::test]
async fn views_read_tables_and_each_other() {
    let double = view("double", "/* title = \"x\" */ select 2 * n as n from t where n > $half", &["t"]);
    let quad = view("quad", "select 2 * n as n from double", &["double"]);
    let session = session(vec![("t", numbers())], vec![], vec![&double, &quad]).await;
    assert!(ask(&session, "select sum(n) as n from quad").await.contains("| 24 |"));
}

#[tokio::test]
async fn nothing_but_reading_is_allowed() {
    let session = session(vec![("t", numbers())], vec![], vec![]).await;
    for sql in [
        "create table x as select 1",
        "create view x as select 1",
        "drop table t",
        "insert into t values (1)",
        "copy (select 1) to 'x.csv'",
        "set datafusion.execution.batch_size = 7",
        "create external table x stored as parquet location 'x.parquet'",
    ] {
        let error = session.query(sql, Params::None).await.unwrap_err();
        assert!(error.is_mistake(), "{sql}: {error:?}");
    }
    assert!(session.query("select * from 'x.parquet'", Params::None).await.is_err());
    assert!(session.query("select * from information_schema.tables", Params::None).await.is_err());
    assert!(session.query("select 1; select 2", Params::None).await.is_err());
}

#[tokio::test]
async fn text_goes_out_as_plain_text() {
    let session = session(vec![("t", numbers())], vec![], vec![]).await;
    let found = session.query("select arrow_cast('x', 'Utf8View') as a, row_number() over () as b", Params::None).await;
    let schema = found.unwrap().schema().clone();
    let types: Vec<_> = schema.fields().iter().map(|field| field.data_type().to_string()).collect();
    assert_eq!(types, ["Utf8", "Int64"]);
}

#[tokio::test]
async fn the_columns_of_an_empty_result_are_known() {
    let session = session(vec![("t", numbers())], vec![], vec![]).await;
    let found = session.query("select n as a from t where n > 100", Params::None).await.unwrap();
    assert_eq!(found.schema().field(0).name(), "a");
    assert_eq!(found.collect_one().await.unwrap().num_rows(), 0);
}

#[tokio::test]
async fn a_query_that_takes_too_long_is_stopped() {
    let options = EngineOptions { deadline: Some(Duration::from_millis(300)), ..options() };
    let error = heavy(options).await;
    assert!(matches!(error, EngineError::Deadline(_)), "{error}");
}

#[tokio::test]
async fn a_result_that_is_too_large_is_stopped() {
    let options = EngineOptions { max_bytes: Some(1_000_000), ..options() };
    let engine = Engine::new(options).unwrap();
    let session = engine.session(vec![], vec![], vec![], &BTreeMap::new()).await.unwrap();
    let found = session.query("select value, value + 1 from generate_series(1, 1000000)", Params::None).await.unwrap();
    let error = found.collect().await.unwrap_err();
    assert!(matches!(error, EngineError::TooLarge(1_000_000)), "{error}");
}

#[tokio::test]
async fn a_table_takes_the_place_of_another() {
    let session = session(vec![("t", numbers())], vec![], vec![]).await;
    session.register_memory(&table("t"), vec![rows("n:int", r#"[{"n": 40}]"#)]).unwrap();
    assert!(ask(&session, "select sum(n) as n from t").await.contains("| 40 |"));
    assert!(session.has("t") && !session.has("u"));
}

#[tokio::test]
async fn our_functions_take_any_numbers_and_nulls() {
    let session = session(vec![("t", numbers())], vec![], vec![]).await;
    let sql = "select n, round(prop_ci(n, 3)['low'], 4) as low, prop_ci(n, cast(null as int))['high'] as none,
                      diff_ci(1, 0, n, 5)['high'] as undefined from t order by n";
    insta::assert_snapshot!(ask(&session, sql).await, @r"
    +---+--------+------+-----------+
    | n | low    | none | undefined |
    +---+--------+------+-----------+
    | 1 | 0.0615 |      |           |
    | 2 | 0.2077 |      |           |
    | 3 | 0.4385 |      |           |
    +---+--------+------+-----------+
    ");
}

async fn heavy(options: EngineOptions) -> EngineError {
    let engine = Engine::new(options).unwrap();
    let session = engine.session(vec![], vec![], vec![], &BTreeMap::new()).await.unwrap();
    let sql = "select count(*) from generate_series(1, 30000) a join generate_series(1, 30000) b on a.value * b.value % 7 = 3";
    match session.query(sql, Params::None).await {
        Ok(rows) => rows.collect().await.unwrap_err(),
        Err(error) => error,
    }
}

fn options() -> EngineOptions {
    EngineOptions { threads: 2, spill: std::env::temp_dir().join("dinamika-engine-tests"), ..EngineOptions::default() }
}

fn numbers() -> arrow::record_batch::RecordBatch {
    rows("n:int", r#"[{"n": 1}, {"n": 2}, {"n": 3}]"#)
}
