//! The whole way on an invented region: what is printed, published and refused agrees with the truth it was made from.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

/// Runs the program in a folder; what it printed to standard output.
fn dinamika(folder: &Path, arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_dinamika")).arg("-C").arg(folder).args(arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn rows(folder: &Path, sql: &str) -> Vec<Value> {
    serde_json::from_str(&dinamika(folder, &["query", "-f", "json", sql])).unwrap()
}

/// One number.
fn count(folder: &Path, sql: &str) -> u64 {
    whole(&rows(folder, sql)[0]["n"])
}

/// A count is a whole number whichever type carries it; nothing counted is nought.
fn whole(value: &Value) -> u64 {
    value.as_f64().map_or(0, |number| number as u64)
}

#[test]
fn a_demo_agrees_with_its_truth() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("region");
    let told = dinamika(home.path(), &["demo", folder.to_str().unwrap(), "--schools", "60", "--no-serve"]);
    let truth: Value = serde_json::from_str(&fs::read_to_string(folder.join("truth.json")).unwrap()).unwrap();

    values_are_the_truth(&folder, &truth);
    marts_are_the_truth(&folder, &truth);
    risks_have_their_proofs_and_tests_their_country(&folder);
    every_row_has_arrived(&folder, &truth);
    sums_roll_up(&folder);
    faults_met_what_was_expected(&folder, &truth, &told);
    assert!(told.contains("не пройдено 0."), "{told}");
    assert!(told.contains("Опубликован выпуск 1"), "{told}");

    decisions_take_effect(&folder);

    // The next time nothing is read and nothing is published.
    let again = dinamika(&folder, &["run"]);
    assert!(again.contains("новых 0, прочитано 0,"), "{again}");
    assert!(again.contains("Ничего не изменилось"), "{again}");
}

/// A municipality is the sum of its schools and the region of its municipalities, what is of no known school
/// among them (`unresolved`): of every indicator but those that count each level anew.
fn sums_roll_up(folder: &Path) {
    // People are counted once however many places they work at; an entity's own state is no sum of states.
    let counted_anew = ["kpk.people_3y", "kpk.topic", "diag.cover", "diag.ipr", "diag.low_share"];
    let states = ["vpr.task_status", "vpr.skill_deficit", "dq.freshness", "dq.quarantine", "dq.unmatched"];
    // Left out of a place none of whose documents tells of the federal register, or where no pupils were expected.
    let partly_told = ["kpk.fed_share", "vpr.cover"];
    let anew = |indicator: &str| [&counted_anew[..], &states, &partly_told].concat().contains(&indicator);
    // One text for all that must be equal: the engine then joins by hash.
    let same = ["indicator", "period", "subject", "grade", "pupil_grade", "task"]
        .map(|key| format!("coalesce(cast({key} as varchar), '-')"))
        .join(" || '|' || ");
    // One planted school nobody knows names its municipality: there it counts, and in no school.
    let levels =
        [("school", "municipality", "municipality", "entity", 1), ("municipality", "region", "'all'", "'all'", 0)];
    for (lower, upper, of, whole_of, unknown) in levels {
        let sql = format!(
            "with sums as (
                 select {same} as cell, {of} as whole, sum(num) as num, sum(den) as den, sum(n) as n
                 from   indicator_values where level = '{lower}' group by 1, 2
             ),
             told as (
                 select {same} as cell, {whole_of} as whole, indicator, entity, num, den, n
                 from   indicator_values where level = '{upper}' and entity <> 'unresolved'
             )
             select u.indicator, count(*) as n,
                    count(distinct u.entity)
                        filter (where abs(u.num - s.num) > 1e-6 or abs(u.den - s.den) > 1e-6 or u.n <> s.n) as differ
             from   told u
             join   sums s  on s.cell = u.cell and s.whole = u.whole
             group  by u.indicator"
        );
        let mut additive = 0;
        for row in rows(folder, &sql) {
            let indicator = text(&row["indicator"]);
            if !anew(&indicator) {
                additive += 1;
                assert!(whole(&row["differ"]) <= unknown, "{indicator}: {upper} is not the sum of {lower}: {row}");
            }
        }
        assert!(additive > 20, "{upper}: {additive} indicators compared");
    }
}

type Key = (String, String, u64);

