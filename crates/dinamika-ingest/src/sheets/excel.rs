//! Workbooks: xlsx, xlsm and xlsb streamed, xls and ods whole.

use std::io;

use calamine::{
    CellErrorType, Data, DataRef, Dimensions, Ods, OdsError, Range, Reader as _, SheetType, SheetVisible, Xls,
    XlsError, Xlsb, XlsbError, Xlsx, XlsxError,
};

use super::{Bytes, CellSink, Halt, Merge, Raw, SheetInfo};
use crate::Refusal;

/// A workbook of any kind.
pub(crate) enum Workbook {
    Xlsx(Box<Xlsx<Bytes>>),
    Xlsb(Box<Xlsb<Bytes>>),
    Whole(Box<Whole>),
}

/// A workbook whose sheets cannot be streamed; the last one read is kept.
pub(crate) struct Whole {
    kind: WholeKind,
    last: Option<(String, Range<Data>)>,
}

enum WholeKind {
    Xls(Box<Xls<Bytes>>),
    Ods(Ods<Bytes>),
}

impl Workbook {
    pub(super) fn xlsx(bytes: Bytes) -> Result<Self, Refusal> {
        Xlsx::new(bytes).map(|book| Self::Xlsx(Box::new(book))).map_err(xlsx_refusal)
    }

    pub(super) fn xlsb(bytes: Bytes) -> Result<Self, Refusal> {
        Xlsb::new(bytes).map(|book| Self::Xlsb(Box::new(book))).map_err(xlsb_refusal)
    }

    pub(super) fn xls(bytes: Bytes) -> Result<Self, Refusal> {
        Xls::new(bytes).map(|book| Self::whole(WholeKind::Xls(Box::new(book)))).map_err(xls_refusal)
    }

    pub(super) fn ods(bytes: Bytes) -> Result<Self, Refusal> {
        Ods::new(bytes).map(|book| Self::whole(WholeKind::Ods(book))).map_err(ods_refusal)
    }

    fn whole(kind: WholeKind) -> Self {
        Self::Whole(Box::new(Whole { kind, last: None }))
    }

    pub(super) fn sheets(&self) -> Vec<SheetInfo> {
        let sheets = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xlsb(book) => book.sheets_metadata(),
            Self::Whole(book) => match &book.kind {
                WholeKind::Xls(book) => book.sheets_metadata(),
                WholeKind::Ods(book) => book.sheets_metadata(),
            },
        };
        sheets
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| SheetInfo { name: sheet.name.clone(), visible: sheet.visible == SheetVisible::Visible })
            .collect()
    }

    pub(super) fn stream<S: CellSink>(&mut self, sheet: &str, sink: &mut S) -> Result<(), Halt> {
        match self {
            Self::Xlsx(book) => stream_xlsx(book, sheet, sink),
            Self::Xlsb(book) => {
                let mut cells = book.worksheet_cells_reader(sheet).map_err(xlsb_refusal)?;
                while let Some(cell) = cells.next_cell().map_err(xlsb_refusal)? {
                    let (row, column) = cell.get_position();
                    hand(row, column, cell.get_value(), false, sink)?;
                }
                Ok(())
            }
            Self::Whole(book) => book.stream(sheet, sink),
        }
    }

    pub(super) fn merges(&mut self, sheet: &str) -> Option<Vec<Merge>> {
        let spans = match self {
            Self::Xlsx(book) => book.merge_cells_by_sheet_name(sheet).ok(),
            Self::Whole(book) => match &book.kind {
                WholeKind::Xls(book) => book.merge_cells_by_sheet_name(sheet).ok(),
                WholeKind::Ods(_) => None,
            },
            Self::Xlsb(_) => None,
        }?;
        Some(spans.iter().map(merge).collect())
    }
}

fn merge(span: &Dimensions) -> Merge {
    Merge { top: span.start.0, left: span.start.1, bottom: span.end.0, right: span.end.1 }
}

