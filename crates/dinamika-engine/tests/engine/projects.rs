use std::{collections::BTreeMap, path::PathBuf};

use dinamika_engine::{check, run_unit_tests};
use dinamika_project::{Project, load_text};

#[tokio::test]
async fn a_project_of_text_is_checked_and_its_unit_tests_run() {
    let project = loaded(&[]);
    let report = check(&project).await;
    assert_eq!(report.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    let outcomes = run_unit_tests(&project).await;
    assert_eq!(outcomes.len(), 1);
    assert_eq!(outcomes[0].difference, None);
}

#[tokio::test]
async fn a_mistake_stands_where_it_is_written() {
    let tasks = "/*\ntitle = \"Задания\"\n*/\n-- Привет\nselect test, task.number as task from (select test, unnest(tasks) as task from vpr) t";
    let project = loaded(&[("sql/staging/tasks.sql", tasks)]);
    let report = check(&project).await;
    let told: Vec<_> = report.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @"sql/staging/tasks.sql:1:1: error: Field number not found in struct [sql]");
    let project = loaded(&[("sql/tests/none.sql", "/* title = \"Нет\" */\nselect 'Ё', tset\nfrom vpr")]);
    insta::assert_snapshot!(check(&project).await.iter().map(|d| d.place.to_string()).collect::<String>(), @"sql/tests/none.sql:2:13");
}

/// A small project, with some of its files replaced.
fn loaded(replaced: &[(&str, &str)]) -> Project {
    let files = [
        (
            "dinamika.toml",
            "title = \"Проверка\"\nlake = \"lake\"\nstate = \"state\"\n[sources.inbox]\nfolder = \"inbox\"\n[params]\npass = 0.6\n",
        ),
        (
            "pipelines/vpr.toml",
            "title = \"ВПР\"\nnatural_key = [\"test\"]\npartition_by = \"test\"\n[school]\nlogin = \"login\"\n\
             [columns]\nlogin = \"login\"\ntest = \"text\"\nmark = \"mark\"\ntasks = \"tasks\"\n\
             [[layout]]\nname = \"a\"\nheader = { must = [\"логин\"] }\nunpivot = { columns = '^балл (?<label>\\d+)$', into = \"tasks\" }\n\
             [layout.columns]\nlogin = \"логин\"\ntest = \"тест\"\nmark = \"отметка\"\n",
        ),
        (
            "sql/staging/tasks.sql",
            "/*\ntitle = \"Задания\"\npartition_by = \"test\"\n*/\nselect test, school_ref, task.label as task, task.score / task.max >= $pass as passed\n\
             from (select test, school_ref, unnest(tasks) as task from vpr) t",
        ),
        (
            "sql/marts/schools.sql",
            "/*\ntitle = \"Школы\"\n*/\nselect login as school_key, login as school_name, 'm' as municipality_key from vpr group by login",
        ),
        (
            "sql/indicators/vpr.passed.sql",
            "/*\ntitle = \"Справились\"\nformula = \"доля\"\nunit = \"%\"\ndirection = \"up\"\nmeasure = \"share\"\ndimensions = [\"task\"]\n*/\n\
             select m.school_key, t.test as period, t.task, count(*) filter (where t.passed) as num, count(*) as den\n\
             from tasks t join school_match m on m.school_ref = t.school_ref group by 1, 2, 3",
        ),
        ("sql/tests/none.sql", "/* title = \"Нет\" */\nselect * from vpr where mark > 5"),
        (
            "sql/unit/tasks.toml",
            "model = \"tasks\"\n[[given.vpr]]\ntest = \"a\"\ntasks = [{ label = \"1\", max = 2, score = 1.0 }, { label = \"2\", max = 2, score = 2.0 }]\n\
             [[expect]]\ntest = \"a\"\ntask = \"2\"\npassed = true\n[[expect]]\ntest = \"a\"\ntask = \"1\"\npassed = false\n",
        ),
    ];
    let texts = files.iter().chain(replaced).map(|(path, text)| (PathBuf::from(path), (*text).to_owned()));
    let loaded = load_text(&texts.collect::<BTreeMap<_, _>>());
    assert_eq!(loaded.report.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    loaded.project
}
