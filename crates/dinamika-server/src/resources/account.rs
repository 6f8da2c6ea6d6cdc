//! Logging in and out, and who one is.

use std::sync::Arc;

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Problem, Serving,
    access::{Means, Who, set_cookie},
    problem::ProblemBody,
};

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"name": "petrova", "password": "…"}))]
pub(crate) struct Login {
    /// The account.
    name: String,
    /// Its password.
    #[schema(format = Password)]
    password: String,
}

/// Who one is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "petrova", "principal": "municipal:03701000", "role": "municipal", "role_title": "муниципалитет",
    "scope": ["03701000"], "sees_as": null, "accounts": true, "csrf": "5f0e12ab"
}))]
pub(crate) struct Me {
    /// The account; none for a guest and where there are no accounts.
    name: Option<String>,
    /// Role with its keys.
    principal: String,
    /// `public`, `school`, `municipal`, `regional`, `administrator`.
    role: &'static str,
    /// The role for people.
    role_title: &'static str,
    /// Keys of one's schools or municipalities.
    scope: Vec<String>,
    /// As whom an administrator sees now.
    sees_as: Option<String>,
    /// Whether this installation has accounts; without them whoever sits at this computer is administrator.
    accounts: bool,
    /// To be sent as `X-CSRF-Token` with every request that changes something; none without a session.
    csrf: Option<String>,
}

/// Кто я и что мне видно.
#[utoipa::path(get, path = "/api/v1/me", operation_id = "me", tag = "access",
    responses((status = 200, description = "Учётная запись и роль", body = Me)))]
pub(crate) async fn me(State(serving): State<Arc<Serving>>, who: Who) -> Result<Response, Problem> {
    Ok(told(&serving, &who)?.into_response())
}

/// Войти: дальше браузер шлёт cookie, а изменяющие запросы — ещё и `X-CSRF-Token`. Программам удобнее токен.
#[utoipa::path(post, path = "/api/v1/login", operation_id = "login", tag = "access", request_body = Login,
    responses((status = 200, description = "Вход выполнен", body = Me),
        (status = 400, description = "Тело не читается", body = ProblemBody),
        (status = 401, description = "Имя или пароль неверны", body = ProblemBody),
        (status = 429, description = "Слишком много неверных паролей", body = ProblemBody)))]
pub(crate) async fn login(
    State(serving): State<Arc<Serving>>,
    headers: HeaderMap,
    sent: Result<Json<Login>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(Login { name, password }) =
        sent.map_err(|_| Problem::BadBody("{\"name\": \"…\", \"password\": \"…\"}"))?;
    let (cookie, who) = serving.gate().login(name.trim(), password).await?;
    let mut response = told(&serving, &who)?.into_response();
    response.headers_mut().extend(set_cookie(&cookie, &headers, false).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// The password one has and the one one wants.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"old": "…", "new": "фраза из нескольких слов"}))]
pub(crate) struct PasswordChange {
    /// The one that is to end.
    #[schema(format = Password)]
    old: String,
    /// Ten characters at least.
    #[schema(format = Password)]
    new: String,
}

/// Сменить свой пароль: остальные входы этой учётной записи заканчиваются.
#[utoipa::path(post, path = "/api/v1/me/password", operation_id = "change_password", tag = "access",
    request_body = PasswordChange,
    responses((status = 200, description = "Пароль сменён", body = Me),
        (status = 400, description = "Новый пароль короток или тело не читается", body = ProblemBody),
        (status = 401, description = "Токен не действует", body = ProblemBody),
        (status = 403, description = "Прежний пароль неверен, нет входа с паролем или чужая страница", body = ProblemBody),
        (status = 429, description = "Слишком много неверных паролей", body = ProblemBody)))]
pub(crate) async fn password(
    State(serving): State<Arc<Serving>>,
    headers: HeaderMap,
    who: Who,
    sent: Result<Json<PasswordChange>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(PasswordChange { old, new }) = sent.map_err(|_| Problem::BadBody("{\"old\": \"…\", \"new\": \"…\"}"))?;
    let (cookie, who) = serving.gate().change_own_password(&who, old, new).await?;
    let mut response = told(&serving, &who)?.into_response();
    response.headers_mut().extend(set_cookie(&cookie, &headers, false).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// Выйти.
#[utoipa::path(post, path = "/api/v1/logout", operation_id = "logout", tag = "access",
    responses((status = 204, description = "Вы вышли")))]
pub(crate) async fn logout(
    State(serving): State<Arc<Serving>>,
    headers: HeaderMap,
    who: Who,
) -> Result<Response, Problem> {
    serving.gate().logout(&headers, &who)?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().extend(set_cookie("", &headers, true).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

fn told(serving: &Serving, who: &Who) -> Result<impl IntoResponse + use<>, Problem> {
    let principal = &who.principal;
    let me = Me {
        name: who.name.clone(),
        principal: principal.to_string(),
        role: principal.role().as_str(),
        role_title: principal.role().title(),
        scope: principal.scope().iter().cloned().collect(),
        sees_as: (who.own != *principal).then(|| principal.to_string()),
        accounts: serving.gate().has_accounts()?,
        csrf: match &who.means {
            Means::Session { csrf } => Some(csrf.clone()),
            Means::Open | Means::Guest | Means::Token | Means::Wire => None,
        },
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(me)))
}
