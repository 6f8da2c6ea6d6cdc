//! From one value to the rows behind it.

use axum::response::Response;
use dinamika_engine::{Filter, Select, Source, Wanted};
use dinamika_project::{IndicatorId, Role};
use serde_json::Value;

use super::Refusals;
use crate::{
    Explained, Explanation, Problem,
    answer::{Column, Reading, Tabular, Told, with_table},
    explain::rows_as_json,
    query::{ExplainParameters, explain_filters, names},
};

impl Tabular for Explanation {
    const NAME: (&'static str, &'static str) = ("explain", "Что стоит за числом");
    const COLUMNS: &'static [Column] = &[
        Column::Text("table"),
        Column::Text("path"),
        Column::Text("sheet"),
        Column::Text("layout"),
        Column::Text("batch"),
        Column::Whole("rows"),
        Column::Text("ranges"),
        Column::Text("loaded_at"),
    ];
}

/// Что стоит за одним значением: числитель, знаменатель, формула, модели, файлы, листы и номера строк (их — с роли `regional`). Без содержимого строк.
#[utoipa::path(get, path = "/api/v1/explain", operation_id = "explain", tag = "lineage", params(ExplainParameters),
    responses((status = 200, description = "Объяснение; файлом — список листов и строк", body = Told<Explanation>), Refusals))]
pub(crate) async fn explain(reading: Reading) -> Result<Response, Problem> {
    let caller = &reading.caller;
    let asked: Vec<(&str, &str)> = caller.asked.iter().collect();
    caller.asked.only(&names(ExplainParameters::GROUPS))?;
    let needed = |name: &str, expected: &str| {
        let missing =
            || Problem::BadValue { parameter: name.to_owned(), value: String::new(), expected: expected.to_owned() };
        caller.asked.get(name).ok_or_else(missing)
    };
    let indicator = needed("indicator", "Нужен код показателя; список — /api/v1/indicators.")?;
    needed("entity", "Нужен ключ школы, муниципалитета или региона; список — /api/v1/entities.")?;
    let no_indicator = || Problem::NotFound {
        what: "показателя",
        id: indicator.to_owned(),
        hint: "Список — /api/v1/indicators.".to_owned(),
    };
    let id: IndicatorId = indicator.parse().map_err(|_| no_indicator())?;
    if !super::indicators::indicators(caller.serving.project()).any(|(_, known)| known.id == id) {
        return Err(no_indicator());
    }
    let filters = explain_filters(&asked)?;
    let nothing = || Problem::NotFound {
        what: "такого значения показателя",
        id: indicator.to_owned(),
        hint: format!("Значения — /api/v1/indicators/{indicator}/values с теми же фильтрами."),
    };
    let seen = seen(&reading, indicator, &filters).await?.ok_or_else(nothing)?;
    let info = &reading.release.info;
    let explained = caller.serving.shelf().explain(info.id, &id, filters).await.map_err(Problem::internal)?;
    match explained {
        Explained::One(explanation) => {
            let is_staff = caller.who.principal.role() >= Role::Regional;
            let explanation = if is_staff { *explanation } else { explanation.without_journal(seen) };
            let table = sheets(&explanation);
            with_table(caller, Some(info), explanation, table)
        }
        Explained::Several(differing) => Err(several(&differing)),
        Explained::Nothing => Err(nothing()),
    }
}

/// A row of the value as the reader sees it; none where they see none. What stands behind a hidden number is hidden
/// with it.
async fn seen(reading: &Reading, indicator: &str, filters: &[Filter]) -> Result<Option<Value>, Problem> {
    let from = Source::Table("indicator_values".parse().map_err(Problem::internal)?);
    let wanted = Filter { column: "indicator".to_owned(), any_of: vec![Wanted::Text(indicator.to_owned())] };
    let filters = filters.iter().cloned().chain([wanted]);
    let select = Select { filters: filters.collect(), ..Select::all(from) };
    let rows = reading.release.session.select(select).await?.collect_one().await?;
    let rows = rows_as_json(&rows).map_err(Problem::internal)?;
    if rows.iter().any(|row| row["status"] == "suppressed") {
        Err(Problem::Suppressed)
    } else {
        Ok(rows.into_iter().next())
    }
}

/// Several values answer: by which parameters to choose one.
fn several(differing: &[(String, Vec<String>)]) -> Problem {
    let told: Vec<String> =
        differing.iter().map(|(column, values)| format!("{column} ({})", values.join(", "))).collect();
    let (parameter, _) = differing.first().cloned().unwrap_or_default();
    let expected = format!("Подходит несколько значений; уточните: {}.", told.join("; "));
    Problem::BadValue { parameter, value: String::new(), expected }
}

/// Sheets behind the value, one a row.
fn sheets(explanation: &Explanation) -> Value {
    let rows = explanation.sources.iter().flat_map(|source| {
        source.files.iter().map(|file| {
            let ranges = file.ranges.iter().map(|[first, last]| match first == last {
                true => first.to_string(),
                false => format!("{first}-{last}"),
            });
            let mut ranges: Vec<String> = ranges.collect();
            ranges.extend(file.more_ranges.then(|| "…".to_owned()));
            serde_json::json!({
                "table": source.table, "path": file.path, "sheet": file.sheet, "layout": file.layout,
                "batch": file.batch, "rows": file.rows, "ranges": ranges, "loaded_at": file.loaded_at,
            })
        })
    });
    rows.collect()
}
