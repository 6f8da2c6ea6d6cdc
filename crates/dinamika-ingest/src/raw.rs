//! A whole file's cells as text: for looking at small files and for tests, not for reading.

use std::path::Path;

use dinamika_project::{CsvOptions, Limits};

use crate::{
    Refusal,
    reader::guarded,
    sheets::{self, Book, CellSink, Halt, Opened, Raw},
};

/// A sheet's rows, each as long as its last cell; rows without cells are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawSheet {
    /// The sheet's name, after the member of the archive it is in.
    pub name: String,
    /// Whether people see it.
    pub visible: bool,
    /// Cells as text.
    pub rows: Vec<Vec<String>>,
}

/// All cells of the first `most` rows of every sheet.
pub fn raw_rows(local: &Path, limits: &Limits, most: usize) -> Result<Vec<RawSheet>, Refusal> {
    guarded(|| {
        let mut found = Vec::new();
        let name = local.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        match sheets::open(local, &name, limits)? {
            Opened::Book(book) => read(book, None, most, &mut found)?,
            Opened::Archive(mut archive) => {
                while let Some(member) = archive.next()? {
                    if let Opened::Book(book) = sheets::open_bytes(member.bytes, &member.name, limits)? {
                        read(book, Some(&member.name), most, &mut found)?;
                    }
                }
            }
        }
        Ok(found)
    })
}

fn read(mut book: Book, entry: Option<&str>, most: usize, found: &mut Vec<RawSheet>) -> Result<(), Refusal> {
    for sheet in book.sheets() {
        let mut rows = Rows { rows: Vec::new(), most };
        book.stream(&sheet.name, &CsvOptions::default(), &mut rows)?;
        let name = entry.map_or_else(|| sheet.name.clone(), |entry| format!("{entry}/{}", sheet.name));
        found.push(RawSheet { name, visible: sheet.visible, rows: rows.rows });
    }
    Ok(())
}

struct Rows {
    rows: Vec<Vec<String>>,
    most: usize,
}

impl CellSink for Rows {
    fn cell(&mut self, row: u32, column: u32, value: Raw<'_>) -> Result<(), Halt> {
        let (row, column) = (row as usize, column as usize);
        if row >= self.most {
            return Err(Halt::Enough);
        }
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
        }
        if let Some(cells) = self.rows.get_mut(row) {
            if cells.len() <= column {
                cells.resize_with(column + 1, String::new);
            }
            cells[column].clear();
            value.write(&mut cells[column]);
        }
        Ok(())
    }
}
