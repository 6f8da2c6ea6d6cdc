//! Statements that look for a way around the policy.

use serde_json::{Value, json};

use super::{Cell, Region};

/// Each is refused, or answered without what is hidden.
pub(super) fn refused(region: &Region) {
    let small = Cell::Small.school();
    let ask = |role: &str, sql: &str| region.ask(role, "POST", "/api/v1/sql", &json!({"sql": sql}).to_string());
    let (everywhere, http) = listed();
    for sql in everywhere.iter().chain(&http) {
        let answer = ask("municipal", sql);
        assert_eq!(answer.status, 400, "{sql}: {}", answer.text());
    }
    for sql in &everywhere {
        let refused = region.wire("municipal").simple_query(sql);
        let told = refused.err().unwrap_or_else(|| panic!("{sql} is answered over PostgreSQL's protocol"));
        assert!(told.as_db_error().is_some(), "{sql}: {told}");
    }
    // What would take the program down is refused before it is tried.
    let doubled: String = (1..40).map(|at| format!(", a{at} as (select x || x as x from a{})", at - 1)).collect();
    let twice: String =
        (1..20).map(|at| format!(", a{at} as (select x from a{0} union all select x from a{0})", at - 1)).collect();
    for sql in [
        format!("select {}1", "1 + ".repeat(30_000 / 4)),
        format!("select 1 where {}true", "true or ".repeat(5_000)),
        format!("with a0 as (select 'имя' as x){doubled} select length(x) from a39"),
        format!("with a0 as (select 1 as x){twice} select count(*) from a19"),
    ] {
        let start: String = sql.chars().take(60).collect();
        assert_eq!(ask("municipal", &sql).status, 400, "{start}");
        assert!(region.wire("municipal").simple_query(&sql).is_err(), "{start}");
    }
    // A hidden number takes part in nothing: not in errors, not in sums, not in filters or orders.
    let one = format!("from indicator_values where indicator = 'vpr.n' and entity = '{small}'");
    for (sql, expected) in [
        (format!("select 1 / (n - 3) as x {one}"), json!([{"x": null}])),
        (format!("select sum(n) as x {one}"), json!([{"x": null}])),
        (format!("select count(*) as x {one} and n < 10"), json!([{"x": 0}])),
        (format!("select count(*) as x {one} and (n = 3 or 1 / (n - 3) > 0)"), json!([{"x": 0}])),
        (format!("select (select max(n) {one}) as x"), json!([{"x": null}])),
        // Rows of a hidden cell are one: as many as there are would tell how many pupils there were.
        (format!("select count(*) as x from vpr_hist_level where entity = '{small}'"), json!([{"x": 1}])),
        (format!("select max(coalesce(n, -1)) as x {one}"), json!([{"x": -1}])),
        (
            format!(
                "select count(*) as x from indicator_values a join indicator_values b on a.n = b.n and a.entity = '{small}'"
            ),
            json!([{"x": 0}]),
        ),
    ] {
        let answer = ask("municipal", &sql);
        assert_eq!(answer.status, 200, "{sql}: {}", answer.text());
        assert_eq!(serde_json::from_slice::<Value>(&answer.body).unwrap()["rows"], expected, "{sql}");
        let row = region.wire("municipal").query_one(&sql, &[]).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let over_wire: Option<i64> = row.get(0);
        assert_eq!(over_wire, expected[0]["x"].as_i64(), "{sql}");
    }
    let first = region.ask("regional", "POST", "/api/v1/sql?limit=3", r#"{"sql": "select * from indicator_values"}"#);
    assert_eq!(serde_json::from_slice::<Value>(&first.body).unwrap()["rows"].as_array().unwrap().len(), 3);
    // An error tells of rows one sees, never of others.
    let told =
        ask("municipal", "select cast(entity_name as bigint) from indicator_values where level = 'school'").text();
    assert!(!told.contains(&format!("№ {}", 5)), "a school of another municipality: {told}");
    // The whole less the parts: what is left is more than one school's.
    let total = "select sum(case level when 'municipality' then n when 'school' then -n end) as x from indicator_values
                 where indicator = 'vpr.n' and (level = 'school' or entity_name = 'Речной район')";
    let left: Value = serde_json::from_slice(&ask("municipal", total).body).unwrap();
    assert_eq!(left["rows"][0]["x"], json!(3 + 25), "the small school is hidden together with the next one");
    let params =
        region.ask("school", "POST", "/api/v1/sql", r#"{"sql": "select $1 as x", "params": ["1' or '1'='1"]}"#);
    assert_eq!(serde_json::from_slice::<Value>(&params.body).unwrap()["rows"][0]["x"], "1' or '1'='1");
    assert_eq!(ask("public", "select 1").status, 401);
}

/// Statements refused everywhere, and those refused over HTTP only.
fn listed() -> (Vec<&'static str>, Vec<&'static str>) {
    let text = include_str!("../../../../tests/escapes.sql");
    let (everywhere, http) = text.split_once("-- refused over HTTP only").unwrap();
    let statements = |text: &'static str| text.lines().filter(|line| !line.starts_with("--") && !line.is_empty());
    (statements(everywhere).collect(), statements(http).collect())
}
