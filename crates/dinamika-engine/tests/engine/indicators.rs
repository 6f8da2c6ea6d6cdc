use arrow::record_batch::RecordBatch;
use dinamika_engine::{Session, indicator_schema};
use dinamika_project::{Measure, Model, ModelKind};

use crate::support::{ask, indicator, rows, session, table};

#[tokio::test]
async fn schools_are_summed_to_municipalities_and_the_region() {
    let facts = rows(
        "school_key period subject grade:int pupil_grade:int num:number den:number",
        r#"[{"school_key": "001", "period": "2020/21", "subject": "MA", "grade": 5, "pupil_grade": 5, "num": 3, "den": 10},
            {"school_key": "001", "period": "2020/21", "subject": "MA", "grade": 5, "pupil_grade": 5, "num": 2, "den": 10},
            {"school_key": "002", "period": "2020/21", "subject": "MA", "grade": 5, "pupil_grade": 5, "num": 0, "den": 20},
            {"school_key": "003", "period": "2020/21", "subject": "MA", "grade": 5, "pupil_grade": 5, "num": 4, "den": 5},
            {"school_key": "999", "period": "2020/21", "subject": "MA", "grade": 5, "pupil_grade": 5, "num": 1, "den": 3},
            {"school_key": null, "period": "2020/21", "subject": "MA", "grade": 5, "pupil_grade": 5, "num": 1, "den": 2},
            {"school_key": "003", "period": "2020/21", "subject": "RU", "grade": 5, "pupil_grade": 5, "num": 0, "den": 0}]"#,
    );
    let share = indicator("vpr.share2", Measure::Share, "select * from facts");
    let session = region(facts).await;
    let values = store(&session, &share).await;
    assert_eq!(values.schema().fields(), indicator_schema("indicator_values").unwrap().fields());
    let sql = "select level, entity, entity_name as name, municipality as mun, subject, num, den, n, value,
               round(ci_low, 3) as low, round(ci_high, 3) as high, status from indicator_values";
    insta::assert_snapshot!(ask(&session, sql).await, @r"
    +--------------+------------+---------------+------------+---------+------+------+----+-------+--------+--------+---------+
    | level        | entity     | name          | mun        | subject | num  | den  | n  | value | low    | high   | status  |
    +--------------+------------+---------------+------------+---------+------+------+----+-------+--------+--------+---------+
    | municipality | m1         | Первый        | m1         | MA      | 5.0  | 40.0 | 40 | 12.5  | 5.46   | 26.112 | ok      |
    | municipality | m2         | Второй        | m2         | MA      | 4.0  | 5.0  | 5  | 80.0  | 37.553 | 96.378 | ok      |
    | municipality | m2         | Второй        | m2         | RU      | 0.0  | 0.0  | 0  |       |        |        | no_data |
    | municipality | unresolved | не распознано | unresolved | MA      | 2.0  | 5.0  | 5  | 40.0  | 11.762 | 76.928 | ok      |
    | region       | 23         | Край          |            | MA      | 11.0 | 50.0 | 50 | 22.0  | 12.754 | 35.242 | ok      |
    | region       | 23         | Край          |            | RU      | 0.0  | 0.0  | 0  |       |        |        | no_data |
    | school       | 001        | СОШ № 1       | m1         | MA      | 5.0  | 20.0 | 20 | 25.0  | 11.186 | 46.87  | ok      |
    | school       | 002        | СОШ № 2       | m1         | MA      | 0.0  | 20.0 | 20 | 0.0   | 0.0    | 16.113 | ok      |
    | school       | 003        | СОШ № 3       | m2         | MA      | 4.0  | 5.0  | 5  | 80.0  | 37.553 | 96.378 | ok      |
    | school       | 003        | СОШ № 3       | m2         | RU      | 0.0  | 0.0  | 0  |       |        |        | no_data |
    +--------------+------------+---------------+------------+---------+------+------+----+-------+--------+--------+---------+
    ");
}

#[tokio::test]
async fn a_row_that_names_its_municipality_keeps_it_when_its_school_is_unknown() {
    let facts = rows(
        "school_key municipality_key num:number den:number",
        r#"[{"school_key": "001", "municipality_key": "m2", "num": 1, "den": 2},
            {"school_key": null, "municipality_key": "m2", "num": 1, "den": 4}]"#,
    );
    let session = region(facts).await;
    store(&session, &indicator("x.y", Measure::Share, "select * from facts")).await;
    let sql = "select level, entity, num, den from indicator_values";
    insta::assert_snapshot!(ask(&session, sql).await, @r"
    +--------------+--------+-----+-----+
    | level        | entity | num | den |
    +--------------+--------+-----+-----+
    | municipality | m1     | 1.0 | 2.0 |
    | municipality | m2     | 1.0 | 4.0 |
    | region       | 23     | 2.0 | 6.0 |
    | school       | 001    | 1.0 | 2.0 |
    +--------------+--------+-----+-----+
    ");
}

