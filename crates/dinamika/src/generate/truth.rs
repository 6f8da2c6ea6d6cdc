//! What is true of the generated exports: written beside them, never among them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{effects::Effect, tally::Tally};

/// Everything a test needs to judge what the product makes of the exports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Truth {
    /// The seed.
    pub(crate) seed: u64,
    /// The invented region.
    pub(crate) region: String,
    /// Number of municipalities.
    pub(crate) municipalities: usize,
    /// Number of schools in the registry.
    pub(crate) schools: usize,
    /// Files in the inbox, planted faults included.
    pub(crate) files: usize,
    /// Their size.
    pub(crate) bytes: u64,
    /// Lines of pupils in all protocols, absent ones and repeats included.
    pub(crate) pupil_rows: u64,
    /// Data rows of the other exports by kind, faulty files left out.
    pub(crate) rows: BTreeMap<String, u64>,
    /// What every test should come to once corrected files have replaced the first ones.
    pub(crate) tests: Vec<TestTruth>,
    /// Schools with planted effects, and as many schools again without one.
    pub(crate) planted: Vec<PlantedSchool>,
    /// Planted faults.
    pub(crate) faults: Vec<PlantedFault>,
}

/// Expected aggregates of one test, over schools of the registry unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TestTruth {
    /// `2021/22.RU.4`.
    pub(crate) test: String,
    /// `2021/22`, `2020/21-осень`.
    pub(crate) period: String,
    /// `RU` or `MA`.
    pub(crate) subject: String,
    /// The grade whose programme is tested.
    pub(crate) grade: u8,
    /// The grade of the pupils.
    pub(crate) pupil_grade: u8,
    /// Maximum of the paper.
    pub(crate) max_score: u16,
    /// The highest scores of «2», «3» and «4».
    pub(crate) cuts: [u16; 3],
    /// Schools with at least one line.
    pub(crate) schools: usize,
    /// The region.
    #[serde(flatten)]
    pub(crate) region: Tally,
    /// By the municipality's code, `reg99_m001`.
    pub(crate) municipalities: BTreeMap<String, Tally>,
    /// Lines of schools that no registry knows: they count in the region and nowhere below it.
    pub(crate) unknown: Tally,
}

/// A school in which something is planted, or nothing as a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlantedSchool {
    /// `login:990017`, as the product refers to it.
    pub(crate) school_ref: String,
    /// Code of its municipality.
    pub(crate) municipality: String,
    /// What is planted.
    pub(crate) effect: Effect,
    /// What its pupils came to, by test.
    pub(crate) tests: BTreeMap<String, Tally>,
}

/// Something wrong on purpose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct PlantedFault {
    /// `broken_file`, `misprint` and so on.
    pub(crate) kind: String,
    /// The file, from the inbox.
    pub(crate) path: String,
    /// What is wrong and what the product should do about it.
    pub(crate) expect: String,
    /// Rows concerned, when it is about rows.
    pub(crate) rows: u64,
}
