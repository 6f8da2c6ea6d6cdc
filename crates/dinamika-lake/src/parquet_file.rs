//! One Parquet data file, written as its rows come.

use std::sync::Arc;

use arrow::{datatypes::SchemaRef, record_batch::RecordBatch};
use object_store::{ObjectStore, ObjectStoreExt as _, buffered::BufWriter, path::Path};
use parquet::{
    arrow::AsyncArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};

use crate::{LakeError, stats::FileStats};

/// Encoded bytes held before a row group is written out.
const GROUP_BYTES: usize = 32 << 20;
/// Rows of a row group at most.
const GROUP_ROWS: usize = 256 << 10;
/// A file this large is closed and another begun.
const FILE_BYTES: usize = 96 << 20;

/// A closed data file that no log names yet.
#[derive(Debug)]
pub(crate) struct DataFile {
    pub(crate) path: Path,
    pub(crate) size: u64,
    pub(crate) partition: Option<String>,
    pub(crate) stats: FileStats,
}

/// An open data file.
pub(crate) struct DataFileWriter {
    path: Path,
    partition: Option<String>,
    writer: AsyncArrowWriter<BufWriter>,
    stats: FileStats,
}

impl DataFileWriter {
    pub(crate) fn create(
        store: &Arc<dyn ObjectStore>,
        path: Path,
        schema: SchemaRef,
        partition: Option<String>,
    ) -> Result<Self, LakeError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .build();
        let file = BufWriter::new(Arc::clone(store), path.clone());
        let writer = AsyncArrowWriter::try_new(file, schema, Some(properties))?;
        Ok(Self { path, partition, writer, stats: FileStats::default() })
    }

    pub(crate) async fn write(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        self.stats.add(batch);
        self.writer.write(batch).await?;
        if self.writer.in_progress_size() > GROUP_BYTES {
            self.writer.flush().await?;
        }
        Ok(())
    }

    /// Bytes held that are not yet on their way.
    pub(crate) fn held(&self) -> usize {
        self.writer.memory_size()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.writer.bytes_written() + self.writer.in_progress_size() > FILE_BYTES
    }

    pub(crate) async fn close(mut self) -> Result<DataFile, LakeError> {
        self.writer.finish().await?;
        let size = self.writer.bytes_written() as u64;
        Ok(DataFile { path: self.path, size, partition: self.partition, stats: self.stats })
    }
}

/// Removes files that will not be named by any log; what cannot be removed is swept later.
pub(crate) async fn discard(store: &Arc<dyn ObjectStore>, paths: impl IntoIterator<Item = Path>) {
    for path in paths {
        // A file that stays is an orphan: maintenance sweeps it.
        let _ = store.delete(&path).await;
    }
}
