//! `rejects`: what was refused and why.

use std::io::Write as _;

use dinamika_lake::state::RejectsAsked;

use crate::{
    cli::Rejects,
    commands::{csv_file, run},
    failure::Failure,
    paint,
    workshop::Workshop,
};

pub(super) async fn rejects(workshop: &Workshop, command: Rejects, json: bool) -> Result<(), Failure> {
    match command {
        Rejects::List { path, limit } => list(workshop, path, limit, json),
        Rejects::Export { output } => {
            let all = workshop
                .state()?
                .rejects(&RejectsAsked { limit: usize::MAX, ..RejectsAsked::default() })
                .map_err(Failure::work)?;
            let mut file = csv_file(output.as_deref())?;
            file.write_record(["файл", "лист", "строка", "столбец", "значение", "правило", "что сделать"])?;
            for r in all {
                let row = r.row.map(|row| row.to_string()).unwrap_or_default();
                let cells = [Some(r.path), r.sheet, Some(row), r.column, r.value, Some(r.rule), r.suggestion];
                file.write_record(cells.map(|cell| guarded(cell.unwrap_or_default())))?;
            }
            Ok(file.flush()?)
        }
        Rejects::Replay => {
            let runner = workshop.runner().await?;
            let count = runner.replay_rejected(&run::Patient).await.map_err(Failure::work)?;
            println!("Файлов к повторному чтению: {count}.");
            drop(runner);
            run::run(workshop, "", false, json).await
        }
    }
}

fn list(workshop: &Workshop, path: Option<String>, limit: usize, json: bool) -> Result<(), Failure> {
    let state = workshop.state()?;
    let found = state.rejects(&RejectsAsked { path, limit, ..RejectsAsked::default() }).map_err(Failure::work)?;
    if json {
        return Ok(paint::json(&found)?);
    }
    let rows: Vec<_> = found
        .into_iter()
        .map(|r| {
            let row = r.row.map(|row| row.to_string()).unwrap_or_default();
            let cells = [Some(r.path), r.sheet, Some(row), r.column, r.value, Some(r.rule), r.suggestion];
            cells.map(|cell| paint::shortened(&cell.unwrap_or_default().replace('\n', " "), 48)).to_vec()
        })
        .collect();
    paint::table(&["файл", "лист", "строка", "столбец", "значение", "правило", "что сделать"], &rows)?;
    let all = state.reject_count().map_err(Failure::work)?;
    Ok(writeln!(std::io::stderr(), "показано {} из {}", rows.len(), paint::number(all))?)
}

/// A cell that a spreadsheet would run is written as text.
fn guarded(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err() {
        format!("'{cell}")
    } else {
        cell
    }
}
