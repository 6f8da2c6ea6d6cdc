//! Files that come again, come late, are taken out and put back: the newest word of a sender stands, and nothing else moves.

mod support;

use serde_json::Value;
use support::{Project, protocol, protocol_path, registry};

/// Pupils' rows themselves are never in a release.
const ROWS: &str = "select sum(n_rows) as n from vpr_marks";

fn sum_of(project: &Project, school: &str) -> f64 {
    project.number(&format!("select sum(score_sum) as n from vpr_marks where school_key like '{school}'"))
}

fn expected_sum(municipality: usize, schools: std::ops::RangeInclusive<usize>, shift: usize) -> f64 {
    let text = String::from_utf8(protocol(municipality, schools, shift)).expect("UTF-8");
    text.lines().skip(1).filter_map(|line| line.rsplit(';').next()?.parse::<f64>().ok()).sum()
}

#[test]
fn the_same_bytes_under_another_name_are_loaded_once() {
    let project = Project::with_protocols();
    let first = project.run();
    assert_eq!(first["loaded"]["files"], 4);
    assert_eq!(first["loaded"]["rows"], 12 + 144);
    let release = project.release();
    project.put("2021/Копия, ВПР по математике, 4 класс.csv", &protocol(0, 1..=4, 0), 300);
    let second = project.run();
    assert_eq!((&second["pulled"]["new"], &second["pulled"]["known"]), (&0.into(), &1.into()), "{second}");
    assert_eq!(second["loaded"]["files"], 0);
    assert_eq!(project.number(ROWS), 144.0);
    assert_eq!(second["release"], Value::Null, "nothing new, nothing published");
    let third = project.run();
    assert_eq!((&third["pulled"]["new"], &third["release"]), (&0.into(), &Value::Null));
    assert_eq!(project.release(), release);
    assert_eq!(project.ok(&["plan"]).trim(), "Делать нечего: ничего не изменилось.");
}

#[test]
fn the_same_bytes_are_loaded_again_where_their_path_gives_them_another_meaning() {
    let project = Project::with_protocols();
    project.run();
    // What the lines are about stands in the path alone.
    let russian = "2021/Речной район/ВПР по русскому языку, 4 класс.csv";
    project.put(russian, &protocol(0, 1..=4, 0), 300);
    let run = project.run();
    assert_eq!((&run["pulled"]["known"], &run["loaded"]["files"]), (&1.into(), &1.into()), "{run}");
    let of = |subject: &str| {
        let sql = "select sum(n_rows) as n from vpr_marks where school_key like '231%' and subject = ";
        project.number(&format!("{sql}'{subject}'"))
    };
    assert_eq!((of("MA"), of("RU")), (48.0, 48.0));
    // Each is taken out and put back by itself.
    project.ok(&["files", "withdraw", russian]);
    project.run();
    assert_eq!(project.number(ROWS), 144.0);
    project.ok(&["files", "restore", russian]);
    project.run();
    assert_eq!((of("MA"), of("RU")), (48.0, 48.0));
    // Whatever is read again, nothing is there twice.
    project.json(&["run", "--full"]);
    assert_eq!((of("MA"), of("RU"), project.number(ROWS)), (48.0, 48.0, 192.0));
}

#[test]
fn a_file_under_a_new_name_is_the_same_file() {
    let project = Project::with_protocols();
    project.run();
    let before = project.values();
    let (old, new) = (project.root().join("inbox").join(protocol_path(0)), "2021/архив/ВПР по математике, 4 класс.csv");
    project.put(new, &protocol(0, 1..=4, 0), 200);
    std::fs::remove_file(old).expect("the old name goes");
    let run = project.run();
    assert_eq!((&run["loaded"]["files"], &run["release"]), (&0.into(), &Value::Null), "{run}");
    assert_eq!(project.file(new)["status"], "copy");
    project.json(&["run", "--full"]);
    project.values().are(&before);

    // Withdrawn under either name, the rows are out: the other name does not bring them back.
    assert!(project.ok(&["files", "withdraw", new]).contains(&protocol_path(0)));
    project.json(&["run", "--full"]);
    assert_eq!(project.number(ROWS), 96.0);
    project.put("2021/ещё/ВПР по математике, 4 класс.csv", &protocol(0, 1..=4, 0), 900);
    project.run();
    assert_eq!(project.number(ROWS), 96.0);
    project.ok(&["files", "restore", new]);
    project.run();
    project.values().are(&before);
}

