//! The OpenAPI is what the service answers.

use std::collections::BTreeSet;

use axum::{body::Body, http::Request};
use dinamika_server::openapi;
use serde_json::Value;

use crate::region::Region;

#[test]
fn the_addresses_are_these() {
    let api: Value = serde_json::from_str(&openapi().to_json().unwrap()).unwrap();
    assert_eq!(api["openapi"], "3.1.0");
    let mut lines = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let named = |parameter: &Value| parameter["name"].as_str().unwrap().to_owned();
            let parameters = operation["parameters"].as_array().into_iter().flatten().map(named);
            lines.push(format!("{method} {path} {}", parameters.collect::<Vec<_>>().join(" ")).trim().to_owned());
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn each_address_answers() {
    let region = Region::published().await;
    let api = region.json("/api/openapi.json").await;
    let mut ids = BTreeSet::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        let filled = path
            .replace("/dashboards/{id}", "/dashboards/vpr")
            .replace("/indicators/{id}", "/indicators/vpr.share2")
            .replace("/releases/{id}", "/releases/1")
            .replace("/runs/{id}", "/runs/r1")
            .replace("/tables/{name}", "/tables/schools")
            .replace("/jobs/{id}", "/jobs/nightly")
            .replace("{key}", "223080")
            .replace("{panel}", "share2")
            .replace("/queries/{name}", "/queries/kept")
            .replace("/lineage/{table}", "/lineage/vpr.share2")
            .replace("{a}..{b}", "1..1")
            .replace("/explain", "/explain?indicator=vpr.share2&entity=223080&grade=5");
        for (method, operation) in item.as_object().unwrap() {
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(&filled);
            let answer = region.send(request.body(Body::empty()).unwrap()).await;
            let status = answer.status.as_str().to_owned();
            // What takes a body says what it takes when there is none.
            let wants_body = operation.get("requestBody").is_some() && answer.status == 400;
            // Tokens are made by people who have logged in; here nobody has to.
            let wants_login = path.starts_with("/api/v1/tokens") && answer.status == 403;
            assert!(answer.status.is_success() || wants_body || wants_login, "{method} {filled}: {}", answer.text());
            assert!(operation["responses"].get(&status).is_some(), "{method} {path} tells of {status}");
            assert!(
                ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
                "{method} {path} has a name of its own"
            );
            assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{method} {path} is described");
        }
    }
}

#[test]
fn every_schema_named_is_there() {
    let text = openapi().to_json().unwrap();
    let api: Value = serde_json::from_str(&text).unwrap();
    for named in text.split("#/components/schemas/").skip(1) {
        let name = named.split('"').next().unwrap();
        assert!(api["components"]["schemas"].get(name).is_some(), "{name}");
    }
}
