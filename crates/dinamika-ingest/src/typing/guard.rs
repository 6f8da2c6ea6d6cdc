//! СНИЛС and passports where there must be none.

use arrow::array::{Array, StringArray};

use super::Typer;
use crate::{Refusal, layout::body::Chunk, personal::find_personal, sheets::column_letters};

/// Of cells that are digits only, one in a hundred telephones and ОКТМО codes has the checksum of
/// a СНИЛС by chance: such a column counts only when at least one in this many does.
const BY_CHANCE: usize = 5;

impl Typer<'_> {
    /// Looks through the columns that are read, lists of scores excepted.
    pub(super) fn guard_chunk(&self, chunk: &Chunk) -> Result<(), Refusal> {
        if self.pipeline.personal {
            return Ok(());
        }
        let lists = self.plan.unpivot.as_ref().map_or(&[][..], |unpivot| &unpivot.columns);
        let place =
            |row: usize, column: &str| format!("лист «{}», строка {}{column}", self.sheet, chunk.rows.value(row));
        for (at, slot) in self.plan.slots.iter().enumerate() {
            if slot.read && !chunk.slots[at].is_empty() && !lists.iter().any(|column| column.slot == at) {
                refuse(&chunk.slots[at], |row| place(row, &format!(", столбец {}", slot.place)))?;
            }
        }
        chunk.value.as_ref().map_or(Ok(()), |value| refuse(value, |row| place(row, "")))
    }

    /// Looks through the first cells of the columns nobody reads: they tell what file this is.
    pub(super) fn guard_unread(&self, cells: &StringArray, places: &[(u32, u32)]) -> Result<(), Refusal> {
        if self.pipeline.personal {
            return Ok(());
        }
        let mut columns: Vec<u32> = places.iter().map(|(_, column)| *column).collect();
        columns.sort_unstable();
        columns.dedup();
        for column in columns {
            let own: Vec<usize> = (0..places.len()).filter(|at| places[*at].1 == column).collect();
            let texts: StringArray = own.iter().map(|at| Some(cells.value(*at))).collect();
            refuse(&texts, |row| {
                format!("лист «{}», строка {}, столбец {}", self.sheet, places[own[row]].0 + 1, column_letters(column))
            })?;
        }
        Ok(())
    }
}

fn refuse(cells: &StringArray, place: impl Fn(usize) -> String) -> Result<(), Refusal> {
    let filled = cells.len() - cells.null_count();
    let mut from = 0;
    let (mut doubtful, mut first) = (0, None);
    while let Some((at, what)) = find_personal(&cells.slice(from, cells.len() - from)) {
        let row = from + at;
        from = row + 1;
        if cells.value(row).trim().bytes().all(|byte| byte.is_ascii_digit()) {
            doubtful += 1;
            first.get_or_insert((row, what));
        } else {
            return Err(Refusal::PersonalData { place: place(row), what });
        }
    }
    match first {
        Some((row, what)) if doubtful * BY_CHANCE >= filled => Err(Refusal::PersonalData { place: place(row), what }),
        _ => Ok(()),
    }
}
