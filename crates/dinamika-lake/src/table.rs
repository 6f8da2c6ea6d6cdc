//! A Delta table's handle: opened once, moved on with its log.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, PoisonError},
};

use arrow::datatypes::SchemaRef;
use deltalake_core::{
    DeltaTable, DeltaTableError,
    kernel::engine::arrow_conversion::TryIntoArrow as _,
    logstore::{StorageConfig, commit_uri_from_version, default_logstore},
};
use dinamika_project::{ColumnName, TableName, Zone};
use object_store::{ObjectStore, ObjectStoreExt as _, path::Path, prefix::PrefixStore};
use tokio::sync::{Mutex, MutexGuard};
use url::Url;

use crate::{LakeError, PinnedFile, PinnedTable};

/// What Hive calls the folder of rows without a value.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";
/// Older versions remembered: those of the releases being served.
const REMEMBERED: usize = 4;

/// One table in one zone.
pub(crate) struct Table {
    name: TableName,
    zone: Zone,
    store: Arc<dyn ObjectStore>,
    store_url: Url,
    root: Url,
    prefix: Path,
    /// Held by the one who commits; readers never wait for it.
    turn: Mutex<()>,
    /// None until the table was found or made.
    newest: Mutex<Option<Version>>,
    older: std::sync::Mutex<VecDeque<PinnedTable>>,
}

/// A table at a version: the log's own words and ours.
#[derive(Clone)]
pub(crate) struct Version {
    pub(crate) delta: DeltaTable,
    pub(crate) pinned: PinnedTable,
}

impl Table {
    pub(crate) fn new(
        name: TableName,
        zone: Zone,
        store: Arc<dyn ObjectStore>,
        store_url: Url,
        root: Url,
    ) -> Result<Self, LakeError> {
        let prefix = Path::from_url_path(root.path()).map_err(object_store::Error::from)?;
        let (turn, newest, older) = (Mutex::default(), Mutex::default(), std::sync::Mutex::default());
        Ok(Self { name, zone, store, store_url, root, prefix, turn, newest, older })
    }

