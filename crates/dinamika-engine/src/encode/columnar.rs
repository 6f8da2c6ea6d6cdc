//! Parquet and the Arrow IPC stream.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use arrow::{
    datatypes::{Schema, SchemaRef},
    ipc::{reader::StreamReader, writer::StreamWriter},
    record_batch::RecordBatch,
};
use bytes::Bytes;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::WriterProperties,
};

use super::Piece;
use crate::{EngineError, Rows};

/// Rows of a row group: what is held in memory before it is written.
const ROW_GROUP: usize = 128 * 1024;

/// Parquet, zstd.
pub(super) struct Parquet {
    buffer: Buffer,
    writer: ArrowWriter<Buffer>,
}

impl Parquet {
    pub(super) fn new(schema: &SchemaRef) -> Result<Self, EngineError> {
        let buffer = Buffer::default();
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).map_err(parquet)?))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .build();
        let writer = ArrowWriter::try_new(buffer.clone(), Arc::clone(schema), Some(properties)).map_err(parquet)?;
        Ok(Self { buffer, writer })
    }
}

impl Piece for Parquet {
    fn begin(&mut self, _: &Schema) -> Result<Bytes, EngineError> {
        Ok(Bytes::new())
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<Bytes, EngineError> {
        self.writer.write(batch).map_err(parquet)?;
        Ok(self.buffer.take())
    }

    fn end(self: Box<Self>) -> Result<Bytes, EngineError> {
        self.writer.close().map_err(parquet)?;
        Ok(self.buffer.take())
    }
}

/// The Arrow IPC stream.
pub(super) struct Ipc(StreamWriter<Vec<u8>>);

impl Ipc {
    pub(super) fn new(schema: &SchemaRef) -> Result<Self, EngineError> {
        Ok(Self(StreamWriter::try_new(Vec::new(), schema)?))
    }

    fn take(&mut self) -> Bytes {
        std::mem::take(self.0.get_mut()).into()
    }
}

impl Piece for Ipc {
    fn begin(&mut self, _: &Schema) -> Result<Bytes, EngineError> {
        Ok(self.take())
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<Bytes, EngineError> {
        self.0.write(batch)?;
        Ok(self.take())
    }

    fn end(mut self: Box<Self>) -> Result<Bytes, EngineError> {
        self.0.finish()?;
        Ok(self.take())
    }
}

/// The rows of an Arrow IPC stream.
pub fn arrow_rows(bytes: &[u8]) -> Result<Rows, EngineError> {
    let reader = StreamReader::try_new(bytes, None)?;
    let schema = reader.schema();
    Ok(Rows::from_batches(&schema, reader.collect::<Result<Vec<_>, _>>()?))
}

fn parquet(error: ParquetError) -> EngineError {
    EngineError::Encode { format: "parquet", message: error.to_string() }
}

/// Bytes written so far and not yet taken: the Parquet writer keeps its sink to itself.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
