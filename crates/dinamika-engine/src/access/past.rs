//! What somebody who kept the release before knows of the cells of this one.
//!
//! A total of both releases tells by its change the change of what is hidden in it. A change of one number is that
//! number: a small school's file that came late would be the only difference between two totals. So a total is shown
//! again only when nothing hidden in it has changed, or so much that one cannot be told from another; and a cell that
//! was shown and is the same hides nobody, hidden or not.

use super::blocks::Spot;

/// A cell in the release before; all false when it was not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Was {
    pub(super) shown: bool,
    pub(super) hidden: bool,
    /// With the very numbers it has now.
    pub(super) same: bool,
    /// Hidden, and changed since its total was last shown.
    pub(super) late: bool,
    /// A total that was shown once and then hidden.
    pub(super) withheld: bool,
}

/// The cells of a table in the release before.
#[derive(Debug, Clone, Default)]
pub(super) struct Past {
    /// In the order of the cells.
    pub(super) cells: Vec<Was>,
    /// Where hidden cells were that are no more.
    pub(super) gone: Vec<Spot>,
}

/// What a hidden cell is to a reader of both releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// Nothing unknown: it was shown and is the same.
    Told,
    /// The unknown it was before.
    Kept,
    /// An unknown no total has told of yet.
    New,
    /// Two: what it was and what it is.
    Changed,
}

impl Was {
    pub(super) fn unknown(self) -> Unknown {
        match self {
            Self { hidden: true, late: true, .. } => Unknown::New,
            Self { hidden: true, same: true, .. } => Unknown::Kept,
            Self { hidden: true, .. } => Unknown::Changed,
            Self { shown: true, same: true, .. } => Unknown::Told,
            _ => Unknown::New,
        }
    }

    /// Whether what is hidden now is another unknown than in the release before.
    pub(super) fn has_moved(self) -> bool {
        !self.same || !self.hidden
    }

    /// Whether readers know what the total was some day.
    pub(super) fn was_told(self) -> bool {
        self.shown || self.withheld
    }
}

/// The unknowns by which a total differs from what it was when it was last told.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Difference {
    /// Cells with one unknown each.
    single: usize,
    /// Cells with two.
    double: usize,
}

impl Difference {
    pub(super) fn of(unknowns: impl IntoIterator<Item = Unknown>) -> Self {
        let mut difference = Self::default();
        unknowns.into_iter().for_each(|unknown| difference.add(unknown));
        difference
    }

    pub(super) fn add(&mut self, unknown: Unknown) {
        match unknown {
            Unknown::New => self.single += 1,
            Unknown::Changed => self.double += 1,
            Unknown::Told | Unknown::Kept => {}
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self { single: self.single + other.single, double: self.double + other.double }
    }

    /// Whether it is a single unknown.
    pub(super) fn is_one(self) -> bool {
        self.single == 1 && self.double == 0
    }

    pub(super) fn cells(self) -> usize {
        self.single + self.double
    }

    /// Whether nobody, not even who knows all but two of `together` cells, can tell one unknown from the others.
    pub(super) fn is_safe(self, together: usize, total: Was) -> bool {
        let enough = self.cells() >= together;
        if total.withheld { enough } else { enough || self.single == 0 || !total.shown }
    }
}
