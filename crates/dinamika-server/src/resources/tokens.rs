//! Tokens of people's programs.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use dinamika_lake::state::TokenRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Refusals, accounts::principal};
use crate::{
    Problem, Serving,
    access::{TokenWish, Who},
    answer::{Caller, Column, Listed, Tabular, listing},
    problem::ProblemBody,
    query::{ReadParameters, names},
};

/// A token; only a hash of its secret is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "1f5c0a9e2b7d", "user": "petrova", "principal": "municipal:03701000", "label": "отчёт в Metabase",
    "created_at": "2026-09-01T08:00:00Z", "expires_at": "2026-11-30T08:00:00Z", "last_used": null, "is_valid": true
}))]
pub(crate) struct TokenInfo {
    /// Its public part.
    id: String,
    /// Whose.
    user: String,
    /// As whom it sees.
    principal: String,
    /// What it is for.
    label: String,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// When it was last used, to the hour.
    last_used: Option<DateTime<Utc>>,
    /// Whether it has neither ended nor been taken back.
    is_valid: bool,
}

impl Tabular for TokenInfo {
    const NAME: (&'static str, &'static str) = ("tokens", "Токены");
    const COLUMNS: &'static [Column] = &[
        Column::Text("id"),
        Column::Text("user"),
        Column::Text("principal"),
        Column::Text("label"),
        Column::Text("created_at"),
        Column::Text("expires_at"),
        Column::Text("last_used"),
        Column::Text("is_valid"),
    ];
}

/// A token somebody wants.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"label": "отчёт в Metabase", "days": 90}))]
pub(crate) struct TokenAsked {
    /// What it is for.
    #[serde(default)]
    label: String,
    /// How many days it lasts: 1 to 366.
    #[serde(default = "quarter")]
    days: u32,
    /// As whom it sees; as its owner where none is named, and never more.
    principal: Option<String>,
}

const fn quarter() -> u32 {
    90
}

/// A token just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenMade {
    /// The text for `Authorization: Bearer …`; told this once.
    token: String,
    #[serde(flatten)]
    info: TokenInfo,
}

/// Мои токены; администратору — все. Нужен вход с паролем: токену токены не показываются.
#[utoipa::path(get, path = "/api/v1/tokens", operation_id = "tokens", tag = "access", params(ReadParameters),
    responses((status = 200, description = "Токены", body = Listed<TokenInfo>), Refusals))]
pub(crate) async fn list(caller: Caller) -> Result<Response, Problem> {
    caller.asked.only(&names(ReadParameters::GROUPS))?;
    let gate = caller.serving.gate();
    let (tokens, now) = (gate.tokens(&caller.who)?, gate.now());
    listing(&caller, None, tokens.into_iter().map(|token| info(token, now)).collect())
}

/// Создать токен для своей программы; его текст показывается один раз.
#[utoipa::path(post, path = "/api/v1/tokens", operation_id = "make_token", tag = "access", request_body = TokenAsked,
    responses((status = 201, description = "Создан", body = TokenMade),
        (status = 403, description = "Нет входа с паролем или чужая страница", body = ProblemBody), Refusals))]
pub(crate) async fn make(
    State(serving): State<Arc<Serving>>,
    who: Who,
    sent: Result<Json<TokenAsked>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(asked) = sent.map_err(|_| Problem::BadBody("{\"label\": \"…\", \"days\": 90}"))?;
    let principal = asked.principal.as_deref().map(principal).transpose()?;
    let wish = TokenWish { label: asked.label.trim().to_owned(), days: asked.days, principal };
    let (token, made) = serving.gate().make_token(&who, wish)?;
    let made = TokenMade { token, info: info(made, serving.gate().now()) };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(made)).into_response())
}

/// Отозвать токен: свой, а администратору — любой.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", operation_id = "revoke_token", tag = "access",
    params(("id" = String, Path, description = "Открытая часть токена", example = "1f5c0a9e2b7d")),
    responses((status = 204, description = "Отозван"),
        (status = 403, description = "Нет входа с паролем или чужая страница", body = ProblemBody), Refusals))]
pub(crate) async fn revoke(
    State(serving): State<Arc<Serving>>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    serving.gate().revoke_token(&who, &id)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn info(token: TokenRow, now: DateTime<Utc>) -> TokenInfo {
    TokenInfo {
        is_valid: token.revoked_at.is_none() && token.expires_at > now,
        id: token.id,
        user: token.user,
        principal: token.principal.to_string(),
        label: token.label,
        created_at: token.created_at,
        expires_at: token.expires_at,
        last_used: token.last_used,
    }
}
