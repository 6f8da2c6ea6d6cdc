//! What reading a file takes and gives.

use std::{collections::BTreeMap, path::PathBuf};

use arrow::record_batch::RecordBatch;
use dinamika_project::{BatchId, PipelineName, SkipKind};

use crate::schools::SchoolMention;

/// A raw file that lies ready to be read.
#[derive(Debug, Clone)]
pub struct RawFile {
    /// Path in its source, `/` between parts.
    pub path: String,
    /// Where its bytes are.
    pub local: PathBuf,
    /// Hash of its bytes.
    pub sha256: String,
}

/// Why a sink could not take what was read.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Takes what is read, part by part. When reading fails midway nothing more is called: the
/// owner discards what it staged.
pub trait Sink {
    /// A sheet was recognised.
    fn begin(&mut self, part: &PartHeader) -> Result<(), SinkError>;
    /// The next rows of the sheet.
    fn batch(&mut self, batch: RecordBatch) -> Result<(), SinkError>;
    /// The sheet is done.
    fn end(&mut self, report: PartReport) -> Result<(), SinkError>;
}

/// One sheet read by one pipeline.
#[derive(Debug, Clone)]
pub struct PartHeader {
    /// Told by the file's hash, the entry, the sheet, the pipeline and what the names of file and sheet told of the rows.
    pub batch: BatchId,
    /// The pipeline.
    pub pipeline: PipelineName,
    /// The layout's name.
    pub layout: String,
    /// The member of a zip.
    pub entry: Option<String>,
    /// The sheet.
    pub sheet: String,
    /// The first row of the header, from 1; of the data when there is no header.
    pub header_row: usize,
}

/// What became of one sheet. `rows_in` = `rows_kept` + `rows_rejected`, always.
#[derive(Debug, Clone)]
pub struct PartReport {
    /// As in the header.
    pub batch: BatchId,
    /// Rows of data: no blank, header, group or skipped ones; unpivoted rows where rows are unpivoted.
    pub rows_in: u64,
    /// Rows handed to the sink.
    pub rows_kept: u64,
    /// Rows left out.
    pub rows_rejected: u64,
    /// Rows that are no data.
    pub skipped: BTreeMap<SkipKind, u64>,
    /// Cells that could not be typed, in the order they stand in.
    pub rejects: Vec<Reject>,
    /// Schools named, each once.
    pub school_refs: Vec<SchoolMention>,
    /// Columns of the sheet that no column of the table is bound to.
    pub dropped_columns: Vec<String>,
}

/// What became of a file.
#[derive(Debug, Clone, Default)]
pub struct FileReport {
    /// Sheets read.
    pub parts: usize,
    /// Sheets and members of an archive that were not.
    pub ignored_sheets: Vec<String>,
}

/// A cell that could not be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Row in the sheet, from 1.
    pub row: u32,
    /// Letters and header of the column (`C «пол»`), or the table's column.
    pub column: Option<String>,
    /// The cell; never kept for columns that are hashed.
    pub value: Option<String>,
    /// What is wrong.
    pub rule: String,
    /// What would help.
    pub suggestion: Option<String>,
}
