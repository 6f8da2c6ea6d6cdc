//! From a number to the rows behind it, from one release to the next, and back to the people who review.

mod support;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use support::{Project, protocol, protocol_path};

fn explain(project: &Project, indicator: &str, arguments: &[&str]) -> Value {
    project.json(&[&["explain", indicator], arguments].concat())
}

#[test]
fn a_number_is_explained_down_to_the_rows_of_its_sheet() {
    let project = Project::with_protocols();
    // Two schools of the first municipality are sent again.
    let correction = "2021/Речной район, исправлено/ВПР по математике, 4 класс.csv";
    project.put(correction, &protocol(0, 2..=3, 7), 900);
    project.run();
    let told = explain(&project, "vpr.share2", &["--entity", "231002"]);
    let published = project
        .query("select num, den, n, value from indicator_values where indicator = 'vpr.share2' and entity = '231002'");
    for name in ["num", "den", "n", "value"] {
        assert_eq!(told["value"][name].as_f64(), published[0][name].as_f64(), "{name}");
    }
    assert_eq!((&told["exact"], &told["release"]), (&true.into(), &project.release().into()), "{told}");
    let models: Vec<&str> = told["models"].as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap()).collect();
    assert_eq!(models, ["vpr_marks", "indicator_vpr_share2"]);
    let [source] = &told["sources"].as_array().unwrap()[..] else { panic!("{told}") };
    let [file] = &source["files"].as_array().unwrap()[..] else { panic!("{source}") };
    // Its rows are the first twelve below the header of the correction, and not those of the older file.
    assert_eq!((&file["path"], &file["rows"]), (&correction.into(), &12.into()));
    assert_eq!(file["ranges"], json!([[2, 13]]));
    assert_eq!(told["schools"][0]["school_ref"], "login:231002");

    // A municipality has both files; the region every one.
    let municipality = project.query("select municipality_key from schools where school_key = '231002'");
    let municipality = municipality[0]["municipality_key"].as_str().unwrap().to_owned();
    let told = explain(&project, "vpr.n", &["--entity", &municipality, "--level", "municipality"]);
    let rows: Vec<(String, u64)> = files(&told);
    assert_eq!(rows, [(correction.to_owned(), 24), (protocol_path(0), 24)]);
    assert_eq!((&told["exact"], told["value"]["num"].as_f64()), (&true.into(), Some(48.0)));
    let region = explain(&project, "vpr.n", &["--entity", "23", "--level", "region"]);
    assert_eq!(files(&region).iter().map(|(_, rows)| rows).sum::<u64>(), 144);
    assert_eq!(region["exact"], true);

    // No code of a pupil, no mark: names of columns of the explanation are all there is.
    let text = region.to_string();
    assert!(!text.contains("40001") && !text.contains("\"pupil\""), "{text}");
    let words = project.ok(&["explain", "vpr.share2", "--entity", "231002"]);
    for part in ["Числитель", "Знаменатель", "Точно:", "vpr_marks", correction, "2-13", "login:231002"]
    {
        assert!(words.contains(part), "{part} in {words}");
    }
    let several = project.say(&["explain", "vpr.n", "--entity", "231002", "--level", "region"]);
    assert_eq!(several.code, Some(2), "{}", several.err);
}

/// Files of all sources with their rows.
fn files(told: &Value) -> Vec<(String, u64)> {
    let sources = told["sources"].as_array().unwrap();
    let files = sources.iter().flat_map(|source| source["files"].as_array().unwrap());
    let mut files: Vec<(String, u64)> =
        files.map(|file| (file["path"].as_str().unwrap().to_owned(), file["rows"].as_u64().unwrap())).collect();
    files.sort();
    files
}

