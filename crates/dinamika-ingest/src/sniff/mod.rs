//! What an unknown file could be: its sheets, a likely header, a proposal for a pipeline.

mod guess;
mod proposal;

use dinamika_project::{CsvOptions, PipelineName};

use crate::{
    Nearest, RawFile, Reader, Refusal,
    layout::head::{Head, HeaderCell},
    reader::{Choice, candidates, choose, guarded},
    sheets::{self, Book, CellSink, Halt, Merge, Opened, Raw, SheetInfo, column_letters},
};

/// Rows of data a proposal is made from.
const LOOKED_AT: usize = 2_000;
/// Rows shown.
const SHOWN: usize = 10;

/// What was found in a file.
#[derive(Debug, Clone)]
pub struct Sniffed {
    /// The format, with encoding and delimiter of a text.
    pub format: String,
    /// Sheets that have any cell.
    pub sheets: Vec<SniffedSheet>,
}

/// What was found in a sheet.
#[derive(Debug, Clone)]
pub struct SniffedSheet {
    /// The member of an archive.
    pub entry: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether people see it.
    pub visible: bool,
    /// The pipeline and layout that already read it.
    pub known: Option<(PipelineName, String)>,
    /// The layout that comes closest when none does.
    pub nearest: Option<Nearest>,
    /// The first row of the likely header, from 1.
    pub header_row: usize,
    /// Rows it takes.
    pub header_rows: usize,
    /// Columns with a header or with values.
    pub columns: Vec<SniffedColumn>,
    /// The first rows of data, by column.
    pub preview: Vec<Vec<String>>,
    /// Rows of data that were looked at.
    pub rows: usize,
    /// What a person should decide.
    pub unsure: Vec<String>,
}

/// What was found in a column.
#[derive(Debug, Clone)]
pub struct SniffedColumn {
    /// `A`, `B` …
    pub letters: String,
    /// Its header, joined when it takes several rows.
    pub header: String,
    /// The proposed name.
    pub name: String,
    /// The proposed kind, as pipelines write it.
    pub kind: &'static str,
    /// Whether it is one of many alike that belong into a list of tasks.
    pub task: bool,
    /// Cells that are not empty, of the rows looked at.
    pub filled: usize,
    /// What speaks against the proposal.
    pub unsure: Option<String>,
}

impl Reader {
    /// Looks at a file without reading it into anything.
    pub fn sniff(&self, file: &RawFile) -> Result<Sniffed, Refusal> {
        guarded(|| {
            let mut found = Sniffed { format: String::new(), sheets: Vec::new() };
            match sheets::open(&file.local, &file.path, &self.limits)? {
                Opened::Book(book) => self.sniff_book(book, None, &mut found)?,
                Opened::Archive(mut archive) => {
                    while let Some(member) = archive.next()? {
                        if let Ok(Opened::Book(book)) = sheets::open_bytes(member.bytes, &member.name, &self.limits) {
                            self.sniff_book(book, Some(&member.name), &mut found)?;
                        }
                    }
                    found.format = "архив zip".into();
                }
            }
            if found.sheets.is_empty() { Err(Refusal::Empty) } else { Ok(found) }
        })
    }

    fn sniff_book(&self, mut book: Book, entry: Option<&str>, found: &mut Sniffed) -> Result<(), Refusal> {
        found.format = match &mut book {
            Book::Excel(_) => "книга".to_owned(),
            Book::Csv(csv) => {
                let dialect = csv.dialect(&CsvOptions::default())?;
                format!("текст, кодировка {}, разделитель {:?}", dialect.encoding.name(), char::from(dialect.delimiter))
            }
        };
        for sheet in book.sheets() {
            let head = Head::read(&mut book, &sheet.name, &CsvOptions::default())?;
            if !head.is_empty() {
                found.sheets.push(self.sniff_sheet(&mut book, &sheet, entry, &head)?);
            }
        }
        Ok(())
    }

