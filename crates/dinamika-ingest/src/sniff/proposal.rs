//! A proposal written as a pipeline's file.

use std::fmt::Write;

use super::SniffedSheet;

/// Header cells that tell the layout.
const MUST: usize = 4;

pub(super) fn toml(sheet: &SniffedSheet) -> String {
    let mut out = String::new();
    let tasks = sheet.columns.iter().filter(|column| column.task).count() >= 3;
    let own = || sheet.columns.iter().filter(|column| !(tasks && column.task) && column.filled > 0);
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!(
        "# Предложение по листу «{}»; проверьте всё, что отмечено словом «проверить».",
        one_line(&sheet.name)
    ));
    for doubt in &sheet.unsure {
        line(format!("# проверить: {}", one_line(doubt)));
    }
    line(format!("title = {}", quoted(&sheet.name)));
    if own().any(|column| column.kind == "key") {
        line("personal = true".into());
    }
    line("\n[columns]".into());
    for column in own() {
        let doubt =
            column.unsure.as_ref().map_or_else(String::new, |doubt| format!("  # проверить: {}", one_line(doubt)));
        line(format!("{} = {}{doubt}", column.name, quoted(column.kind)));
    }
    if tasks {
        line("tasks = \"tasks\"".into());
    }
    if own().any(|column| column.name == "login" || column.name == "school_name") {
        line("\n[school]".into());
        for (key, name) in [("login", "login"), ("name", "school_name"), ("municipality", "municipality_name")] {
            if own().any(|column| column.name == name) {
                line(format!("{key} = {}", quoted(name)));
            }
        }
    }
    line("\n[[layout]]\nname = \"1\"".into());
    let named = sheet.columns.iter().filter(|column| !(column.header.is_empty() || tasks && column.task));
    let must: Vec<String> = named.take(MUST).map(|column| quoted(&column.header)).collect();
    line(format!("header = {{ must = [{}], rows = {} }}", must.join(", "), sheet.header_rows));
    if tasks {
        line(r"unpivot = { columns = '^(?:балл за |a-)?(?<label>\d+(?:[.,]\d+)?(?:[кk]\d+)?)(?: ?\((?<max>\d+) ?б\)|-grade)?$', into = 'tasks' }".into());
    }
    line("[layout.columns]".into());
    for column in own() {
        if column.header.is_empty() {
            let at = column.letters.bytes().fold(0, |at, letter| at * 26 + u32::from(letter - b'A') + 1);
            line(format!("{} = {{ at = {at} }}", column.name));
        } else if column.kind == "key" {
            line(format!("{} = {{ keys = [{}] }}", column.name, quoted(&column.header)));
        } else {
            line(format!("{} = {}", column.name, quoted(&column.header)));
        }
    }
    out
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            sign if sign.is_control() => {
                let _ = write!(out, "\\u{:04X}", sign as u32);
            }
            sign => out.push(sign),
        }
    }
    out.push('"');
    out
}
