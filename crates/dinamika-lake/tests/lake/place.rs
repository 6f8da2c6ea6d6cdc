//! Lakes to test on.

use dinamika_lake::Lake;

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
    vec![Place { lake: memory, folder: None }, Place { lake: local, folder: Some(folder) }]
}

/// A lake in a folder.
pub(crate) async fn local() -> (Lake, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Lake::open("lake", folder.path()).await.unwrap(), folder)
}
