//! Spellings of schools that people decide about.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use dinamika_engine::{Filter, Select, Source, Wanted};
use dinamika_lake::state::DecisionAction;
use dinamika_project::{SchoolKey, TableName};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Refusals;
use crate::{
    Deciding, DecisionInfo, Problem, ReviewInfo, ServedRelease, Serving,
    access::Who,
    answer::{Caller, Column, Listed, Tabular, listing},
    explain::rows_as_json,
    problem::ProblemBody,
    query::{ReviewParameters, names},
};

impl Tabular for ReviewInfo {
    const NAME: (&'static str, &'static str) = ("schools-review", "Школы, ждущие решения");
    const COLUMNS: &'static [Column] = &[
        Column::Text("school_ref"),
        Column::Text("name"),
        Column::Text("municipality"),
        Column::Whole("rows"),
        Column::Text("candidates"),
        Column::Text("decision"),
    ];
}

/// A decision as sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"school_ref": "name:озёрский район|сош 7", "action": "accept", "school_key": "233004"}))]
pub(crate) struct DecisionAsked {
    /// The spelling, as `/api/v1/schools/review` tells it.
    school_ref: String,
    /// `accept`: it is this school; `reject`: it is no school of the region; `undo`: takes the latest decision back.
    action: String,
    /// The school, for `accept`.
    school_key: Option<String>,
    /// Why.
    note: Option<String>,
}

/// Написания школ: ждущие решения (`waiting`), уже решённые людьми (`decided`) или все, с кандидатами и числом строк.
#[utoipa::path(get, path = "/api/v1/schools/review", operation_id = "schools_review", tag = "schools", params(ReviewParameters),
    responses((status = 200, description = "Написания", body = Listed<ReviewInfo>), Refusals))]
pub(crate) async fn review(caller: Caller) -> Result<Response, Problem> {
    let asked = &caller.asked;
    asked.only(&names(ReviewParameters::GROUPS))?;
    let wanted = asked.choice("status", &["waiting", "decided", "all"])?.unwrap_or("waiting");
    let limit = asked.whole("limit", 1, 50_000)?.unwrap_or(1_000) as usize;
    let offset = asked.whole("offset", 0, u64::from(u32::MAX))?.unwrap_or(0) as usize;
    let part = asked.get("q").map(str::to_lowercase);
    let mut all = caller.serving.control()?.review().await.map_err(Problem::internal)?;
    all.retain(|row| match wanted {
        "waiting" => row.decision.is_none(),
        "decided" => row.decision.is_some(),
        _ => true,
    });
    all.retain(|row| {
        let texts = [Some(&row.school_ref), row.name.as_ref(), row.municipality.as_ref()];
        let mut texts = texts.into_iter().flatten().map(|text| text.to_lowercase());
        part.as_ref().is_none_or(|part| texts.any(|text| text.contains(part)))
    });
    let release = caller.serving.try_current();
    if let Some(release) = &release {
        count_rows(&caller.serving, release, &mut all).await?;
    }
    // What moves most comes first.
    all.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.school_ref.cmp(&b.school_ref)));
    let mut shown: Vec<ReviewInfo> = all.into_iter().skip(offset).take(limit).collect();
    if let Some(release) = &release {
        name_candidates(release, &mut shown).await?;
    }
    listing(&caller, release.as_ref().map(|release| &release.info), shown)
}

/// Решить, какая школа названа (`accept`), что такой школы нет (`reject`), или взять решение назад (`undo`).
/// Действует со следующим запуском; прочитанные файлы заново не читаются.
#[utoipa::path(post, path = "/api/v1/schools/decisions", operation_id = "decide_school", tag = "schools",
    request_body = DecisionAsked,
    responses((status = 201, description = "Записано", body = DecisionInfo),
        (status = 403, description = "Запрос с чужой страницы", body = ProblemBody), Refusals))]
