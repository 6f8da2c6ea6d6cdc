//! The page where one logs in, without scripts.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::html::{document, escape};
use crate::{
    Problem, Serving,
    access::{Means, Returned, Who, cookie_named, set_cookie},
    answer::percent,
};

/// Where to go afterwards.
#[derive(Deserialize)]
pub(crate) struct Next {
    next: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Entered {
    name: String,
    password: String,
    next: Option<String>,
}

/// What the button «Выйти» sends.
#[derive(Deserialize)]
pub(crate) struct Left {
    csrf: String,
}

/// The form.
pub(crate) async fn form(State(serving): State<Arc<Serving>>, who: Who, Query(Next { next }): Query<Next>) -> Response {
    let title = &serving.project().config.title;
    let inner = match &who.means {
        Means::Session { csrf } => leave(&who, csrf),
        _ => enter(&serving, next.as_deref(), None),
    };
    page(StatusCode::OK, title, &inner)
}

/// Logs in and goes on, or shows the form again with what was wrong.
pub(crate) async fn login(
    State(serving): State<Arc<Serving>>,
    headers: HeaderMap,
    Form(Entered { name, password, next }): Form<Entered>,
) -> Result<Response, Problem> {
    match serving.gate().login(name.trim(), password).await {
        Ok((cookie, _)) => {
            let mut response = Redirect::to(own_page(next.as_deref())).into_response();
            response
                .headers_mut()
                .extend(set_cookie(&cookie, &headers, false).map(|cookie| (header::SET_COOKIE, cookie)));
            Ok(response)
        }
        Err(problem @ (Problem::BadLogin | Problem::TooManyLogins(_))) => {
            let title = &serving.project().config.title;
            let inner = enter(&serving, next.as_deref(), Some(&problem.to_string()));
            Ok(page(problem.status(), title, &inner))
        }
        Err(problem) => Err(problem),
    }
}

/// Logs out.
pub(crate) async fn logout(
    State(serving): State<Arc<Serving>>,
    headers: HeaderMap,
    who: Who,
    Form(Left { csrf: sent }): Form<Left>,
) -> Result<Response, Problem> {
    if !matches!(&who.means, Means::Session { csrf } if *csrf == sent) {
        return Err(Problem::CrossSite);
    }
    serving.gate().logout(&headers, &who)?;
    let mut response = Redirect::to("/").into_response();
    response.headers_mut().extend(set_cookie("", &headers, true).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// Sends the browser to the institution's own login.
pub(crate) async fn begin(
    State(serving): State<Arc<Serving>>,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Problem> {
    let oidc = serving.gate().oidc().ok_or(Problem::NoSuchPath)?;
    match oidc.begin(own_page(next.as_deref()), serving.gate().now()).await {
        Ok(begun) => {
            let mut response = Redirect::to(begun.to.as_str()).into_response();
            let cookie = begun_cookie(&begun.cookie, oidc.is_encrypted());
            response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
            Ok(response)
        }
        Err(problem) => Ok(wrong(&serving, &problem)),
    }
}

/// The browser comes back from there.
pub(crate) async fn end(
    State(serving): State<Arc<Serving>>,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Result<Response, Problem> {
    let gate = serving.gate();
    let oidc = gate.oidc().ok_or(Problem::NoSuchPath)?;
    let ended = oidc.end(returned, cookie_named(&headers, BEGUN), gate.now()).await;
    let entered = ended.and_then(|(person, next)| Ok((gate.login_named(&person)?, next)));
    let mut response = match entered {
        Ok(((cookie, _), next)) => {
            let mut response = Redirect::to(&next).into_response();
            let cookie = set_cookie(&cookie, &headers, false);
            response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
            response
        }
        Err(problem @ Problem::Internal(_)) => return Err(problem),
        Err(problem) => wrong(&serving, &problem),
    };
    let over = HeaderValue::from_static("dinamika_login=; Path=/login/oidc; HttpOnly; SameSite=Lax; Max-Age=0");
    response.headers_mut().append(header::SET_COOKIE, over);
    Ok(response)
}

const BEGUN: &str = "dinamika_login";

fn begun_cookie(value: &str, is_encrypted: bool) -> Option<HeaderValue> {
    let secure = if is_encrypted { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{BEGUN}={value}; Path=/login/oidc; HttpOnly; SameSite=Lax; Max-Age=600{secure}"))
        .ok()
}

fn wrong(serving: &Serving, problem: &Problem) -> Response {
    let inner = enter(serving, None, Some(&problem.to_string()));
    page(problem.status(), &serving.project().config.title, &inner)
}

fn enter(serving: &Serving, next: Option<&str>, wrong: Option<&str>) -> String {
    let elsewhere = serving.gate().oidc().map(|oidc| {
        let next = percent(own_page(next));
        format!("<p><a class=\"button\" href=\"/login/oidc?next={next}\">{}</a></p>", escape(oidc.title()))
    });
    let elsewhere = elsewhere.unwrap_or_default();
    let next = escape(own_page(next));
    let wrong = wrong.map(|text| format!("<p role=\"alert\">{}</p>", escape(text))).unwrap_or_default();
    format!(
        "<form method=\"post\" action=\"/login\">{wrong}<input type=\"hidden\" name=\"next\" value=\"{next}\">\
         <p><label>Имя <input name=\"name\" autocomplete=\"username\" required autofocus></label></p>\
         <p><label>Пароль <input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label></p>\
         <p><button>Войти</button></p></form>{elsewhere}\
         <p>Учётную запись создаёт администратор. Открытые данные видны <a href=\"/\">без входа</a>.</p>"
    )
}

fn leave(who: &Who, csrf: &str) -> String {
    format!(
        "<p>Вы вошли как <strong>{}</strong> ({}).</p><form method=\"post\" action=\"/logout\">\
         <input type=\"hidden\" name=\"csrf\" value=\"{}\"><p><button>Выйти</button></p></form>",
        escape(who.told()),
        who.principal.role().title(),
        escape(csrf)
    )
}

/// A page of ours: whoever sends a link must not choose where its reader lands after the password.
fn own_page(next: Option<&str>) -> &str {
    let is_own = |path: &&str| {
        path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && !path.contains(char::is_control)
    };
    next.filter(is_own).unwrap_or("/")
}

fn page(status: StatusCode, title: &str, inner: &str) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, document(title, "Вход", "", inner)).into_response()
}

#[cfg(test)]
mod tests {
    use super::own_page;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(own_page(Some("/dashboards/vpr")), "/dashboards/vpr");
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""] {
            assert_eq!(own_page(Some(elsewhere)), "/", "{elsewhere}");
        }
    }
}
