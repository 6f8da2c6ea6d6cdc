//! `schools`: which school each spelling means, and who decided.

use std::path::Path;

use dinamika_lake::state::{DecisionAction, DecisionRow, ResolutionRow, State};
use dinamika_project::SchoolKey;
use dinamika_runner::{Clock as _, SystemClock};

use crate::{cli::Schools, commands::csv_file, failure::Failure, paint, workshop::Workshop};

pub(super) fn schools(workshop: &Workshop, command: Schools, json: bool) -> Result<(), Failure> {
    let state = workshop.state()?;
    match command {
        Schools::List => list(&state, json),
        Schools::Review => review(&state, json),
        Schools::Accept { school_ref, school_key } => {
            let key = school_key.parse().map_err(Failure::usage)?;
            decide(&state, school_ref, DecisionAction::Accept, Some(key), None)
        }
        Schools::Reject { school_ref } => decide(&state, school_ref, DecisionAction::Reject, None, None),
        Schools::Undo { school_ref } => decide(&state, school_ref, DecisionAction::Undo, None, None),
        Schools::Export { output } => export(&state, output.as_deref()),
        Schools::Import { file } => import(&state, &file),
    }
}

fn list(state: &State, json: bool) -> Result<(), Failure> {
    let all = state.resolutions().map_err(Failure::work)?;
    if json {
        return Ok(paint::json(&all)?);
    }
    let rows: Vec<_> = all
        .into_iter()
        .map(|row| {
            vec![
                row.school_ref,
                row.school_key.map(String::from).unwrap_or_default(),
                row.status,
                row.method.unwrap_or_default(),
            ]
        })
        .collect();
    Ok(paint::table(&["написание", "школа", "состояние", "как найдена"], &rows)?)
}

fn review(state: &State, json: bool) -> Result<(), Failure> {
    let waiting: Vec<ResolutionRow> =
        state.resolutions().map_err(Failure::work)?.into_iter().filter(|row| row.status == "review").collect();
    if json {
        return Ok(paint::json(&waiting)?);
    }
    let mentions = state.mentions().map_err(Failure::work)?;
    for row in &waiting {
        let mention = mentions.iter().find(|mention| mention.school_ref == row.school_ref);
        let printed = mention.and_then(|m| m.name.as_deref()).unwrap_or("—");
        let municipality = mention.and_then(|m| m.municipality.as_deref()).unwrap_or("—");
        println!("{}\n  напечатано: {printed} ({municipality})", row.school_ref);
        let candidates: Vec<serde_json::Value> = serde_json::from_str(&row.candidates).unwrap_or_default();
        for candidate in &candidates {
            let text = |name: &str| candidate[name].as_str().unwrap_or_default().to_owned();
            println!(
                "  {} · {:.2} · {}",
                text("school_key"),
                candidate["score"].as_f64().unwrap_or_default(),
                text("why")
            );
        }
        if candidates.is_empty() {
            println!("  похожих школ в реестре нет");
        }
    }
    println!(
        "Ждут решения: {}. Решить: `dinamika schools accept НАПИСАНИЕ КЛЮЧ` или `schools reject НАПИСАНИЕ`.",
        waiting.len()
    );
    Ok(())
}

fn decide(
    state: &State,
    school_ref: String,
    action: DecisionAction,
    school_key: Option<SchoolKey>,
    note: Option<String>,
) -> Result<(), Failure> {
    if !state.mentions().map_err(Failure::work)?.iter().any(|mention| mention.school_ref == school_ref) {
        return Err(Failure::usage(format!(
            "написание «{school_ref}» нигде не встречалось; как его писать, печатает `schools review`"
        )));
    }
    let who = "command".to_owned();
    state
        .decide(&DecisionRow { school_ref, action, school_key, who, decided_at: SystemClock.now(), note })
        .map_err(Failure::work)?;
    println!("Записано. Подействует со следующим запуском: `dinamika run`.");
    Ok(())
}

fn export(state: &State, output: Option<&Path>) -> Result<(), Failure> {
    let mut file = csv_file(output)?;
    file.write_record(["school_ref", "action", "school_key", "who", "decided_at", "note"])?;
    for d in state.decision_history().map_err(Failure::work)? {
        let key = d.school_key.map(String::from).unwrap_or_default();
        file.write_record([
            d.school_ref,
            d.action.as_str().to_owned(),
            key,
            d.who,
            d.decided_at.to_rfc3339(),
            d.note.unwrap_or_default(),
        ])?;
    }
    Ok(file.flush()?)
}

/// Adds the decisions of a CSV that are not in the history yet.
fn import(state: &State, path: &Path) -> Result<(), Failure> {
    let known = state.decision_history().map_err(Failure::work)?;
    let text = std::fs::read_to_string(path)?;
    let text = text.trim_start_matches('\u{feff}');
    let delimiter = if text.lines().next().is_some_and(|line| line.contains(';')) { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let mut decisions = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let wrong = |what: &str| Failure::usage(format!("{}:{}: {what}", path.display(), at + 2));
        let record = record.map_err(|error| wrong(&error.to_string()))?;
        let cell = |n: usize| record.get(n).map(str::trim).filter(|cell| !cell.is_empty());
        let decision = DecisionRow {
            school_ref: cell(0).ok_or_else(|| wrong("нет school_ref"))?.to_owned(),
            action: cell(1)
                .and_then(|word| word.parse().ok())
                .ok_or_else(|| wrong("action: accept, reject или undo"))?,
            school_key: cell(2)
                .map(str::parse)
                .transpose()
                .map_err(|error: dinamika_project::WordError| wrong(&error.to_string()))?,
            who: cell(3).unwrap_or("import").to_owned(),
            decided_at: cell(4).and_then(|time| time.parse().ok()).unwrap_or_else(|| SystemClock.now()),
            note: cell(5).map(str::to_owned),
        };
        if decision.action == DecisionAction::Accept && decision.school_key.is_none() {
            return Err(wrong("для accept нужен school_key"));
        }
        decisions.push(decision);
    }
    let mut added = 0;
    for decision in decisions.into_iter().filter(|decision| !known.contains(decision)) {
        state.decide(&decision).map_err(Failure::work)?;
        added += 1;
    }
    println!("Решений добавлено: {added}. Подействуют со следующим запуском: `dinamika run`.");
    Ok(())
}
