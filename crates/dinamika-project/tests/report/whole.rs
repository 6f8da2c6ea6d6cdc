use super::*;

#[test]
fn tables_of_one_name() {
    assert_snapshot!(report(&format!(
        r#"{}
-- pipelines/reference/vpr.csv
code
-- sql/marts/vpr.sql
/* title = "ВПР" */
select 1
-- sql/staging/region.sql
/* title = "Регион" */
select 1
"#,
        pipelines::SOUND
    )), @"");
}

#[test]
fn indicators_of_one_id_and_of_one_table() {
    let file = |path: &str| {
        format!(
            "-- sql/indicators/{path}.sql\n/* title = \"n\"\nformula = \"n\"\nunit = \"шт.\"\nmeasure = \"count\" */\nselect 1\n"
        )
    };
    assert_snapshot!(report(&(file("vpr.n") + &file("deep/vpr.n") + &file("a_b.c") + &file("a.b_c"))), @"");
}

#[test]
fn a_source_nobody_pulls_from_and_one_nobody_declared() {
    assert_snapshot!(report(&format!(
        "{}-- dinamika.toml\n[sources.inbux]\nfolder = \"inbox\"\n",
        pipelines::SOUND
    )), @"");
}

#[test]
fn files_nothing_reads_are_worth_a_look() {
    assert_snapshot!(report(
        "-- pipelines/deep/vpr.toml\n-- pipelines/marks.csv\n-- sql/loose.sql\n-- sql/unit/a.sql\n-- dashboards/a.sql\n-- inbox/a.csv\n"
    ), @"");
}

#[test]
fn a_mark_of_the_editor_is_no_text() {
    assert_snapshot!(report("-- dinamika.toml\n\u{feff}titel = \"а\"\n-- sql/marts/a.sql\n\u{feff}/* title = \"а\" */ select 1\n"), @"");
}

#[test]
fn the_disk_gives_the_same_and_says_what_is_no_utf8() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("sql/marts")).unwrap();
    std::fs::write(root.path().join("dinamika.toml"), "").unwrap();
    std::fs::write(root.path().join("sql/marts/a.sql"), b"/* title = \"\xcf\xf0\" */\nselect 1").unwrap();
    std::fs::write(root.path().join("sql/marts/note.txt"), "not of the project").unwrap();
    let loaded = dinamika_project::load(root.path()).unwrap();
    assert_snapshot!(loaded.report.iter().map(ToString::to_string).collect::<String>(), @"");
    assert_eq!(loaded.project.models.len(), 1);
}
