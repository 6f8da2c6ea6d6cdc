//! Lakes to test on.

use std::collections::HashMap;

use dinamika_lake::Lake;

/// Names a bucket to run the suite on as well (`s3://bucket/prefix`), with the usual `AWS_…` beside it.
const BUCKET: &str = "LAKE_TEST_S3";

/// A lake, and the folder it lies in when it lies in one.
pub(crate) struct Place {
    pub(crate) lake: Lake,
    pub(crate) folder: Option<tempfile::TempDir>,
}

/// One lake of each kind; the folder's name is as people name theirs.
pub(crate) async fn every() -> Vec<Place> {
    let folder = tempfile::tempdir().unwrap();
    let memory = Lake::open("memory://", folder.path()).await.unwrap();
    let local = Lake::open("данные региона/lake #1", folder.path()).await.unwrap();
    let mut places = vec![Place { lake: memory, folder: None }];
    if let Ok(bucket) = std::env::var(BUCKET) {
        let options: HashMap<String, String> = std::env::vars()
            .filter(|(name, _)| name.starts_with("AWS_"))
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect();
        let own = format!("{bucket}/{}", uuid::Uuid::now_v7());
        places.push(Place { lake: Lake::open_with(&own, folder.path(), options).await.unwrap(), folder: None });
    }
    places.push(Place { lake: local, folder: Some(folder) });
    places
}

/// A lake in a folder.
pub(crate) async fn local() -> (Lake, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Lake::open("lake", folder.path()).await.unwrap(), folder)
}
