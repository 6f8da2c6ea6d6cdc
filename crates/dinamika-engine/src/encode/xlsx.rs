//! An Excel workbook, written row by row into a temporary file and streamed from there.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use arrow::{datatypes::Schema, record_batch::RecordBatch};
use bytes::Bytes;
use chrono::{NaiveDate, NaiveDateTime, Timelike};
use futures::{Stream, StreamExt, TryStreamExt};
use rust_xlsxwriter::{ColNum, DocProperties, ExcelDateTime, Format, RowNum, Workbook, Worksheet, XlsxError};
use tempfile::NamedTempFile;
use tokio::runtime::Handle;

use super::{
    cell::{Cell, Cells},
    spool::chunks,
};
use crate::{EngineError, Rows};

/// Rows of a sheet, the header among them.
const SHEET_ROWS: RowNum = 1_048_576;
/// Characters of a cell.
const CELL_CHARS: usize = 32_767;
/// A whole number with more digits is kept by Excel rounded: it is written as text.
const EXACT: u64 = 999_999_999_999_999;

/// Data on `Данные` (further sheets when there are too many rows), the lines of `about` on `О файле`.
pub(super) fn xlsx(rows: Rows, about: Vec<(String, String)>) -> impl Stream<Item = Result<Bytes, EngineError>> + Send {
    futures::stream::once(async move {
        let handle = Handle::current();
        let wanted = Wanted(Arc::new(AtomicBool::new(true)));
        let still = Arc::clone(&wanted.0);
        let written = tokio::task::spawn_blocking(move || written(rows, &about, &handle, &still)).await;
        written.map_err(|error| failed(&error))?
    })
    .map_ok(chunks)
    .try_flatten()
}

/// Tells the thread that writes that nobody waits for the file any more.
struct Wanted(Arc<AtomicBool>);

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

fn written(
    mut rows: Rows,
    about: &[(String, String)],
    handle: &Handle,
    wanted: &AtomicBool,
) -> Result<NamedTempFile, EngineError> {
    let schema = rows.schema().clone();
    let mut book = Workbook::new();
    // The same rows give the same bytes: no time of writing.
    if let Ok(never) = ExcelDateTime::from_ymd(2000, 1, 1) {
        book.set_properties(&DocProperties::new().set_creation_datetime(&never));
    }
    let styles = Styles::new();
    let mut sheets = 0;
    let mut waiting: Option<RecordBatch> = None;
    loop {
        sheets += 1;
        let sheet = book.add_worksheet_with_constant_memory().map_err(|error| failed(&error))?;
        let name = if sheets == 1 { "Данные".to_owned() } else { format!("Данные {sheets}") };
        header(sheet, &name, &schema, &styles).map_err(|error| failed(&error))?;
        let mut line: RowNum = 1;
        while let Some(batch) = waiting.take().map(Ok).or_else(|| handle.block_on(rows.next())).transpose()? {
            if !wanted.load(Ordering::Relaxed) {
                return Err(failed(&"nobody waits for the file any more"));
            }
            let fits = batch.num_rows().min((SHEET_ROWS - line) as usize);
            body(sheet, line, &batch.slice(0, fits), &styles)?;
            line += fits as RowNum;
            if fits < batch.num_rows() {
                waiting = Some(batch.slice(fits, batch.num_rows() - fits));
                break;
            }
        }
        if let Some(last) = last_column(&schema) {
            sheet.autofilter(0, 0, line - 1, last).map_err(|error| failed(&error))?;
        }
        if waiting.is_none() {
            break;
        }
    }
    if !about.is_empty() {
        let sheet = book.add_worksheet_with_constant_memory().map_err(|error| failed(&error))?;
        about_file(sheet, about, &styles).map_err(|error| failed(&error))?;
    }
    let file = tempfile::Builder::new().suffix(".xlsx").tempfile().map_err(|error| failed(&error))?;
    book.save(file.path()).map_err(|error| failed(&error))?;
    Ok(file)
}

struct Styles {
    header: Format,
    day: Format,
    moment: Format,
    text: Format,
    wrapped: Format,
}

impl Styles {
    fn new() -> Self {
        Self {
            header: Format::new().set_bold().set_text_wrap(),
            day: Format::new().set_num_format("dd.mm.yyyy"),
            moment: Format::new().set_num_format("dd.mm.yyyy hh:mm"),
            // «Текст»: a key of digits stays what it is when somebody edits the cell.
            text: Format::new().set_num_format("@"),
            wrapped: Format::new().set_num_format("@").set_text_wrap(),
        }
    }
}

fn header(sheet: &mut Worksheet, name: &str, schema: &Schema, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    for (column, field) in (0..).zip(schema.fields()) {
        let width = field.name().chars().count().clamp(9, 40) + 3;
        sheet.set_column_width(column, width as f64)?;
        sheet.write_string_with_format(0, column, cut(field.name()), &styles.header)?;
    }
    Ok(())
}

fn body(sheet: &mut Worksheet, first: RowNum, batch: &RecordBatch, styles: &Styles) -> Result<(), EngineError> {
    let columns = Cells::of_batch(batch)?;
    for (line, row) in (first..).zip(0..batch.num_rows()) {
        for (column, cells) in (0..).zip(&columns) {
            write(sheet, line, column, cells.get(row), styles).map_err(|error| failed(&error))?;
        }
    }
    Ok(())
}

fn write(
    sheet: &mut Worksheet,
    line: RowNum,
    column: ColNum,
    cell: Cell<'_>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Nothing => return Ok(()),
        Cell::Text(text) => sheet.write_string_with_format(line, column, cut(text), &styles.text)?,
        Cell::Whole(number) if number.unsigned_abs() > EXACT => {
            sheet.write_string_with_format(line, column, number.to_string(), &styles.text)?
        }
        Cell::Whole(number) => sheet.write_number(line, column, number as f64)?,
        Cell::Number(number) => sheet.write_number(line, column, number)?,
        Cell::Truth(truth) => sheet.write_boolean(line, column, truth)?,
        Cell::Day(day) => sheet.write_number_with_format(line, column, serial(day), &styles.day)?,
        Cell::Moment(moment) => sheet.write_number_with_format(line, column, serial_moment(moment), &styles.moment)?,
    };
    Ok(())
}

fn about_file(sheet: &mut Worksheet, about: &[(String, String)], styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name("О файле")?.set_column_width(0, 28)?.set_column_width(1, 100)?;
    for (line, (name, value)) in (0..).zip(about) {
        sheet.write_string_with_format(line, 0, cut(name), &styles.header)?;
        sheet.write_string_with_format(line, 1, cut(value), &styles.wrapped)?;
    }
    Ok(())
}

fn last_column(schema: &Schema) -> Option<ColNum> {
    ColNum::try_from(schema.fields().len()).ok()?.checked_sub(1)
}

/// What a cell can hold.
fn cut(text: &str) -> &str {
    text.char_indices().nth(CELL_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// Excel counts days from 30 December 1899.
fn serial(day: NaiveDate) -> f64 {
    const EPOCH: i64 = 25_569;
    let days = day.signed_duration_since(NaiveDate::default()).num_days();
    (days + EPOCH) as f64
}

fn serial_moment(moment: NaiveDateTime) -> f64 {
    serial(moment.date()) + f64::from(moment.time().num_seconds_from_midnight()) / 86_400.0
}

fn failed(error: &dyn std::fmt::Display) -> EngineError {
    EngineError::Encode { format: "xlsx", message: error.to_string() }
}
