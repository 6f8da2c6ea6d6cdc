//! A pinned table as DataFusion reads it: Parquet files of one version with the log's statistics.

mod statistics;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::{
    catalog::Session,
    common::{DFSchema, Statistics},
    datasource::{
        TableProvider, TableType,
        listing::PartitionedFile,
        physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource, parquet::CachedParquetFileReaderFactory},
        source::DataSourceExec,
        table_schema::TableSchema,
    },
    error::Result,
    execution::object_store::ObjectStoreUrl,
    logical_expr::{Expr, TableProviderFilterPushDown, utils::conjunction},
    physical_optimizer::pruning::PruningPredicateBuilder,
    physical_plan::{ExecutionPlan, empty::EmptyExec},
    scalar::ScalarValue,
};
use object_store::ObjectStore;

use crate::PinnedTable;

/// The files of one version of a table. The partition column is not in the files: its value comes
/// from the log. Files that cannot hold a row asked for are not opened; `count(*)` and the bounds
/// of whole numbers, days and short texts are answered without opening any.
#[derive(Debug, Clone)]
pub(crate) struct PinnedScan {
    /// Columns as declared.
    schema: SchemaRef,
    /// Place in `table` of each column of `schema`.
    places: Vec<usize>,
    /// Columns as read: those of the files, then the partition column.
    table: TableSchema,
    partition_by: Option<String>,
    files: Vec<ScanFile>,
    store: Arc<dyn ObjectStore>,
    url: ObjectStoreUrl,
}

#[derive(Debug, Clone)]
struct ScanFile {
    file: PartitionedFile,
    partition: Option<String>,
    statistics: Arc<Statistics>,
}

impl PinnedScan {
    pub(crate) fn new(pinned: &PinnedTable) -> Result<Self> {
        let schema = with_views(&pinned.schema);
        let partition_by = pinned.partition_by.as_ref().map(|name| name.as_str().to_owned());
        let (partition, in_files): (Vec<_>, Vec<_>) =
            schema.fields().iter().cloned().partition(|field| Some(field.name()) == partition_by.as_ref());
        let table =
            TableSchema::builder(Arc::new(Schema::new(in_files))).with_table_partition_cols(partition.clone()).build();
        let places = schema
            .fields()
            .iter()
            .map(|field| Ok(table.table_schema().index_of(field.name())?))
            .collect::<Result<_>>()?;
        let files = pinned
            .files
            .iter()
            .map(|file| {
                let values = partition
                    .iter()
                    .map(|field| partition_value(file.partition.as_deref(), field.data_type()))
                    .collect::<Result<Vec<_>>>()?;
                let statistics = Arc::new(statistics::of_file(file, &table, &values));
                let mut entry = PartitionedFile::new(file.path.as_ref(), file.size).with_partition_values(values);
                entry.object_meta.location = file.path.clone();
                entry.statistics = Some(Arc::clone(&statistics));
                Ok(ScanFile { file: entry, partition: file.partition.clone(), statistics })
            })
            .collect::<Result<_>>()?;
        let url = store_url(pinned)?;
        Ok(Self { schema, places, table, partition_by, files, store: Arc::clone(&pinned.store), url })
    }

    /// The address under which the engine knows the table's object store.
    pub(crate) fn url(&self) -> &ObjectStoreUrl {
        &self.url
    }

    pub(crate) fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.store
    }

    pub(crate) fn is_partitioned_by(&self, column: &str) -> bool {
        self.partition_by.as_deref() == Some(column)
    }

    /// The same table with only the files of these partitions.
    pub(crate) fn restricted_to(&self, partitions: &[Option<String>]) -> Self {
        let mut scan = self.clone();
        scan.files.retain(|file| partitions.contains(&file.partition));
        scan
    }

    /// Files that may hold a row all `filters` are true of.
    fn pruned(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<&ScanFile>> {
        let all = || self.files.iter().collect::<Vec<_>>();
        let Some(predicate) = conjunction(filters.iter().cloned()) else { return Ok(all()) };
        let schema = Arc::clone(self.table.table_schema());
        let predicate = state.create_physical_expr(predicate, &DFSchema::try_from(Arc::clone(&schema))?)?;
        let builder = PruningPredicateBuilder::new().with_file_schema(Arc::clone(&schema));
        let Ok(pruning) = builder.try_build(predicate) else { return Ok(all()) };
        if pruning.always_true() {
            return Ok(all());
        }
        let files = self.files.iter().map(|file| Arc::clone(&file.statistics)).collect();
        let keep = pruning.prune(&statistics::Bounds { files, schema })?;
        Ok(self.files.iter().zip(keep).filter_map(|(file, keep)| keep.then_some(file)).collect())
    }

    fn projected(&self, projection: Option<&Vec<usize>>) -> Vec<usize> {
        match projection {
            Some(columns) => columns.iter().map(|column| self.places[*column]).collect(),
            None => self.places.clone(),
        }
    }
}

#[async_trait]
impl TableProvider for PinnedScan {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut files = self.pruned(state, filters)?;
        if filters.is_empty()
            && let Some(limit) = limit
        {
            files.truncate(files_for(&files, limit));
        }
        if files.is_empty() {
            let schema = match projection {
                Some(columns) => Arc::new(self.schema.project(columns)?),
                None => Arc::clone(&self.schema),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let known = files.iter().map(|file| file.statistics.as_ref());
        let statistics = statistics::of_all(known, self.table.table_schema())?;
        let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
        let reader = CachedParquetFileReaderFactory::new(Arc::clone(&self.store), cache);
        let source = ParquetSource::new(self.table.clone())
            .with_table_parquet_options(state.default_table_options().parquet)
            .with_parquet_file_reader_factory(Arc::new(reader));
        let groups = FileGroup::new(files.into_iter().map(|file| file.file.clone()).collect())
            .split_files(state.config().target_partitions());
        let config = FileScanConfigBuilder::new(self.url.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(Some(self.projected(projection)))?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }
}

/// How many of the files, from the first, hold `limit` rows.
fn files_for(files: &[&ScanFile], limit: usize) -> usize {
    let mut rows = 0;
    let enough = files.iter().position(|file| {
        rows += file.statistics.num_rows.get_value().copied().unwrap_or(0);
        rows >= limit
    });
    enough.map_or(files.len(), |last| last + 1)
}

/// Texts are read as views: grouping and comparing them is about a third cheaper.
fn with_views(schema: &Schema) -> SchemaRef {
    let field = |field: &Field| match field.data_type() {
        DataType::Utf8 => field.clone().with_data_type(DataType::Utf8View),
        _ => field.clone(),
    };
    Arc::new(Schema::new(schema.fields().iter().map(|f| field(f)).collect::<Vec<_>>()))
}

fn partition_value(value: Option<&str>, data_type: &DataType) -> Result<ScalarValue> {
    match value {
        Some(text) => ScalarValue::try_from_string(text.to_owned(), data_type),
        None => ScalarValue::try_from(data_type),
    }
}

/// DataFusion tells stores apart by scheme and authority only, and every local lake is `file://`:
/// the whole address is folded into an authority of our own.
fn store_url(pinned: &PinnedTable) -> Result<ObjectStoreUrl> {
    let mut hasher = DefaultHasher::new();
    pinned.store_url.as_str().hash(&mut hasher);
    ObjectStoreUrl::parse(format!("lake://{:016x}", hasher.finish()))
}
