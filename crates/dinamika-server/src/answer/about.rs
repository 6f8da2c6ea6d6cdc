//! What a file says of itself: the sheet «О файле» of a workbook, `О файле.txt` of an archive.

use arrow::datatypes::Schema;
use serde_json::Value;

use super::labels::codes;
use crate::{NOTICE, ReleaseInfo};

/// Names and values, one a line.
pub type About = Vec<(String, String)>;

/// Of a file with these columns: what it is, which release, which part of it was asked for, what the codes mean,
/// and what the figures are not for.
pub fn about<'a>(
    info: Option<&ReleaseInfo>,
    title: &str,
    chosen: impl Iterator<Item = (&'a str, &'a str)>,
    columns: &Schema,
) -> About {
    let line = |name: &str, value: String| (name.to_owned(), value);
    let mut lines = vec![line("Что это", title.to_owned())];
    let chosen: Vec<String> = chosen.map(|(name, value)| format!("{name} = {value}")).collect();
    let all = || "нет: все строки, которые вам видны".to_owned();
    lines.push(line("Отбор", if chosen.is_empty() { all() } else { chosen.join("; ") }));
    if let Some(info) = info {
        lines.push(line("Выпуск", info.id.to_string()));
        lines.push(line("Опубликован", info.published_at.format("%d.%m.%Y %H:%M UTC").to_string()));
        lines.extend(coverage(&info.coverage));
    }
    for field in columns.fields() {
        let codes = codes(field.name());
        if !codes.is_empty() {
            let meaning: Vec<String> = codes.iter().map(|(code, label)| format!("{code} — {label}")).collect();
            lines.push(line(&format!("Обозначения: {}", field.name()), meaning.join("; ")));
        }
    }
    if columns.field_with_name("status").is_ok() {
        let empty =
            "значения нет или оно скрыто — причина в столбце «Состояние» (status); пустая ячейка не означает ноль";
        lines.push(line("Пустая ячейка", empty.to_owned()));
    }
    lines.push(line("Важно", format!("{NOTICE}.")));
    lines
}

/// The lines as text.
pub(crate) fn told(about: &About) -> String {
    about.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect()
}

fn coverage(coverage: &Value) -> About {
    let name = |key: &str| match key {
        "schools" => "Охват: школ в реестре".to_owned(),
        "schools_with_values" => "Охват: школ с данными".to_owned(),
        "schools_in_review" => "Охват: написаний школ на разборе".to_owned(),
        "periods" => "Охват: периоды".to_owned(),
        other => format!("Охват: {other}"),
    };
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let value = |value: &Value| match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => text(other),
    };
    match coverage {
        Value::Object(parts) => parts.iter().map(|(key, part)| (name(key), value(part))).collect(),
        Value::Null => Vec::new(),
        other => vec![("Охват".to_owned(), other.to_string())],
    }
}
