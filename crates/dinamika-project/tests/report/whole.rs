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
    )), @"
        pipelines/reference/vpr.csv:1:1: error: `vpr` is made twice, first at pipelines/vpr.toml:1:1 [duplicate]
        sql/marts/vpr.sql:1:1: error: `vpr` is made twice, first at pipelines/vpr.toml:1:1 [duplicate]
        sql/staging/region.sql:1:1: error: `region` is a table of the house itself [duplicate]
    ");
}

#[test]
fn indicators_of_one_id_and_of_one_table() {
    let file = |path: &str| {
        format!(
            "-- sql/indicators/{path}.sql\n/* title = \"n\"\nformula = \"n\"\nunit = \"шт.\"\nmeasure = \"count\" */\nselect 1\n"
        )
    };
    assert_snapshot!(report(&(file("vpr.n") + &file("deep/vpr.n") + &file("a_b.c") + &file("a.b_c"))), @"
        sql/indicators/a_b.c.sql:1:1: error: `indicator_a_b_c` is made twice, first at sql/indicators/a.b_c.sql:1:1 [duplicate]
        sql/indicators/vpr.n.sql:1:1: error: `indicator_vpr_n` is made twice, first at sql/indicators/deep/vpr.n.sql:1:1 [duplicate]
    ");
}

#[test]
fn a_formula_with_a_parameter_nobody_declared() {
    assert_snapshot!(report(
        "-- dinamika.toml\n[params]\nmonths = 36\n-- sql/indicators/kpk.a.sql\n/* title = \"n\"\nformula = \"за $month месяцев\"\nunit = \"шт.\"\nmeasure = \"count\" */\nselect 1\n"
    ), @r"
        sql/indicators/kpk.a.sql:1:1: error: `$month` is no parameter of the project [unknown-key]
            help: did you mean `$months`?
    ");
}

#[test]
fn a_source_nobody_pulls_from_and_one_nobody_declared() {
    assert_snapshot!(report(&format!(
        "{}-- dinamika.toml\n[sources.inbux]\nfolder = \"inbox\"\n",
        pipelines::SOUND
    )), @"
        dinamika.toml:1:10: warning: no pipeline pulls from the source `inbux` [unused]
        pipelines/vpr.toml:1:1: error: `inbox` is no source of the project [unknown-key]
            help: did you mean `inbux`?
    ");
}

#[test]
fn files_nothing_reads_are_worth_a_look() {
    assert_snapshot!(report(
        "-- pipelines/deep/vpr.toml\n-- pipelines/marks.csv\n-- sql/loose.sql\n-- sql/unit/a.sql\n-- dashboards/a.sql\n-- inbox/a.csv\n"
    ), @"
        dashboards/a.sql:1:1: warning: nothing reads a file of this kind here [unused]
            help: files are pipelines/*.toml, pipelines/reference/*.csv, sql/staging|marts|indicators|tests/*.sql, sql/unit/*.toml and dashboards/*.toml
        pipelines/deep/vpr.toml:1:1: warning: nothing reads a file of this kind here [unused]
            help: files are pipelines/*.toml, pipelines/reference/*.csv, sql/staging|marts|indicators|tests/*.sql, sql/unit/*.toml and dashboards/*.toml
        pipelines/marks.csv:1:1: warning: nothing reads a file of this kind here [unused]
            help: files are pipelines/*.toml, pipelines/reference/*.csv, sql/staging|marts|indicators|tests/*.sql, sql/unit/*.toml and dashboards/*.toml
        sql/loose.sql:1:1: warning: nothing reads a file of this kind here [unused]
            help: files are pipelines/*.toml, pipelines/reference/*.csv, sql/staging|marts|indicators|tests/*.sql, sql/unit/*.toml and dashboards/*.toml
        sql/unit/a.sql:1:1: warning: nothing reads a file of this kind here [unused]
            help: files are pipelines/*.toml, pipelines/reference/*.csv, sql/staging|marts|indicators|tests/*.sql, sql/unit/*.toml and dashboards/*.toml
    ");
}

#[test]
fn a_mark_of_the_editor_is_no_text() {
    assert_snapshot!(report("-- dinamika.toml\n\u{feff}titel = \"а\"\n-- sql/marts/a.sql\n\u{feff}/* title = \"а\" */ select 1\n"), @"
        dinamika.toml:1:1: error: unknown key `titel` [unknown-key]
            help: did you mean `title`?
    ");
}

#[test]
fn the_disk_gives_the_same_and_says_what_is_no_utf8() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("sql/marts")).unwrap();
    std::fs::write(root.path().join("dinamika.toml"), "").unwrap();
    std::fs::write(root.path().join("sql/marts/a.sql"), b"/* title = \"\xcf\xf0\" */\nselect 1").unwrap();
    std::fs::write(root.path().join("sql/marts/note.txt"), "not of the project").unwrap();
    let loaded = dinamika_project::load(root.path()).unwrap();
    assert_snapshot!(loaded.report.iter().map(ToString::to_string).collect::<String>(), @"
        sql/marts/a.sql:1:13: error: this is not UTF-8 [syntax]
            help: save the file as UTF-8
    ");
    assert_eq!(loaded.project.models.len(), 1);
}
