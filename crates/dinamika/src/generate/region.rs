//! The invented region: municipalities, schools and the codes that tie exports together.

use super::{
    GenerateOptions,
    dice::Dice,
    effects::Effect,
    names::{feminine, masculine, places},
};

/// No region of Russia has this code, so its logins belong to nobody.
pub(super) const REGION_CODE: u32 = 99;
pub(super) const REGION_NAME: &str = "Светлогорский край";
/// Logins are six digits, two of them the region's.
pub(super) const MOST_SCHOOLS: usize = 9_999;
/// The largest parallel: three classes.
const LARGEST_PARALLEL: f64 = 60.0;
const SMALL_TOWNS: usize = 5;

pub(super) struct Region {
    pub(super) municipalities: Vec<Municipality>,
    pub(super) schools: Vec<School>,
}

pub(super) struct Municipality {
    pub(super) index: usize,
    /// `Звонкореченский муниципальный район`, `город Яснодольск`.
    pub(super) name: String,
    /// `Звонкореченский район`, `г. Яснодольск`: as registers of other offices write it.
    pub(super) short: String,
    pub(super) town: bool,
    /// Where its schools stand in [`Region::schools`].
    pub(super) schools: std::ops::Range<usize>,
}

impl Municipality {
    /// `reg99_m012`.
    pub(super) fn code(&self) -> String {
        format!("reg{REGION_CODE}_m{:03}", self.index + 1)
    }
    pub(super) fn oktmo(&self) -> String {
        format!("{REGION_CODE}{}000", if self.town { 701 + self.index } else { 601 + self.index })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lot {
    Russian,
    Maths,
    Neither,
}

pub(super) struct School {
    pub(super) index: usize,
    pub(super) municipality: usize,
    /// `МБОУ`.
    pub(super) form: &'static str,
    /// `СОШ № 7`, `Тихоозёрская ООШ`.
    pub(super) body: String,
    pub(super) full_body: String,
    /// Expected number of pupils in a parallel.
    pub(super) parallel: f64,
    pub(super) teachers: usize,
    /// What holds for all subjects, Russian and mathematics: standard normal.
    pub(super) quality: [f64; 3],
    /// Which of the two tests its fifth form writes.
    pub(super) lot: Lot,
    pub(super) effect: Effect,
}

impl School {
    /// The six digits that do not change from year to year.
    pub(super) fn login(&self) -> u32 {
        REGION_CODE * 10_000 + self.index as u32 + 1
    }
    /// `МБОУ "СОШ № 7"`.
    pub(super) fn quoted(&self) -> String {
        format!("{} \"{}\"", self.form, self.body)
    }
    /// `МБОУ «СОШ № 7»`.
    pub(super) fn angled(&self) -> String {
        format!("{} «{}»", self.form, self.body)
    }
    /// `МБОУ СОШ №7`.
    pub(super) fn plain(&self) -> String {
        format!("{} {}", self.form, self.body.replace("№ ", "№"))
    }
    pub(super) fn full(&self) -> String {
        let form = match self.form {
            "МАОУ" => "автономное",
            "МКОУ" => "казённое",
            _ => "бюджетное",
        };
        format!("Муниципальное {form} общеобразовательное учреждение \"{}\"", self.full_body)
    }
    pub(super) fn inn(&self) -> String {
        let digits = format!("{REGION_CODE}{:07}", 1_000_000 + self.index * 7);
        let sum: u32 =
            digits.chars().zip([2, 4, 10, 3, 5, 9, 4, 6, 8]).map(|(c, w)| c.to_digit(10).unwrap_or(0) * w).sum();
        format!("{digits}{}", sum % 11 % 10)
    }
    pub(super) fn ogrn(&self) -> String {
        let digits = 102_000_000_000_u64 + u64::from(REGION_CODE) * 10_000_000 + self.index as u64 + 1;
        format!("{digits}{}", digits % 11 % 10)
    }
    /// The code of the state examination of the ninth form.
    pub(super) fn oge(&self) -> u32 {
        100_001 + self.index as u32
    }
    /// The code of the state examination of the eleventh form.
    pub(super) fn ege(&self) -> u32 {
        300_001 + self.index as u32
    }
}

impl Region {
    pub(super) fn invent(options: &GenerateOptions) -> Self {
        let mut names = places(options.seed).into_iter();
        let mut dice = Dice::of(options.seed, "region", &[]);
        let towns = options.municipalities.div_ceil(SMALL_TOWNS);
        let mut municipalities: Vec<Municipality> =
            (0..options.municipalities).map(|index| municipality(index, index < towns, &mut names)).collect();
        let mut villages: Vec<String> = names.collect();
        dice.shuffle(&mut villages);
        let sizes = share_out(options.schools, &municipalities, &mut dice);
        let mut schools = Vec::with_capacity(options.schools);
        for (municipality, size) in municipalities.iter_mut().zip(sizes) {
            let first = schools.len();
            for place in 0..size {
                schools.push(school(options, schools.len(), municipality, place, &villages));
            }
            municipality.schools = first..schools.len();
        }
        Effect::plant(&mut schools, options);
        Self { municipalities, schools }
    }

    /// Municipalities that send reports on participation and curators: every fourth.
    pub(super) fn reporting(&self) -> impl Iterator<Item = &Municipality> {
        self.municipalities.iter().step_by(4)
    }

    pub(super) fn municipality(&self, school: &School) -> &Municipality {
        &self.municipalities[school.municipality]
    }
}

fn municipality(index: usize, town: bool, names: &mut impl Iterator<Item = String>) -> Municipality {
    let place = names.next().unwrap_or_else(|| format!("Светлогорье{index}ск"));
    let (name, short) = if town {
        (format!("город {place}"), format!("г. {place}"))
    } else if index.is_multiple_of(4) {
        (format!("{} муниципальный округ", masculine(&place)), format!("{} округ", masculine(&place)))
    } else {
        (format!("{} муниципальный район", masculine(&place)), format!("{} район", masculine(&place)))
    };
    Municipality { index, name, short, town, schools: 0..0 }
}

/// How many schools each municipality has: towns three times as many, none without one.
fn share_out(schools: usize, municipalities: &[Municipality], dice: &mut Dice) -> Vec<usize> {
    let weights: Vec<f64> =
        municipalities.iter().map(|m| (if m.town { 3.0 } else { 1.0 }) * (0.5 + dice.unit())).collect();
    let total: f64 = weights.iter().sum();
    let mut sizes: Vec<usize> =
        weights.iter().map(|weight| ((schools as f64 * weight / total) as usize).max(1)).collect();
    let mut turn = 0;
    while sizes.iter().sum::<usize>() != schools {
        let at = turn % sizes.len();
        if sizes.iter().sum::<usize>() < schools {
            sizes[at] += 1;
        } else if sizes[at] > 1 {
            sizes[at] -= 1;
        }
        turn += 1;
    }
    sizes
}

fn school(
    options: &GenerateOptions,
    index: usize,
    municipality: &Municipality,
    place: usize,
    villages: &[String],
) -> School {
    let mut dice = Dice::of(options.seed, "school", &[index]);
    let form = dice.pick(&["МБОУ", "МБОУ", "МБОУ", "МАОУ", "МКОУ"]);
    // A town numbers its schools; a district numbers the few of its centre and names the rest.
    let numbered = municipality.town || place < 3;
    let kind = match dice.below(20) {
        0 if municipality.town => ("Гимназия", "Гимназия"),
        1 if municipality.town => ("Лицей", "Лицей"),
        n if n < (if municipality.town { 4 } else { 7 }) => ("ООШ", "основная общеобразовательная школа"),
        _ => ("СОШ", "средняя общеобразовательная школа"),
    };
    let (body, full_body) = if numbered {
        let full = if kind.0.starts_with("ООШ") {
            "Основная общеобразовательная школа"
        } else if kind.0 == "СОШ" {
            "Средняя общеобразовательная школа"
        } else {
            kind.1
        };
        (format!("{} № {}", kind.0, place + 1), format!("{full} № {}", place + 1))
    } else {
        // Villages repeat across districts, as they do; within one they differ.
        let village = feminine(&villages[(municipality.index * 37 + place) % villages.len()]);
        (format!("{village} {}", kind.0), format!("{village} {}", kind.1))
    };
    // 22 pupils in the middle, a fifth of schools under ten; towns are larger.
    let middle = if municipality.town { 3.65 } else { 2.6 };
    let parallel = ((middle + 0.82 * dice.normal()).exp()).min(LARGEST_PARALLEL) * options.pupils;
    School {
        index,
        municipality: municipality.index,
        form,
        body,
        full_body,
        parallel,
        teachers: (5.0 + parallel * (0.7 + 0.3 * dice.unit())) as usize,
        quality: [dice.normal(), dice.normal(), dice.normal()],
        lot: match dice.below(5) {
            0 | 1 => Lot::Russian,
            2 | 3 => Lot::Maths,
            _ => Lot::Neither,
        },
        effect: Effect::None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn schools_are_as_many_as_asked_and_differ_in_their_municipality() {
        let options = GenerateOptions { schools: 1_200, ..GenerateOptions::default() };
        let region = Region::invent(&options);
        assert_eq!(region.schools.len(), 1_200);
        let names: BTreeSet<_> =
            region.schools.iter().map(|school| (school.municipality, school.body.clone())).collect();
        assert_eq!(names.len(), 1_200);
        assert!(region.municipalities.iter().all(|municipality| !municipality.schools.is_empty()));
        assert_eq!(region.municipalities.iter().map(Municipality::oktmo).collect::<BTreeSet<_>>().len(), 44);
    }

    #[test]
    fn sizes_are_like_real_ones() {
        let region = Region::invent(&GenerateOptions::default());
        let mut sizes: Vec<f64> = region.schools.iter().map(|school| school.parallel).collect();
        sizes.sort_by(f64::total_cmp);
        let median = sizes[sizes.len() / 2];
        let small = sizes.iter().filter(|size| **size < 10.0).count() as f64 / sizes.len() as f64;
        assert!((19.0..=26.0).contains(&median), "{median}");
        assert!((0.17..=0.27).contains(&small), "{small}");
    }
}