#[test]
fn lineage_leads_from_columns_of_exports_to_panels() {
    let project = Project::with_protocols();
    let nodes = project.json(&["lineage"]);
    let node = |name: &str| nodes.as_array().unwrap().iter().find(|node| node["name"] == name).unwrap().clone();
    let origins = |table: &str, column: &str| -> BTreeSet<String> {
        let columns = node(table)["columns"].as_array().unwrap().clone();
        let column = columns.into_iter().find(|known| known["name"] == column).unwrap();
        let from = column["from"].as_array().unwrap_or_else(|| panic!("{column}")).clone();
        from.iter().map(|o| format!("{}.{}", o["table"].as_str().unwrap(), o["column"].as_str().unwrap())).collect()
    };
    let set = |all: &[&str]| -> BTreeSet<String> { all.iter().map(|one| (*one).to_owned()).collect() };
    assert_eq!(origins("vpr_marks", "school_key"), set(&["school_match.school_key"]));
    assert_eq!(origins("vpr_marks", "period"), set(&["vpr_tests.period"]));
    assert_eq!(origins("indicator_vpr_share2", "num"), set(&["vpr_marks.n2"]));
    let marks = origins("vpr_marks", "n2");
    for origin in ["vpr_protocol.mark", "vpr_protocol.score", "vpr_tests.cut2"] {
        assert!(marks.contains(origin), "{origin} in {marks:?}");
    }
    assert_eq!(node("vpr_protocol")["kind"], "pipeline");
    let around = project.json(&["lineage", "vpr_tests"]);
    let names: Vec<&str> = around.as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap()).collect();
    for name in ["vpr_protocol", "mark_scales", "vpr_marks", "indicator_vpr_share2", "indicator_values"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert!(!names.contains(&"batches"), "{names:?}");
    let dot = project.ok(&["lineage", "vpr.share2", "-f", "dot"]);
    assert!(dot.starts_with("digraph") && dot.contains("\"vpr_marks\" -> \"indicator_vpr_share2\";"), "{dot}");
    let text = project.ok(&["lineage", "vpr_marks"]);
    assert!(text.contains("school_key ← school_match.school_key"), "{text}");
    assert_eq!(project.say(&["lineage", "nothing"]).code, Some(2));
}

#[test]
fn two_releases_are_compared_value_by_value() {
    let project = Project::with_protocols();
    project.run();
    let first = project.release();
    let before =
        project.query("select entity, value from indicator_values where indicator = 'vpr.share2' and level = 'school'");
    project.put("2021/поправка/ВПР по математике, 4 класс.csv", &protocol(1, 2..=2, 5), 900);
    project.run();
    let second = project.release();
    let after =
        project.query("select entity, value from indicator_values where indicator = 'vpr.share2' and level = 'school'");
    let (a, b) = (first.to_string(), second.to_string());
    let told = project.json(&["releases", "diff", &a, &b]);
    let tables: Vec<&str> = told["tables"].as_array().unwrap().iter().map(|t| t["table"].as_str().unwrap()).collect();
    assert!(tables.contains(&"indicator_values") && tables.contains(&"vpr_protocol"), "{tables:?}");
    assert!(!tables.contains(&"schools"), "{tables:?}");
    let schools: Vec<&Value> = told["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["indicator"] == "vpr.share2" && row["level"] == "school")
        .collect();
    let [changed] = schools[..] else { panic!("{schools:?}") };
    let value =
        |rows: &[Value]| rows.iter().find(|row| row["entity"] == "232002").map(|row| row["value"].clone()).unwrap();
    assert_eq!((&changed["entity"], &changed["what"]), (&"232002".into(), &"changed".into()));
    assert_eq!((changed["value_a"].clone(), changed["value_b"].clone()), (value(&before), value(&after)));
    let share = told["indicators"].as_array().unwrap().iter().find(|row| row["indicator"] == "vpr.share2").unwrap();
    assert_eq!(share["changed"], 3, "the school, its municipality, the region: {told}");
    let csv = project.ok(&["releases", "diff", &a, &b, "-f", "csv"]);
    assert_eq!(csv.lines().count(), 1 + told["rows"].as_array().unwrap().len());
    let same = project.json(&["releases", "diff", &b, &b]);
    assert_eq!((&same["tables"], &same["rows"]), (&json!([]), &json!([])));
    assert_eq!(project.say(&["releases", "diff", "1", "99"]).code, Some(2));
}
