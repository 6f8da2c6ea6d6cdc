//! Answers as the OpenAPI tells them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder, path::Operation},
};

use crate::answer::Head;

/// Rows of a release.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "release": 12, "published_at": "2026-09-23T02:31:00Z", "coverage": {"periods": ["2020/21"]},
    "notice": "Результаты ВПР не предназначены для оценки деятельности школ и учителей",
    "columns": ["indicator", "level", "entity", "entity_name", "municipality", "period", "subject", "grade",
        "num", "den", "n", "value", "ci_low", "ci_high", "status"],
    "rows": [{
        "indicator": "vpr.share2", "level": "school", "entity": "223080", "entity_name": "СОШ № 3",
        "municipality": "03701000", "period": "2020/21", "subject": "MA", "grade": 5,
        "num": 7.0, "den": 61.0, "n": 61, "value": 11.5, "ci_low": 5.7, "ci_high": 21.8, "status": "ok"
    }],
    "next": "c-3e8-5f0e12ab"
}))]
pub(crate) struct RowsAnswer {
    #[serde(flatten)]
    head: Head,
    /// Columns in order.
    columns: Vec<String>,
    /// Objects with these columns.
    #[schema(value_type = Vec<Object>)]
    rows: Vec<Value>,
    /// `cursor` of the next page; null on the last.
    next: Option<String>,
}

/// What any reading address may refuse with.
pub(crate) struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all: BTreeMap<String, RefOr<Response>> = [
            refusal("400", "Неизвестный параметр, столбец или значение; `known` — известные"),
            refusal("404", "Такого ресурса нет"),
            refusal("406", "Такого формата нет"),
            refusal("503", "Ещё нет опубликованного выпуска, или запрос оказался слишком тяжёлым"),
        ]
        .into();
        let same =
            ResponseBuilder::new().description("Не изменилось с ответа, чей ETag прислан в If-None-Match").build();
        all.insert("304".to_owned(), RefOr::T(same));
        all
    }
}

/// Tells of every address what the door may refuse before its handler, and that every refusal has one shape.
pub(crate) fn refusals(openapi: &mut OpenApi) {
    let operations = openapi.paths.paths.values_mut().flat_map(|path| {
        [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete].into_iter().flatten()
    });
    for operation in operations {
        let Operation { responses, .. } = operation;
        for (status, response) in [
            refusal("401", "Нужно войти, или токен не действует"),
            refusal("429", "Слишком много запросов за минуту; через сколько секунд повторить — в Retry-After"),
            refusal("403", "Роли это не видно, ячейка скрыта или запрос с чужой страницы"),
        ] {
            responses.responses.entry(status).or_insert(response);
        }
        for (status, response) in &mut responses.responses {
            if let (RefOr::T(response), true) = (response, status.starts_with(['4', '5']))
                && let Some(body) = response.content.shift_remove("application/json")
            {
                response.content.insert("application/problem+json".to_owned(), body);
            }
        }
    }
}

fn refusal(status: &str, about: &str) -> (String, RefOr<Response>) {
    let content = Content::new(Some(Ref::from_schema_name("ProblemBody")));
    let response = ResponseBuilder::new().description(about).content("application/problem+json", content).build();
    (status.to_owned(), RefOr::T(response))
}