#[tokio::test]
async fn municipalities_are_summed_to_the_region() {
    let facts = rows(
        "municipality_key period num:number den:number n:int",
        r#"[{"municipality_key": "m1", "period": "2020/21", "num": 30, "den": 40, "n": 4},
            {"municipality_key": "m2", "period": "2020/21", "num": 10, "den": 40, "n": 5}]"#,
    );
    let session = region(facts).await;
    store(&session, &indicator("vpr.pct", Measure::Percent, "select * from facts")).await;
    let sql = "select level, entity, entity_name as name, num, den, n, value, ci_low from indicator_values";
    insta::assert_snapshot!(ask(&session, sql).await, @r"
    +--------------+--------+--------+------+------+---+-------+--------+
    | level        | entity | name   | num  | den  | n | value | ci_low |
    +--------------+--------+--------+------+------+---+-------+--------+
    | municipality | m1     | Первый | 30.0 | 40.0 | 4 | 75.0  |        |
    | municipality | m2     | Второй | 10.0 | 40.0 | 5 | 25.0  |        |
    | region       | 23     | Край   | 40.0 | 80.0 | 9 | 50.0  |        |
    +--------------+--------+--------+------+------+---+-------+--------+
    ");
}

#[tokio::test]
async fn distinct_counts_are_taken_as_they_are() {
    let facts = rows(
        "level entity period num:int",
        r#"[{"level": "school", "entity": "001", "period": "2021", "num": 3},
            {"level": "municipality", "entity": "m1", "period": "2021", "num": 4},
            {"level": "municipality", "entity": null, "period": "2021", "num": 1},
            {"level": "region", "entity": null, "period": "2021", "num": 5}]"#,
    );
    let session = region(facts).await;
    store(&session, &indicator("kpk.people", Measure::Count, "select * from facts")).await;
    let sql = "select level, entity, entity_name as name, municipality as mun, num, den, n, value, status
               from indicator_values";
    insta::assert_snapshot!(ask(&session, sql).await, @r"
    +--------------+------------+---------------+------------+-----+-----+---+-------+--------+
    | level        | entity     | name          | mun        | num | den | n | value | status |
    +--------------+------------+---------------+------------+-----+-----+---+-------+--------+
    | municipality | m1         | Первый        | m1         | 4.0 |     | 4 | 4.0   | ok     |
    | municipality | unresolved | не распознано | unresolved | 1.0 |     | 1 | 1.0   | ok     |
    | region       | 23         | Край          |            | 5.0 |     | 5 | 5.0   | ok     |
    | school       | 001        | СОШ № 1       | m1         | 3.0 |     | 3 | 3.0   | ok     |
    +--------------+------------+---------------+------------+-----+-----+---+-------+--------+
    ");
}

#[tokio::test]
async fn a_mean_has_its_interval_and_a_dimension_goes_to_task() {
    let facts = rows(
        "school_key topic num:number den:number sq:number",
        r#"[{"school_key": "001", "topic": "a", "num": 28, "den": 7, "sq": 116},
            {"school_key": "002", "topic": "a", "num": 34, "den": 10, "sq": 126}]"#,
    );
    let mut mean = indicator("vpr.mean", Measure::Mean, "select * from facts");
    if let ModelKind::Indicator(indicator) = &mut mean.kind {
        indicator.dimensions = vec!["topic".parse().unwrap()];
        indicator.levels.truncate(1);
    }
    let session = region(facts).await;
    store(&session, &mean).await;
    let sql = "select entity, task, value, ci_low, ci_high from indicator_values";
    insta::assert_snapshot!(ask(&session, sql).await, @r"
    +--------+------+-------+--------------------+-------------------+
    | entity | task | value | ci_low             | ci_high           |
    +--------+------+-------+--------------------+-------------------+
    | 001    | a    | 4.0   | 3.2448666086127766 | 4.755133391387224 |
    | 002    | a    | 3.4   | 2.6310144322718845 | 4.168985567728115 |
    +--------+------+-------+--------------------+-------------------+
    ");
}

