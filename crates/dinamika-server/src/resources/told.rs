//! Answers as the OpenAPI tells them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{Content, Ref, RefOr, Response, ResponseBuilder},
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
        let told = [
            ("400", "Неизвестный параметр, столбец или значение; `known` — известные"),
            ("404", "Такого ресурса нет"),
            ("406", "Такого формата нет"),
            ("503", "Ещё нет опубликованного выпуска"),
        ];
        let mut all: BTreeMap<String, RefOr<Response>> = told
            .into_iter()
            .map(|(status, about)| {
                let content = Content::new(Some(Ref::from_schema_name("ProblemBody")));
                let response =
                    ResponseBuilder::new().description(about).content("application/problem+json", content).build();
                (status.to_owned(), RefOr::T(response))
            })
            .collect();
        let same =
            ResponseBuilder::new().description("Не изменилось с ответа, чей ETag прислан в If-None-Match").build();
        all.insert("304".to_owned(), RefOr::T(same));
        all
    }
}