#[test]
fn a_copy_put_in_the_place_of_a_correction_takes_it_back() {
    let project = Project::with_protocols();
    project.run();
    let before = project.values();
    // A backup of the first word lies beside; the path itself is corrected, then the backup is put in its place.
    project.put("2021/было/ВПР по математике, 4 класс.csv", &protocol(0, 1..=4, 0), 250);
    project.put("2021/Речной район/ВПР по математике, 4 класс, исправлено.csv", &protocol(0, 1..=4, 6), 300);
    project.run();
    assert!(project.values() != before);
    project.put("2021/Речной район/ВПР по математике, 4 класс, исправлено.csv", &protocol(0, 1..=4, 0), 400);
    project.run();
    project.values().are(&before);
    assert_eq!(project.number(ROWS), 144.0);
    assert_eq!(project.json(&["run"])["release"], Value::Null);
    project.json(&["run", "--full"]);
    project.values().are(&before);
}

#[test]
fn a_correction_replaces_only_its_schools_and_can_be_withdrawn_and_restored() {
    let project = Project::with_protocols();
    project.run();
    let before = project.values();
    // Two of four schools of the first municipality are sent again.
    let correction = "2021/Речной район, исправлено/ВПР по математике, 4 класс.csv";
    project.put(correction, &protocol(0, 2..=3, 7), 900);
    let run = project.run();
    assert_eq!(run["loaded"]["replaced_rows"], 24);
    let corrected = |project: &Project| {
        assert_eq!(project.number(ROWS), 144.0);
        assert_eq!(sum_of(project, "231001"), expected_sum(0, 1..=1, 0));
        assert_eq!(sum_of(project, "231002"), expected_sum(0, 2..=2, 7));
        assert_eq!(sum_of(project, "231003"), expected_sum(0, 3..=3, 7));
        assert_eq!(sum_of(project, "232%"), expected_sum(1, 1..=4, 0));
    };
    corrected(&project);
    let after = project.values();
    assert!(before != after);

    // The newer file goes: the older one's rows stand again.
    project.ok(&["files", "withdraw", correction]);
    assert_eq!(project.file(correction)["status"], "withdrawn");
    project.run();
    project.values().are(&before);
    // … and comes back.
    project.ok(&["files", "restore", correction]);
    project.run();
    corrected(&project);
    project.values().are(&after);

    // The older one goes: the correction stays.
    project.ok(&["files", "withdraw", &protocol_path(0)]);
    project.run();
    assert_eq!(project.number(ROWS), 120.0);
    assert_eq!(sum_of(&project, "231%"), expected_sum(0, 2..=3, 7));
    // Both are out: neither brings the other back.
    project.ok(&["files", "withdraw", correction]);
    project.run();
    assert_eq!(project.number(ROWS), 96.0);
    // The older one, restored after, does not take the place of the newer one.
    project.ok(&["files", "restore", correction]);
    project.run();
    project.ok(&["files", "restore", &protocol_path(0)]);
    project.run();
    corrected(&project);
    project.values().are(&after);
    let said = project.say(&["files", "restore", correction]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("files list"), "{}", said.err);
}

