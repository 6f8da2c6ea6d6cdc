//! Counting results the way the product should.

use serde::{Deserialize, Serialize};

use super::scores::{NOT_TAUGHT, Pupil};

/// Counts over the pupils of a school, a municipality or the region in one test.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Participants: pupils with a readable score.
    pub(crate) n: u64,
    /// Lines of pupils who were absent.
    pub(crate) absent: u64,
    /// Lines whose score cannot be read; not among the participants.
    pub(crate) unreadable: u64,
    /// Sum of primary scores.
    pub(crate) score_sum: u64,
    /// Sum of their squares.
    pub(crate) score_squares: u64,
    /// How many «2», «3», «4» and «5».
    pub(crate) marks: [u64; 4],
    /// Participants with a mark in the journal.
    pub(crate) journal: u64,
    /// Of them, those whose test mark is lower than, equal to and higher than the journal's.
    pub(crate) down_same_up: [u64; 3],
    /// Those whose two marks differ by two or more.
    pub(crate) gap2: u64,
    /// Cells «не пройд.».
    pub(crate) not_taught: u64,
}

impl Tally {
    pub(super) fn of(pupils: &[Pupil]) -> Self {
        let mut tally = Self::default();
        for pupil in pupils {
            tally.count(pupil);
        }
        tally
    }

    fn count(&mut self, pupil: &Pupil) {
        if pupil.absent {
            self.absent += 1;
            return;
        }
        self.not_taught += pupil.tasks.iter().filter(|score| **score == NOT_TAUGHT).count() as u64;
        if pupil.misprint.is_some() {
            self.unreadable += 1;
            return;
        }
        let score = u64::from(pupil.score);
        self.n += 1;
        self.score_sum += score;
        self.score_squares += score * score;
        self.marks[usize::from(pupil.mark - 2)] += 1;
        let Some(journal) = pupil.journal else { return };
        self.journal += 1;
        self.down_same_up[(pupil.mark.cmp(&journal) as i8 + 1) as usize] += 1;
        self.gap2 += u64::from(pupil.mark.abs_diff(journal) >= 2);
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.absent += other.absent;
        self.unreadable += other.unreadable;
        self.score_sum += other.score_sum;
        self.score_squares += other.score_squares;
        self.journal += other.journal;
        self.gap2 += other.gap2;
        self.not_taught += other.not_taught;
        self.marks.iter_mut().zip(other.marks).for_each(|(mine, theirs)| *mine += theirs);
        self.down_same_up.iter_mut().zip(other.down_same_up).for_each(|(mine, theirs)| *mine += theirs);
    }

    pub(super) fn sum<'a>(tallies: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        tallies.into_iter().for_each(|tally| sum.add(tally));
        sum
    }
}