    fn sniff_sheet(
        &self,
        book: &mut Book,
        sheet: &SheetInfo,
        entry: Option<&str>,
        head: &Head,
    ) -> Result<SniffedSheet, Refusal> {
        let (known, nearest) = match choose(book, &sheet.name, &candidates(&self.pipelines, sheet))? {
            Choice::Fits(chosen) => (Some((chosen.pipeline.name.clone(), chosen.layout.name.clone())), None),
            Choice::Nothing(nearest) => (None, nearest.filter(|nearest| nearest.found > 0)),
            Choice::Blank => (None, None),
        };
        let merges = book.merges(&sheet.name);
        let (first, rows) = likely_header(head, merges.as_deref());
        let header = head.joined(first, rows, merges.as_deref());
        let data = head.rows.get(first).map_or(0, |row| row.row) + rows;
        let mut cells = Cells { data, columns: Vec::new(), rows: 0, last: None };
        book.stream(&sheet.name, &CsvOptions::default(), &mut cells)?;
        let mut unsure = Vec::new();
        if rows > 1 {
            unsure.push(format!("заголовок занимает {rows} строки: проверьте, где он начинается"));
        }
        let columns = guess::columns(&header, &cells.columns, &mut unsure);
        let preview = (0..cells.rows.min(SHOWN))
            .map(|row| {
                let cell = |column: &Vec<Option<String>>| column.get(row).cloned().flatten().unwrap_or_default();
                cells.columns.iter().map(cell).collect()
            })
            .collect();
        Ok(SniffedSheet {
            entry: entry.map(str::to_owned),
            name: sheet.name.clone(),
            visible: sheet.visible,
            known,
            nearest,
            header_row: head.rows.get(first).map_or(1, |row| row.row as usize + 1),
            header_rows: rows as usize,
            columns,
            preview,
            rows: cells.rows,
            unsure,
        })
    }
}

impl SniffedSheet {
    /// The proposal as a pipeline's file.
    pub fn toml(&self) -> String {
        proposal::toml(self)
    }
}

/// The row with the most different texts for its place, and how many rows the header takes:
/// rows above it that hold merged spans belong to it.
fn likely_header(head: &Head, merges: Option<&[Merge]>) -> (usize, u32) {
    let score = |at: usize| {
        let cells = &head.rows[at].cells;
        let words = cells.iter().filter(|cell| cell.folded.parse::<f64>().is_err());
        let mut distinct: Vec<&str> = words.map(|cell| cell.folded.as_str()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let below = head.rows.get(at + 1).map_or(0, |row| row.cells.len());
        let numbers = cells.len() - cells.iter().filter(|cell| cell.folded.parse::<f64>().is_err()).count();
        distinct.len() as f64 - 0.5 * numbers as f64 - 0.8 * at as f64 + if below > 0 { 0.5 } else { 0.0 }
    };
    let mut best = (f64::MIN, 0);
    for at in 0..head.rows.len() {
        if score(at) > best.0 {
            best = (score(at), at);
        }
    }
    let last = best.1;
    let bottom = head.rows.get(last).map_or(0, |row| row.row);
    let mut first = last;
    let spans = |row: u32| {
        let wide = |merge: &Merge| merge.top == row && merge.right > merge.left && merge.bottom < bottom;
        merges.is_some_and(|merges| merges.iter().filter(|merge| wide(merge)).count() > 1)
    };
    while first > 0 && head.rows[first - 1].row + 1 == head.rows[first].row && spans(head.rows[first - 1].row) {
        first -= 1;
    }
    (first, bottom + 1 - head.rows.get(first).map_or(0, |row| row.row))
}

/// Cells of the first rows of data, by column.
struct Cells {
    data: u32,
    columns: Vec<Vec<Option<String>>>,
    rows: usize,
    last: Option<u32>,
}

impl CellSink for Cells {
    fn cell(&mut self, row: u32, column: u32, value: Raw<'_>) -> Result<(), Halt> {
        if row < self.data || value.is_blank() {
            return Ok(());
        }
        if self.last != Some(row) {
            if self.rows == LOOKED_AT {
                return Err(Halt::Enough);
            }
            self.last = Some(row);
            self.rows += 1;
        }
        let column = column as usize;
        if self.columns.len() <= column {
            self.columns.resize_with(column + 1, Vec::new);
        }
        let cells = &mut self.columns[column];
        cells.resize(self.rows, None);
        let mut text = String::new();
        value.write(&mut text);
        cells[self.rows - 1] = Some(text);
        Ok(())
    }
}

/// The header of a column, empty when it has none.
fn header_of(header: &[HeaderCell], column: usize) -> (String, String) {
    let cell = header.iter().find(|cell| cell.column as usize == column);
    (column_letters(column as u32), cell.map_or_else(String::new, |cell| cell.shown.clone()))
}