#[test]
fn the_order_in_which_files_arrive_changes_nothing() {
    // Four files about the same school, each newer than the one before; one is about others too.
    let files = [
        (protocol_path(0), protocol(0, 1..=4, 0), 200),
        ("2021/второй/ВПР по математике, 4 класс.csv".to_owned(), protocol(0, 1..=2, 3), 300),
        ("2021/третий/ВПР по математике, 4 класс.csv".to_owned(), protocol(0, 2..=3, 5), 400),
        ("2021/четвёртый/ВПР по математике, 4 класс.csv".to_owned(), protocol(0, 2..=2, 8), 500),
    ];
    let arrived = |order: &[&[usize]]| {
        let project = Project::new();
        project.put("Реестр.csv", &registry(), 100);
        for together in order {
            for (path, bytes, changed) in together.iter().map(|at| &files[*at]) {
                project.put(path, bytes, *changed);
            }
            project.run();
        }
        assert_eq!(project.number(ROWS), 48.0, "{order:?}");
        assert_eq!(project.number("select max(n_rows) as n from vpr_marks"), 12.0, "{order:?}");
        project.values()
    };
    let at_once = arrived(&[&[0, 1, 2, 3]]);
    assert!(!at_once.0.is_empty());
    for order in [&[&[3][..], &[2], &[1], &[0]][..], &[&[2, 0], &[3, 1]]] {
        arrived(order).are(&at_once);
    }
}

#[test]
fn a_sender_who_goes_back_to_the_former_file_is_believed() {
    let project = Project::with_protocols();
    project.run();
    let first = project.values();
    project.put(&protocol_path(1), &protocol(1, 1..=4, 4), 600);
    project.run();
    assert!(project.values() != first);
    project.put(&protocol_path(1), &protocol(1, 1..=4, 0), 700);
    project.run();
    project.values().are(&first);
    assert_eq!(project.number(ROWS), 144.0);
}

#[test]
fn decisions_about_schools_act_with_the_next_run_and_can_be_taken_back() {
    let project = Project::new();
    project.put("Реестр.csv", &registry(), 100);
    // Five schools answer for a municipality whose registry has four.
    project.put(&protocol_path(0), &protocol(0, 1..=5, 0), 200);
    let counted = |project: &Project| {
        project.number("select sum(value) as n from indicator_values where indicator = 'vpr.n' and level = 'school'")
    };
    let run = project.run();
    assert_eq!(run["review"], 1, "{run}");
    assert_eq!(counted(&project), 48.0);
    let waiting = project.json(&["schools", "review"]);
    let school_ref = waiting[0]["school_ref"].as_str().expect("a mention").to_owned();

    assert_eq!(project.say(&["schools", "accept", "name:нет|такой", "231004"]).code, Some(2));
    project.ok(&["schools", "accept", &school_ref, "231004"]);
    assert_eq!(counted(&project), 48.0, "a decision waits for a run");
    let run = project.run();
    assert_eq!((&run["loaded"]["files"], &run["review"]), (&0.into(), &0.into()), "no file is read again");
    assert_eq!(counted(&project), 60.0);

    let exported = project.root().join("decisions.csv");
    let exported = exported.to_str().expect("a path");
    project.ok(&["schools", "export", "-o", exported]);
    project.ok(&["schools", "undo", &school_ref]);
    project.run();
    assert_eq!(counted(&project), 48.0);
    project.ok(&["schools", "reject", &school_ref]);
    assert_eq!(project.run()["review"], 0);
    assert_eq!(counted(&project), 48.0);

    // Another installation takes the decisions over.
    let other = Project::new();
    other.put("Реестр.csv", &registry(), 100);
    other.put(&protocol_path(0), &protocol(0, 1..=5, 0), 200);
    assert!(other.ok(&["schools", "import", exported]).contains("добавлено: 1"));
    assert!(other.ok(&["schools", "import", exported]).contains("добавлено: 0"), "twice is once");
    other.run();
    assert_eq!(counted(&other), 60.0);
    let again = other.root().join("again.csv");
    other.ok(&["schools", "export", "-o", again.to_str().expect("a path")]);
    assert_eq!(std::fs::read(exported).expect("exported"), std::fs::read(again).expect("exported again"));
}

