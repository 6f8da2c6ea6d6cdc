//! Writing rows into a table: files first, one commit at the end.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{Array, AsArray, BooleanArray},
    compute::{cast, filter_record_batch},
    datatypes::{Schema, SchemaRef},
    record_batch::RecordBatch,
};
use dinamika_project::{ColumnName, TableName, Zone};
use uuid::Uuid;

use crate::{
    Commit, Lake, LakeError, Mode, commit,
    parquet_file::{DataFile, DataFileWriter, discard},
    replace::Keys,
    table::Table,
};

/// What a table is.
#[derive(Debug, Clone)]
pub struct TableSpec {
    /// Its name.
    pub name: TableName,
    /// Its zone.
    pub zone: Zone,
    /// Its columns.
    pub schema: SchemaRef,
    /// Its Delta partition column; a text column of `schema`.
    pub partition_by: Option<ColumnName>,
    /// Rows of other batches that agree with a written row on all these columns leave with a
    /// [`Mode::Batch`] commit; null agrees with null. Empty: none leave.
    pub replacing: Vec<ColumnName>,
}

/// Rows on their way into a table. Nothing is visible until [`TableWriter::commit`].
pub struct TableWriter {
    lake: Lake,
    table: Arc<Table>,
    spec: TableSpec,
    file_schema: SchemaRef,
    open: HashMap<Option<String>, DataFileWriter>,
    closed: Vec<DataFile>,
    keys: Keys,
}

impl Lake {
    /// Begins to write rows into a table; it is made by the first commit.
    pub async fn writer(&self, spec: TableSpec) -> Result<TableWriter, LakeError> {
        let table = self.table(&spec.name, spec.zone)?;
        let is_partition = |name: &str| spec.partition_by.as_ref().is_some_and(|column| column.as_str() == name);
        let columns: Vec<_> = spec.schema.fields().iter().filter(|field| !is_partition(field.name())).cloned().collect();
        let keys = Keys::new(&spec.schema, &spec.replacing)?;
        Ok(TableWriter {
            lake: self.clone(),
            table,
            file_schema: Arc::new(Schema::new(columns)),
            spec,
            open: HashMap::new(),
            closed: Vec::new(),
            keys,
        })
    }
}

impl TableWriter {
    /// Writes rows out as they come; memory stays bounded by a row group a partition.
    pub async fn write(&mut self, batch: RecordBatch) -> Result<(), LakeError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let batch = conform(&batch, &self.spec.schema)?;
        self.keys.add(&batch)?;
        for (partition, rows) in self.split(batch)? {
            self.write_part(partition, &rows).await?;
        }
        Ok(())
    }

    /// Makes the rows visible, and those they replace invisible, in one commit.
    pub async fn commit(mut self, mode: Mode) -> Result<Commit, LakeError> {
        for (_, file) in self.open.drain() {
            self.closed.push(file.close().await?);
        }
        let commit = commit::commit(&self.table, &self.spec, self.closed, &self.keys, mode).await?;
        self.lake.remember(&self.table);
        Ok(commit)
    }

    /// Forgets the rows.
    pub async fn abort(mut self) -> Result<(), LakeError> {
        let mut paths: Vec<_> = self.closed.into_iter().map(|file| file.path).collect();
        for (_, file) in self.open.drain() {
            paths.push(file.close().await?.path);
        }
        discard(self.table.store(), paths).await;
        Ok(())
    }

    async fn write_part(&mut self, partition: Option<String>, rows: &RecordBatch) -> Result<(), LakeError> {
        let file = match self.open.entry(partition.clone()) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => entry.insert(new_file(&self.table, &self.file_schema, partition.clone())?),
        };
        file.write(rows).await?;
        if file.is_full() && let Some(file) = self.open.remove(&partition) {
            self.closed.push(file.close().await?);
        }
        Ok(())
    }

    /// The rows of each partition, without the partition column.
    fn split(&self, batch: RecordBatch) -> Result<Vec<(Option<String>, RecordBatch)>, LakeError> {
        let Some(column) = &self.spec.partition_by else { return Ok(vec![(None, batch)]) };
        let at = self.spec.schema.index_of(column.as_str())?;
        let mut rest = batch;
        let values = rest.remove_column(at);
        let values = values.as_string::<i32>();
        let mut distinct: Vec<Option<&str>> = Vec::new();
        for value in values {
            // Rows of one partition stand together; a batch has few of them.
            if distinct.last() != Some(&value) && !distinct.contains(&value) {
                distinct.push(value);
            }
        }
        if let [only] = distinct[..] {
            return Ok(vec![(only.map(str::to_owned), rest)]);
        }
        distinct
            .into_iter()
            .map(|wanted| {
                let mask: BooleanArray = values.iter().map(|value| Some(value == wanted)).collect();
                Ok((wanted.map(str::to_owned), filter_record_batch(&rest, &mask)?))
            })
            .collect()
    }
}

/// A new data file of a table.
pub(crate) fn new_file(table: &Table, schema: &SchemaRef, partition: Option<String>) -> Result<DataFileWriter, LakeError> {
    let path = table.path(&format!("part-{}.parquet", Uuid::now_v7()));
    DataFileWriter::create(table.store(), path, Arc::clone(schema), partition)
}

/// The batch with exactly the table's columns in its order and types.
fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, LakeError> {
    if batch.schema_ref() == schema {
        return Ok(batch.clone());
    }
    let columns = schema
        .fields()
        .iter()
        .map(|field| {
            let column = batch.column(batch.schema_ref().index_of(field.name())?);
            if column.data_type() == field.data_type() { Ok(Arc::clone(column)) } else { cast(column, field.data_type()) }
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}
