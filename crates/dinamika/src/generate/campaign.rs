//! Which tests are written, when, by whom, and in what shape they come out.

use chrono::NaiveDate;

use super::{
    GenerateOptions,
    dice::Dice,
    region::{Lot, Region, School},
    tasks::{Paper, paper},
};

/// The shape of a protocol: it changed almost every year.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// English header, autumn 2020.
    English,
    /// Russian header, everything text, spring 2021.
    Text,
    /// Sheets «Классы» and «Протокол», 2022.
    TwoSheets,
    /// «Индивидуальные результаты», one workbook for the region.
    Individual,
    /// The same, one archive for each municipality.
    Archives,
}

/// Who writes a test.
#[derive(Clone, Copy)]
enum Reach {
    Everybody,
    /// The fifth forms that drew this subject.
    Lot(Lot),
    /// One municipality of so many.
    OneOf(usize),
}

pub(super) struct Test {
    pub(super) index: usize,
    /// The calendar year in which the school year begins.
    pub(super) starts: u16,
    pub(super) autumn: bool,
    /// `RU` or `MA`.
    pub(super) subject: &'static str,
    pub(super) grade: u8,
    /// The grade of those who write: one above the test's in autumn 2020.
    pub(super) pupil_grade: u8,
    pub(super) shape: Shape,
    pub(super) paper: Paper,
    /// The region's mean as a share of the maximum: papers of different years differ.
    pub(super) mean: f64,
    /// How far planted changes have come, 0 to 1.
    pub(super) progress: f64,
    /// How much of what differs from cohort to cohort of a school there is: 1, or 0 in a calm region.
    pub(super) wander: f64,
    reach: Reach,
}

impl Test {
    /// `2020/21-осень`.
    pub(super) fn period(&self) -> String {
        let wave = if self.autumn { "-осень" } else { "" };
        format!("{}{wave}", school_year(self.starts))
    }
    /// `2021/22.RU.4`.
    pub(super) fn key(&self) -> String {
        format!("{}.{}.{}", self.period(), self.subject, self.grade)
    }
    /// The calendar year of the test.
    pub(super) fn year(&self) -> u16 {
        if self.autumn { self.starts } else { self.starts + 1 }
    }
    pub(super) fn subject_name(&self) -> &'static str {
        if self.subject == "RU" { "Русский язык" } else { "Математика" }
    }
    /// `математике`.
    pub(super) fn subject_dative(&self) -> &'static str {
        if self.subject == "RU" { "русскому языку" } else { "математике" }
    }
    /// `РУ`.
    pub(super) fn subject_short(&self) -> &'static str {
        if self.subject == "RU" { "РУ" } else { "МА" }
    }
    /// When it was written.
    pub(super) fn written(&self) -> NaiveDate {
        if self.autumn { day(self.starts, 9, 21) } else { day(self.year(), 4, 10 + self.index as u32 % 12) }
    }
    /// When its results were exported.
    pub(super) fn exported(&self) -> NaiveDate {
        if self.autumn { day(self.starts, 11, 20) } else { day(self.year(), 6, 3) }
    }
    /// Whether the school writes it.
    pub(super) fn reaches(&self, school: &School) -> bool {
        match self.reach {
            Reach::Everybody => true,
            Reach::Lot(lot) => school.lot == lot,
            Reach::OneOf(many) => school.municipality % many == many - 1,
        }
    }
    /// The year in which those who write reach the end of grade 0: the same children year by year.
    pub(super) fn cohort(&self) -> usize {
        usize::from(self.starts + 1 - u16::from(self.pupil_grade))
    }
    /// Schools that write it, in order.
    pub(super) fn schools<'a>(&'a self, region: &'a Region) -> impl Iterator<Item = &'a School> {
        region.schools.iter().filter(|school| self.reaches(school))
    }
}

/// `2020/21`.
pub(super) fn school_year(starts: u16) -> String {
    format!("{starts}/{:02}", (starts + 1) % 100)
}

/// A day that exists; the first of 2020 otherwise.
pub(super) fn day(year: u16, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(i32::from(year), month, day).unwrap_or_default()
}

/// All tests of the years asked for, which come in order.
pub(super) fn tests(options: &GenerateOptions) -> Vec<Test> {
    let last = (options.years.len().max(2) - 1) as f64;
    // A small region still has somebody who writes.
    let one_of = |many: usize| Reach::OneOf(many.min(options.municipalities));
    let mut tests: Vec<Test> = Vec::new();
    for (place, &starts) in options.years.iter().enumerate() {
        let mut add = |subject, grade, autumn: bool, reach| {
            let paper = paper(subject, grade);
            let index = tests.len();
            let drift = 0.015
                * Dice::of(options.seed, "year", &[usize::from(starts), usize::from(grade), subject.len()]).normal();
            tests.push(Test {
                index,
                starts,
                autumn,
                subject,
                grade,
                pupil_grade: grade + u8::from(autumn),
                shape: shape(starts, autumn),
                mean: paper.mean + drift.clamp(-0.03, 0.03),
                paper,
                progress: place as f64 / last,
                wander: if options.calm { 0.0 } else { 1.0 },
                reach,
            });
        };
        // The spring of 2020 was moved to autumn: the paper of grade 4 was written by grade 5.
        if starts == 2020 {
            add("RU", 4, true, one_of(8));
            add("MA", 4, true, one_of(8));
        }
        add("RU", 4, false, Reach::Everybody);
        add("MA", 4, false, Reach::Everybody);
        add("RU", 5, false, Reach::Lot(Lot::Russian));
        add("MA", 5, false, Reach::Lot(Lot::Maths));
        add("MA", 6, false, one_of(40));
        add("RU", 7, false, one_of(40));
        add("MA", 8, false, one_of(40));
    }
    tests
}

fn shape(starts: u16, autumn: bool) -> Shape {
    match starts {
        _ if autumn => Shape::English,
        ..=2020 => Shape::Text,
        2021 => Shape::TwoSheets,
        2022 => Shape::Individual,
        _ => Shape::Archives,
    }
}
