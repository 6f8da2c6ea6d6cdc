//! The one door: who asks is found out before any handler runs, and may they at all.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use dinamika_project::Role;

use super::{
    gate::{Means, SEE_AS, Who},
    secrets::same,
};
use crate::{Problem, Serving, answer::percent, query::Asked};

const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");

/// Finds out who asks, refuses what they may not, and leaves the answer for the handlers.
pub(crate) async fn admit(State(serving): State<Arc<Serving>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let admitted = admitted(&serving, &request);
    // A wrong token counts as the guest it is.
    let who = admitted.as_ref().ok();
    if let Err(wait) = serving.pace().ask(who, &request) {
        return Problem::TooManyRequests(wait).into_response();
    }
    match admitted {
        Ok(who) => {
            request.extensions_mut().insert(who);
            next.run(request).await
        }
        // A person is shown where to log in; a program is told.
        Err(Problem::NotLoggedIn(_)) if is_person(&request) => {
            Redirect::to(&format!("/login?next={}", percent(&path))).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

/// A browser that opens a page.
fn is_person(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let wants_page = accept.is_some_and(|accept| accept.contains("text/html"));
    wants_page && !request.uri().path().starts_with("/api/") && *request.method() == Method::GET
}

fn admitted(serving: &Serving, request: &Request) -> Result<Who, Problem> {
    let headers = request.headers();
    let asked = Asked::see_as(request.uri());
    // A header that cannot be read names nobody: it is refused, not passed over.
    let told = headers.get(SEE_AS).map(|value| value.to_str().unwrap_or("?"));
    let see_as = told.or(asked.as_deref());
    let who = serving.gate().who(headers, see_as)?;
    let least = match door(request.method(), request.uri().path()) {
        Door::Data if !serving.project().policy.anonymous => Role::School,
        Door::Open | Door::Data => Role::Public,
        Door::From(role) => role,
    };
    if who.principal.role() < least {
        return Err(match who.means {
            Means::Guest => Problem::NotLoggedIn(least),
            _ => Problem::NotAllowed(least),
        });
    }
    if !request.method().is_safe() {
        is_own_page(headers).then_some(()).ok_or(Problem::CrossSite)?;
        // The form of our own page carries it in its body; its handler looks there.
        if let (Means::Session { csrf }, true) = (&who.means, request.uri().path().starts_with("/api/")) {
            let sent = headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
            if !same(sent, csrf) {
                return Err(Problem::CrossSite);
            }
        }
    }
    Ok(who)
}

/// What an address needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    /// Nothing: there is no data behind it.
    Open,
    /// Data, of which the policy shows everyone their part.
    Data,
    /// A role at least.
    From(Role),
}

/// What the page where one logs in is made of, and what tells of no data.
const OPEN: [&str; 9] = [
    "/health",
    "/ready",
    "/login",
    "/logout",
    "/static",
    "/plain/app.css",
    "/favicon.svg",
    "/theme.js",
    "/api/openapi.json",
];

/// Who may come to an address at all; what they see there is the policy's. An address that nobody
/// put here is for the region's own staff, and changing anything there is the administrator's.
fn door(method: &Method, path: &str) -> Door {
    let first = path.strip_prefix("/api/v1/").and_then(|rest| rest.split('/').next());
    match (method.is_safe(), first) {
        (_, None) if path == "/metrics" => Door::From(Role::Regional),
        (_, None) if OPEN.iter().any(|open| path.starts_with(open)) => Door::Open,
        (_, None) => Door::Data,
        (_, Some("login" | "logout" | "me")) => Door::Open,
        // Two releases side by side tell what a late file of one school brought.
        (true, Some("releases")) if path.contains("..") => Door::From(Role::Regional),
        (_, Some("accounts" | "audit")) => Door::From(Role::Administrator),
        (_, Some("tokens")) => Door::From(Role::School),
        (true, Some("indicators" | "entities" | "map" | "dashboards" | "tables" | "releases" | "access")) => Door::Data,
        (_, Some("sql")) | (true, Some("queries" | "explain" | "lineage")) => Door::From(Role::School),
        // What the region's analysts keep, all who ask may take.
        (false, Some("queries")) => Door::From(Role::Regional),
        (true, Some(_)) => Door::From(Role::Regional),
        (false, Some(_)) => Door::From(Role::Administrator),
    }
}

/// A browser tells which page sends; a program does not and need not.
fn is_own_page(headers: &HeaderMap) -> bool {
    const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    if let Some(site) = headers.get(FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    // Older browsers tell the origin only.
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let who = parts.extensions.get::<Self>().cloned();
        who.ok_or_else(|| Problem::internal("a request came past the gate"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_classed_is_closed() {
        let door = |method: Method, path: &str| door(&method, path);
        assert_eq!(door(Method::GET, "/api/v1/indicators/vpr.share2/values"), Door::Data);
        assert_eq!(door(Method::GET, "/api/v1/releases/1..2"), Door::From(Role::Regional));
        assert_eq!(door(Method::GET, "/api/v1/explain"), Door::From(Role::School));
        assert_eq!(door(Method::GET, "/api/v1/rejects"), Door::From(Role::Regional));
        assert_eq!(door(Method::GET, "/api/v1/accounts"), Door::From(Role::Administrator));
        assert_eq!(door(Method::GET, "/api/v1/audit"), Door::From(Role::Administrator));
        assert_eq!(door(Method::POST, "/api/v1/tokens"), Door::From(Role::School));
        assert_eq!(door(Method::DELETE, "/api/v1/tokens/1f"), Door::From(Role::School));
        assert_eq!(door(Method::GET, "/api/v1/map"), Door::Data);
        assert_eq!(door(Method::GET, "/api/v1/anything"), Door::From(Role::Regional));
        assert_eq!(door(Method::POST, "/api/v1/jobs/nightly/run"), Door::From(Role::Administrator));
        assert_eq!(door(Method::POST, "/api/v1/indicators"), Door::From(Role::Administrator));
        assert_eq!(door(Method::POST, "/api/v1/sql"), Door::From(Role::School));
        assert_eq!(door(Method::GET, "/api/v1/queries"), Door::From(Role::School));
        assert_eq!(door(Method::PUT, "/api/v1/queries/x"), Door::From(Role::Regional));
        assert_eq!(door(Method::DELETE, "/api/v1/queries/x"), Door::From(Role::Regional));
        assert_eq!(door(Method::GET, "/metrics"), Door::From(Role::Regional));
        assert_eq!(door(Method::GET, "/dashboards/vpr"), Door::Data);
        assert_eq!(door(Method::GET, "/api/v1/tables/risk_board"), Door::Data);
        assert_eq!(door(Method::GET, "/health"), Door::Open);
    }
}