fn stream_xlsx<S: CellSink>(book: &mut Xlsx<Bytes>, sheet: &str, sink: &mut S) -> Result<(), Halt> {
    let mut cells = match book.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        // A chart or a sheet without data.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(error) => return Err(xlsx_refusal(error).into()),
    };
    let percents: Vec<bool> = cells
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().is_some_and(|format| format.format_code.contains('%')))
        .collect();
    if percents.contains(&true) {
        while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(xlsx_refusal)? {
            let (row, column) = cell.get_position();
            hand(row, column, cell.get_value(), percents.get(style).copied().unwrap_or(false), sink)?;
        }
    } else {
        while let Some(cell) = cells.next_cell().map_err(xlsx_refusal)? {
            let (row, column) = cell.get_position();
            hand(row, column, cell.get_value(), false, sink)?;
        }
    }
    Ok(())
}

fn hand<S: CellSink>(row: u32, column: u32, value: &DataRef<'_>, percent: bool, sink: &mut S) -> Result<(), Halt> {
    let raw = match value {
        DataRef::Empty => return Ok(()),
        DataRef::SharedString(text) => Raw::Text(text),
        DataRef::String(text) => Raw::Text(text),
        DataRef::Int(number) => Raw::Number(*number as f64),
        DataRef::Float(number) if percent => Raw::Percent(*number),
        DataRef::Float(number) => Raw::Number(*number),
        DataRef::Bool(value) => Raw::Bool(*value),
        DataRef::DateTime(moment) => Raw::Moment(*moment),
        DataRef::DateTimeIso(text) => Raw::Iso(text),
        DataRef::DurationIso(text) => Raw::Text(text),
        DataRef::Error(error) => Raw::Error(error_text(error)),
    };
    sink.cell(row, column, raw)
}

impl Whole {
    fn stream<S: CellSink>(&mut self, sheet: &str, sink: &mut S) -> Result<(), Halt> {
        if self.last.as_ref().is_none_or(|(name, _)| name != sheet) {
            let range = match &mut self.kind {
                WholeKind::Xls(book) => book.worksheet_range(sheet).map_err(xls_refusal)?,
                WholeKind::Ods(book) => book.worksheet_range(sheet).map_err(ods_refusal)?,
            };
            self.last = Some((sheet.to_owned(), range));
        }
        let Some((_, range)) = &self.last else { return Ok(()) };
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let raw = match value {
                Data::Empty => continue,
                Data::String(text) | Data::DurationIso(text) => Raw::Text(text),
                Data::Int(number) => Raw::Number(*number as f64),
                Data::Float(number) => Raw::Number(*number),
                Data::Bool(value) => Raw::Bool(*value),
                Data::DateTime(moment) => Raw::Moment(*moment),
                Data::DateTimeIso(text) => Raw::Iso(text),
                Data::Error(error) => Raw::Error(error_text(error)),
            };
            sink.cell(top + row as u32, left + column as u32, raw)?;
        }
        Ok(())
    }
}

fn error_text(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#DATA!",
    }
}

const LOCKED: Refusal = Refusal::Encrypted { what: "книга зашифрована" };

fn xlsx_refusal(error: XlsxError) -> Refusal {
    match error {
        XlsxError::Password => LOCKED,
        // These repeat a cell: only their kind may be told.
        XlsxError::Unrecognized { typ, .. } => unreadable(&typ),
        XlsxError::CellTAttribute(_) => unreadable(&"неизвестный вид ячейки"),
        error => broken(&error),
    }
}

fn xlsb_refusal(error: XlsbError) -> Refusal {
    match error {
        XlsbError::Password => LOCKED,
        error => broken(&error),
    }
}

fn xls_refusal(error: XlsError) -> Refusal {
    match error {
        XlsError::Password => LOCKED,
        error => broken(&error),
    }
}

fn ods_refusal(error: OdsError) -> Refusal {
    match error {
        OdsError::Password => LOCKED,
        error => broken(&error),
    }
}

/// Errors of bytes mean that the file is damaged, others that it is odd.
fn broken(error: &(dyn std::error::Error + 'static)) -> Refusal {
    let chain = std::iter::successors(Some(error), |error| error.source());
    // The XML reader shares its error behind an Arc, which is a type of its own.
    let io = |error: &'_ (dyn std::error::Error + 'static)| {
        let shared = error.downcast_ref::<std::sync::Arc<io::Error>>().map(std::sync::Arc::as_ref);
        error.downcast_ref::<io::Error>().or(shared).map(ToString::to_string)
    };
    match chain.filter_map(io).last() {
        Some(detail) => Refusal::Truncated { detail },
        None => unreadable(&error),
    }
}

fn unreadable(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::Unreadable { detail: error.to_string().chars().take(160).collect() }
}
