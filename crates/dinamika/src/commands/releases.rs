//! `releases`: what readers saw and see.

use serde_json::json;

use crate::{cli::Releases, commands::run, failure::Failure, paint, workshop::Workshop};

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
        Releases::Diff { a, b } => {
            let (older, newer) = (one(a).await?.content.tables, one(b).await?.content.tables);
            let names: std::collections::BTreeSet<_> = older.keys().chain(newer.keys()).collect();
            let version =
                |tables: &std::collections::BTreeMap<_, (_, u64)>, name| tables.get(name).map(|(_, version)| *version);
            let changed: Vec<_> =
                names.into_iter().filter(|name| version(&older, *name) != version(&newer, *name)).collect();
            if json {
                let rows: Vec<_> = changed
                    .iter()
                    .map(|name| json!({ "table": name, "a": version(&older, *name), "b": version(&newer, *name) }))
                    .collect();
                return Ok(paint::json(&rows)?);
            }
            let word = |version: Option<u64>| version.map_or("—".to_owned(), |version| version.to_string());
            let rows: Vec<_> = changed
                .iter()
                .map(|name| vec![name.to_string(), word(version(&older, *name)), word(version(&newer, *name))])
                .collect();
            Ok(paint::table(&["таблица", "версия в первом", "версия во втором"], &rows)?)
        }
        Releases::Publish { id } => {
            let release = workshop.runner().await?.republish(id, &run::Patient).await.map_err(Failure::work)?;
            println!("Опубликован выпуск {} с таблицами выпуска {id}.", release.id);
            Ok(())
        }
    }
}
