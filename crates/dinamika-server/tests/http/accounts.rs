//! Logging in, sessions, tokens, and what nobody may without them.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{body::Body, http::Request};
use chrono::{DateTime, TimeDelta, Utc};
use dinamika_lake::state::{State, TokenRow};
use dinamika_server::{Gate, NewToken, hash_password, new_token};
use serde_json::{Value, json};

use crate::region::{Answer, Region};

pub(crate) const PASSWORD: &str = "верная лошадь";

/// A region with accounts: `ada` administrates, `muni` is of municipality `m1`.
pub(crate) struct Guarded {
    pub(crate) region: Region,
    state: State,
    seconds: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Guarded {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(folder.path()).unwrap();
        let hash = hash_password(PASSWORD).unwrap();
        for (name, principal) in [("ada", "administrator"), ("muni", "municipal:m1")] {
            assert!(state.user_add(name, &principal.parse().unwrap(), Some(&hash), start()).unwrap());
        }
        let seconds = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&seconds);
        let gate = Gate::of(state.clone(), Arc::new(move || at(clock.load(Ordering::SeqCst))));
        let region = Region::published_behind(gate).await;
        Self { region, state, seconds, _folder: folder }
    }

    fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) async fn login(&self, name: &str, password: &str) -> Answer {
        let body = json!({"name": name, "password": password}).to_string();
        let request = Request::post("/api/v1/login").header("content-type", "application/json");
        self.region.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn post(&self, uri: &str, headers: &[(&str, &str)]) -> u16 {
        let mut request = Request::post(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.region.send(request.body(Body::empty()).unwrap()).await.status.as_u16()
    }

    pub(crate) async fn get(&self, uri: &str, headers: &[(&str, &str)]) -> u16 {
        self.region.get_with(uri, headers).await.status.as_u16()
    }

    fn token(&self, user: &str, principal: &str, days: i64) -> (String, String) {
        let NewToken { id, hash, scram, text } = new_token();
        let token = TokenRow {
            id: id.clone(),
            hash,
            scram: Some(scram),
            user: user.to_owned(),
            principal: principal.parse().unwrap(),
            label: String::new(),
            created_at: start(),
            expires_at: start() + TimeDelta::days(days),
            last_used: None,
            revoked_at: None,
        };
        self.state.token_add(&token).unwrap();
        (id, format!("Bearer {text}"))
    }
}

fn start() -> DateTime<Utc> {
    at(0)
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

/// The cookie as a browser sends it back.
pub(crate) fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_session_is_one_cookie_that_scripts_cannot_read() {
    let guarded = Guarded::new().await;
    let answer = guarded.login("ada", PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let set = answer.header("set-cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && !set.contains("Secure"), "{set}");
    assert_eq!(answer.json()["role"], "administrator");

    let cookie = cookie(&answer);
    assert_eq!(guarded.get("/api/v1/runs", &[("cookie", &cookie)]).await, 200);
    assert_eq!(guarded.get("/api/v1/runs", &[]).await, 401);
    guarded.pass(13 * 3_600);
    assert_eq!(guarded.get("/api/v1/runs", &[("cookie", &cookie)]).await, 401, "a session ends");
}

#[tokio::test]
async fn behind_an_encrypting_proxy_the_cookie_is_for_encrypted_connections_only() {
    let guarded = Guarded::new().await;
    let body = json!({"name": "ada", "password": PASSWORD}).to_string();
    let request = Request::post("/api/v1/login")
        .header("content-type", "application/json")
        .header("x-forwarded-proto", "https")
        .body(Body::from(body));
    assert!(guarded.region.send(request.unwrap()).await.header("set-cookie").contains("; Secure"));
}

#[tokio::test]
async fn what_changes_something_needs_the_page_of_ours_that_sends_it() {
    let guarded = Guarded::new().await;
    let answer = guarded.login("ada", PASSWORD).await;
    let (cookie, csrf) = (cookie(&answer), answer.json()["csrf"].as_str().unwrap().to_owned());
    let run = "/api/v1/jobs/nightly/run";
    assert_eq!(guarded.post(run, &[]).await, 401);
    assert_eq!(guarded.post(run, &[("cookie", &cookie)]).await, 403);
    assert_eq!(guarded.post(run, &[("cookie", &cookie), ("x-csrf-token", "0")]).await, 403);
    let foreign = [("cookie", cookie.as_str()), ("x-csrf-token", &csrf), ("sec-fetch-site", "cross-site")];
    assert_eq!(guarded.post(run, &foreign).await, 403);
    let foreign =
        [("cookie", cookie.as_str()), ("x-csrf-token", &csrf), ("origin", "https://evil.example"), ("host", "a")];
    assert_eq!(guarded.post(run, &foreign).await, 403);
    assert_eq!(guarded.post(run, &[("cookie", &cookie), ("x-csrf-token", &csrf)]).await, 202);

    let muni = guarded.login("muni", PASSWORD).await;
    let (cookie, csrf) = (self::cookie(&muni), muni.json()["csrf"].as_str().unwrap().to_owned());
    assert_eq!(guarded.post(run, &[("cookie", &cookie), ("x-csrf-token", &csrf)]).await, 403, "not an administrator");
    assert_eq!(guarded.post("/api/v1/logout", &[("cookie", &cookie)]).await, 403);
    assert_eq!(guarded.post("/api/v1/logout", &[("cookie", &cookie), ("x-csrf-token", &csrf)]).await, 204);
    assert_eq!(guarded.region.get_with("/api/v1/me", &[("cookie", &cookie)]).await.json()["role"], "public");
}

#[tokio::test]
async fn wrong_passwords_cost_time_and_tell_nothing() {
    let guarded = Guarded::new().await;
    let unknown = guarded.login("nobody", PASSWORD).await;
    let wrong = guarded.login("ada", "неверная лошадь").await;
    assert_eq!((unknown.status, wrong.status), (401.try_into().unwrap(), 401.try_into().unwrap()));
    assert_eq!(unknown.text(), wrong.text());
    for _ in 0..4 {
        assert_eq!(guarded.login("ada", "неверная лошадь").await.status, 401);
    }
    let waiting = guarded.login("ada", PASSWORD).await;
    assert_eq!(waiting.status, 429, "the right password waits too");
    assert!(waiting.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(guarded.login("muni", PASSWORD).await.status, 200, "others do not wait");
    guarded.pass(5);
    assert_eq!(guarded.login("ada", PASSWORD).await.status, 200);
    let told: Vec<_> =
        guarded.state.audited(Some("login"), 100).unwrap().into_iter().map(|line| line.outcome).collect();
    assert_eq!(told, ["ok", "ok", "throttled", "refused", "refused", "refused", "refused", "refused", "refused"]);
}

#[tokio::test]
async fn a_token_sees_what_it_was_made_for_until_it_ends() {
    let guarded = Guarded::new().await;
    let me = |told: String| async {
        let told = told;
        guarded.region.get_with("/api/v1/me", &[("authorization", &told)]).await
    };
    let (id, regional) = guarded.token("ada", "regional", 30);
    assert_eq!(me(regional.clone()).await.json()["principal"], "regional");
    assert_eq!(guarded.get("/api/v1/runs", &[("authorization", &regional)]).await, 200);
    assert_eq!(guarded.post("/api/v1/jobs/nightly/run", &[("authorization", &regional)]).await, 403);
    assert!(guarded.state.tokens().unwrap()[0].last_used.is_some());
    guarded.state.token_revoke(&id, start()).unwrap();
    assert_eq!(me(regional).await.status, 401);

    let (_, more_than_its_owner) = guarded.token("muni", "regional", 30);
    assert_eq!(me(more_than_its_owner).await.status, 401);
    let (_, good) = guarded.token("muni", "municipal:m1", 1);
    let other = if good.ends_with('0') { '1' } else { '0' };
    let forged = format!("{}{other}", &good[..good.len() - 1]);
    assert_eq!(me(forged).await.status, 401, "never a guest by a wrong token");
    assert_eq!(me(good.clone()).await.status, 200);
    guarded.pass(2 * 86_400);
    assert_eq!(me(good).await.status, 401);
    let hashes: Vec<String> = guarded.state.tokens().unwrap().into_iter().map(|token| token.hash).collect();
    assert!(hashes.iter().all(|hash| hash.len() == 64), "secrets are not kept");
}

#[tokio::test]
async fn a_changed_role_takes_sessions_and_tokens_back() {
    let guarded = Guarded::new().await;
    let cookie = cookie(&guarded.login("ada", PASSWORD).await);
    let (_, token) = guarded.token("ada", "administrator", 1);
    guarded.state.user_principal("ada", &"regional".parse().unwrap(), start()).unwrap();
    assert_eq!(guarded.get("/api/v1/runs", &[("cookie", &cookie)]).await, 401);
    assert_eq!(guarded.get("/api/v1/runs", &[("authorization", &token)]).await, 401);
}

#[tokio::test]
async fn only_an_administrator_sees_as_somebody_else() {
    let guarded = Guarded::new().await;
    let (_, ada) = guarded.token("ada", "administrator", 1);
    let (_, muni) = guarded.token("muni", "municipal:m1", 1);
    let seen = |uri: &'static str, headers: Vec<(&'static str, String)>| {
        let region = &guarded.region;
        async move {
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            region.get_with(uri, &headers).await
        }
    };
    let as_school =
        |token: &String| vec![("authorization", token.clone()), ("x-dinamika-as", "school:223080".to_owned())];
    let me: Value = seen("/api/v1/me", as_school(&ada)).await.json();
    assert_eq!((&me["role"], &me["sees_as"]), (&json!("school"), &json!("school:223080")));
    assert_eq!(seen("/api/v1/runs", as_school(&ada)).await.status, 403, "as a school, nothing more than a school");
    assert_eq!(seen("/api/v1/runs?as=regional", vec![("authorization", ada.clone())]).await.status, 200);
    assert_eq!(seen("/api/v1/me?as=somebody", vec![("authorization", ada)]).await.status, 400);
    assert_eq!(seen("/api/v1/me", as_school(&muni)).await.status, 403);
}

#[tokio::test]
async fn a_person_is_sent_to_the_form_and_back() {
    let guarded = Guarded::new().await;
    let form = guarded.region.get("/login?next=%2Fdashboards%2Fvpr").await;
    assert!(form.text().contains("name=\"next\" value=\"/dashboards/vpr\""), "{}", form.text());
    let enter = |body: &'static str| {
        let request = Request::post("/login").header("content-type", "application/x-www-form-urlencoded");
        guarded.region.send(request.body(Body::from(body)).unwrap())
    };
    let password = "%D0%B2%D0%B5%D1%80%D0%BD%D0%B0%D1%8F+%D0%BB%D0%BE%D1%88%D0%B0%D0%B4%D1%8C";
    let body: &'static str =
        Box::leak(format!("name=ada&password={password}&next=%2Fdashboards%2Fvpr").into_boxed_str());
    let entered = enter(body).await;
    assert_eq!((entered.status.as_u16(), entered.header("location")), (303, "/dashboards/vpr"));
    let wrong = enter("name=ada&password=x&next=//evil.example").await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text().contains("Имя или пароль неверны") && !wrong.text().contains("evil"), "{}", wrong.text());
}

#[tokio::test]
async fn without_accounts_only_this_computer_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let gate = Gate::of(State::open(folder.path()).unwrap(), Arc::new(start));
    let region = Region::published_behind(gate).await;
    assert_eq!(region.get_with("/api/v1/runs", &[("host", "127.0.0.1:8080")]).await.status, 200);
    let refused = region.get_with("/api/v1/me", &[("host", "evil.example")]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("dinamika user add"), "{}", refused.text());
}

#[tokio::test]
async fn the_administrator_keeps_accounts_over_http() {
    let guarded = Guarded::new().await;
    let ada = guarded.login("ada", PASSWORD).await;
    let (cookie, csrf) = (cookie(&ada), ada.json()["csrf"].as_str().unwrap().to_owned());
    let send = async |method: &str, uri: &str, body: Value, by: &str, csrf: &str| {
        let request = Request::builder().method(method).uri(uri).header("content-type", "application/json");
        let request = request.header("cookie", by).header("x-csrf-token", csrf);
        guarded.region.send(request.body(Body::from(body.to_string())).unwrap()).await
    };
    let new = json!({"name": "petrova", "principal": "school:223080", "password": "фраза из слов"});
    let made = send("POST", "/api/v1/accounts", new.clone(), &cookie, &csrf).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["role_title"], "школа");
    assert!(!made.text().contains("argon2"), "a hash is nobody's to see");
    assert_eq!(send("POST", "/api/v1/accounts", new.clone(), &cookie, &csrf).await.status, 400, "the name is taken");
    assert_eq!(send("POST", "/api/v1/accounts", new.clone(), &cookie, "").await.status, 403, "not from another site");
    let short = json!({"name": "b", "principal": "regional", "password": "мало"});
    assert_eq!(send("POST", "/api/v1/accounts", short, &cookie, &csrf).await.status, 400);

    let listed = guarded.region.get_with("/api/v1/accounts", &[("cookie", &cookie)]).await.json();
    let names: Vec<&str> = listed["rows"].as_array().unwrap().iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["ada", "muni", "petrova"]);
    let muni = guarded.login("muni", PASSWORD).await;
    let (theirs, their_csrf) = (self::cookie(&muni), muni.json()["csrf"].as_str().unwrap().to_owned());
    assert_eq!(guarded.get("/api/v1/accounts", &[("cookie", &theirs)]).await, 403);
    assert_eq!(send("POST", "/api/v1/accounts", new, &theirs, &their_csrf).await.status, 403);

    assert_eq!(guarded.login("petrova", "фраза из слов").await.status, 200);
    let off = send("PATCH", "/api/v1/accounts/petrova", json!({"is_active": false}), &cookie, &csrf).await;
    assert_eq!((off.status.as_u16(), &off.json()["is_active"]), (200, &json!(false)));
    assert_eq!(guarded.login("petrova", "фраза из слов").await.status, 401);
    let own = send("PATCH", "/api/v1/accounts/ada", json!({"principal": "regional"}), &cookie, &csrf).await;
    assert_eq!(own.status, 400, "somebody has to be left who can give rights");
}
