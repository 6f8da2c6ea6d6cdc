//! A JSON array of objects, one a line.

use arrow::{
    datatypes::Schema,
    json::writer::{LineDelimited, WriterBuilder},
    record_batch::RecordBatch,
};
use bytes::Bytes;

use super::Piece;
use crate::EngineError;

/// Writes batches one after another; every key is there, null where there is no value.
#[derive(Default)]
pub(super) struct Json {
    rows: bool,
}

impl Piece for Json {
    fn begin(&mut self, _: &Schema) -> Result<Bytes, EngineError> {
        Ok(Bytes::from_static(b"["))
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<Bytes, EngineError> {
        let mut lines = Vec::new();
        let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(&mut lines);
        writer.write(batch)?;
        writer.finish()?;
        drop(writer);
        // Line breaks within texts are escaped, so each one here ends an object.
        let mut out = Vec::with_capacity(lines.len() + batch.num_rows() + 2);
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            out.extend_from_slice(if self.rows { b",\n" } else { b"\n" });
            out.extend_from_slice(line);
            self.rows = true;
        }
        Ok(out.into())
    }

    fn end(self: Box<Self>) -> Result<Bytes, EngineError> {
        Ok(Bytes::from_static(b"\n]\n"))
    }
}
