//! What the policy remembers from one release to the next.

use super::{
    PUPILS, protocol,
    support::{Project, login, protocol_path, registry},
};

#[test]
fn a_changed_policy_is_remembered() {
    let project = Project::new();
    let noted = || {
        let lines = project.json(&["audit", "--action", "policy"]);
        lines.as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    project.run();
    assert_eq!(noted(), ["стандартная"]);
    let policy = std::fs::read_to_string(project.root().join("policy.toml")).unwrap();
    project.write("policy.toml", policy.replacen("public = 10", "public = 12", 1).as_bytes());
    project.run();
    project.run();
    assert_eq!(noted(), ["− public = 10; + public = 12", "стандартная"]);
}

#[test]
fn a_small_school_that_comes_late_is_not_the_difference_of_two_releases() {
    let project = Project::new();
    project.put("Реестр.csv", &registry(), 100);
    for (m, pupils) in [[0, 25, 30, 35], PUPILS[1], PUPILS[2]].iter().enumerate() {
        project.put(&protocol_path(m), &protocol(m, pupils), 200);
    }
    project.run();
    let keys = format!(
        "select municipality_key as m, (select region_key from region) as r from schools where school_key = '{}'",
        login(0, 2)
    );
    let keys = project.query(&keys)[0].clone();
    // Whether the region's analyst sees the totals, and what the administrator sees.
    let totals = || {
        [("m", "municipality"), ("r", "region")].map(|(key, level)| {
            let entity = keys[key].as_str().unwrap();
            let told = project.json(&["explain", "access", "vpr.n", "--entity", entity, "--level", level]);
            let readers = told["readers"].as_array().unwrap();
            let of = |name: &str| readers.iter().find(|view| view["principal"] == name).unwrap();
            assert_eq!(of("administrator")["sees"], true, "{told}");
            of("regional")["told"].as_str().unwrap().to_owned()
        })
    };
    assert!(totals().iter().all(|told| told.starts_with("видит: участников ")), "{:?}", totals());
    // Three pupils more in the municipality, three more in the region: they are that school's.
    project.put(&protocol_path(0), &protocol(0, &PUPILS[0]), 300);
    project.run();
    assert!(totals().iter().all(|told| told.contains("пришло поздно")), "{:?}", totals());
    // Nor is it told by the two releases side by side.
    let newest = project.release();
    let pair = format!("/api/v1/releases/{}..{newest}.csv?limit=50000", newest - 1);
    let changed = |role: &str| project.ok(&["extract", &pair, "--as", role]);
    let small = login(0, 1);
    let told_of = |text: &str, entity: &str| {
        let mut lines = csv::Reader::from_reader(text.as_bytes());
        let head = lines.headers().unwrap().clone();
        let at = |name: &str| head.iter().position(|column| column == name).unwrap();
        let (indicator, who, b) = (at("indicator"), at("entity"), at("n_b"));
        let of = |line: &csv::StringRecord| &line[indicator] == "vpr.n" && &line[who] == entity;
        lines.records().flatten().find(of).map(|line| line[b].to_owned())
    };
    let region = keys["r"].as_str().unwrap();
    assert_eq!(told_of(&changed("administrator"), &small).as_deref(), Some("3"));
    assert!(told_of(&changed("administrator"), region).is_some_and(|n| !n.is_empty()));
    for entity in [&small, region, keys["m"].as_str().unwrap()] {
        assert_eq!(told_of(&changed("regional"), entity).unwrap_or_default(), "", "{entity}");
    }
    assert!(project.say(&["extract", &pair, "--as", "public"]).err.contains("нужна роль «регион»"));
    // Another school of the municipality has changed as well: nobody knows which of them the difference is.
    project.put(&protocol_path(0), &protocol(0, &[3, 25, 30, 36]), 400);
    project.run();
    assert!(totals().iter().all(|told| told.starts_with("видит: участников ")), "{:?}", totals());
    let hidden = project.query(
        "select entity from suppression where cell_group = 'vpr' and hidden_inside and level = 'school' and not tasks",
    );
    let hidden: std::collections::BTreeSet<String> =
        hidden.iter().map(|row| row["entity"].as_str().unwrap().to_owned()).collect();
    assert!([login(0, 1), login(0, 4)].iter().all(|school| hidden.contains(school)), "{hidden:?}");
}