#[tokio::test]
async fn what_is_no_indicator_is_told() {
    let facts = rows("school_key num:number extra", "[]");
    let session = region(facts).await;
    for (sql, expected) in [
        ("select school_key, num from facts", "`den`"),
        ("select school_key, num, num as den, extra from facts", "`extra`"),
        ("select num, num as den from facts", "neither `school_key`"),
    ] {
        let error = session.indicator_rows(&indicator("x.y", Measure::Share, sql)).await.unwrap_err();
        assert!(error.is_mistake() && error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_change_is_told_with_its_interval() {
    let facts = rows(
        "school_key period subject grade:int pupil_grade:int num:number den:number",
        r#"[{"school_key": "001", "period": "2020/21-осень", "subject": "MA", "grade": 4, "pupil_grade": 5, "num": 48, "den": 80},
            {"school_key": "001", "period": "2020/21", "subject": "MA", "grade": 4, "pupil_grade": 4, "num": 56, "den": 70},
            {"school_key": "001", "period": "2020/21", "subject": "MA", "grade": 5, "pupil_grade": 5, "num": 20, "den": 80},
            {"school_key": "001", "period": "2021/22", "subject": "MA", "grade": 5, "pupil_grade": 5, "num": 22, "den": 80},
            {"school_key": "001", "period": "2022/23", "subject": "MA", "grade": 5, "pupil_grade": 5, "num": 1, "den": 9},
            {"school_key": "001", "period": "2023/24", "subject": "MA", "grade": 5, "pupil_grade": 5, "num": 10, "den": 40}]"#,
    );
    let breaks = rows(
        "indicator subject grade:int from_period only_period reason",
        r#"[{"indicator": "vpr.*", "subject": "MA", "grade": null, "from_period": "2023/24", "reason": "шкала"},
            {"indicator": "vpr.share2", "subject": "RU", "grade": null, "only_period": "2022/23", "reason": "набор"},
            {"indicator": "vpr.other", "subject": null, "grade": null, "from_period": "2021/22", "reason": "шкала"}]"#,
    );
    let session = region(facts).await;
    session.register_memory(&table("series_breaks"), vec![breaks]).unwrap();
    let mut share = indicator("vpr.share2", Measure::Share, "select * from facts");
    if let ModelKind::Indicator(indicator) = &mut share.kind {
        indicator.levels.truncate(1);
    }
    store(&session, &share).await;
    let changes = session.dynamics_rows(&share).await.unwrap().collect_one().await.unwrap();
    assert_eq!(changes.schema().fields(), indicator_schema("indicator_dynamics").unwrap().fields());
    session.register_memory(&table("indicator_dynamics"), vec![changes]).unwrap();
    let sql = "select kind, period, grade, base_period as base, value, base_value, round(change, 2) as change,
               round(change_ci_low, 3) as low, round(change_ci_high, 3) as high, verdict
               from indicator_dynamics order by kind, period, grade";
    insta::assert_snapshot!(ask(&session, sql).await, @r"
    +--------+---------+-------+---------------+-------------------+-------------------+--------+---------+---------+----------------+
    | kind   | period  | grade | base          | value             | base_value        | change | low     | high    | verdict        |
    +--------+---------+-------+---------------+-------------------+-------------------+--------+---------+---------+----------------+
    | cohort | 2020/21 | 5     | 2020/21-осень | 25.0              | 60.0              | -35.0  | -47.958 | -19.837 | decline        |
    | cohort | 2021/22 | 5     | 2020/21       | 27.5              | 80.0              | -52.5  | -64.027 | -37.325 | decline        |
    | grade  | 2020/21 | 4     | 2020/21-осень | 80.0              | 60.0              | 20.0   | 5.243   | 33.387  | growth         |
    | grade  | 2021/22 | 5     | 2020/21       | 27.5              | 25.0              | 2.5    | -11.049 | 15.933  | within_noise   |
    | grade  | 2022/23 | 5     | 2021/22       | 11.11111111111111 | 27.5              | -16.39 | -30.407 | 17.118  | too_few        |
    | grade  | 2023/24 | 5     | 2022/23       | 25.0              | 11.11111111111111 |        |         |         | not_comparable |
    +--------+---------+-------+---------------+-------------------+-------------------+--------+---------+---------+----------------+
    ");
}

/// Two municipalities with three schools.
async fn region(facts: RecordBatch) -> Session {
    let schools = rows(
        "school_key school_name municipality_key municipality_name",
        r#"[{"school_key": "001", "school_name": "СОШ № 1", "municipality_key": "m1", "municipality_name": "Первый"},
            {"school_key": "002", "school_name": "СОШ № 2", "municipality_key": "m1", "municipality_name": "Первый"},
            {"school_key": "003", "school_name": "СОШ № 3", "municipality_key": "m2", "municipality_name": "Второй"},
            {"school_key": "003", "school_name": "СОШ № 3", "municipality_key": "m2", "municipality_name": "Второй"}]"#,
    );
    let municipalities = rows(
        "municipality_key municipality_name",
        r#"[{"municipality_key": "m1", "municipality_name": "Первый"},
            {"municipality_key": "m2", "municipality_name": "Второй"}]"#,
    );
    let region = rows("region_key region_name", r#"[{"region_key": "23", "region_name": "Край"}]"#);
    let memory = vec![("schools", schools), ("municipalities", municipalities), ("region", region), ("facts", facts)];
    session(memory, vec![], vec![]).await
}

/// Registers the indicator's rows as `indicator_values`.
async fn store(session: &Session, indicator: &Model) -> RecordBatch {
    let values = session.indicator_rows(indicator).await.unwrap().collect_one().await.unwrap();
    session.register_memory(&table("indicator_values"), vec![values.clone()]).unwrap();
    values
}
