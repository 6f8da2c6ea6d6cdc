//! The audit log, for the administrator.

use axum::response::Response;
use chrono::{DateTime, Utc};
use dinamika_lake::state::AuditRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::Refusals;
use crate::{
    Problem,
    answer::{Caller, Column, Listed, Tabular, listing},
    query::{AuditParameters, names},
};

/// Something somebody did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "at": "2026-09-23T06:12:09Z", "who": "petrova", "principal": "municipal:03701000", "action": "download",
    "what": "/api/v1/indicators/vpr.share2/values.csv?level=school", "outcome": "ok"
}))]
pub(crate) struct AuditInfo {
    /// When.
    at: DateTime<Utc>,
    /// The account; `—` for a guest.
    who: String,
    /// As whom they saw.
    principal: String,
    /// `login`, `logout`, `download`, `sql`, `user`, `token`, `school`, `policy`.
    action: String,
    /// What it was about; never a password or a cell.
    what: String,
    /// `ok`, `refused`, `throttled` or `failed`.
    outcome: String,
}

impl Tabular for AuditInfo {
    const NAME: (&'static str, &'static str) = ("audit", "Журнал действий");
    const COLUMNS: &'static [Column] = &[
        Column::Text("at"),
        Column::Text("who"),
        Column::Text("principal"),
        Column::Text("action"),
        Column::Text("what"),
        Column::Text("outcome"),
    ];
}

/// What is written down.
const ACTIONS: [&str; 8] = ["login", "logout", "download", "sql", "user", "token", "school", "policy"];

/// Входы, выгрузки, запросы SQL, изменения учётных записей и политики: новые — первыми.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "audit", tag = "access", params(AuditParameters),
    responses((status = 200, description = "Строки журнала", body = Listed<AuditInfo>), Refusals))]
pub(crate) async fn list(caller: Caller) -> Result<Response, Problem> {
    caller.asked.only(&names(AuditParameters::GROUPS))?;
    let limit = caller.asked.whole("limit", 1, 50_000)?.unwrap_or(200) as usize;
    let action = caller.asked.get("action");
    if let Some(unknown) = action.filter(|action| !ACTIONS.contains(action)) {
        let expected = format!("Известны: {}.", ACTIONS.join(", "));
        return Err(Problem::BadValue { parameter: "action".to_owned(), value: unknown.to_owned(), expected });
    }
    let lines = caller.serving.gate().audited(action, limit)?;
    listing(&caller, None, lines.into_iter().map(info).collect())
}

fn info(line: AuditRow) -> AuditInfo {
    let AuditRow { at, who, principal, action, what, outcome, .. } = line;
    AuditInfo { at, who, principal, action, what, outcome }
}
