//! `releases`: what readers saw and see.

use dinamika_engine::{
    Rows,
    encode::{EncodeOptions, Format, encode},
};
use dinamika_server::{ReleaseDiff, Shelf as _};
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::{
    cli::{Output, Releases},
    commands::{query, run},
    failure::Failure,
    paint,
    workshop::Workshop,
};

pub(super) async fn releases(workshop: &Workshop, command: Releases, json: bool) -> Result<(), Failure> {
    let shelf = workshop.lake().await?.releases();
    let one = |id| {
        let shelf = shelf.clone();
        async move {
            shelf.get(id).await.map_err(Failure::work)?.ok_or_else(|| Failure::usage(format!("нет выпуска {id}")))
        }
    };
    match command {
        Releases::List => {
            let all = shelf.list().await.map_err(Failure::work)?;
            if json {
                return Ok(paint::json(&all)?);
            }
            let rows: Vec<_> = all
                .into_iter()
                .map(|release| {
                    let note = release
                        .content
                        .republished_from
                        .map(|id| format!("повтор выпуска {id}"))
                        .or(release.content.note)
                        .unwrap_or_default();
                    vec![
                        release.id.to_string(),
                        release.published_at.to_rfc3339(),
                        release.content.tables.len().to_string(),
                        note,
                    ]
                })
                .collect();
            Ok(paint::table(&["выпуск", "опубликован", "таблиц", "примечание"], &rows)?)
        }
        Releases::Show { id } => Ok(paint::json(&one(id).await?)?),
        Releases::Diff { a, b, limit, output } => diff(workshop, (a, b), limit, &output, json).await,
        Releases::Publish { id } => {
            let release = workshop.runner().await?.republish(id, &run::Patient).await.map_err(Failure::work)?;
            println!("Опубликован выпуск {} с таблицами выпуска {id}.", release.id);
            Ok(())
        }
    }
}

/// Values printed unless more are asked for.
const SHOWN: usize = 20;

async fn diff(
    workshop: &Workshop,
    (a, b): (u64, u64),
    limit: Option<usize>,
    output: &Output,
    json: bool,
) -> Result<(), Failure> {
    let said = |error: dinamika_server::Failure| Failure::said(error.to_string());
    let missing = || Failure::usage(format!("нет выпуска {a} или {b}; есть: `dinamika releases list`"));
    let shelf = workshop.shelf().await?;
    let (older, of_older) = shelf.open(a).await.map_err(said)?.ok_or_else(missing)?;
    let (newer, of_newer) = shelf.open(b).await.map_err(said)?.ok_or_else(missing)?;
    let found = ReleaseDiff::of((older, &of_older), (newer, &of_newer)).await.map_err(Failure::work)?;
    if output.format != "table" || output.output.is_some() {
        let values = found.values.as_ref().ok_or_else(|| Failure::said("в одном из выпусков нет значений"))?;
        let rows = values.changes(limit).await.map_err(Failure::work)?;
        let (older, newer) = (found.a.id.to_string(), found.b.id.to_string());
        let asked = [("старый выпуск", older.as_str()), ("новый выпуск", newer.as_str())];
        return query::write(rows, output, &found.b, "Различия значений двух выпусков", &asked).await;
    }
    let tables = found.tables();
    let (mut indicators, mut rows) = (Vec::new(), Vec::new());
    if let Some(values) = &found.values {
        indicators = objects(values.summary().await.map_err(Failure::work)?).await?;
        let most = if json { limit.or(Some(1_000)) } else { limit.or(Some(SHOWN)) };
        rows = objects(values.changes(most).await.map_err(Failure::work)?).await?;
    }
    if json {
        let told = json!({ "a": a, "b": b, "tables": tables, "indicators": indicators, "rows": rows });
        return Ok(paint::json(&told)?);
    }
    let word = |version: Option<u64>| version.map_or("—".to_owned(), |version| version.to_string());
    let lines: Vec<_> = tables.into_iter().map(|one| vec![one.table, word(one.a), word(one.b)]).collect();
    paint::table(&["таблица", "версия в первом", "версия во втором"], &lines)?;
    println!();
    let cell = |row: &Value, name: &str| match &row[name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().map_or_else(String::new, |number| format!("{number:.2}")),
        other => other.to_string(),
    };
    let whole = |row: &Value, name: &str| row[name].as_i64().map_or_else(String::new, |number| number.to_string());
    let lines: Vec<_> = indicators
        .iter()
        .map(|row| {
            vec![
                cell(row, "indicator"),
                whole(row, "changed"),
                whole(row, "added"),
                whole(row, "removed"),
                cell(row, "largest"),
            ]
        })
        .collect();
    paint::table(&["показатель", "изменилось", "появилось", "исчезло", "наибольшее изменение"], &lines)?;
    println!();
    let lines: Vec<_> = rows
        .iter()
        .map(|row| {
            let which = [cell(row, "period"), cell(row, "subject"), whole(row, "grade"), cell(row, "task")];
            let which: Vec<String> = which.into_iter().filter(|text| !text.is_empty()).collect();
            vec![
                cell(row, "indicator"),
                paint::shortened(&cell(row, "entity_name"), 40),
                which.join(" "),
                cell(row, "value_a"),
                cell(row, "value_b"),
                cell(row, "change"),
            ]
        })
        .collect();
    Ok(paint::table(&["показатель", "кто", "о чём", "было", "стало", "изменение"], &lines)?)
}

/// Rows as JSON objects.
pub(super) async fn objects(rows: Rows) -> Result<Vec<Value>, Failure> {
    let options = EncodeOptions::default();
    let mut bytes = encode(rows, Format::Json, options);
    let mut text = Vec::new();
    while let Some(chunk) = bytes.next().await {
        text.extend_from_slice(&chunk.map_err(Failure::work)?);
    }
    serde_json::from_slice(&text).map_err(Failure::work)
}
