//! What is planted in the region so that the product can be seen to find it.

use serde::{Deserialize, Serialize};

use super::{GenerateOptions, region::School};

/// Schools with fewer pupils in a parallel cannot show an effect.
const ENOUGH: f64 = 40.0;
/// One school in so many of the large ones carries each effect.
const EVERY: usize = 16;
/// How far the share of the maximum moves over all years.
const WAY: f64 = 0.26;
/// How far it moves in the last year alone, where it leaps or drops.
const STEP: f64 = 0.18;

/// What is true of one school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// Nothing planted.
    None,
    /// Share of «2» grows year by year.
    Share2Grows,
    /// Share of «2» declines year by year.
    Share2Declines,
    /// Scores leap in the last year, in every test.
    Leaps,
    /// Scores drop in the last year, in every test.
    Drops,
    /// No score stands just under a boundary of marks.
    Heap,
    /// Scores are a quarter of the maximum too high.
    Inflated,
}

impl Effect {
    /// Chooses the schools.
    pub(super) fn plant(schools: &mut [School], options: &GenerateOptions) {
        let large = schools.iter_mut().filter(|school| school.parallel >= ENOUGH * options.pupils.min(1.0));
        for (place, school) in large.enumerate() {
            school.effect = match place % EVERY {
                1 => Self::Share2Grows,
                3 => Self::Leaps,
                5 => Self::Share2Declines,
                9 => Self::Heap,
                11 => Self::Drops,
                13 => Self::Inflated,
                _ => Self::None,
            };
        }
    }

    /// Added to the school's share of the maximum in a year; `progress` goes from 0 to 1.
    pub(super) fn shift(self, progress: f64) -> f64 {
        match self {
            Self::Share2Grows => 0.05 - WAY * progress,
            Self::Share2Declines => 0.05 - WAY * (1.0 - progress),
            Self::Leaps if progress >= 1.0 => STEP,
            Self::Drops if progress >= 1.0 => -STEP,
            Self::Inflated => 0.25,
            Self::None | Self::Heap | Self::Leaps | Self::Drops => 0.0,
        }
    }
}
