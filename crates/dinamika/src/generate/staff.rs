//! Teachers: no names, only tokens where a form demands a name.

use chrono::{Days, NaiveDate};

use super::{campaign::day, dice::Dice, region::School};

/// A teacher of a school.
pub(super) struct Teacher {
    /// Stands where a form wants a surname: `Слушатель-0012-03`.
    pub(super) token: String,
    pub(super) born: NaiveDate,
    pub(super) subject: &'static str,
    pub(super) position: &'static str,
}

const SUBJECTS: [&str; 10] = [
    "Начальные классы",
    "Русский язык",
    "Математика",
    "Иностранный язык",
    "История",
    "Физика",
    "Биология",
    "География",
    "Информатика",
    "Физическая культура",
];

/// The teachers of a school: the same in all years.
pub(super) fn teachers(seed: u64, school: &School) -> impl Iterator<Item = Teacher> + use<'_> {
    let mut dice = Dice::of(seed, "staff", &[school.index]);
    (0..school.teachers).map(move |place| Teacher {
        token: format!("Слушатель-{:04}-{:02}", school.index + 1, place + 1),
        born: day(1960, 1, 1) + Days::new(dice.below(13_000) as u64),
        subject: dice.pick(&SUBJECTS),
        position: if place == 0 {
            "директор"
        } else if place == 1 {
            "заместитель директора"
        } else {
            "учитель"
        },
    })
}
