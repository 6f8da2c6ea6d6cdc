//! Releases: small immutable files that pin a version of every table.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use dinamika_project::{TableName, Zone};
use futures::TryStreamExt as _;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, path::Path, prefix::PrefixStore};
use serde::{Deserialize, Serialize};

use crate::LakeError;

/// A published, immutable set of table versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// Its number, from 1.
    pub id: u64,
    /// When.
    pub published_at: DateTime<Utc>,
    /// What is in it.
    #[serde(flatten)]
    pub content: ReleaseDraft,
}

/// What a release is to hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleaseDraft {
    /// Zone and version of each table.
    pub tables: BTreeMap<TableName, (Zone, u64)>,
    /// What the tests said.
    pub tests: ReleaseTests,
    /// Which part of the region and of the years the data covers.
    pub coverage: serde_json::Value,
    /// Why it was published, where someone said.
    pub note: Option<String>,
    /// The older release it repeats.
    pub republished_from: Option<u64>,
}

/// What the tests said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseTests {
    /// Held.
    pub passed: u64,
    /// Did not hold, and do not stop a release.
    pub warnings: u64,
    /// Did not hold.
    pub failed: u64,
}

/// The shelf of releases.
#[derive(Clone)]
pub struct Releases {
    store: Arc<PrefixStore<Arc<dyn ObjectStore>>>,
}

impl Releases {
    pub(crate) fn new(store: PrefixStore<Arc<dyn ObjectStore>>) -> Self {
        Self { store: Arc::new(store) }
    }

    /// Publishes the next release. Nobody ever sees half of one, and two publishers never share a number.
    pub async fn publish(&self, content: ReleaseDraft, now: DateTime<Utc>) -> Result<Release, LakeError> {
        let id = self.ids().await?.last().map_or(1, |id| id + 1);
        let release = Release { id, published_at: now, content };
        let path = place(id);
        let bytes = serde_json::to_vec_pretty(&release)
            .map_err(|error| LakeError::Corrupt { path: path.to_string(), error })?;
        let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&path, bytes.into(), create).await {
            Ok(_) => Ok(release),
            Err(object_store::Error::AlreadyExists { .. }) => Err(LakeError::AlreadyPublished(id)),
            Err(error) => Err(error.into()),
        }
    }

    /// Numbers of all releases, ascending.
    pub async fn ids(&self) -> Result<Vec<u64>, LakeError> {
        let mut ids: Vec<u64> = self
            .store
            .list(None)
            .try_filter_map(|file| async move {
                Ok(file
                    .location
                    .filename()
                    .and_then(|name| name.strip_suffix(".json"))
                    .and_then(|number| number.parse::<u64>().ok()))
            })
            .try_collect()
            .await?;
        ids.sort_unstable();
        Ok(ids)
    }

    /// One release.
    pub async fn get(&self, id: u64) -> Result<Option<Release>, LakeError> {
        let path = place(id);
        let bytes = match self.store.get(&path).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| LakeError::Corrupt { path: path.to_string(), error })
    }

    /// The newest release.
    pub async fn latest(&self) -> Result<Option<Release>, LakeError> {
        match self.ids().await?.last() {
            Some(id) => self.get(*id).await,
            None => Ok(None),
        }
    }

    /// All releases, newest first.
    pub async fn list(&self) -> Result<Vec<Release>, LakeError> {
        let mut releases = Vec::new();
        for id in self.ids().await?.into_iter().rev() {
            releases.extend(self.get(id).await?);
        }
        Ok(releases)
    }
}

fn place(id: u64) -> Path {
    Path::from(format!("{id:06}.json"))
}
