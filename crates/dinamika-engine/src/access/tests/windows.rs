//! A number of several years tells no hidden year: the windows around it are hidden with it.

use super::*;
use crate::access::suppress::{INSIDE, PUBLIC};

const YEARS: usize = 6;
/// Years of a window: `kpk.people_3y`.
const WINDOW: usize = 3;

/// Courses of schools over years. Nobody takes two, so that a window is the sum of its years: the worst case.
struct Courses {
    schools: Vec<(u32, String)>,
    /// By year, of each school: completions, teachers.
    completions: Vec<Vec<i64>>,
    teachers: Vec<Vec<i64>>,
    units: Units,
}

fn staff(group: &str, year: usize) -> Unit {
    let period = format!("{}/{:02}", 2015 + year, 16 + year);
    Unit { group: group.to_owned(), period: Some(period), subject: None, grade: None, pupil_grade: None, tasks: false }
}

impl Courses {
    fn random(random: &mut StdRng) -> Self {
        let schools: Vec<(u32, String)> = (0..random.random_range(1..=4_u32))
            .flat_map(|m| (0..random.random_range(1..=6)).map(move |s| (m, format!("{m}{s}"))).collect::<Vec<_>>())
            .collect();
        let mut some = |least: i64, most: i64| -> Vec<Vec<i64>> {
            let mut year = || schools.iter().map(|_| random.random_range(least..most)).collect();
            (0..YEARS).map(|_| year()).collect()
        };
        let (completions, teachers) = (some(0, 14), some(3, 30));
        let mut units = Units::new();
        for year in 0..YEARS {
            // Teachers are told by diagnostics too, in some years.
            let diagnosed = if year % 2 == 0 { teachers[year].clone() } else { vec![0; schools.len()] };
            let few = |at: usize| [completions[year][at], diagnosed[at]].into_iter().filter(|n| *n > 0).min();
            let people: Vec<i64> = (0..schools.len()).map(|at| few(at).unwrap_or(0)).collect();
            let edges = vec![false; schools.len()];
            let measures = [completions[year].clone(), diagnosed];
            units.insert(staff("staff", year), cells(&schools, &people, &edges, &measures));
            let measures = [vec![], vec![], teachers[year].clone()];
            units.insert(staff("staff_3y", year), cells(&schools, &teachers[year], &edges, &measures));
        }
        Self { schools, completions, teachers, units }
    }

    /// Whether the year's own cell tells how many teachers there are.
    fn tells_teachers(&self, marks: &Marks, cell: &Cell, year: usize, bit: u8) -> bool {
        let unit = staff("staff", year);
        let mut of_year = self.units[&unit].iter().zip(&marks[&unit]);
        of_year.any(|(other, mark)| {
            other.entity == cell.entity
                && other.has(&(unit.clone(), "people", 1))
                && mark.is_none_or(|mark| mark.bits & bit == 0)
        })
    }

    /// The completions of some years, or the teachers of one, of whom a cell is of: coefficients of schools' numbers.
    fn sum(&self, cell: &Cell, years: std::ops::RangeInclusive<usize>, of_teachers: bool) -> Vec<i64> {
        let mut row = vec![0; 2 * YEARS * self.schools.len()];
        for (at, (municipality, school)) in self.schools.iter().enumerate() {
            let is_in = match cell.spot {
                Spot::School(_) => *school == cell.entity,
                Spot::Municipality(number) => number == *municipality,
                Spot::Region => true,
            };
            for year in years.clone().filter(|_| is_in) {
                // A school without courses is a zero everyone may know.
                let known = if of_teachers { &self.teachers } else { &self.completions };
                let place = (year * self.schools.len() + at) * 2 + usize::from(of_teachers);
                row[place] = i64::from(known[year][at] > 0);
            }
        }
        row
    }
}

#[test]
fn no_windows_of_years_tell_a_hidden_year() {
    let policy = Policy::standard();
    let (mut secrets, mut windows) = (0, 0);
    for seed in 0..60 {
        let courses = Courses::random(&mut StdRng::seed_from_u64(seed));
        let marks = suppress(&policy, &courses.units, &Before::new());
        for bit in [INSIDE, PUBLIC] {
            let (mut known, mut hidden, mut open) = (Known::default(), Vec::new(), BTreeSet::new());
            for year in 0..YEARS {
                for group in ["staff", "staff_3y"] {
                    let unit = staff(group, year);
                    for (cell, mark) in courses.units[&unit].iter().zip(&marks[&unit]) {
                        let is_hidden = mark.is_some_and(|mark| mark.bits & bit != 0);
                        let first = if group == "staff" { year } else { (year + 1).saturating_sub(WINDOW) };
                        let mut rows = vec![courses.sum(cell, first..=year, false)];
                        if group == "staff_3y" || cell.has(&(unit.clone(), "people", 1)) {
                            rows.push(courses.sum(cell, year..=year, true));
                        }
                        match is_hidden {
                            // Hidden for its years, a window is no secret itself; its teachers are, unless the year's
                            // own number tells them.
                            true if group == "staff_3y" => {
                                let is_secret = !courses.tells_teachers(&marks, cell, year, bit);
                                let teachers = rows.pop().filter(|_| is_secret);
                                hidden.extend(teachers.map(|row| (cell.entity.clone(), year, row)));
                            }
                            true => hidden.extend(rows.into_iter().map(|row| (cell.entity.clone(), year, row))),
                            false => {
                                windows += usize::from(group == "staff_3y");
                                if group == "staff" && matches!(cell.spot, Spot::School(_)) {
                                    let at = |row: &Vec<i64>| row.iter().position(|x| *x != 0);
                                    open.extend(rows.iter().filter_map(at));
                                }
                                rows.into_iter().for_each(|row| known.learn(row));
                            }
                        }
                    }
                }
            }
            secrets += hidden.len();
            for (entity, year, row) in hidden {
                let is_open = row.iter().enumerate().all(|(at, x)| *x == 0 || open.contains(&at));
                assert!(is_open || !known.tells(&row), "seed {seed}: {entity} in year {year} is found out");
            }
        }
    }
    assert!(secrets > 2_000 && windows > 500, "{secrets} hidden years, {windows} windows shown: too little to prove");
}
