//! Rows on their way out of the engine.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use arrow::{
    array::Array,
    compute::cast,
    datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit},
    record_batch::{RecordBatch, RecordBatchOptions},
};
use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};

use crate::EngineError;

/// A schema and a stream of batches that have it: plain Arrow types (Utf8, never its views; signed
/// numbers; times in microseconds UTC), so that tables and other programs read them alike.
pub struct Rows {
    schema: SchemaRef,
    stream: BoxStream<'static, Result<RecordBatch, EngineError>>,
}

impl Rows {
    /// Rows of a stream whose batches have `schema` up to views and dictionaries.
    pub fn new(
        schema: &SchemaRef,
        stream: impl Stream<Item = Result<RecordBatch, EngineError>> + Send + 'static,
    ) -> Self {
        let schema = plain_schema(schema);
        let target = Arc::clone(&schema);
        let stream = stream.map(move |batch| plain(&batch?, &target)).boxed();
        Self { schema, stream }
    }

    /// Rows already at hand.
    pub fn from_batches(schema: &SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self::new(schema, futures::stream::iter(batches.into_iter().map(Ok)))
    }

    /// The same rows, broken off with an error once they are larger than this.
    pub(crate) fn at_most(self, bytes: u64) -> Self {
        let mut sum = 0;
        let stream = self.stream.map(move |batch| {
            let batch = batch?;
            sum += size(&batch)?;
            if sum > bytes { Err(EngineError::TooLarge(bytes)) } else { Ok(batch) }
        });
        Self { schema: self.schema, stream: stream.boxed() }
    }

    /// The columns; known before the first row, also when there is none.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// All rows at once.
    pub async fn collect(self) -> Result<Vec<RecordBatch>, EngineError> {
        self.stream.try_collect().await
    }

    /// All rows in one batch.
    pub async fn collect_one(self) -> Result<RecordBatch, EngineError> {
        let schema = Arc::clone(&self.schema);
        let batches = self.collect().await?;
        Ok(arrow::compute::concat_batches(&schema, &batches)?)
    }
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Stream for Rows {
    type Item = Result<RecordBatch, EngineError>;
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stream.poll_next_unpin(context)
    }
}

/// Bytes of the rows themselves: a slice keeps the whole buffers alive and would count them again.
fn size(batch: &RecordBatch) -> Result<u64, EngineError> {
    let sizes = batch.columns().iter().map(|column| Ok(column.to_data().get_slice_memory_size()? as u64));
    sizes.sum()
}

/// The schema with plain types; metadata is DataFusion's own and is left out.
pub(crate) fn plain_schema(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().iter().map(plain_field).collect::<Vec<_>>()))
}

fn plain_field(field: &FieldRef) -> Field {
    Field::new(field.name(), plain_type(field.data_type()), true)
}

pub(crate) fn plain_type(data_type: &DataType) -> DataType {
    use DataType::{Int16, Int32, Int64, Timestamp};
    match data_type {
        // What table formats and other programs do not know has a neighbour they do.
        DataType::UInt8 => Int16,
        DataType::UInt16 => Int32,
        DataType::UInt32 | DataType::UInt64 => Int64,
        DataType::Float16 => DataType::Float32,
        DataType::Date64 => DataType::Date32,
        Timestamp(..) => Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::List(item) | DataType::LargeList(item) => DataType::List(Arc::new(plain_field(item))),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(plain_field).collect()),
        other => other.clone(),
    }
}

/// The batch with the columns of `schema`.
pub(crate) fn plain(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, EngineError> {
    let columns = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| match column.data_type() == field.data_type() {
            true => Ok(Arc::clone(column)),
            false => cast(column, field.data_type()),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
}
