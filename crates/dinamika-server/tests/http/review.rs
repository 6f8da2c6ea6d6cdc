//! Files and spellings of schools, as people who review meet them.

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::region::{Answer, Region};

async fn decide(region: &Region, body: serde_json::Value) -> Answer {
    let request = Request::post("/api/v1/schools/decisions").header("content-type", "application/json");
    region.send(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn files_are_listed_with_filters() {
    let region = Region::published().await;
    assert_eq!(region.column("/api/v1/files", "rows_rejected").await, [2]);
    assert!(region.column("/api/v1/files?status=refused", "path").await.is_empty());
    assert!(region.column("/api/v1/files?offset=1", "path").await.is_empty());
    assert!(region.get("/api/v1/files.csv").await.text().contains("2021/5/Математика.xlsx,loaded,"));
    let wrong = region.get("/api/v1/files?status=eaten").await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("new, loaded, refused, withdrawn, copy"), "{}", wrong.text());
    assert_eq!(region.get("/api/v1/files?pipeline=nothing").await.status, 400);
}

#[tokio::test]
async fn spellings_wait_with_candidates_and_rows() {
    let region = Region::published().await;
    let waiting = region.json("/api/v1/schools/review").await;
    let rows = waiting["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{waiting}");
    assert_eq!((&rows[0]["name"], &rows[0]["rows"]), (&"СОШ 3".into(), &412.into()));
    assert_eq!(rows[0]["tables"], json!({"vpr_protocol": 412}));
    let candidate = &rows[0]["candidates"][0];
    assert_eq!(candidate["school_key"], "223080");
    assert!(candidate["school_name"].is_string() && candidate["municipality"].is_string(), "{candidate}");
    let decided = region.json("/api/v1/schools/review?status=decided").await;
    assert_eq!(decided["rows"][0]["decision"]["who"], "petrova");
    assert_eq!(region.column("/api/v1/schools/review?status=all", "name").await.len(), 2);
    assert_eq!(region.column("/api/v1/schools/review?status=all&q=сош%204", "name").await, ["СОШ 4"]);
}

#[tokio::test]
async fn a_decision_is_checked_before_it_is_noted() {
    let region = Region::published().await;
    let spelling = "name:район|СОШ 3";
    let good = decide(&region, json!({"school_ref": spelling, "action": "accept", "school_key": "sch223080"})).await;
    assert_eq!(good.status, 201, "{}", good.text());
    assert_eq!((&good.json()["action"], &good.json()["school_key"]), (&"accept".into(), &"223080".into()));
    assert_eq!(decide(&region, json!({"school_ref": spelling, "action": "reject", "note": "ЧОУ"})).await.status, 201);
    for (body, status, part) in [
        (json!({"school_ref": spelling, "action": "accept"}), 400, "нужен ключ школы"),
        (json!({"school_ref": spelling, "action": "accept", "school_key": "999999"}), 404, "/api/v1/entities"),
        (json!({"school_ref": spelling, "action": "reject", "school_key": "223080"}), 400, "только для accept"),
        (json!({"school_ref": spelling, "action": "eat"}), 400, "accept, reject, undo"),
        (json!({"school_ref": "name:нет", "action": "undo"}), 404, "schools/review"),
        (json!({"school_ref": spelling, "action": "undo", "colour": 1}), 400, "school_ref"),
    ] {
        let answer = decide(&region, body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        assert!(answer.text().contains(part), "{body}: {}", answer.text());
    }
    let foreign = Request::post("/api/v1/schools/decisions").header("sec-fetch-site", "cross-site");
    assert_eq!(region.send(foreign.body(Body::empty()).unwrap()).await.status, 403);
}