    pub(crate) fn name(&self) -> &TableName {
        &self.name
    }
    pub(crate) fn root(&self) -> &Url {
        &self.root
    }
    pub(crate) fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.store
    }
    /// The place in the store of a file by its name in the log, as the log's reader gives it: decoded once.
    pub(crate) fn path(&self, file: &str) -> Path {
        let within = Path::parse(file).unwrap_or_else(|_| Path::from(file));
        self.prefix.parts().chain(within.parts()).collect()
    }
    /// A new data file's place: in the folder `column=value` of its partition, written as Delta and Hive write it.
    pub(crate) fn place(&self, partition: Option<(&ColumnName, Option<&str>)>, file: &str) -> Path {
        let folder = partition.map(|(column, value)| format!("{column}={}", value.unwrap_or(NO_VALUE)));
        // A part made of a text is encoded: a year's slash is no folder of its own.
        folder.into_iter().fold(self.prefix.clone(), Path::join).join(file)
    }
    /// A data file's name in the log.
    pub(crate) fn name_of(&self, path: &Path) -> String {
        path.prefix_match(&self.prefix).map_or_else(
            || path.to_string(),
            |parts| parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/"),
        )
    }

    /// Waits until nobody else of this process writes the table.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// The newest version; none when there is no table.
    pub(crate) async fn pin(&self) -> Result<Option<PinnedTable>, LakeError> {
        Ok(self.newest().await?.map(|version| version.pinned))
    }

    /// The same with the log's handle.
    pub(crate) async fn newest(&self) -> Result<Option<Version>, LakeError> {
        let mut known = self.newest.lock().await;
        match known.as_ref() {
            Some(version) if self.is_newest(version.pinned.version).await? => return Ok(Some(version.clone())),
            // A log without its first commit begins with a checkpoint. A table may also be gone.
            _ if !self.exists(0).await? && !self.has(&Path::from("_delta_log/_last_checkpoint")).await? => {
                *known = None;
                return Ok(None);
            }
            _ => {}
        }
        let mut delta = known.take().map_or_else(|| self.fresh(), |version| version.delta);
        match delta.update_incremental(None).await {
            Ok(()) => *known = Some(self.version(delta)?),
            Err(DeltaTableError::NotATable(_)) => return Ok(None),
            Err(error) => return Err(LakeError::log(&self.name)(error)),
        }
        Ok(known.clone())
    }

    /// Takes over what a commit left behind, or forgets the handle: the next reader opens it anew.
    pub(crate) async fn moved(&self, delta: Option<DeltaTable>) {
        let version = delta.and_then(|delta| self.version(delta).ok());
        let mut known = self.newest.lock().await;
        let is_newer =
            |version: &Version| known.as_ref().is_none_or(|known| known.pinned.version < version.pinned.version);
        if version.as_ref().is_none_or(is_newer) {
            *known = version;
        }
    }

    /// An older version; it never changes, so it is read once.
    pub(crate) async fn pin_at(&self, version: u64) -> Result<PinnedTable, LakeError> {
        if let Some(known) = self.newest.lock().await.as_ref().filter(|known| known.pinned.version == version) {
            return Ok(known.pinned.clone());
        }
        let remembered = || self.older.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = remembered().iter().find(|known| known.version == version) {
            return Ok(known.clone());
        }
        let missing = || LakeError::Missing(format!("таблицы {} версии {version}", self.name));
        let mut delta = self.fresh();
        match delta.load_version(version).await {
            Ok(()) if delta.version() == Some(version) => {}
            Ok(()) | Err(DeltaTableError::NotATable(_) | DeltaTableError::InvalidVersion(_)) => return Err(missing()),
            // A version the log never reached, or has forgotten.
            Err(error) => {
                return Err(if self.exists(version).await? { LakeError::log(&self.name)(error) } else { missing() });
            }
        }
        let pinned = self.version(delta)?.pinned;
        let mut older = remembered();
        older.push_front(pinned.clone());
        older.truncate(REMEMBERED);
        Ok(pinned)
    }

    /// A handle that has read nothing yet.
    pub(crate) fn fresh(&self) -> DeltaTable {
        let own: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(Arc::clone(&self.store), self.prefix.clone()));
        DeltaTable::new(default_logstore(own, Arc::clone(&self.store), &self.root, &StorageConfig::default()))
    }

    /// Versions are numbered without gaps, so one look tells: far cheaper than listing the log. A log
    /// whose known end is gone was cleaned by somebody who went far ahead.
    async fn is_newest(&self, version: u64) -> Result<bool, LakeError> {
        Ok(!self.exists(version + 1).await? && self.exists(version).await?)
    }

    async fn exists(&self, version: u64) -> Result<bool, LakeError> {
        self.has(&commit_uri_from_version(Some(version))).await
    }

    async fn has(&self, place: &Path) -> Result<bool, LakeError> {
        match self.store.head(&self.path("").parts().chain(place.parts()).collect()).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn version(&self, delta: DeltaTable) -> Result<Version, LakeError> {
        let snapshot = delta.snapshot().map_err(LakeError::log(&self.name))?;
        let partition_by: Option<ColumnName> =
            snapshot.metadata().partition_columns().first().and_then(|name| name.parse().ok());
        let schema: arrow::datatypes::Schema = snapshot.schema().as_ref().try_into_arrow()?;
        let schema: SchemaRef = Arc::new(schema);
        let files = snapshot
            .log_data()
            .iter()
            .map(|file| PinnedFile {
                path: self.path(&file.path()),
                size: u64::try_from(file.size()).unwrap_or(0),
                rows: file.num_records().unwrap_or(0) as u64,
                partition: single(file.partition_values_map()),
                stats: file.stats(),
            })
            .collect();
        let pinned = PinnedTable {
            name: self.name.clone(),
            zone: self.zone,
            version: snapshot.version(),
            schema,
            partition_by,
            files,
            store: Arc::clone(&self.store),
            store_url: self.store_url.clone(),
        };
        Ok(Version { delta, pinned })
    }
}

fn single(values: HashMap<String, Option<String>>) -> Option<String> {
    values.into_values().next().flatten()
}
