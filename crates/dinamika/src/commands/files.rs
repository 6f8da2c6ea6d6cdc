//! `files`: what was pulled, and taking a file out again.

use crate::{cli::Files, commands::run, failure::Failure, paint, workshop::Workshop};

pub(super) async fn files(workshop: &Workshop, command: Files, json: bool) -> Result<(), Failure> {
    match command {
        Files::List => {
            let all = workshop.state()?.files().map_err(Failure::work)?;
            if json {
                return Ok(paint::json(&all)?);
            }
            let rows: Vec<_> = all
                .into_iter()
                .map(|file| {
                    let message = paint::shortened(&file.message.unwrap_or_default(), 120);
                    vec![
                        file.sha256[..8.min(file.sha256.len())].to_owned(),
                        file.status.as_str().to_owned(),
                        paint::bytes(file.size),
                        file.path,
                        message,
                    ]
                })
                .collect();
            Ok(paint::table(&["sha256", "состояние", "размер", "путь", "причина"], &rows)?)
        }
        Files::Withdraw { file } => {
            let path = workshop.runner().await?.withdraw(&file, &run::Patient).await.map_err(Failure::work)?;
            println!("Строки файла {path} убраны из таблиц. Новый выпуск: `dinamika run`.");
            Ok(())
        }
        Files::Restore { file } => {
            let path = workshop.runner().await?.restore(&file, &run::Patient).await.map_err(Failure::work)?;
            println!("Файл {path} будет прочитан при следующем запуске: `dinamika run`.");
            Ok(())
        }
    }
}
