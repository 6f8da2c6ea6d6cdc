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
    ), @"");
}

#[test]
fn a_layout_says_its_name_and_its_header() {
    assert_snapshot!(layout("[layout.columns]\nlogin = \"a\""), @"");
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
    ), @"");
}

#[test]
fn a_label_needs_columns_turned_into_rows() {
    let text = |unpivot: &str| {
        layout(&format!(
            "name = \"a\"\nheader = {{ must = [\"a\"] }}\n{unpivot}\n[layout.columns]\nlogin = {{ label = \"x\" }}\n\
             mark = {{ cell = true }}\nname = {{ row = false }}\ntasks = \"t\""
        ))
    };
    assert_snapshot!(text(""), @"");
    assert_snapshot!(text("unpivot = { columns = '^(?<x>.*)$', into = \"rows\" }"), @"");
    // A broken pattern is one mistake, not four.
    assert_snapshot!(text("unpivot = { columns = '^(?<x>.*$', into = \"rows\" }"), @"");
}

#[test]
fn headers_are_folded_once_here() {
    let loaded = project(&pipelines::SOUND.replace("must = [\"логин\"]", "must = [\" Логин\\n «ОО»  — всё\"]"));
    let layout = &loaded.project.pipelines[0].layouts[0];
    assert_snapshot!(format!("{:?}", layout.header.must), @"");
}
