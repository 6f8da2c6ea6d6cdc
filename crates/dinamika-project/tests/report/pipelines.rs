use super::*;

/// A pipeline without a mistake.
pub(super) const SOUND: &str = r#"
-- pipelines/vpr.toml
title = "ВПР"
[columns]
login = "login"
mark = "mark"
[[layout]]
name = "2021"
header = { must = ["логин"] }
[layout.columns]
login = "Логин"
mark = "Отметка"
"#;

#[test]
fn a_sound_pipeline_is_read() {
    assert_snapshot!(report(SOUND), @"");
    let project = project(SOUND).project;
    let schema = project.pipelines[0].schema();
    let fields: Vec<_> =
        schema.fields().iter().map(|field| format!("{} {}", field.name(), field.data_type())).collect();
    assert_snapshot!(fields.join("\n"), @"");
}

#[test]
fn kinds_become_the_columns_they_promise() {
    let project = project(
        r#"
-- pipelines/all.toml
title = "Всё"
[school]
login = "a"
[columns]
a = "login"
b = "amount"
c = "dates"
d = "documents"
e = "tasks"
f = { kind = "choice", values = { yes = "да" } }
g = "bool"
[[layout]]
name = "a"
header = { must = ["a"] }
unpivot = { columns = '^\d$', into = "e" }
[layout.columns]
a = "a"
b = "b"
c = "c"
d = "d"
f = "f"
g = "g"
"#,
    );
    assert_eq!(project.report.iter().count(), 0);
    let schema = project.project.pipelines[0].schema();
    let fields: Vec<_> =
        schema.fields().iter().map(|field| format!("{} {}", field.name(), field.data_type())).collect();
    assert_snapshot!(fields.join("\n"), @"");
}

#[test]
fn all_mistakes_of_a_pipeline_at_once() {
    assert_snapshot!(report(r#"
-- pipelines/vpr.toml
sorce = "inbox"
source = "inbux"
table = "ВПР"
zone = "curatde"
natural_key = ["tset", "school_ref", "when_from"]
partition_by = "grade"
on_reject = "drop"
max_reject_share = 20
personal = "no"
[school]
login = "logn"
nmae = "name"
[columns]
login = "login"
test = { kind = "text", requierd = true }
grade = { kind = "int", min = 11, max = 1 }
name = "txet"
sex = "choice"
kind = { kind = "choice", values = { m = "м(уж", f = "ж" } }
lost = { title = "Без вида" }
when = "dates"
when_from = "date"
_row = "int"
Школа = "text"
[[layout]]
name = "2021"
header = { must = ["логин"] }
[layout.columns]
login = "логин"
test = "работа"
grade = "класс"
name = "школа"
sex = "пол"
kind = "вид"
lost = "где"
when = "когда"
when_from = "с"
_row = "строка"
"#), @"");
}

#[test]
fn a_pipeline_says_what_it_holds_and_how_it_is_told() {
    assert_snapshot!(report("-- pipelines/empty.toml\n"), @"");
}

#[test]
fn a_column_no_layout_fills_is_worth_a_look() {
    assert_snapshot!(report(&SOUND.replace("mark = \"mark\"", "mark = \"mark\"\nforgotten = \"text\"")), @"");
}

#[test]
fn columns_and_layouts_of_one_name() {
    let twice = SOUND.replace("mark = \"mark\"", "mark = \"mark\"\nlogin = \"text\"");
    assert_snapshot!(report(&format!("{twice}[[layout]]\nname = \"2021\"\nheader = {{ must = [\"x\"] }}\n")), @"");
}

#[test]
fn a_file_name_is_a_name() {
    assert_snapshot!(report(&SOUND.replace("vpr.toml", "ВПР.toml")), @"");
}
