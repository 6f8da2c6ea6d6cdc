//! Validators and headers.

use axum::{body::Body, http::Request};

use crate::region::Region;

const VALUES: &str = "/api/v1/indicators/vpr.share2/values";

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let region = Region::published().await;
    for uri in [VALUES, "/api/v1/indicators", "/api/v1/runs", "/", "/plain", "/plain/dashboards/vpr", "/plain/app.css"]
    {
        let first = region.get(uri).await;
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with('"'), "{uri}: strong");
        assert!(first.header("cache-control").contains("private"), "{uri}");
        let again = region.get_with(uri, &[("if-none-match", &etag)]).await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0), "{uri}");
        assert_eq!(again.header("etag"), etag, "{uri}");
        let other = region.get_with(uri, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(other.status, 200, "{uri}");
    }
}

#[tokio::test]
async fn other_bytes_have_another_validator() {
    let region = Region::published().await;
    let mut etags = Vec::new();
    for uri in ["?limit=1", "?limit=2", ".csv", ".csv?dialect=excel-ru", ".csv?labels=ru"] {
        etags.push(region.get(&format!("{VALUES}{uri}")).await.header("etag").to_owned());
    }
    etags.push(region.get_with(VALUES, &[("accept-encoding", "gzip")]).await.header("etag").to_owned());
    etags.push(region.get(VALUES).await.header("etag").to_owned());
    let all = etags.len();
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), all);
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let region = Region::published().await;
    let request = Request::head(VALUES).body(Body::empty()).unwrap();
    let head = region.send(request).await;
    let get = region.get(VALUES).await;
    assert_eq!((head.status, head.bytes.len()), (get.status, 0));
    assert_eq!(head.header("etag"), get.header("etag"));
    assert_eq!(head.header("content-type"), get.header("content-type"));
}

#[tokio::test]
async fn every_answer_is_guarded_and_numbered() {
    let region = Region::published().await;
    for uri in ["/", VALUES, "/nowhere", "/health", "/api/openapi.json"] {
        let answer = region.get(uri).await;
        assert!(answer.header("content-security-policy").starts_with("default-src 'self'"), "{uri}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{uri}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{uri}");
        assert_eq!(answer.header("x-request-id").len(), 36, "{uri}");
    }
    let numbered = region.get_with("/health", &[("x-request-id", "abc-1")]).await;
    assert_eq!(numbered.header("x-request-id"), "abc-1");
    let forged = region.get_with("/health", &[("x-request-id", "a b")]).await;
    assert_ne!(forged.header("x-request-id"), "a b");
}

#[tokio::test]
async fn bodies_are_compressed_for_those_who_read_gzip() {
    let answer = Region::published().await.get_with(VALUES, &[("accept-encoding", "gzip")]).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(answer.bytes.starts_with(&[0x1f, 0x8b]));
}
