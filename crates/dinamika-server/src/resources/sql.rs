//! A reader's own SELECT.

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Request, State},
    response::Response,
};
use dinamika_engine::{Param, Params};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Refusals, RowsAnswer};
use crate::{
    Problem, Serving,
    access::Noting,
    answer::{Reading, at_most, streamed},
    problem::ProblemBody,
    query::{SqlParameters, names},
};

/// One SELECT and the values of its `$1`, `$2` …
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"sql": "select level, count(*) as n from indicator_values where period = $1 group by level", "params": ["2020/21"]}))]
pub(crate) struct OwnSelect {
    /// One SELECT over the tables one sees.
    sql: String,
    /// Texts, numbers, true, false or null.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    params: Vec<Value>,
}

/// Выполнить один SELECT по таблицам, которые видны вашей роли. Скрытые ячейки пусты и в суммы не входят.
#[utoipa::path(post, path = "/api/v1/sql", operation_id = "sql", tag = "access", request_body = OwnSelect, params(SqlParameters),
    responses((status = 200, description = "Строки; также .csv .xlsx .parquet .arrow", body = RowsAnswer),
        (status = 400, description = "Запрос не разобран или не разрешён", body = ProblemBody), Refusals))]
pub(crate) async fn run(State(serving): State<Arc<Serving>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let reading = Reading::from_request_parts(&mut parts, &serving).await?;
    let caller = &reading.caller;
    caller.asked.only(&names(SqlParameters::GROUPS))?;
    let limit = caller.asked.whole("limit", 1, u32::MAX.into())?;
    let sent = Json::<OwnSelect>::from_request(Request::from_parts(parts, body), &serving).await;
    let Json(OwnSelect { sql, params }) =
        sent.map_err(|_| Problem::BadBody("{\"sql\": \"select …\", \"params\": [ … ]}"))?;
    let params = params.into_iter().map(param).collect::<Result<Vec<_>, _>>()?;
    let params = if params.is_empty() { Params::None } else { Params::Positional(params) };
    let noting = Noting::begun(caller.serving.gate(), &caller.who, "sql", &sql);
    let asked = reading.release.session.ask(&sql, params).await;
    noting.ended(if asked.is_ok() { "ok" } else { "refused" })?;
    let rows = asked.map_err(|error| match error {
        mistake if mistake.is_mistake() => Problem::BadSql(mistake.to_string()),
        of_values if of_values.is_of_values() => Problem::BadSql(of_values.to_string()),
        other => other.into(),
    })?;
    let rows = at_most(rows, limit);
    streamed(caller, &reading.release.info, rows, ("sql", "Запрос")).await
}

fn param(value: Value) -> Result<Param, Problem> {
    Ok(match value {
        Value::Null => Param::Null,
        Value::Bool(flag) => Param::from(flag),
        Value::String(text) => Param::from(text),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Param::from(whole),
            (None, Some(real)) => Param::from(real),
            (None, None) => return Err(Problem::BadBody("с числами, которые помещаются в 64 бита")),
        },
        Value::Array(_) | Value::Object(_) => {
            return Err(Problem::BadBody("с params из текстов, чисел, true, false, null"));
        }
    })
}