pub(crate) async fn decide(
    State(serving): State<Arc<Serving>>,
    who: Who,
    sent: Result<Json<DecisionAsked>, JsonRejection>,
) -> Result<Response, Problem> {
    let bad = |parameter: &str, value: &str, expected: &str| Problem::BadValue {
        parameter: parameter.to_owned(),
        value: value.to_owned(),
        expected: expected.to_owned(),
    };
    let Json(asked) =
        sent.map_err(|_| Problem::BadBody("{\"school_ref\": \"…\", \"action\": \"accept\", \"school_key\": \"…\"}"))?;
    let control = serving.control()?;
    let action: DecisionAction =
        asked.action.parse().map_err(|()| bad("action", &asked.action, "Известны: accept, reject, undo."))?;
    let school_key = match (action, asked.school_key.as_deref()) {
        (DecisionAction::Accept, Some(key)) => Some(known_school(&serving, key, &who).await?),
        (DecisionAction::Accept, None) => return Err(bad("school_key", "", "Для accept нужен ключ школы.")),
        (_, None) => None,
        (_, Some(key)) => return Err(bad("school_key", key, "Ключ школы нужен только для accept.")),
    };
    let deciding = Deciding {
        school_ref: asked.school_ref.clone(),
        action,
        school_key,
        who: who.told().to_owned(),
        note: asked.note.filter(|note| !note.trim().is_empty()),
    };
    let decided = control.decide(deciding).await.map_err(Problem::internal)?;
    let decided = decided.ok_or_else(|| Problem::NotFound {
        what: "написания школы",
        id: asked.school_ref,
        hint: "Написания — /api/v1/schools/review?status=all.".to_owned(),
    })?;
    let what =
        format!("{} {} {}", decided.action, decided.school_ref, decided.school_key.as_deref().unwrap_or_default());
    serving.gate().note(&who, "school", &what, "ok")?;
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(decided)).into_response())
}

/// The key, when the served release has such a school.
async fn known_school(serving: &Serving, text: &str, who: &Who) -> Result<SchoolKey, Problem> {
    let unknown = || Problem::NotFound {
        what: "школы",
        id: text.to_owned(),
        hint: "Школы — /api/v1/entities?level=school.".to_owned(),
    };
    let key: SchoolKey = crate::query::entity_key(text).parse().map_err(|_| unknown())?;
    let release = serving.current(who).await?;
    let found = schools(&release, vec![key.to_string()]).await?;
    if found.is_empty() { Err(unknown()) } else { Ok(key) }
}

async fn count_rows(serving: &Serving, release: &ServedRelease, all: &mut [ReviewInfo]) -> Result<(), Problem> {
    let refs: Vec<String> = all.iter().map(|row| row.school_ref.clone()).collect();
    let mut counted = serving.shelf().mentioned(release.info.id, &refs).await.map_err(Problem::internal)?;
    for row in all {
        row.tables = counted.remove(&row.school_ref).unwrap_or_default();
        row.rows = row.tables.values().sum();
    }
    Ok(())
}

async fn name_candidates(release: &ServedRelease, shown: &mut [ReviewInfo]) -> Result<(), Problem> {
    let keys = shown.iter().flat_map(|row| &row.candidates).map(|candidate| candidate.school_key.clone()).collect();
    let names = schools(release, keys).await?;
    for candidate in shown.iter_mut().flat_map(|row| &mut row.candidates) {
        if let Some((name, municipality)) = names.get(&candidate.school_key) {
            candidate.school_name.clone_from(name);
            candidate.municipality.clone_from(municipality);
        }
    }
    Ok(())
}

/// Name and municipality of schools by key.
type Schools = BTreeMap<String, (Option<String>, Option<String>)>;

async fn schools(release: &ServedRelease, keys: Vec<String>) -> Result<Schools, Problem> {
    if keys.is_empty() || !release.session.has("schools") {
        return Ok(Schools::new());
    }
    let table: TableName = "schools".parse().map_err(Problem::internal)?;
    let any_of = keys.into_iter().map(Wanted::Text).collect();
    let select = Select {
        columns: ["school_key", "school_name", "municipality_key"].map(str::to_owned).to_vec(),
        filters: vec![Filter { column: "school_key".to_owned(), any_of }],
        ..Select::all(Source::Table(table))
    };
    let rows = rows_as_json(&release.session.select(select).await?.collect_one().await?)?;
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().map(str::to_owned);
    Ok(rows
        .iter()
        .filter_map(|row| Some((text(row, "school_key")?, (text(row, "school_name"), text(row, "municipality_key")))))
        .collect())
}
