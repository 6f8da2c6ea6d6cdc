//! Accounts, for the administrator.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use dinamika_lake::state::{UserRow, UserStatus};
use dinamika_project::Principal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Refusals;
use crate::{
    Problem, Serving,
    access::{AccountChange, Who},
    answer::{Caller, Column, Listed, Tabular, listing},
    problem::ProblemBody,
    query::{ReadParameters, names},
};

/// An account; its password is kept as a hash and never told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "petrova", "principal": "municipal:03701000", "role": "municipal", "role_title": "муниципалитет",
    "scope": ["03701000"], "is_active": true, "created_at": "2026-09-01T08:00:00Z", "last_login": null
}))]
pub(crate) struct AccountInfo {
    /// Login name.
    name: String,
    /// Role with its keys.
    principal: String,
    /// `school`, `municipal`, `regional`, `administrator`.
    role: &'static str,
    /// The role for people.
    role_title: &'static str,
    /// Keys of its schools or municipalities.
    scope: Vec<String>,
    /// Whether it may be used.
    is_active: bool,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it last logged in with its password.
    last_login: Option<DateTime<Utc>>,
}

impl Tabular for AccountInfo {
    const NAME: (&'static str, &'static str) = ("accounts", "Учётные записи");
    const COLUMNS: &'static [Column] = &[
        Column::Text("name"),
        Column::Text("principal"),
        Column::Text("role_title"),
        Column::Text("is_active"),
        Column::Text("created_at"),
        Column::Text("last_login"),
    ];
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "petrova", "principal": "municipal:03701000", "password": "фраза из слов"}))]
pub(crate) struct AccountAsked {
    name: String,
    /// Role with its keys, as `dinamika user list` writes it.
    principal: String,
    /// Ten characters at least.
    #[schema(format = Password)]
    password: String,
}

/// What is to become of an account; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"is_active": false}))]
pub(crate) struct AccountPatch {
    /// Role with its keys.
    principal: Option<String>,
    /// Ten characters at least.
    #[schema(format = Password)]
    password: Option<String>,
    /// Whether it may be used.
    is_active: Option<bool>,
}

/// Учётные записи, их роли и последний вход.
#[utoipa::path(get, path = "/api/v1/accounts", operation_id = "accounts", tag = "access", params(ReadParameters),
    responses((status = 200, description = "Учётные записи", body = Listed<AccountInfo>), Refusals))]
pub(crate) async fn list(caller: Caller) -> Result<Response, Problem> {
    caller.asked.only(&names(ReadParameters::GROUPS))?;
    let accounts = caller.serving.gate().accounts()?;
    listing(&caller, None, accounts.into_iter().map(info).collect())
}

/// Создать учётную запись. Первая должна быть администратора: с ней вход становится обязательным.
#[utoipa::path(post, path = "/api/v1/accounts", operation_id = "open_account", tag = "access", request_body = AccountAsked,
    responses((status = 201, description = "Создана", body = AccountInfo),
        (status = 403, description = "Не администратор или чужая страница", body = ProblemBody), Refusals))]
pub(crate) async fn open(
    State(serving): State<Arc<Serving>>,
    who: Who,
    sent: Result<Json<AccountAsked>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(asked) =
        sent.map_err(|_| Problem::BadBody("{\"name\": \"…\", \"principal\": \"…\", \"password\": \"…\"}"))?;
    let principal = principal(&asked.principal)?;
    let made = serving.gate().open_account(&who, asked.name.trim(), &principal, asked.password).await?;
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(info(made))).into_response())
}

/// Сменить роль, пароль или отключить учётную запись; прежние входы и токены перестают действовать.
#[utoipa::path(patch, path = "/api/v1/accounts/{name}", operation_id = "change_account", tag = "access",
    params(("name" = String, Path, description = "Имя учётной записи", example = "petrova")), request_body = AccountPatch,
    responses((status = 200, description = "Изменена", body = AccountInfo),
        (status = 403, description = "Не администратор или чужая страница", body = ProblemBody), Refusals))]
pub(crate) async fn change(
    State(serving): State<Arc<Serving>>,
    who: Who,
    Path(name): Path<String>,
    sent: Result<Json<AccountPatch>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(asked) = sent
        .map_err(|_| Problem::BadBody("{\"principal\": \"…\"} или {\"password\": \"…\"} или {\"is_active\": false}"))?;
    let change = AccountChange {
        principal: asked.principal.as_deref().map(principal).transpose()?,
        password: asked.password,
        status: asked.is_active.map(|is_active| if is_active { UserStatus::Active } else { UserStatus::Disabled }),
    };
    let changed = serving.gate().change_account(&who, &name, change).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(info(changed))).into_response())
}

pub(super) fn principal(text: &str) -> Result<Principal, Problem> {
    text.parse::<Principal>().map_err(|error| Problem::BadValue {
        parameter: "principal".to_owned(),
        value: error.found,
        expected: "Примеры: school:223080, municipal:03701000, regional, administrator.".to_owned(),
    })
}

fn info(user: UserRow) -> AccountInfo {
    let role = user.principal.role();
    AccountInfo {
        name: user.name,
        principal: user.principal.to_string(),
        role: role.as_str(),
        role_title: role.title(),
        scope: user.principal.scope().iter().cloned().collect(),
        is_active: user.status == UserStatus::Active,
        created_at: user.created_at,
        last_login: user.last_login,
    }
}
