//! The first rows of a sheet and the header in them.

use dinamika_project::{Header, HeaderMatch, fold_header as fold, tidy_header as tidy};

use crate::{
    Refusal,
    sheets::{Book, CellSink, Halt, MOST_COLUMNS, Merge, Raw},
};

/// Non-empty rows among which a header is looked for.
const LOOKED_AT: usize = 60;

/// The first rows that have any cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) rows: Vec<HeadRow>,
}

/// One of them, place from 0.
#[derive(Debug, Clone)]
pub(crate) struct HeadRow {
    pub(crate) row: u32,
    pub(crate) cells: Vec<HeaderCell>,
}

/// A cell that may be a header.
#[derive(Debug, Clone)]
pub(crate) struct HeaderCell {
    pub(crate) column: u32,
    /// As it is written; of a header of several rows as `shown`.
    pub(crate) text: String,
    /// With blanks folded, as people see it.
    pub(crate) shown: String,
    /// What patterns are matched against.
    pub(crate) folded: String,
}

/// A header that was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Its first row, from 0; of the data when the layout has no header.
    pub(crate) row: u32,
    /// The first row of data.
    pub(crate) data: u32,
    /// Its cells, joined when it takes several rows.
    pub(crate) cells: Vec<HeaderCell>,
}

/// How near a layout came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Miss {
    pub(crate) found: usize,
    pub(crate) missing: Vec<String>,
}

impl Head {
    pub(crate) fn read(book: &mut Book, sheet: &str, csv: &dinamika_project::CsvOptions) -> Result<Self, Refusal> {
        let mut reading = Reading { head: Self::default(), scratch: String::new() };
        book.stream(sheet, csv, &mut reading)?;
        Ok(reading.head)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The first place where every cell the header must have stands.
    pub(crate) fn find(&self, header: &Header, merges: Option<&[Merge]>) -> Result<Found, Miss> {
        if header.absent {
            return self.find_absent(header);
        }
        let mut nearest = Miss { found: 0, missing: header.must.iter().map(describe).collect() };
        for start in 0..self.rows.len() {
            let joined;
            let cells = if header.rows <= 1 {
                &self.rows[start].cells
            } else {
                joined = self.join(start, header.rows as u32, merges);
                &joined
            };
            let missing: Vec<&HeaderMatch> =
                header.must.iter().filter(|must| !cells.iter().any(|cell| matches(must, cell))).collect();
            let row = self.rows[start].row;
            if missing.is_empty() {
                return Ok(Found { row, data: row + header.rows.max(1) as u32, cells: cells.clone() });
            }
            let found = header.must.len() - missing.len();
            if found > nearest.found {
                nearest = Miss { found, missing: missing.into_iter().map(describe).collect() };
            }
        }
        Err(nearest)
    }

    /// The header that starts at a row of the head.
    pub(crate) fn joined(&self, start: usize, rows: u32, merges: Option<&[Merge]>) -> Vec<HeaderCell> {
        match self.rows.get(start) {
            None => Vec::new(),
            Some(row) if rows <= 1 => row.cells.clone(),
            Some(_) => self.join(start, rows, merges),
        }
    }

    fn find_absent(&self, header: &Header) -> Result<Found, Miss> {
        let all = || Miss { found: 0, missing: header.must.iter().map(describe).collect() };
        let first = self.rows.first().ok_or_else(all)?;
        let fits = header.must.iter().enumerate().all(|(place, must)| {
            let cell = first.cells.iter().find(|cell| cell.column as usize == place);
            match must {
                HeaderMatch::Pattern(pattern) => pattern.is_match(cell.map_or("", |cell| cell.folded.as_str())),
                HeaderMatch::Exact(text) => cell.is_some_and(|cell| cell.folded == fold(text)),
                HeaderMatch::Position(at) => first.cells.iter().any(|cell| cell.column as usize + 1 == *at),
            }
        });
        if fits { Ok(Found { row: first.row, data: first.row, cells: Vec::new() }) } else { Err(all()) }
    }

    /// Whether it is worth asking for merged cells: every exact text's parts stand somewhere.
    pub(crate) fn may_join(&self, header: &Header) -> bool {
        let stands = |part: &str| self.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.folded == part);
        header.rows > 1
            && header.must.iter().all(|must| match must {
                HeaderMatch::Exact(text) => fold(text).split(" | ").all(stands),
                _ => true,
            })
    }

