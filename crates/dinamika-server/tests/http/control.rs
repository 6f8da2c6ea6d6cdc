//! Runs, jobs, rejects, figures.

use axum::{body::Body, http::Request};

use crate::region::Region;

#[tokio::test]
async fn runs_and_rejects_are_told() {
    let region = Region::published().await;
    assert_eq!(region.column("/api/v1/runs", "status").await, ["done"]);
    assert_eq!(region.json("/api/v1/runs/r1").await["steps"][0]["name"], "vpr_marks");
    assert_eq!(region.column("/api/v1/rejects?rule=не%20число", "row").await, [118]);
}

#[tokio::test]
async fn a_job_is_begun_by_our_own_page_or_a_program_only() {
    let region = Region::published().await;
    let begin = |job: &str, site: &str| {
        Request::post(format!("/api/v1/jobs/{job}/run")).header("sec-fetch-site", site).body(Body::empty()).unwrap()
    };
    let begun = region.send(begin("nightly", "same-origin")).await;
    assert_eq!(begun.status, 202);
    assert_eq!(begun.header("location"), "/api/v1/runs/r2");
    assert_eq!(begun.json()["run"], "r2");
    assert_eq!(region.send(begin("nightly", "cross-site")).await.status, 403);
    let unknown = region.send(begin("monthly", "none")).await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains("Известны: nightly."));
}

#[tokio::test]
async fn figures_count_routes_and_name_the_release() {
    let region = Region::published().await;
    region.get("/api/v1/indicators/vpr.share2/values.csv").await;
    region.get("/no/such/path").await;
    let text = region.get("/metrics").await.text();
    let counted =
        "dinamika_http_requests_total{method=\"GET\",route=\"/api/v1/indicators/{id}/values\",status=\"200\"} 1";
    assert!(text.contains(counted), "{text}");
    assert!(text.contains("dinamika_http_requests_total{method=\"GET\",route=\"\",status=\"404\"} 1"), "{text}");
    assert!(text.contains("dinamika_release 1"), "{text}");
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn questions_are_kept_for_all_and_forgotten() {
    let region = Region::published().await;
    let keep = |name: &str, body: &str| {
        let request = Request::put(format!("/api/v1/queries/{name}")).header("content-type", "application/json");
        request.body(Body::from(body.to_owned())).unwrap()
    };
    let kept = region.send(keep("%D0%9E%D1%85%D0%B2%D0%B0%D1%82", r#"{"sql": "select 1"}"#)).await;
    assert_eq!((kept.status.as_u16(), &kept.json()["name"]), (200, &"Охват".into()));
    assert_eq!(region.column("/api/v1/queries", "sql").await, ["select 0", "select 1"]);
    for (name, body) in [("%20", r#"{"sql": "select 1"}"#), ("x", r#"{"sql": " "}"#), ("x", "{}")] {
        assert_eq!(region.send(keep(name, body)).await.status, 400, "{name} {body}");
    }
    let foreign = Request::put("/api/v1/queries/x").header("sec-fetch-site", "cross-site");
    assert_eq!(region.send(foreign.body(Body::empty()).unwrap()).await.status, 403);
    let forget = || Request::delete("/api/v1/queries/%D0%9E%D1%85%D0%B2%D0%B0%D1%82").body(Body::empty()).unwrap();
    assert_eq!(region.send(forget()).await.status, 204);
    assert_eq!(region.send(forget()).await.status, 404);
    assert_eq!(region.column("/api/v1/queries", "name").await, ["kept"]);
}
