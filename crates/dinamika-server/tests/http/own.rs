//! What people do with their own account, and what of it the administrator reads.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::{
    accounts::{Guarded, PASSWORD, cookie},
    region::Answer,
};

/// Somebody who has logged in.
struct Seat<'g> {
    guarded: &'g Guarded,
    cookie: String,
    csrf: String,
}

impl<'g> Seat<'g> {
    async fn of(guarded: &'g Guarded, name: &str, password: &str) -> Self {
        Self::after(guarded, &guarded.login(name, password).await)
    }

    fn after(guarded: &'g Guarded, answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.text());
        Self { guarded, cookie: cookie(answer), csrf: answer.json()["csrf"].as_str().unwrap().to_owned() }
    }

    async fn send(&self, method: &str, uri: &str, body: Value) -> Answer {
        let request = Request::builder().method(method).uri(uri).header("content-type", "application/json");
        let request = request.header("cookie", &self.cookie).header("x-csrf-token", &self.csrf);
        self.guarded.region.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    async fn get(&self, uri: &str) -> Answer {
        self.guarded.region.get_with(uri, &[("cookie", &self.cookie)]).await
    }
}

#[tokio::test]
async fn a_person_makes_a_password_of_their_own() {
    let guarded = Guarded::new().await;
    let (here, there) = (Seat::of(&guarded, "muni", PASSWORD).await, Seat::of(&guarded, "muni", PASSWORD).await);
    let change = |old: &str, new: &str| json!({"old": old, "new": new});
    let wrong = here.send("POST", "/api/v1/me/password", change("не тот пароль", "тихая корова")).await;
    assert_eq!((wrong.status.as_u16(), &wrong.json()["detail"]), (403, &json!("Прежний пароль неверен.")));
    let short = here.send("POST", "/api/v1/me/password", change(PASSWORD, "мало")).await;
    assert_eq!(short.status, 400, "{}", short.text());
    let changed = here.send("POST", "/api/v1/me/password", change(PASSWORD, "тихая корова")).await;
    let here = Seat::after(&guarded, &changed);
    assert_eq!(here.get("/api/v1/me").await.json()["name"], "muni", "who changed it stays");
    assert_eq!(there.get("/api/v1/me").await.json()["role"], "public", "the other computer does not");
    assert_eq!(guarded.login("muni", PASSWORD).await.status, 401);

    for _ in 0..6 {
        here.send("POST", "/api/v1/me/password", change("догадка за догадкой", "тихая корова 2")).await;
    }
    let throttled = here.send("POST", "/api/v1/me/password", change("тихая корова", "тихая корова 2")).await;
    assert_eq!(throttled.status, 429, "guessing from an open seat costs time too");
}

#[tokio::test]
async fn a_person_makes_tokens_that_see_no_more_and_takes_them_back() {
    let guarded = Guarded::new().await;
    let muni = Seat::of(&guarded, "muni", PASSWORD).await;
    let made = muni.send("POST", "/api/v1/tokens", json!({"label": "Metabase", "days": 30})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let (text, id) =
        (made.json()["token"].as_str().unwrap().to_owned(), made.json()["id"].as_str().unwrap().to_owned());
    let bearer = format!("Bearer {text}");
    let by_token = [("authorization", bearer.as_str())];
    assert_eq!(guarded.region.get_with("/api/v1/me", &by_token).await.json()["principal"], "municipal:m1");
    // Who finds a token must not make others of it.
    assert_eq!(guarded.get("/api/v1/tokens", &by_token).await, 403);
    let more = Request::post("/api/v1/tokens").header("content-type", "application/json");
    let more = more.header("authorization", &bearer).body(Body::from("{}")).unwrap();
    assert_eq!(guarded.region.send(more).await.status, 403);
    for refused in [json!({"days": 0}), json!({"days": 1_000}), json!({"principal": "regional"}), json!({"dayz": 1})] {
        assert_eq!(muni.send("POST", "/api/v1/tokens", refused.clone()).await.status, 400, "{refused}");
    }
    let narrower = muni.send("POST", "/api/v1/tokens", json!({"principal": "municipal:m1"})).await;
    assert_eq!(narrower.status, 201);

    let listed = muni.get("/api/v1/tokens").await;
    assert!(!listed.text().contains(text.rsplit('_').next().unwrap()), "the secret is told once");
    assert_eq!(listed.json()["rows"].as_array().unwrap().len(), 2);
    let ada = Seat::of(&guarded, "ada", PASSWORD).await;
    assert_eq!(ada.send("POST", "/api/v1/tokens", json!({})).await.status, 201);
    // All of them are the administrator's to see.
    let all = ada.get("/api/v1/tokens").await.json()["rows"].as_array().unwrap().clone();
    assert_eq!(all.len(), 3);
    let hers = all.iter().find(|row| row["user"] == "ada").unwrap()["id"].as_str().unwrap().to_owned();
    let others = muni.send("DELETE", &format!("/api/v1/tokens/{hers}"), json!({})).await;
    assert_eq!(others.status, 404, "nobody else's");

    assert_eq!(muni.send("DELETE", &format!("/api/v1/tokens/{id}"), json!({})).await.status, 204);
    assert_eq!(guarded.get("/api/v1/me", &by_token).await, 401);
    assert_eq!(muni.send("DELETE", &format!("/api/v1/tokens/{id}"), json!({})).await.status, 404, "once");
}

#[tokio::test]
async fn the_administrator_reads_who_did_what() {
    let guarded = Guarded::new().await;
    guarded.login("muni", "не тот пароль").await;
    let muni = Seat::of(&guarded, "muni", PASSWORD).await;
    muni.get("/api/v1/indicators/vpr.share2/values.csv?level=region").await;
    let made = muni.send("POST", "/api/v1/tokens", json!({"label": "x"})).await;
    let bearer = format!("Bearer {}", made.json()["token"].as_str().unwrap());
    // What a page shows is no download; what a program takes is.
    for seat in [("cookie", muni.cookie.as_str()), ("authorization", bearer.as_str())] {
        let shown = guarded.region.get_with("/api/v1/indicators/vpr.share2/values?level=region", &[seat]).await;
        assert_eq!(shown.status, 200);
    }
    assert_eq!(muni.get("/api/v1/audit").await.status, 403);
    let ada = Seat::of(&guarded, "ada", PASSWORD).await;
    let told = |answer: &Answer| -> Vec<(String, String, String)> {
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        let rows = answer.json()["rows"].as_array().unwrap().clone();
        rows.iter().map(|row| (text(row, "who"), text(row, "action"), text(row, "outcome"))).collect()
    };
    let lines = told(&ada.get("/api/v1/audit").await);
    for (who, action, outcome) in [
        ("muni", "login", "refused"),
        ("muni", "login", "ok"),
        ("muni", "download", "ok"),
        ("muni", "token", "ok"),
        ("ada", "login", "ok"),
    ] {
        let line = (who.to_owned(), action.to_owned(), outcome.to_owned());
        assert!(lines.contains(&line), "{line:?} in {lines:?}");
    }
    let downloads = ada.get("/api/v1/audit?action=download").await.json();
    let taken = downloads["rows"].as_array().unwrap().iter().map(|row| row["what"].as_str().unwrap());
    assert_eq!(
        taken.collect::<Vec<_>>(),
        ["/api/v1/indicators/vpr.share2/values?level=region", "/api/v1/indicators/vpr.share2/values.csv?level=region",]
    );
    let logins = told(&ada.get("/api/v1/audit?action=login&limit=2").await);
    assert_eq!(logins.len(), 2);
    assert!(logins.iter().all(|(_, action, _)| action == "login"));
    assert_eq!(ada.get("/api/v1/audit?action=nothing").await.status, 400);
    assert!(ada.get("/api/v1/audit.csv").await.text().starts_with("at,who,principal,action,what,outcome\n"));
}