#[test]
fn a_failing_test_keeps_the_old_release() {
    let project = Project::with_protocols();
    project.run();
    let (release, before) = (project.release(), project.values());
    let check =
        "/*\ntitle = \"Баллов больше десяти не бывает\"\n*/\nselect login, score from vpr_protocol where score > 10\n";
    project.write("sql/tests/no_high_scores.sql", check.as_bytes());
    project.put(&protocol_path(2), &protocol(2, 1..=4, 1), 800);
    let said = project.say(&["run"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.out.contains("Баллов больше десяти не бывает"), "{}", said.out);
    assert!(said.err.contains("читатели видят прежний"), "{}", said.err);
    assert_eq!(project.release(), release);
    project.values().are(&before);
    assert_eq!(project.json(&["runs", "list"])[0]["status"], "failed");
    // The next run tries again, and the test out of the way lets the same rows out.
    assert_eq!(project.say(&["run"]).code, Some(1));
    std::fs::remove_file(project.root().join("sql/tests/no_high_scores.sql")).expect("the test is removed");
    let run = project.run();
    assert_eq!(run["loaded"]["files"], 0);
    assert_eq!(run["release"], release + 1);
    assert!(project.values() != before);
}

#[test]
fn a_plan_names_what_a_run_would_do_and_why() {
    let project = Project::with_protocols();
    project.run();
    project.put(&protocol_path(2), &protocol(2, 1..=4, 1), 800);
    let planned = project.json(&["plan"]);
    let why = |planned: &Value, kind: &str, name: &str| {
        let found = planned.as_array().into_iter().flatten().find(|step| step["kind"] == kind && step["name"] == name);
        found.map(|step| step["why"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(
        why(&planned, "read", &protocol_path(2)).as_deref(),
        Some("новый или изменённый файл источника"),
        "{planned}"
    );
    assert!(why(&planned, "build", "vpr_marks").is_some_and(|why| why.contains("вход")), "{planned}");
    project.run();
    assert_eq!(project.json(&["plan"]), Value::Array(Vec::new()));

    let model = project.root().join("sql/marts/vpr_marks.sql");
    let sql = std::fs::read_to_string(&model).expect("a model") + "\n-- другое\n";
    project.write("sql/marts/vpr_marks.sql", sql.as_bytes());
    let planned = project.json(&["plan"]);
    assert_eq!(
        why(&planned, "build", "vpr_marks").as_deref(),
        Some("изменился текст модели или параметры"),
        "{planned}"
    );
    assert_eq!(why(&planned, "build", "vpr_task_agg"), None, "{planned}");
    assert!(why(&planned, "build", "indicator_vpr_share2").is_some_and(|why| why.contains("vpr_marks")), "{planned}");
    let text = project.ok(&["plan"]);
    assert!(text.contains("построить") && text.contains("vpr_marks"), "{text}");
}

#[test]
fn mistakes_of_a_project_are_told_with_their_place() {
    let project = Project::with_protocols();
    project.write(
        "sql/marts/mine.sql",
        "/*\ntitle = \"Моё\"\n*/\nselect login,\n       skore\nfrom   vpr_protocol\n".as_bytes(),
    );
    for words in [["check"], ["run"]] {
        let said = project.say(&words);
        assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
        let all = format!("{}{}", said.out, said.err);
        assert!(all.contains("sql/marts/mine.sql:5:8: error:") && all.contains("skore"), "{all}");
    }
    project.write("sql/marts/mine.sql", "/*\ntitle = \"Моё\"\n*/\nselect login from yours\n".as_bytes());
    project.write("sql/marts/yours.sql", "/*\ntitle = \"Твоё\"\n*/\nselect login from mine\n".as_bytes());
    for words in [["check"], ["run"]] {
        let said = project.say(&words);
        let all = format!("{}{}", said.out, said.err);
        assert_eq!(said.code, Some(2), "{all}");
        assert!(
            all.contains("sql/marts/mine.sql:4:19: error:") || all.contains("sql/marts/yours.sql:4:19: error:"),
            "{all}"
        );
        assert!(all.contains("cycle"), "{all}");
    }
    std::fs::remove_file(project.root().join("sql/marts/mine.sql")).expect("a model less");
    std::fs::remove_file(project.root().join("sql/marts/yours.sql")).expect("a model less");
    assert_eq!(project.release(), 1, "nothing was published meanwhile");
    assert!(project.json(&["files", "list"]).as_array().is_some_and(Vec::is_empty), "nothing was even pulled");
}
