//! The lake: one address, its tables, landing and releases.

use std::{
    collections::HashMap,
    path::{Path as FsPath, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use dinamika_project::{TableName, Zone};
use object_store::{
    ObjectStore, aws::AmazonS3Builder, local::LocalFileSystem, memory::InMemory, path::Path, prefix::PrefixStore,
};
use url::Url;

use crate::{
    LakeError, Landing, PinnedTable, Releases,
    table::{Table, Version},
};

/// Tables, landing and releases under one address. Cheap to clone; clones share table handles.
#[derive(Clone)]
pub struct Lake {
    inner: Arc<Inner>,
}

struct Inner {
    /// The whole store: the disk, the bucket.
    store: Arc<dyn ObjectStore>,
    store_url: Url,
    /// Where the lake begins in it, with a slash at the end.
    root: Url,
    prefix: Path,
    /// The same as a folder, when it is one.
    folder: Option<PathBuf>,
    /// One handle a table and zone, so that its writers take turns.
    tables: Mutex<HashMap<(TableName, Zone), Arc<Table>>>,
}

impl Lake {
    /// Opens the lake at a folder (relative to `base`), `file://` or `s3://bucket/prefix` address; `memory://`
    /// is a new one that lives as long as its handles. Nothing is listed: tables are found when asked for.
    pub async fn open(location: &str, base: &FsPath) -> Result<Self, LakeError> {
        Self::open_with(location, base, HashMap::new()).await
    }

    /// The same with options of the store (`aws_access_key_id`, `aws_endpoint` …), as object_store names them.
    pub async fn open_with(location: &str, base: &FsPath, options: HashMap<String, String>) -> Result<Self, LakeError> {
        let wrong = || LakeError::Address(location.to_owned());
        match Url::parse(location) {
            Ok(url) if url.scheme() == "s3" => {
                let bucket = url.host_str().ok_or_else(wrong)?.to_owned();
                let known = options.iter().filter_map(|(key, value)| Some((key.parse().ok()?, value)));
                let builder = known.fold(AmazonS3Builder::new().with_bucket_name(&bucket), |builder, (key, value)| {
                    builder.with_config(key, value)
                });
                let root = Url::parse(&format!("{}/", location.trim_end_matches('/'))).map_err(|_| wrong())?;
                let store_url = Url::parse(&format!("s3://{bucket}")).map_err(|_| wrong())?;
                Self::over(Arc::new(builder.build()?), store_url, root, None)
            }
            Ok(url) if url.scheme() == "memory" => {
                let root = Url::parse("memory:///").map_err(|_| wrong())?;
                Self::over(Arc::new(InMemory::new()), root.clone(), root, None)
            }
            Ok(url) if url.scheme() == "file" => Self::in_folder(&url.to_file_path().map_err(|()| wrong())?),
            Ok(url) if url.scheme().len() > 1 => Err(wrong()),
            _ => Self::in_folder(&base.join(location)),
        }
    }

    fn in_folder(folder: &FsPath) -> Result<Self, LakeError> {
        std::fs::create_dir_all(folder)?;
        let folder = std::fs::canonicalize(folder)?;
        let wrong = |()| LakeError::Address(folder.display().to_string());
        let root = Url::from_directory_path(&folder).map_err(wrong)?;
        let store_url = Url::parse("file:///").map_err(|_| wrong(()))?;
        Self::over(Arc::new(LocalFileSystem::new()), store_url, root, Some(folder.clone()))
    }

    fn over(
        store: Arc<dyn ObjectStore>,
        store_url: Url,
        root: Url,
        folder: Option<PathBuf>,
    ) -> Result<Self, LakeError> {
        let prefix = Path::from_url_path(root.path()).map_err(object_store::Error::from)?;
        let tables = Mutex::default();
        Ok(Self { inner: Arc::new(Inner { store, store_url, root, prefix, folder, tables }) })
    }

    /// The newest version of a table; none when there is no such table. A table that moved from one zone to
    /// the other is found where it was written last.
    pub async fn pin(&self, name: &TableName) -> Result<Option<PinnedTable>, LakeError> {
        let (mart, curated) =
            (self.table(name, Zone::Mart)?.newest().await?, self.table(name, Zone::Curated)?.newest().await?);
        let written_at = |version: &Version| {
            let snapshot = version.delta.snapshot().ok();
            snapshot.and_then(|snapshot| snapshot.version_timestamp(snapshot.version()))
        };
        Ok(match (mart, curated) {
            // Stores count in seconds; of two equal moments the closed zone is the safe answer.
            (Some(mart), Some(curated)) if written_at(&curated) >= written_at(&mart) => Some(curated),
            (mart, curated) => mart.or(curated),
        }
        .map(|version| version.pinned))
    }

    /// A table at an older version.
    pub async fn pin_at(&self, name: &TableName, zone: Zone, version: u64) -> Result<PinnedTable, LakeError> {
        self.table(name, zone)?.pin_at(version).await
    }

    /// Raw files by content.
    pub fn landing(&self) -> Landing {
        Landing::new(self.below("landing"), self.inner.folder.as_ref().map(|folder| folder.join("landing")))
    }

    /// Published releases.
    pub fn releases(&self) -> Releases {
        Releases::new(self.below("releases"))
    }

    /// The handle of a table, whether there is one or not.
    pub(crate) fn table(&self, name: &TableName, zone: Zone) -> Result<Arc<Table>, LakeError> {
        let mut tables = self.inner.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables.get(&(name.clone(), zone)) {
            return Ok(Arc::clone(table));
        }
        let folder = format!("{}/{name}/", zone_folder(zone));
        let root = self.inner.root.join(&folder).map_err(|_| LakeError::Address(folder))?;
        let table =
            Arc::new(Table::new(name.clone(), zone, self.inner.store.clone(), self.inner.store_url.clone(), root)?);
        tables.insert((name.clone(), zone), Arc::clone(&table));
        Ok(table)
    }

    /// Names of the tables a zone has, by its folders.
    pub(crate) async fn names(&self, zone: Zone) -> Result<Vec<TableName>, LakeError> {
        let listed = self.below(zone_folder(zone)).list_with_delimiter(None).await?;
        Ok(listed.common_prefixes.iter().filter_map(|folder| folder.filename()?.parse().ok()).collect())
    }

    fn below(&self, folder: &str) -> PrefixStore<Arc<dyn ObjectStore>> {
        PrefixStore::new(Arc::clone(&self.inner.store), self.inner.prefix.clone().join(folder))
    }
}

pub(crate) fn zone_folder(zone: Zone) -> &'static str {
    match zone {
        Zone::Curated => "curated",
        Zone::Mart => "mart",
    }
}
