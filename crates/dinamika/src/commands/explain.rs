//! `explain`: from one value to the rows behind it.

use dinamika_server::{Explained, ExplainedFile, Explanation, Shelf as _, explain_filters};
use serde_json::Value;

use super::access;
use crate::{cli::Explain, failure::Failure, paint, workshop::Workshop};

/// Spellings of schools printed at most.
const SPELLINGS: usize = 12;
/// Sheets printed at most of one table.
const SHEETS: usize = 40;
/// Ranges of rows printed at most of one sheet.
const RANGES: usize = 6;

pub(super) async fn explain(workshop: &Workshop, options: &Explain, json: bool) -> Result<(), Failure> {
    let (indicator, is_access) = match options.indicator.as_slice() {
        [indicator] => (indicator, false),
        [word, indicator] if word == "access" => (indicator, true),
        other => {
            return Err(Failure::usage(format!(
                "ожидается `explain ПОКАЗАТЕЛЬ` или `explain access ПОКАЗАТЕЛЬ`, найдено «{}»",
                other.join(" ")
            )));
        }
    };
    let (release, explanation) = explained(workshop, indicator, options).await?;
    if is_access {
        return access::tell(workshop, release, &explanation, json).await;
    }
    if json {
        let mut told = serde_json::to_value(&*explanation).map_err(Failure::work)?;
        told["release"] = release.into();
        return Ok(paint::json(&told)?);
    }
    tell(release, &explanation);
    Ok(())
}

/// The one value that is meant, and the release it is from.
async fn explained(
    workshop: &Workshop,
    indicator: &str,
    options: &Explain,
) -> Result<(u64, Box<Explanation>), Failure> {
    let shelf = workshop.shelf().await?;
    let said = |error: dinamika_server::Failure| Failure::said(error.to_string());
    let latest = shelf.latest().await.map_err(said)?;
    let none = || Failure::said("выпусков ещё нет: запустите `dinamika run`");
    let release = options.release.or(latest).ok_or_else(none)?;
    let parsed = indicator.parse().map_err(|_| Failure::usage(format!("нет показателя «{indicator}»")))?;
    let named = [
        ("entity", Some(&options.entity)),
        ("level", options.level.as_ref()),
        ("period", options.period.as_ref()),
        ("subject", options.subject.as_ref()),
        ("grade", options.grade.as_ref()),
        ("pupil_grade", options.pupil_grade.as_ref()),
        ("task", options.task.as_ref()),
    ];
    let asked: Vec<(&str, &str)> = named.into_iter().filter_map(|(name, text)| Some((name, text?.as_str()))).collect();
    let filters = explain_filters(&asked).map_err(Failure::usage)?;
    match shelf.explain(release, &parsed, filters).await.map_err(said)? {
        Explained::One(explanation) => Ok((release, explanation)),
        Explained::Several(differing) => {
            let told: Vec<String> = differing
                .iter()
                .map(|(column, values)| format!("  --{} {}", column.replace('_', "-"), values.join(" | ")))
                .collect();
            Err(Failure::usage(format!("подходит несколько значений; уточните:\n{}", told.join("\n"))))
        }
        Explained::Nothing => Err(Failure::usage(format!(
            "такого значения в выпуске {release} нет; что есть: `dinamika extract {indicator}`"
        ))),
    }
}

fn tell(release: u64, explanation: &Explanation) {
    let (value, indicator) = (&explanation.value, &explanation.indicator);
    let text = |name: &str| match &value[name] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.as_f64().map_or_else(String::new, figure)),
        other => Some(other.to_string()),
    };
    let entity = text("entity_name").unwrap_or_default();
    println!("{} — {entity} ({})", indicator.title, text("entity").unwrap_or_default());
    let parts = [
        ("period", ""),
        ("subject", ""),
        ("grade", "класс "),
        ("pupil_grade", "ученики класса "),
        ("task", "задание "),
    ];
    let parts: Vec<String> = parts.iter().filter_map(|(name, word)| Some(format!("{word}{}", text(name)?))).collect();
    println!("{}; выпуск {release}\n", parts.join(", "));
    let interval = match (text("ci_low"), text("ci_high")) {
        (Some(low), Some(high)) => format!(" (95 %: {low} … {high})"),
        _ => String::new(),
    };
    let shown = text("value").unwrap_or_else(|| "нет данных".to_owned());
    println!("Значение      {shown} {}{interval}", indicator.unit);
    println!("Формула       {}", indicator.formula);
    for (name, word) in [("num", "Числитель"), ("den", "Знаменатель"), ("n", "n"), ("status", "Статус")]
    {
        println!("{word:<13} {}", text(name).unwrap_or_else(|| "—".to_owned()));
    }
    println!("\n{}", explanation.says);
    println!("\nМодели:");
    for model in explanation.models.iter().rev() {
        println!("  {} — {} ({})", model.name, model.title, model.file);
    }
    if !explanation.common.is_empty() {
        println!("Общие для всех таблицы: {}", explanation.common.join(", "));
    }
    for source in &explanation.sources {
        let by = if source.narrowed_by.is_empty() {
            "все строки".to_owned()
        } else {
            source.narrowed_by.join(", ")
        };
        let rows = source.rows.map_or_else(|| "—".to_owned(), paint::number);
        println!("\n{} «{}»: строк {rows} (отобраны по: {by})", source.table, source.title);
        for file in source.files.iter().take(SHEETS) {
            println!("  {} · лист «{}» · строк {}: {}", file.path, file.sheet, file.rows, ranges(file));
        }
        if source.files.len() > SHEETS {
            println!("  … и ещё листов {} (все — с --json)", source.files.len() - SHEETS);
        }
    }
    if !explanation.schools.is_empty() {
        println!("\nКак названы школы в выгрузках:");
        for school in explanation.schools.iter().take(SPELLINGS) {
            println!("  {} ({})", school.school_ref, school.method.as_deref().unwrap_or("не опознана"));
        }
        if explanation.schools.len() > SPELLINGS {
            println!("  … и ещё {}", explanation.schools.len() - SPELLINGS);
        }
    }
    for note in &explanation.notes {
        println!("\n! {note}");
    }
}

/// `5-12, 14, …`
fn ranges(file: &ExplainedFile) -> String {
    let shown = file.ranges.iter().take(RANGES).map(|[first, last]| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    let more = (file.more_ranges || file.ranges.len() > RANGES).then(|| "…".to_owned());
    shown.chain(more).collect::<Vec<_>>().join(", ")
}

/// At most four digits after the comma.
fn figure(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').replace('.', ",")
}
