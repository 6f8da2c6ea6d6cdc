//! A Delta table's handle: opened once, moved on with its log.

use std::{collections::HashMap, sync::Arc};

use arrow::datatypes::{Field, Schema, SchemaRef};
use deltalake_core::{
    DeltaTable, DeltaTableError, TableProperty,
    kernel::{
        Action, StructType, engine::arrow_conversion::{TryIntoArrow as _, TryIntoKernel as _},
        new_metadata, transaction::CommitBuilder,
    },
    logstore::{StorageConfig, default_logstore},
    protocol::{DeltaOperation, SaveMode},
};
use dinamika_project::{ColumnName, TableName, Zone};
use object_store::{ObjectStore, path::Path, prefix::PrefixStore};
use tokio::sync::{Mutex, MutexGuard};
use url::Url;

use crate::{LakeError, PinnedFile, PinnedTable};

/// One table. The mutex is the table's only writer.
pub(crate) struct Table {
    name: TableName,
    zone: Zone,
    store: Arc<dyn ObjectStore>,
    store_url: Url,
    root: Url,
    prefix: Path,
    /// None until the table was found or made.
    delta: Mutex<Option<DeltaTable>>,
}

impl Table {
    pub(crate) fn new(name: TableName, zone: Zone, store: Arc<dyn ObjectStore>, store_url: Url, root: Url) -> Result<Self, LakeError> {
        let prefix = Path::from_url_path(root.path()).map_err(object_store::Error::from)?;
        Ok(Self { name, zone, store, store_url, root, prefix, delta: Mutex::new(None) })
    }

