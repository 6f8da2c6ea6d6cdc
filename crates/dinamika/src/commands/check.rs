//! `check` and `test`.

use std::path::Path;

use dinamika_runner::Verdict;
use serde_json::json;

use crate::{failure::Failure, paint, standard, workshop::Workshop};

/// Every mistake of the project as `path:line:col: error: message [rule]`.
pub(super) async fn check(root: &Path, json: bool) -> Result<(), Failure> {
    if !standard::is_project(root)? {
        return Err(Failure::usage(format!("{}: нет dinamika.toml", root.display())));
    }
    let loaded = dinamika_project::load(root)?;
    let mut report = loaded.report;
    // SQL is planned only over a project whose text is whole: one mistake must not be told twice.
    if !report.has_errors() {
        report.extend(dinamika_engine::check(&loaded.project).await);
    }
    if json {
        let rows: Vec<_> = report
            .iter()
            .map(|d| json!({
                "path": d.place.path.as_ref(), "line": d.place.line, "column": d.place.column,
                "severity": format!("{:?}", d.severity).to_lowercase(), "rule": d.rule.as_str(), "message": d.message, "help": d.help,
            }))
            .collect();
        paint::json(&rows)?;
    } else {
        report.iter().for_each(|diagnostic| println!("{diagnostic}"));
    }
    if report.has_errors() { Err(Failure::usage("")) } else { Ok(()) }
}

/// Unit tests of models, then data tests of the newest tables.
pub(super) async fn test(workshop: &Workshop, json: bool) -> Result<(), Failure> {
    let units = dinamika_engine::run_unit_tests(&workshop.project).await;
    let failed: Vec<_> = units.iter().filter(|unit| unit.difference.is_some()).collect();
    let verdict = workshop.runner().await?.test().await.map_err(Failure::work)?;
    if json {
        paint::json(&json!({
            "unit": { "passed": units.len() - failed.len(), "failed": failed.iter().map(|unit| json!({ "name": unit.name, "difference": unit.difference })).collect::<Vec<_>>() },
            "data": verdict,
        }))?;
    } else {
        for unit in &failed {
            println!("✗ {}\n{}", unit.name, unit.difference.as_deref().unwrap_or_default());
        }
        let data = verdict.as_ref().map_or_else(
            || "не все таблицы построены, это делает `dinamika run`".to_owned(),
            |Verdict { tests, .. }| {
                format!("пройдено {}, предупреждений {}, не пройдено {}", tests.passed, tests.warnings, tests.failed)
            },
        );
        for broken in verdict.iter().flat_map(|verdict| &verdict.broken) {
            let mark = if broken.blocking { "✗" } else { "!" };
            let what = broken.error.clone().unwrap_or_else(|| format!("строк: {}", broken.rows));
            println!("{mark} {}: {what}", broken.test);
        }
        println!(
            "Тесты моделей: пройдено {}, не пройдено {}. Проверки данных: {data}.",
            units.len() - failed.len(),
            failed.len(),
        );
    }
    let holds = verdict.is_none_or(|verdict| verdict.tests.failed == 0);
    if failed.is_empty() && holds { Ok(()) } else { Err(Failure::said("")) }
}
