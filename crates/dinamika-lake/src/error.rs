//! Why the lake could not do what was asked.

use dinamika_project::TableName;

/// Failures of storage; none is the fault of an export.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LakeError {
    /// The address is no folder and no known kind of store.
    #[error("хранилище `{0}`: нужна папка, file:// или s3://корзина/префикс")]
    Address(String),
    /// The object store failed.
    #[error("хранилище: {0}")]
    Store(#[from] object_store::Error),
    /// The Delta log failed.
    #[error("таблица {table}: журнал Delta: {error}")]
    Log {
        /// Which table.
        table: TableName,
        /// Why.
        #[source]
        error: deltalake_core::DeltaTableError,
    },
    /// A Parquet file could not be written or read.
    #[error("файл Parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// Rows of another shape than the table's.
    #[error("строки не того вида: {0}")]
    Rows(#[from] arrow::error::ArrowError),
    /// The disk failed.
    #[error("диск: {0}")]
    Io(#[from] std::io::Error),
    /// Rows whose columns do not fit those the table has.
    #[error("таблица {table}: колонка {column} была {was}, стала {now}; перечитайте таблицу целиком (run --full)")]
    Shape {
        /// Which table.
        table: TableName,
        /// Which column; `partition_by` for the partitions.
        column: String,
        /// Its kind in the table.
        was: String,
        /// Its kind in the rows.
        now: String,
    },
    /// Others changed the table each time a commit was tried.
    #[error("таблицу {0} всё время меняет другой процесс; повторите позже")]
    Contended(TableName),
    /// A file that changed while it was copied.
    #[error("файл {0} изменился во время копирования; он будет взят при следующем запуске")]
    Moving(std::path::PathBuf),
    /// A table, version or release that is not there.
    #[error("нет {0}")]
    Missing(String),
    /// Somebody else published at the same moment.
    #[error("выпуск {0} уже опубликован другим процессом")]
    AlreadyPublished(u64),
    /// A file of ours that cannot be understood.
    #[error("непонятный файл {path}: {error}")]
    Corrupt {
        /// Which.
        path: String,
        /// Why.
        #[source]
        error: serde_json::Error,
    },
}

impl LakeError {
    pub(crate) fn log(table: &TableName) -> impl FnOnce(deltalake_core::DeltaTableError) -> Self {
        let table = table.clone();
        |error| Self::Log { table, error }
    }
}