    /// Header rows as one: texts of a column joined with ` | `, the same text once. Without
    /// merged cells a gap in any row but the last takes the text to its left.
    fn join(&self, start: usize, rows: u32, merges: Option<&[Merge]>) -> Vec<HeaderCell> {
        let top = self.rows[start].row;
        let bottom = top + rows - 1;
        let within: Vec<&HeadRow> = self.rows[start..].iter().take_while(|row| row.row <= bottom).collect();
        let width = within.iter().flat_map(|row| &row.cells).map(|cell| cell.column + 1).max().unwrap_or(0);
        let width = merges
            .iter()
            .copied()
            .flatten()
            .filter(|merge| merge.top <= bottom && merge.bottom >= top)
            .fold(width, |width, merge| width.max((merge.right + 1).min(MOST_COLUMNS))) as usize;
        let mut grid = vec![vec![""; width]; rows as usize];
        for row in &within {
            for cell in &row.cells {
                grid[(row.row - top) as usize][cell.column as usize] = &cell.shown;
            }
        }
        match merges {
            Some(merges) => {
                let inside = |merge: &&Merge| {
                    (top..=bottom).contains(&merge.top) && merge.bottom >= merge.top && merge.right >= merge.left
                };
                for merge in merges.iter().filter(inside).filter(|merge| (merge.left as usize) < width) {
                    let text = grid[(merge.top - top) as usize][merge.left as usize];
                    for line in &mut grid[(merge.top - top) as usize..=(merge.bottom.min(bottom) - top) as usize] {
                        let right = (merge.right as usize + 1).min(width);
                        line[merge.left as usize..right].fill(text);
                    }
                }
            }
            None => spread(&mut grid),
        }
        (0..width)
            .filter_map(|column| {
                let mut parts: Vec<&str> = Vec::new();
                for text in grid.iter().map(|line| line[column]).filter(|text| !text.is_empty()) {
                    if parts.last() != Some(&text) {
                        parts.push(text);
                    }
                }
                (!parts.is_empty()).then(|| HeaderCell::new(column as u32, &parts.join(" | ")))
            })
            .collect()
    }
}

fn spread(grid: &mut [Vec<&str>]) {
    let Some((last, upper)) = grid.split_last_mut() else { return };
    for line in upper {
        let mut carried = "";
        for (text, below) in line.iter_mut().zip(last.iter()) {
            if !text.is_empty() {
                carried = text;
            } else if !below.is_empty() {
                *text = carried;
            }
        }
    }
}

impl HeaderCell {
    /// A cell with its text in all three forms.
    pub(crate) fn new(column: u32, text: &str) -> Self {
        let shown = tidy(text);
        let folded = fold(&shown);
        Self { column, text: text.trim().to_owned(), shown, folded }
    }
}

/// Whether a cell is the header meant.
pub(crate) fn matches(wanted: &HeaderMatch, cell: &HeaderCell) -> bool {
    match wanted {
        HeaderMatch::Exact(text) => cell.folded == *text || cell.folded == fold(text),
        HeaderMatch::Pattern(pattern) => pattern.is_match(&cell.folded),
        HeaderMatch::Position(at) => cell.column as usize + 1 == *at,
    }
}

/// The header in words.
pub(crate) fn describe(wanted: &HeaderMatch) -> String {
    match wanted {
        HeaderMatch::Exact(text) => text.clone(),
        HeaderMatch::Pattern(pattern) => format!("/{pattern}/"),
        HeaderMatch::Position(at) => format!("столбец {at}"),
    }
}

struct Reading {
    head: Head,
    scratch: String,
}

impl CellSink for Reading {
    fn cell(&mut self, row: u32, column: u32, value: Raw<'_>) -> Result<(), Halt> {
        if value.is_blank() || column >= MOST_COLUMNS {
            return Ok(());
        }
        if self.head.rows.last().is_none_or(|last| last.row != row) {
            if self.head.rows.len() == LOOKED_AT {
                return Err(Halt::Enough);
            }
            self.head.rows.push(HeadRow { row, cells: Vec::new() });
        }
        self.scratch.clear();
        value.write(&mut self.scratch);
        if let Some(last) = self.head.rows.last_mut() {
            last.cells.push(HeaderCell::new(column, &self.scratch));
        }
        Ok(())
    }
}
