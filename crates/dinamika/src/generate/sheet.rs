//! Writing workbooks row by row, the same bytes each time.

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// A workbook in the making.
pub(super) struct Book(Workbook);

/// One sheet of it: rows go in one after another.
pub(super) struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
}

/// What stands in a cell.
#[derive(Clone)]
pub(super) enum Cell {
    Blank,
    Text(String),
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Blank } else { Self::Text(text.to_owned()) }
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Blank } else { Self::Text(text) }
    }
}
impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}
impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}
impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// Cells of different kinds in one row.
macro_rules! row {
    ($($cell:expr),* $(,)?) => { vec![$($crate::generate::sheet::Cell::from($cell)),*] };
}
pub(super) use row;

impl Book {
    pub(super) fn new() -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        // Otherwise the moment of writing would be in the bytes.
        let created = ExcelDateTime::from_ymd(2020, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        Ok(Self(workbook))
    }

    pub(super) fn sheet(&mut self, name: &str) -> Result<Sheet<'_>, XlsxError> {
        let sheet = self.0.add_worksheet_with_constant_memory()?;
        // A sheet's name has at most 31 characters; exporters cut it there.
        sheet.set_name(name.chars().take(31).collect::<String>())?;
        Ok(Sheet { sheet, row: 0 })
    }

    pub(super) fn bytes(mut self) -> Result<Vec<u8>, XlsxError> {
        self.0.save_to_buffer()
    }
}

impl Sheet<'_> {
    /// Writes one row and goes to the next.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<(), XlsxError> {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Blank => {}
                Cell::Text(text) => self.text(column, text)?,
                Cell::Number(number) => self.number(column, number)?,
            }
        }
        self.next();
        Ok(())
    }

    /// A row of texts, such as a header.
    pub(super) fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Result<(), XlsxError> {
        self.row(texts.into_iter().map(Cell::from))
    }

    /// A cell of the row being written.
    pub(super) fn text(&mut self, column: u16, text: impl Into<String>) -> Result<(), XlsxError> {
        self.sheet.write_string(self.row, column, text).map(drop)
    }

    pub(super) fn number(&mut self, column: u16, number: impl Into<f64>) -> Result<(), XlsxError> {
        self.sheet.write_number(self.row, column, number.into()).map(drop)
    }

    /// One text over several columns of the row being written.
    pub(super) fn across(&mut self, column: u16, columns: u16, text: &str) -> Result<(), XlsxError> {
        self.sheet.merge_range(self.row, column, self.row, column + columns - 1, text, &Format::new()).map(drop)
    }

    pub(super) fn next(&mut self) {
        self.row += 1;
    }
}

/// `20.04.2026`.
pub(super) fn dotted(date: NaiveDate) -> String {
    date.format("%d.%m.%Y").to_string()
}
