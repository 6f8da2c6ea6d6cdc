//! One response, one release.

use std::{sync::atomic::Ordering, time::Duration};

use dinamika_server::follow;
use tokio_util::sync::CancellationToken;

use crate::region::Region;

const REGION: &str = "/api/v1/indicators/vpr.share2/values?level=region";

#[tokio::test]
async fn a_newer_release_is_served_at_once_when_told() {
    let region = Region::empty();
    let stop = CancellationToken::new();
    let task = tokio::spawn(follow(region.serving.clone(), Duration::from_secs(3600), stop.clone()));
    region.shelf.newest.store(1, Ordering::SeqCst);
    region.serving.published();
    for _ in 0..500 {
        if region.get("/ready").await.status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(region.get("/ready").await.json()["release"], 1);
    stop.cancel();
    task.await.unwrap();
}

#[tokio::test]
async fn pages_begun_before_a_swap_stay_with_their_release() {
    let region = Region::published().await;
    let first = region.json(&format!("{REGION}&limit=1")).await;
    let before = region.get(REGION).await.header("etag").to_owned();
    region.shelf.newest.store(2, Ordering::SeqCst);
    assert!(region.serving.refresh().await.unwrap());
    assert!(!region.serving.refresh().await.unwrap());
    assert_eq!(region.json(REGION).await["rows"][0]["value"], 2.0);
    assert_ne!(region.get(REGION).await.header("etag"), before);
    let cursor = first["next"].as_str().unwrap();
    let second = region.json(&format!("{REGION}&limit=1&cursor={cursor}")).await;
    assert_eq!((&second["release"], &second["rows"][0]["value"]), (&1.into(), &1.0.into()));
    let then = region.json(&format!("{REGION}&as_of=1")).await;
    assert_eq!((&then["release"], &then["rows"][0]["value"]), (&1.into(), &1.0.into()));
}
