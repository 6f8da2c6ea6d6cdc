use std::collections::BTreeMap;

use dinamika_engine::{check, run_unit_test};
use dinamika_project::{
    Check, ColumnName, DataRule, DataTest, Heading, Measure, Model, ModelKind, Place, Project, Severity, UnitTest, Zone,
};

use crate::support::{indicator, model, place, project, rows, session, table, view};

#[tokio::test]
async fn a_right_project_has_nothing_to_report() {
    let report = check(&project(vec![base(), shares()])).await;
    assert_eq!(report.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
}

#[tokio::test]
async fn mistakes_are_told_with_their_place() {
    let broken =
        view("broken", "/*\ntitle = \"Ключ\"\n*/\nselect school_key, 'Привет, мир' as hi, nmae\nfrom base", &["base"]);
    let above = view("above", "select * from broken", &["broken"]);
    let typed = view("typed", "/* */ select school_key - interval '1 day' as x from base", &["base"]);
    let called = view("called", "select\n  prp_ci(1, 2) as x from base", &["base"]);
    let grouped = view("grouped", "select school_key, num, sum(den) as d from base group by school_key", &["base"]);
    let null = view("null", "select null as nothing, 1 as a, 2 as a from base", &["base"]);
    let bare = indicator("x.bare", Measure::Share, "select school_key, num from base");
    let mut tested = view("tested", "select school_key from base", &["base"]);
    tested.tests.push(test(DataRule::Unique(columns(&["school_ky"]))));
    tested.headings.insert(column("scool"), Heading { title: "Школа".to_owned(), place: place("sql/headed.sql") });
    let mut project = project(vec![base(), broken, above, typed, called, grouped, null, bare, tested]);
    project.checks.push(held("select *\nfrom base b where b.wrong > 0"));
    project.unit_tests.push(unit(BTreeMap::from([("scol", "1".into())]), vec![]));
    insta::assert_snapshot!(told(&project).await, @r#"
    sql/broken.sql:4:41: error: column 'nmae' not found [unknown-column]
        help: known are school_key, num, den
    sql/called.sql:2:3: error: Invalid function 'prp_ci' [sql]
        help: Possible function 'prop_ci'
    sql/grouped.sql:1:20: error: 'base.num' must appear in GROUP BY clause because it's not an aggregate expression [sql]
        help: Either add 'base.num' to GROUP BY clause, or use an aggregate function like ANY_VALUE(base.num)
    sql/headed.sql:1:1: error: `tested` has no column `scool` [unknown-column]
        help: it has school_key
    sql/indicator_x_bare.sql:1:1: error: indicator_x_bare: an indicator of this measure gives a column `den` [sql]
    sql/null.sql:1:1: error: Projections require unique expression names but the expression "Int64(1) AS a" at position 1 and "Int64(2) AS a" at position 2 have the same name. Consider aliasing ("AS") one of them. [sql]
    sql/tested.sql:3:1: error: `tested` has no column `school_ky` [unknown-column]
        help: it has school_key
    sql/tests/held.sql:2:19: error: column 'wrong' not found in 'b' [unknown-column]
        help: known are school_key, num, den
    sql/typed.sql:1:14: error: expressions have incompatible types [sql]
        help: has type Utf8; has type Interval(MonthDayNano)
    sql/unit/shares.toml:1:1: error: `base` has no column `scol` [unknown-column]
        help: it has school_key, num, den
    "#);
}

#[tokio::test]
async fn data_tests_find_the_rows_that_break_them() {
    let data = rows(
        "key kind part:number",
        r#"[{"key": "1", "kind": "a", "part": 5}, {"key": "1", "kind": "b", "part": 101},
            {"key": null, "kind": "c", "part": -1}, {"key": null, "kind": null, "part": null}]"#,
    );
    let other = rows("id:int", r#"[{"id": 2}]"#);
    let session = session(vec![("t", data), ("other", other)], vec![], vec![]).await;
    let model = model("t", "", &[], ModelKind::Table { partition_by: None, zone: Zone::Mart });
    for (rule, failing) in [
        (DataRule::NotNull(columns(&["key"])), 2),
        (DataRule::NotNull(columns(&["key", "kind", "part"])), 2),
        (DataRule::Unique(columns(&["key"])), 1),
        (DataRule::Unique(columns(&["key", "kind"])), 0),
        (DataRule::AcceptedValues(column("kind"), vec!["a".to_owned(), "b".to_owned()]), 1),
        (DataRule::Relationships(column("key"), table("other"), column("id")), 2),
        (DataRule::AcceptedRange(column("part"), Some(0.0), Some(100.0)), 2),
        (DataRule::AcceptedRange(column("part"), None, None), 0),
    ] {
        let outcome = session.run_data_test(&model, &test(rule.clone())).await.unwrap();
        assert_eq!(outcome.failing, failing, "{rule:?}");
        assert_eq!(outcome.sample.is_some(), !outcome.passed());
    }
    let outcome = session.run_check(&held("select * from t where part > 100")).await.unwrap();
    assert_eq!(outcome.failing, 1);
}

#[tokio::test]
async fn a_unit_test_compares_rows_in_any_order() {
    let project = project(vec![base(), shares()]);
    let given = BTreeMap::from([("school_key", "1".into()), ("num", 3.into()), ("den", 10.into())]);
    let right = unit(given.clone(), vec![BTreeMap::from([("school_key", "1".into()), ("half", 1.5.into())])]);
    assert_eq!(run_unit_test(&project, &right).await.difference, None);
    let wrong = unit(given, vec![BTreeMap::from([("half", 2.into())]), BTreeMap::from([("half", 1.5.into())])]);
    insta::assert_snapshot!(run_unit_test(&project, &wrong).await.difference.unwrap(), @r"
    expected 2 rows, found 1 (- missing, + too many):
    - half=2
    ");
}

fn base() -> Model {
    view("base", "select '1' as school_key, 1.0 as num, 2.0 as den", &[])
}

fn shares() -> Model {
    view(
        "shares",
        "/* title = \"Доли\" */\nselect school_key, num * $half as half, prop_ci(num, den)['low'] as low from base",
        &["base"],
    )
}

fn test(rule: DataRule) -> DataTest {
    DataTest { rule, severity: Severity::Error, place: Place { line: 3, ..place("sql/tested.sql") } }
}

fn held(sql: &str) -> Check {
    let place = place("sql/tests/held.sql");
    Check {
        name: table("held"),
        title: "Держится".to_owned(),
        sql: sql.to_owned(),
        reads: vec![table("base")],
        severity: Severity::Error,
        place,
    }
}

type TomlRow = BTreeMap<&'static str, toml::Value>;

fn unit(given: TomlRow, expect: Vec<TomlRow>) -> UnitTest {
    let row = |row: TomlRow| row.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    UnitTest {
        name: "shares".to_owned(),
        model: table("shares"),
        given: BTreeMap::from([(table("base"), vec![row(given)])]),
        expect: expect.into_iter().map(row).collect(),
        place: place("sql/unit/shares.toml"),
    }
}

fn columns(names: &[&str]) -> Vec<ColumnName> {
    names.iter().map(|name| column(name)).collect()
}

fn column(name: &str) -> ColumnName {
    name.parse().unwrap()
}

async fn told(project: &Project) -> String {
    check(project).await.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
