//! Writing rows into a table: files first, one commit at the end.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{AsArray, RecordBatch, UInt32Array},
    compute::{cast, take_record_batch},
    datatypes::{DataType, Schema, SchemaRef},
};
use dinamika_project::{ColumnName, TableName, Zone};
use uuid::Uuid;

use crate::{
    Commit, Lake, LakeError, Mode, actions, commit,
    parquet_file::{DataFile, DataFileWriter, discard},
    replace::Keys,
    shape::{canonical, conform},
    table::Table,
};

/// Bytes a writer may hold over all its open files before the largest is closed.
const HELD_BYTES: usize = 128 << 20;
/// Partitions written at the same time before the oldest file is closed.
const OPEN_FILES: usize = 64;

/// What a table is.
#[derive(Debug, Clone)]
pub struct TableSpec {
    /// Its name.
    pub name: TableName,
    /// Its zone.
    pub zone: Zone,
    /// Its columns, of any kinds a query gives; they are kept as Delta has them: texts, signed numbers, moments in UTC.
    pub schema: SchemaRef,
    /// Its Delta partition column.
    pub partition_by: Option<ColumnName>,
    /// Rows of other batches that agree with a written row on all these columns leave with a
    /// [`Mode::Batch`] commit; null agrees with null. Empty: none leave.
    pub replacing: Vec<ColumnName>,
}

struct Open {
    file: DataFileWriter,
    used: u64,
}

/// Rows on their way into a table. Nothing is visible until [`TableWriter::commit`].
pub struct TableWriter {
    table: Arc<Table>,
    spec: TableSpec,
    schema: SchemaRef,
    file_schema: SchemaRef,
    open: HashMap<Option<String>, Open>,
    /// Counts batches, to tell which open file was written to last.
    now: u64,
    closed: Vec<DataFile>,
    keys: Keys,
}

impl Lake {
    /// Begins to write rows into a table; it is made by the first commit.
    pub async fn writer(&self, spec: TableSpec) -> Result<TableWriter, LakeError> {
        let table = self.table(&spec.name, spec.zone)?;
        let is_partition = |name: &str| spec.partition_by.as_ref().is_some_and(|column| column.as_str() == name);
        let schema = canonical(&spec.schema);
        let columns: Vec<_> = schema.fields().iter().filter(|field| !is_partition(field.name())).cloned().collect();
        let keys = Keys::new(&schema, &spec.replacing)?;
        Ok(TableWriter {
            table,
            file_schema: Arc::new(Schema::new(columns)),
            schema,
            spec,
            open: HashMap::new(),
            now: 0,
            closed: Vec::new(),
            keys,
        })
    }
}

impl TableWriter {
    /// Writes rows out as they come; memory stays bounded however many partitions there are.
    pub async fn write(&mut self, batch: RecordBatch) -> Result<(), LakeError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let batch = conform(&batch, &self.schema)?;
        self.keys.add(&batch)?;
        self.now += 1;
        for (partition, rows) in self.split(batch)? {
            self.write_part(partition, &rows).await?;
        }
        while self.open.len() > OPEN_FILES
            || self.open.values().map(|open| open.file.held()).sum::<usize>() > HELD_BYTES
        {
            let by_age = self.open.len() > OPEN_FILES;
            let weight = |open: &Open| if by_age { u64::MAX - open.used } else { open.file.held() as u64 };
            let Some(partition) =
                self.open.iter().max_by_key(|(_, open)| weight(open)).map(|(partition, _)| partition.clone())
            else {
                break;
            };
            self.close(&partition).await?;
        }
        Ok(())
    }

    /// Makes the rows visible, and those they replace invisible, in one commit; the table is made when absent.
    pub async fn commit(mut self, mode: Mode) -> Result<Commit, LakeError> {
        for (_, open) in self.open.drain() {
            self.closed.push(open.file.close().await?);
        }
        commit::commit(&self.table, &self.spec, self.closed, &self.keys, mode).await
    }

    /// Forgets the rows. A writer that is just dropped leaves files no log names; maintenance sweeps them.
    pub async fn abort(self) -> Result<(), LakeError> {
        // An open file has not come into being yet, or is half uploaded, which the store forgets.
        drop(self.open);
        discard(self.table.store(), self.closed.into_iter().map(|file| file.path)).await;
        Ok(())
    }

    async fn write_part(&mut self, partition: Option<String>, rows: &RecordBatch) -> Result<(), LakeError> {
        let open = match self.open.entry(partition.clone()) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let file =
                    new_file(&self.table, &self.file_schema, self.spec.partition_by.as_ref(), partition.clone())?;
                entry.insert(Open { file, used: 0 })
            }
        };
        open.used = self.now;
        open.file.write(rows).await?;
        if open.file.is_full() {
            self.close(&partition).await?;
        }
        Ok(())
    }

    async fn close(&mut self, partition: &Option<String>) -> Result<(), LakeError> {
        if let Some(open) = self.open.remove(partition) {
            self.closed.push(open.file.close().await?);
        }
        Ok(())
    }

    /// The rows of each partition, without the partition column.
    fn split(&self, batch: RecordBatch) -> Result<Vec<(Option<String>, RecordBatch)>, LakeError> {
        let Some(column) = &self.spec.partition_by else { return Ok(vec![(None, batch)]) };
        let mut rest = batch;
        let values = rest.remove_column(self.schema.index_of(column.as_str())?);
        let values = cast(&values, &DataType::Utf8)?;
        let mut parts: Vec<(Option<String>, Vec<u32>)> = Vec::new();
        let mut known: HashMap<Option<&str>, usize> = HashMap::new();
        for (row, value) in (0_u32..).zip(values.as_string::<i32>()) {
            let value = value.filter(|value| !value.is_empty());
            let at = *known.entry(value).or_insert_with(|| {
                parts.push((actions::partition(value), Vec::new()));
                parts.len() - 1
            });
            parts[at].1.push(row);
        }
        if parts.len() == 1 {
            return Ok(parts.into_iter().map(|(partition, _)| (partition, rest.clone())).collect());
        }
        parts
            .into_iter()
            .map(|(partition, rows)| Ok((partition, take_record_batch(&rest, &UInt32Array::from(rows))?)))
            .collect()
    }
}

/// A new data file of a table. Readers of Delta take its partition from the log; those that read folders as tables,
/// and Polars, take it from the folder's name.
pub(crate) fn new_file(
    table: &Table,
    schema: &SchemaRef,
    partition_by: Option<&ColumnName>,
    partition: Option<String>,
) -> Result<DataFileWriter, LakeError> {
    let folder = partition_by.map(|column| (column, partition.as_deref()));
    let path = table.place(folder, &format!("part-{}.parquet", Uuid::now_v7()));
    DataFileWriter::create(table.store(), path, Arc::clone(schema), partition)
}
