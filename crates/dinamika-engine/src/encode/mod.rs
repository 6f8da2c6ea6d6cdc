//! Rows as bytes of a file.

mod archive;
mod cell;
mod columnar;
mod csv;
mod json;
mod spool;
mod table;
#[cfg(test)]
mod tests;
mod windows_1251;
mod xlsx;

use std::str::FromStr;

use arrow::{datatypes::Schema, record_batch::RecordBatch};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};

pub use archive::{Member, archive};
pub use columnar::arrow_rows;
pub use spool::spooled;
pub use windows_1251::Replaced;

use crate::{EngineError, Rows};

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180.
    Csv,
    /// An array of objects.
    Json,
    /// Parquet.
    Parquet,
    /// Arrow IPC stream.
    Arrow,
    /// Excel workbook.
    Xlsx,
    /// Columns of text for a terminal.
    Table,
}

/// How a CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// RFC 4180, UTF-8, `,` and `.`.
    #[default]
    Plain,
    /// What a Russian Excel opens by double click: BOM, `;`, decimal comma, CRLF, `ДД.ММ.ГГГГ`.
    ExcelRu,
}

/// In which bytes the text of a CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Every sign there is.
    #[default]
    Utf8,
    /// One byte a sign; what it has not is replaced and counted.
    Windows1251,
}

/// Further wishes.
#[derive(Debug, Clone, Default)]
pub struct EncodeOptions {
    /// CSV only.
    pub dialect: Dialect,
    /// CSV only.
    pub encoding: Encoding,
    /// Counts signs the encoding has not; the count is whole when the file is.
    pub replaced: Replaced,
    /// Lines of the sheet «О файле» (XLSX): name and value.
    pub about: Vec<(String, String)>,
}

/// Bytes as they come.
pub type Encoded = BoxStream<'static, Result<Bytes, EngineError>>;

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Csv, Self::Json, Self::Parquet, Self::Arrow, Self::Xlsx, Self::Table];

    /// Without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
            Self::Xlsx => "xlsx",
            Self::Table => "txt",
        }
    }

    /// The media type with its charset.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Arrow => "application/vnd.apache.arrow.stream",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Table => "text/plain; charset=utf-8",
        }
    }
}

/// Not a format's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("неизвестный формат «{0}»; известны csv, json, parquet, arrow, xlsx, table")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;
    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.extension() == text)
            .or_else(|| (text == "table").then_some(Self::Table))
            .ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}

/// Bytes of a file with these rows. The header is there also when no row is. An error after the
/// first bytes can only break the file off.
pub fn encode(rows: Rows, format: Format, options: EncodeOptions) -> Encoded {
    let piece: Result<Box<dyn Piece>, EngineError> = match format {
        Format::Csv => Ok(Box::new(csv::Csv::new(&options))),
        Format::Json => Ok(Box::new(json::Json::default())),
        Format::Parquet => columnar::Parquet::new(rows.schema()).map(|writer| Box::new(writer) as _),
        Format::Arrow => columnar::Ipc::new(rows.schema()).map(|writer| Box::new(writer) as _),
        Format::Xlsx => return xlsx::xlsx(rows, options.about).boxed(),
        Format::Table => return futures::stream::once(table::table(rows)).map_ok(Bytes::from).boxed(),
    };
    match piece {
        Ok(piece) => pieces(rows, piece).boxed(),
        Err(error) => futures::stream::once(async { Err(error) }).boxed(),
    }
}

/// A writer that gives its bytes after each batch.
trait Piece: Send {
    fn begin(&mut self, schema: &Schema) -> Result<Bytes, EngineError>;
    fn batch(&mut self, batch: &RecordBatch) -> Result<Bytes, EngineError>;
    fn end(self: Box<Self>) -> Result<Bytes, EngineError> {
        Ok(Bytes::new())
    }
}

enum Step {
    Begin(Rows, Box<dyn Piece>),
    Rows(Rows, Box<dyn Piece>),
    Done,
}

fn pieces(rows: Rows, piece: Box<dyn Piece>) -> impl futures::Stream<Item = Result<Bytes, EngineError>> + Send {
    let steps = futures::stream::try_unfold(Step::Begin(rows, piece), |step| async move {
        match step {
            Step::Begin(rows, mut piece) => Ok(Some((piece.begin(rows.schema())?, Step::Rows(rows, piece)))),
            Step::Rows(mut rows, mut piece) => match rows.try_next().await? {
                Some(batch) => Ok(Some((piece.batch(&batch)?, Step::Rows(rows, piece)))),
                None => Ok(Some((piece.end()?, Step::Done))),
            },
            Step::Done => Ok(None),
        }
    });
    steps.try_filter(|bytes| std::future::ready(!bytes.is_empty()))
}