fn key(row: &Value) -> Key {
    (text(&row["period"]), text(&row["subject"]), whole(&row["grade"]))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The published values of the region: pupils, points, marks. Lines of unknown schools count in the region.
fn values_are_the_truth(folder: &Path, truth: &Value) {
    let sql = "select indicator, period, subject, grade, num, den from indicator_values where level = 'region' and task is null";
    let mut values = BTreeMap::<Key, BTreeMap<String, (u64, u64)>>::new();
    for row in rows(folder, sql) {
        values.entry(key(&row)).or_default().insert(text(&row["indicator"]), (whole(&row["num"]), whole(&row["den"])));
    }
    for test in truth["tests"].as_array().unwrap() {
        let of = |name: &str| whole(&test[name]) + whole(&test["unknown"][name]);
        let mark = |mark: usize| whole(&test["marks"][mark - 2]) + whole(&test["unknown"]["marks"][mark - 2]);
        let n = of("n");
        let expected = [
            ("vpr.n", (n, n)),
            ("vpr.pct_max", (of("score_sum"), n * whole(&test["max_score"]))),
            ("vpr.share2", (mark(2), n)),
            ("vpr.share5", (mark(5), n)),
            ("vpr.quality", (mark(4) + mark(5), n)),
            ("vpr.uspev", (n - mark(2), n)),
            ("vpr.mark_mean", ((2..=5).map(|m| m as u64 * mark(m)).sum(), n)),
        ];
        let found = values.get(&key(test)).unwrap_or_else(|| panic!("{} has no values", test["test"]));
        for (indicator, expected) in expected {
            assert_eq!(found[indicator], expected, "{} of {}", indicator, test["test"]);
        }
    }
}

/// What is only pointed out has no deadline, everything else has one; five indicators of each test of Ф3 are the country's.
fn risks_have_their_proofs_and_tests_their_country(folder: &Path) {
    assert_eq!(count(folder, "select count(*) as n from risk_board where (state = 'indicated') <> (due is null)"), 0);
    assert!(count(folder, "select count(*) as n from risk_board where due_to is not null and documents > 0") > 0);
    let printed = "select count(*) as n from vpr_stats_check where level = 'country'";
    assert_eq!(count(folder, "select count(*) as n from vpr_country"), 5 * count(folder, printed));
}

/// The sums under the values, of known schools, by test and municipality.
fn marts_are_the_truth(folder: &Path, truth: &Value) {
    let sql = "select v.test, s.municipality_key as municipality, sum(v.n) as n, sum(v.score_sum) as score_sum, \
               sum(v.score_sq) as score_squares, sum(v.n_absent) as absent, sum(v.n_both) as journal, sum(v.n_gap2) as gap2, \
               sum(v.n2) as m2, sum(v.n3) as m3, sum(v.n4) as m4, sum(v.n5) as m5, \
               sum(v.n_down) as down, sum(v.n_same) as same, sum(v.n_up) as up \
               from vpr_marks v join schools s on s.school_key = v.school_key group by v.test, s.municipality_key";
    let mut found: BTreeMap<_, _> =
        rows(folder, sql).into_iter().map(|row| ((text(&row["test"]), text(&row["municipality"])), row)).collect();
    for test in truth["tests"].as_array().unwrap() {
        for (municipality, tally) in test["municipalities"].as_object().unwrap() {
            let at = (text(&test["test"]), municipality.clone());
            let row = found.remove(&at).unwrap_or_else(|| panic!("nothing of {at:?}"));
            let list = |name: &str| tally[name].as_array().unwrap().iter().map(whole).collect::<Vec<_>>();
            let got = |names: &[&str]| names.iter().map(|name| whole(&row[*name])).collect::<Vec<_>>();
            for name in ["n", "score_sum", "score_squares", "journal", "gap2"] {
                assert_eq!(whole(&row[name]), whole(&tally[name]), "{name} of {at:?}");
            }
            assert_eq!(
                whole(&row["absent"]),
                whole(&tally["absent"]) + whole(&tally["unreadable"]),
                "absent of {at:?}"
            );
            assert_eq!(got(&["m2", "m3", "m4", "m5"]), list("marks"), "marks of {at:?}");
            assert_eq!(got(&["down", "same", "up"]), list("down_same_up"), "journal of {at:?}");
        }
    }
    assert!(found.is_empty(), "more than the truth: {:?}", found.keys());
}

/// Rows of every kind of export that were written are the rows that were kept.
fn every_row_has_arrived(folder: &Path, truth: &Value) {
    let kept: BTreeMap<String, u64> =
        rows(folder, "select table_name, sum(rows_kept) as n from data_quality group by table_name")
            .iter()
            .map(|row| (text(&row["table_name"]), whole(&row["n"])))
            .collect();
    assert_eq!(kept["vpr_protocol"], whole(&truth["pupil_rows"]));
    for (table, expected) in truth["rows"].as_object().unwrap() {
        assert_eq!(kept.get(table).copied(), Some(whole(expected)), "{table}");
    }
}

/// An accepted spelling moves its pupils to the school, in the tables and in the published values.
fn decisions_take_effect(folder: &Path) {
    let (spelling, school) = ("login:999998", "990001");
    let lines =
        format!("select sum(n_rows) as n from vpr_marks where school_ref = '{spelling}' and school_key = '{school}'");
    assert_eq!(count(folder, &lines), 0);
    let published =
        format!("select sum(num) as n from indicator_values where indicator = 'vpr.n' and entity = '{school}'");
    let before = count(folder, &published);
    dinamika(folder, &["schools", "accept", spelling, school]);
    let told = dinamika(folder, &["run"]);
    assert!(told.contains("новых 0, прочитано 0,") && told.contains("Опубликован выпуск 2"), "{told}");
    assert!(count(folder, &lines) > 0);
    assert!(count(folder, &published) > before);
}

fn faults_met_what_was_expected(folder: &Path, truth: &Value, told: &str) {
    let mut refused = 0;
    for fault in truth["faults"].as_array().unwrap() {
        let (kind, path, planted) = (text(&fault["kind"]), text(&fault["path"]), whole(&fault["rows"]));
        let mut is_refused = |why: &str| {
            refused += 1;
            let line = told.lines().find(|line| line.starts_with(&format!("  не принят {path}: ")));
            assert!(line.is_some_and(|line| line.contains(why)), "{path} in {told}");
            assert_eq!(count(folder, &format!("select count(*) as n from batches where path = '{path}'")), 0, "{path}");
        };
        let rejected = |rules: &str| {
            count(folder, &format!("select count(*) as n from rejects where path = '{path}' and rule in ({rules})"))
        };
        let waiting = |like: &str| {
            count(
                folder,
                &format!("select count(*) as n from school_match where status = 'review' and school_ref like '{like}'"),
            )
        };
        match kind.as_str() {
            "broken_file" => is_refused("повреждён"),
            "empty_file" => is_refused("пуст"),
            "no_layout" => is_refused("ни один известный вид выгрузки не подходит"),
            "personal_data" => is_refused("СНИЛС"),
            "duplicate_file" => {
                let original = path.replace("Копия ", "");
                let read =
                    format!("select count(distinct path) as n from batches where path in ('{path}', '{original}')");
                assert_eq!(count(folder, &read), 1, "{path}");
            }
            "corrected" => {
                assert!(told.contains(&format!("заменено новыми файлами {planted}.")), "{planted} in {told}")
            }
            "misprint" => assert_eq!(rejected("'границы', 'целое число'"), planted),
            "impossible_date" => assert_eq!(rejected("'дата'"), planted),
            "letters_in_number" => assert_eq!(rejected("'целое число'"), planted),
            "unknown_login" => {
                assert_eq!(waiting("login:%"), 2);
                assert_eq!(count(folder, "select sum(n_rows) as n from vpr_marks where school_key is null"), planted);
            }
            "unknown_school" => assert_eq!(waiting("name:%999"), 1),
            // Everything else was recognised.
            "misspelled_school" => assert_eq!(waiting("%"), 3),
            "multi_row_header" => assert!(count(folder, "select count(*) as n from event_roles") > 0),
            "windows_1251" => {
                assert!(count(folder, "select sum(rows_kept) as n from batches where path like 'КПК/%.csv'") > 0)
            }
            other => panic!("a fault nobody looks for: {other}"),
        }
    }
    assert!(told.contains(&format!("не принято {refused},")), "{refused} in {told}");
}
