//! `runs`: what ran, step by step.

use serde_json::json;

use crate::{cli::Runs, failure::Failure, paint, workshop::Workshop};

/// Runs shown at most.
const SHOWN: usize = 50;

pub(super) fn runs(workshop: &Workshop, command: &Runs, json: bool) -> Result<(), Failure> {
    let state = workshop.state()?;
    match command {
        Runs::List => {
            let all = state.runs(SHOWN).map_err(Failure::work)?;
            if json {
                return Ok(paint::json(&all)?);
            }
            let rows: Vec<_> = all
                .into_iter()
                .map(|run| {
                    let took = run
                        .finished_at
                        .map(|end| format!("{:.1} с", (end - run.started_at).as_seconds_f64()).replace('.', ","));
                    let release = run.release_id.map(|id| id.to_string()).unwrap_or_default();
                    vec![
                        run.id.to_string(),
                        run.started_at.to_rfc3339(),
                        took.unwrap_or_default(),
                        run.trigger,
                        run.status.as_str().to_owned(),
                        release,
                        paint::shortened(&run.error.unwrap_or_default(), 80),
                    ]
                })
                .collect();
            Ok(paint::table(&["запуск", "начат", "занял", "кем", "состояние", "выпуск", "причина"], &rows)?)
        }
        Runs::Show { id } => {
            let run =
                state.run(*id).map_err(Failure::work)?.ok_or_else(|| Failure::usage(format!("нет запуска {id}")))?;
            let steps = state.steps(*id).map_err(Failure::work)?;
            if json {
                return Ok(paint::json(&json!({ "run": run, "steps": steps }))?);
            }
            let rows: Vec<_> = steps
                .into_iter()
                .map(|step| {
                    let numbers = [step.rows_in, step.rows_out, step.rejects].map(paint::number);
                    let [rows_in, rows_out, rejects] = numbers;
                    vec![
                        step.kind,
                        step.name,
                        step.status.as_str().to_owned(),
                        rows_in,
                        rows_out,
                        rejects,
                        paint::bytes(step.bytes),
                        format!("{:.3}", step.seconds),
                        paint::shortened(&step.reason.unwrap_or_default(), 100),
                    ]
                })
                .collect();
            Ok(paint::table(
                &["шаг", "имя", "состояние", "строк было", "стало", "отклонено", "байт", "с", "почему"],
                &rows,
            )?)
        }
    }
}
