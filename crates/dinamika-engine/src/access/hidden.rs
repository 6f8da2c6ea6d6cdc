//! The hidden cells of a release at hand: asked for every row that is read.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::Int64Type,
};

use super::{
    find::TABLE,
    suppress::{EDGE, INSIDE, OWN, PUBLIC},
};
use crate::{EngineError, Params, Session};

/// A cell's place: group, whether of tasks, level, entity, period, subject, grade, pupils' grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place<'a> {
    pub(super) group: &'a str,
    pub(super) tasks: bool,
    pub(super) level: &'a str,
    pub(super) entity: &'a str,
    pub(super) period: Option<&'a str>,
    pub(super) subject: Option<&'a str>,
    pub(super) grade: Option<i64>,
    pub(super) pupil_grade: Option<i64>,
}

/// Which cells are hidden from whom. Places are kept as 64-bit hashes: two of one hash would hide one cell too many.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    cells: HashMap<u64, u8>,
    /// The same whatever the pupils' grade.
    grades: HashMap<u64, u8>,
    /// The same whatever the period and the pupils' grade.
    years: HashMap<u64, u8>,
}

impl Hidden {
    /// Reads the table of the release; none when it has no such table.
    pub(super) async fn read(session: &Session) -> Result<Option<Self>, EngineError> {
        if !session.has(TABLE) {
            return Ok(None);
        }
        let sql = "select cell_group, level, entity, period, subject, grade, pupil_grade, tasks,
                          hidden_own, hidden_inside, hidden_public, hidden_edge from suppression";
        let mut hidden = Self::default();
        for batch in session.query(sql, Params::None).await?.collect().await? {
            hidden.add(&batch);
        }
        Ok(Some(hidden))
    }

    fn add(&mut self, batch: &RecordBatch) {
        let text = |column: usize, row: usize| {
            let array = batch.column(column).as_string::<i32>();
            array.is_valid(row).then(|| array.value(row))
        };
        let whole = |column: usize, row: usize| {
            let array = batch.column(column).as_primitive::<Int64Type>();
            array.is_valid(row).then(|| array.value(row))
        };
        let flag = |column: usize, row: usize| batch.column(column).as_boolean().value(row);
        for row in 0..batch.num_rows() {
            let place = Place {
                group: text(0, row).unwrap_or_default(),
                level: text(1, row).unwrap_or_default(),
                entity: text(2, row).unwrap_or_default(),
                period: text(3, row),
                subject: text(4, row),
                grade: whole(5, row),
                pupil_grade: whole(6, row),
                tasks: flag(7, row),
            };
            let set = [(8, OWN), (9, INSIDE), (10, PUBLIC), (11, EDGE)];
            let bits = set.into_iter().filter(|(column, _)| flag(*column, row)).fold(0, |bits, (_, bit)| bits | bit);
            self.hide(&place, bits);
        }
    }

    fn hide(&mut self, place: &Place<'_>, bits: u8) {
        *self.cells.entry(hash(place)).or_default() |= bits;
        *self.grades.entry(hash(&Place { pupil_grade: None, ..*place })).or_default() |= bits;
        *self.years.entry(hash(&Place { pupil_grade: None, period: None, ..*place })).or_default() |= bits;
    }

    /// One cell with what is hidden of it.
    #[cfg(test)]
    pub(super) fn of(place: &Place<'_>, bits: u8) -> Self {
        let mut hidden = Self::default();
        hidden.hide(place, bits);
        hidden
    }

    /// What is hidden of a cell.
    pub(super) fn bits(&self, place: &Place<'_>) -> u8 {
        self.cells.get(&hash(place)).copied().unwrap_or(0)
    }

    /// What is hidden of any cell of this grade, whoever wrote its test.
    pub(super) fn bits_of_grade(&self, place: &Place<'_>) -> u8 {
        self.grades.get(&hash(&Place { pupil_grade: None, ..*place })).copied().unwrap_or(0)
    }

    /// What is hidden of any year of a cell: a sum or a slope over years gives each of them away.
    pub(super) fn bits_of_years(&self, place: &Place<'_>) -> u8 {
        self.years.get(&hash(&Place { pupil_grade: None, period: None, ..*place })).copied().unwrap_or(0)
    }
}

fn hash(place: &Place<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    hasher.finish()
}
