use super::*;

/// A pipeline with this layout.
fn layout(text: &str) -> String {
    report(&format!(
        r#"
-- pipelines/vpr.toml
title = "ВПР"
[columns]
login = "login"
mark = "mark"
name = "text"
tasks = "tasks"
[[layout]]
{text}
"#
    ))
}

#[test]
fn all_mistakes_of_a_layout_at_once() {
    assert_snapshot!(layout(
        r#"name = "2021"
shet = 'x'
sheet = '(протокол'
header = { must = [], rows = 0, absnt = true }
csv = { delimiter = ";;", encoding = "windows-1252" }
unpivot = { columns = '^балл за (?<label>\d+$', into = "login" }
[layout.columns]
lgin = "логин"
login = { from = "логин", taek = 'x' }
mark = [{ path = '(20\d\d' }, { path = 'x', sheet = 'y' }, {}, { at = 0 }, { above = 'x', take = 'y' }]
name = { join = "школа {nmae}, {mark}" }
tasks = { value = 5 }
[[layout.group]]
colum = "a"
[[layout.skip]]
kind = "totl"
match = 'итого)'"#
    ), @"
        pipelines/vpr.toml:9:1: error: unknown key `shet` [unknown-key]
            help: did you mean `sheet`?
        pipelines/vpr.toml:10:10: error: no regular expression: unclosed group [bad-value]
        pipelines/vpr.toml:11:19: error: `must` names no cell: every sheet would match [bad-value]
        pipelines/vpr.toml:11:30: error: expected a whole number from 1, found 0 [bad-value]
        pipelines/vpr.toml:11:33: error: unknown key `absnt` [unknown-key]
            help: did you mean `absent`?
        pipelines/vpr.toml:12:21: error: expected one ASCII character, found `;;` [bad-value]
        pipelines/vpr.toml:12:38: error: unknown encoding `windows-1252` [bad-value]
            help: did you mean `windows-1251`?
        pipelines/vpr.toml:13:33: error: no regular expression: unclosed group [bad-value]
        pipelines/vpr.toml:13:56: error: expected `rows` or a column of kind `tasks`, found `login` [bad-value]
            help: the table's column of that kind is `tasks`
        pipelines/vpr.toml:15:1: error: this table has no column `lgin` [unknown-column]
            help: did you mean `login`?
        pipelines/vpr.toml:16:27: error: unknown key `taek` [unknown-key]
            help: did you mean `take`?
        pipelines/vpr.toml:17:19: error: no regular expression: unclosed group [bad-value]
        pipelines/vpr.toml:17:31: error: expected exactly one of from, like, at, keys, path, sheet, above, right_of, group, label, cell, value, join, row; found path and sheet [bad-value]
        pipelines/vpr.toml:17:60: error: expected exactly one of from, like, at, keys, path, sheet, above, right_of, group, label, cell, value, join, row; found none [bad-value]
        pipelines/vpr.toml:17:71: error: expected a whole number from 1, found 0 [bad-value]
        pipelines/vpr.toml:17:98: error: `above` is itself the pattern that is taken [bad-value]
        pipelines/vpr.toml:18:25: error: this table has no column `nmae` [unknown-column]
            help: did you mean `name`?
        pipelines/vpr.toml:19:19: error: expected a string, found integer [bad-value]
        pipelines/vpr.toml:20:1: error: `column` is missing [bad-value]
        pipelines/vpr.toml:20:1: error: `match` is missing [bad-value]
        pipelines/vpr.toml:21:1: error: unknown key `colum` [unknown-key]
            help: did you mean `column`?
        pipelines/vpr.toml:23:8: error: expected `hint`, `total` or `note`, found `totl` [bad-value]
            help: did you mean `total`?
        pipelines/vpr.toml:24:15: error: no regular expression: unopened group [bad-value]
    ");
}

#[test]
fn a_layout_says_its_name_and_its_header() {
    assert_snapshot!(layout("[layout.columns]\nlogin = \"a\""), @"
        pipelines/vpr.toml:7:1: error: `header` is missing [bad-value]
        pipelines/vpr.toml:7:1: error: `name` is missing [bad-value]
    ");
}

#[test]
fn captures_are_captured_by_a_group() {
    assert_snapshot!(layout(
        r#"name = "a"
header = { must = ["a"] }
[layout.columns]
login = { group = "logn" }
mark = { group = "level" }
name = { group = "name" }
tasks = "x"
[[layout.group]]
column = { at = 1 }
match = '(?<login>edu\d+)'
set = { level = "school" }"#
    ), @"
        pipelines/vpr.toml:11:19: error: no group of this layout captures or sets `logn` [unknown-key]
            help: did you mean `login`?
        pipelines/vpr.toml:13:18: error: no group of this layout captures or sets `name` [unknown-key]
    ");
}

#[test]
fn a_label_needs_columns_turned_into_rows() {
    let text = |unpivot: &str| {
        layout(&format!(
            "name = \"a\"\nheader = {{ must = [\"a\"] }}\n{unpivot}\n[layout.columns]\nlogin = {{ label = \"x\" }}\n\
             mark = {{ cell = true }}\nname = {{ row = false }}\ntasks = \"t\""
        ))
    };
    assert_snapshot!(text(""), @r#"
        pipelines/vpr.toml:12:19: error: `label` needs columns turned into rows [bad-value]
            help: add `unpivot = { columns = 'pattern', into = "rows" }` to the layout
        pipelines/vpr.toml:13:17: error: `cell` needs columns turned into rows [bad-value]
            help: add `unpivot = { columns = 'pattern', into = "rows" }` to the layout
        pipelines/vpr.toml:14:16: error: expected true: leave the origin out instead [bad-value]
    "#);
    assert_snapshot!(text("unpivot = { columns = '^(?<x>.*)$', into = \"rows\" }"), @"pipelines/vpr.toml:14:16: error: expected true: leave the origin out instead [bad-value]");
    // A broken pattern is one mistake, not four.
    assert_snapshot!(text("unpivot = { columns = '^(?<x>.*$', into = \"rows\" }"), @"
        pipelines/vpr.toml:10:25: error: no regular expression: unclosed group [bad-value]
        pipelines/vpr.toml:14:16: error: expected true: leave the origin out instead [bad-value]
    ");
}

#[test]
fn headers_are_folded_once_here() {
    let loaded = project(&pipelines::SOUND.replace("must = [\"логин\"]", "must = [\" Логин\\n «ОО»  — всё\"]"));
    let layout = &loaded.project.pipelines[0].layouts[0];
    assert_snapshot!(format!("{:?}", layout.header.must), @r#"[Exact("логин \"оо\" - все")]"#);
}
