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
    assert_snapshot!(fields.join("\n"), @"
        login Utf8
        mark Int32
        _batch Utf8
        _row Int32
    ");
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
    assert_snapshot!(fields.join("\n"), @r#"
        a Utf8
        b Float64
        b_cmp Utf8
        c Utf8
        c_from Date32
        c_to Date32
        c_precision Utf8
        d Utf8
        d_count Int32
        d_from Date32
        d_to Date32
        e List(Struct("no": Int32, "label": Utf8, "max": Int32, "score": Float32, "state": Utf8), field: 'element')
        e_sum Float64
        f Utf8
        g Boolean
        school_ref Utf8
        _batch Utf8
        _row Int32
    "#);
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
"Школа" = "text"
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
"#), @r#"
        pipelines/vpr.toml:1:1: error: unknown key `sorce` [unknown-key]
            help: did you mean `source`?
        pipelines/vpr.toml:1:1: error: `title` is missing [bad-value]
        pipelines/vpr.toml:2:10: error: `inbux` is no source of the project [unknown-key]
            help: did you mean `inbox`?
        pipelines/vpr.toml:3:9: error: `ВПР` is not a table name: lower-case Latin letters, digits and _ [bad-value]
        pipelines/vpr.toml:4:8: error: expected `curated` or `mart`, found `curatde` [bad-value]
            help: did you mean `curated`?
        pipelines/vpr.toml:5:16: error: this table has no column `tset` [unknown-column]
            help: did you mean `test`?
        pipelines/vpr.toml:7:13: error: expected `null`, `row` or `file`, found `drop` [bad-value]
        pipelines/vpr.toml:8:20: error: expected a share from 0 to 1, found 20 [bad-value]
        pipelines/vpr.toml:9:12: error: expected true or false, found string [bad-value]
        pipelines/vpr.toml:11:9: error: this table has no column `logn` [unknown-column]
            help: did you mean `login`?
        pipelines/vpr.toml:12:1: error: unknown key `nmae` [unknown-key]
            help: did you mean `name`?
        pipelines/vpr.toml:15:25: error: unknown key `requierd` [unknown-key]
            help: did you mean `required`?
        pipelines/vpr.toml:16:41: error: `max` 1 is less than `min` 11 [bad-value]
        pipelines/vpr.toml:17:8: error: unknown kind `txet` [bad-value]
            help: did you mean `text`?
        pipelines/vpr.toml:18:7: error: write `{ kind = "choice", values = { code = 'pattern' } }` [bad-value]
        pipelines/vpr.toml:19:44: error: no regular expression: unclosed group [bad-value]
        pipelines/vpr.toml:20:8: error: `kind` is missing [bad-value]
        pipelines/vpr.toml:22:1: error: `when_from` is already made by the column `when` [duplicate]
        pipelines/vpr.toml:23:1: error: `_row` is a column the house adds itself [duplicate]
        pipelines/vpr.toml:24:1: error: `Школа` is not a column name: lower-case Latin letters, digits and _ [bad-value]
    "#);
}

#[test]
fn a_pipeline_says_what_it_holds_and_how_it_is_told() {
    assert_snapshot!(report("-- pipelines/empty.toml\n"), @"
        pipelines/empty.toml:1:1: error: `columns` is missing [bad-value]
        pipelines/empty.toml:1:1: error: `layout` is missing [bad-value]
        pipelines/empty.toml:1:1: error: `title` is missing [bad-value]
    ");
}

#[test]
fn a_column_no_layout_fills_is_worth_a_look() {
    assert_snapshot!(report(&SOUND.replace("mark = \"mark\"", "mark = \"mark\"\nforgotten = \"text\"")), @"pipelines/vpr.toml:5:1: warning: no layout fills the column `forgotten` [unused]");
}

#[test]
fn columns_and_layouts_of_one_name() {
    let twice = SOUND.replace("mark = \"mark\"", "mark = \"mark\"\nlogin = \"text\"");
    assert_snapshot!(report(&format!("{twice}[[layout]]\nname = \"2021\"\nheader = {{ must = [\"x\"] }}\n")), @"
        pipelines/vpr.toml:5:1: error: `login` is written twice [duplicate]
        pipelines/vpr.toml:12:1: error: two layouts are called `2021`, the first at pipelines/vpr.toml:6:1 [duplicate]
    ");
}

#[test]
fn a_file_name_is_a_name() {
    assert_snapshot!(report(&SOUND.replace("vpr.toml", "ВПР.toml")), @"pipelines/ВПР.toml:1:1: error: file name: `ВПР` is not a pipeline name: lower-case Latin letters, digits and _ [bad-value]");
}