    pub(crate) fn name(&self) -> &TableName {
        &self.name
    }
    pub(crate) fn zone(&self) -> Zone {
        self.zone
    }
    pub(crate) fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.store
    }
    /// A data file's place in the store.
    pub(crate) fn path(&self, file: &str) -> Path {
        self.prefix.clone().join(file)
    }
    /// A data file's name in the log.
    pub(crate) fn name_of(&self, path: &Path) -> String {
        path.prefix_match(&self.prefix).map_or_else(
            || path.to_string(),
            |parts| parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/"),
        )
    }

    /// The newest version; none when there is no table.
    pub(crate) async fn pin(&self) -> Result<Option<PinnedTable>, LakeError> {
        let mut guard = self.delta.lock().await;
        match self.current(&mut guard).await? {
            Some(delta) => Ok(Some(self.pinned(delta)?)),
            None => Ok(None),
        }
    }

    /// An older version.
    pub(crate) async fn pin_at(&self, version: u64) -> Result<PinnedTable, LakeError> {
        {
            let guard = self.delta.lock().await;
            if let Some(delta) = guard.as_ref().filter(|delta| delta.version() == Some(version)) {
                return self.pinned(delta);
            }
        }
        let mut delta = self.fresh();
        delta.load_version(version).await.map_err(LakeError::log(&self.name))?;
        self.pinned(&delta)
    }

    /// The handle for a commit, at the newest version; the table is made when there is none, and
    /// gets the columns it lacks.
    pub(crate) async fn for_writing(&self, schema: &SchemaRef, partition_by: Option<&ColumnName>) -> Result<MutexGuard<'_, Option<DeltaTable>>, LakeError> {
        let mut guard = self.delta.lock().await;
        if self.current(&mut guard).await?.is_none() {
            *guard = Some(self.create(schema, partition_by).await?);
        }
        if let Some(delta) = guard.as_mut() {
            self.widen(delta, schema).await?;
        }
        Ok(guard)
    }

    /// Moves the handle on to the newest version.
    pub(crate) async fn current<'g>(&self, guard: &'g mut MutexGuard<'_, Option<DeltaTable>>) -> Result<Option<&'g mut DeltaTable>, LakeError> {
        match guard.as_mut() {
            Some(delta) => delta.update_incremental(None).await.map_err(LakeError::log(&self.name))?,
            None => {
                let mut delta = self.fresh();
                match delta.load().await {
                    Ok(()) => **guard = Some(delta),
                    Err(DeltaTableError::NotATable(_) | DeltaTableError::InvalidTableLocation(_)) => return Ok(None),
                    Err(error) => return Err(LakeError::log(&self.name)(error)),
                }
            }
        }
        Ok(guard.as_mut())
    }

    fn fresh(&self) -> DeltaTable {
        let own: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(Arc::clone(&self.store), self.prefix.clone()));
        DeltaTable::new(default_logstore(own, Arc::clone(&self.store), &self.root, &StorageConfig::default()))
    }

    async fn create(&self, schema: &SchemaRef, partition_by: Option<&ColumnName>) -> Result<DeltaTable, LakeError> {
        let failed = || LakeError::log(&self.name);
        let mut delta = self.fresh();
        let kernel: StructType = schema.as_ref().try_into_kernel()?;
        let settings = [
            (TableProperty::CheckpointInterval.as_ref(), "100"),
            (TableProperty::DataSkippingNumIndexedCols.as_ref(), "64"),
        ];
        let metadata = new_metadata(&kernel, partition_by, settings).map_err(|error| failed()(error.into()))?;
        let protocol: deltalake_core::kernel::Protocol =
            serde_json::from_value(serde_json::json!({ "minReaderVersion": 1, "minWriterVersion": 2 }))
                .map_err(|error| LakeError::Corrupt { path: self.root.to_string(), error })?;
        let operation = DeltaOperation::Create {
            mode: SaveMode::ErrorIfExists,
            location: self.root.clone(),
            protocol: protocol.clone(),
            metadata: metadata.clone(),
        };
        let actions = vec![Action::Protocol(protocol), Action::Metadata(metadata)];
        CommitBuilder::default().with_actions(actions).build(None, delta.log_store(), operation).await.map_err(failed())?;
        delta.load().await.map_err(failed())?;
        Ok(delta)
    }

    /// Adds columns that newer rows have; a column never goes away.
    async fn widen(&self, delta: &mut DeltaTable, schema: &SchemaRef) -> Result<(), LakeError> {
        let failed = || LakeError::log(&self.name);
        let known = self.schema(delta)?;
        let added: Vec<Field> = schema
            .fields()
            .iter()
            .filter(|field| known.field_with_name(field.name()).is_err())
            .map(|field| field.as_ref().clone())
            .collect();
        if added.is_empty() {
            return Ok(());
        }
        let all: Vec<Field> = known.fields().iter().map(|field| field.as_ref().clone()).chain(added).collect();
        let kernel: StructType = (&Schema::new(all)).try_into_kernel()?;
        let snapshot = delta.snapshot().map_err(failed())?;
        let metadata = deltalake_core::kernel::MetadataExt::with_schema(snapshot.metadata().clone(), &kernel).map_err(|error| failed()(error.into()))?;
        let operation = DeltaOperation::AddColumn { fields: Vec::new() };
        CommitBuilder::default()
            .with_actions(vec![Action::Metadata(metadata)])
            .build(Some(snapshot), delta.log_store(), operation)
            .await
            .map_err(failed())?;
        delta.update_incremental(None).await.map_err(failed())
    }

    fn schema(&self, delta: &DeltaTable) -> Result<Schema, LakeError> {
        let kernel = delta.snapshot().map_err(LakeError::log(&self.name))?.schema();
        Ok(kernel.as_ref().try_into_arrow()?)
    }

    pub(crate) fn pinned(&self, delta: &DeltaTable) -> Result<PinnedTable, LakeError> {
        let snapshot = delta.snapshot().map_err(LakeError::log(&self.name))?;
        let partition_by = snapshot.metadata().partition_columns().first().and_then(|name| name.parse().ok());
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
        Ok(PinnedTable {
            name: self.name.clone(),
            zone: self.zone,
            version: snapshot.version(),
            schema: Arc::new(self.schema(delta)?),
            partition_by,
            files,
            store: Arc::clone(&self.store),
            store_url: self.store_url.clone(),
        })
    }
}

fn single(values: HashMap<String, Option<String>>) -> Option<String> {
    values.into_values().next().flatten()
}
