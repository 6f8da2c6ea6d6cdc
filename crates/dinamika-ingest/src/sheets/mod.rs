//! Files as sheets of raw cells.
//!
//! A sheet is streamed cell by cell into a [`CellSink`]: nobody here keeps a row, so a cell
//! nobody wants costs no more than its parsing.

mod archive;
mod cell;
mod csv;
mod delimiter;
mod encoding;
mod excel;
mod format;

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    path::Path,
};

use dinamika_project::{CsvOptions, Limits};

use self::format::Format;
pub(crate) use self::{
    archive::Archive,
    cell::{Raw, column_letters},
    csv::CsvFile,
    excel::Workbook,
};
use crate::Refusal;

/// Excel's own limit; a sheet beyond it was made by no spreadsheet.
pub(crate) const MOST_COLUMNS: u32 = 16_384;

/// Bytes that can be read again.
pub(crate) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// Where a file's bytes come from: the disk, or a member of an archive.
pub(crate) type Bytes = BufReader<Box<dyn ReadSeek>>;

/// Takes the cells of a sheet, row by row, with places from 0. Empty cells are not told.
pub(crate) trait CellSink {
    /// One cell.
    fn cell(&mut self, row: u32, column: u32, value: Raw<'_>) -> Result<(), Halt>;
}

/// Why a sink takes no more cells.
pub(crate) enum Halt {
    /// It has what it wants.
    Enough,
    /// The file must not be read.
    Refused(Box<Refusal>),
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// A sheet's name and whether people see it.
#[derive(Debug, Clone)]
pub(crate) struct SheetInfo {
    pub(crate) name: String,
    pub(crate) visible: bool,
}

/// A span of merged cells, places from 0, both ends included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Merge {
    pub(crate) top: u32,
    pub(crate) left: u32,
    pub(crate) bottom: u32,
    pub(crate) right: u32,
}

/// A file that was opened.
pub(crate) enum Opened {
    /// Sheets.
    Book(Book),
    /// A zip of files.
    Archive(Archive),
}

/// A file with sheets.
pub(crate) enum Book {
    Excel(Workbook),
    Csv(CsvFile),
}

/// Opens a file by what it contains; its name only names the sheet of a CSV.
pub(crate) fn open(local: &Path, path: &str, limits: &Limits) -> Result<Opened, Refusal> {
    let file = File::open(local)?;
    let size = file.metadata()?.len();
    if size > limits.file_bytes {
        return Err(Refusal::TooLarge {
            what: "файл слишком велик, байт",
            found: size,
            limit: limits.file_bytes,
            setting: "file_bytes",
        });
    }
    open_bytes(bytes_of(file), path, limits)
}

/// Wraps a source of bytes.
pub(crate) fn bytes_of(source: impl ReadSeek + 'static) -> Bytes {
    BufReader::with_capacity(64 << 10, Box::new(source))
}

/// The same for bytes already at hand.
pub(crate) fn open_bytes(mut bytes: Bytes, path: &str, limits: &Limits) -> Result<Opened, Refusal> {
    let format = format::detect(&mut bytes)?;
    bytes.rewind()?;
    match format {
        Format::Zip => archive::open(bytes, limits),
        Format::Xls => Workbook::xls(bytes).map(|book| Opened::Book(Book::Excel(book))),
        Format::Text => {
            let name = path.rsplit('/').next().unwrap_or(path);
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            CsvFile::open(bytes, stem, limits).map(|csv| Opened::Book(Book::Csv(csv)))
        }
    }
}

impl Book {
    /// Its sheets, in order.
    pub(crate) fn sheets(&self) -> Vec<SheetInfo> {
        match self {
            Self::Excel(book) => book.sheets(),
            Self::Csv(csv) => vec![SheetInfo { name: csv.name().to_owned(), visible: true }],
        }
    }

    /// Hands the sheet's cells to the sink until it has enough.
    pub(crate) fn stream<S: CellSink>(&mut self, sheet: &str, csv: &CsvOptions, sink: &mut S) -> Result<(), Refusal> {
        let streamed = match self {
            Self::Excel(book) => book.stream(sheet, sink),
            Self::Csv(file) => file.stream(csv, sink),
        };
        match streamed {
            Ok(()) | Err(Halt::Enough) => Ok(()),
            Err(Halt::Refused(refusal)) => Err(*refusal),
        }
    }

    /// Merged cells; nothing when the format does not tell.
    pub(crate) fn merges(&mut self, sheet: &str) -> Option<Vec<Merge>> {
        match self {
            Self::Excel(book) => book.merges(sheet),
            Self::Csv(_) => None,
        }
    }

    /// Whether the sheets are text whose reading options may differ by layout.
    pub(crate) fn is_csv(&self) -> bool {
        matches!(self, Self::Csv(_))
    }
}
