//! No sums and differences of what somebody can fetch tell a hidden number: proved with a solver on small regions.

use std::collections::{BTreeMap, BTreeSet};

use dinamika_project::{Policy, Principal, Role};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    blocks::{Need, Spot, complete, kept},
    past::Past,
    rules::{Eyes, Seer},
    solver::Known,
    suppress::{Before, Cell, Level, Marks, Old, Unit, Units, level, suppress},
};

mod ends;
mod windows;

/// Fewest people some indicators judge.
const JUDGED: i64 = 10;
/// Tasks of a unit of tasks.
const TASKS: usize = 3;

/// A region: units of cells, each with the schools' numbers of people.
struct Region {
    /// Municipality and key.
    schools: Vec<(u32, String)>,
    grades: BTreeMap<i64, Grade>,
    units: Units,
    /// In which release a school's numbers became what they are.
    since: BTreeMap<(Unit, String), usize>,
}

/// Of each school: people, those who did a task, whether a share is at its end.
#[derive(Clone)]
struct Grade {
    people: Vec<i64>,
    fewer: Vec<i64>,
    edges: Vec<bool>,
    has_tasks: bool,
}

fn unit(grade: Option<i64>, tasks: bool) -> Unit {
    Unit {
        group: "vpr".to_owned(),
        period: Some("2020/21".to_owned()),
        subject: Some("MA".to_owned()),
        grade,
        pupil_grade: grade,
        tasks,
    }
}

fn some_people(random: &mut StdRng) -> i64 {
    if random.random_bool(0.3) { random.random_range(0..6) } else { random.random_range(6..40) }
}

impl Region {
    /// Up to four municipalities of up to five schools, most of them small, written in two grades, with all grades
    /// together and with tasks.
    fn random(random: &mut StdRng) -> Self {
        Self::of_grades(random, &[4, 5], true)
    }

    fn of_grades(random: &mut StdRng, grades: &[i64], has_tasks: bool) -> Self {
        let municipalities = random.random_range(1..=4_u32);
        let schools: Vec<(u32, String)> = (0..municipalities)
            .flat_map(|m| (0..random.random_range(1..=5)).map(move |s| (m, format!("{m}{s}"))).collect::<Vec<_>>())
            .collect();
        let mut of = BTreeMap::new();
        for grade in grades {
            let people: Vec<i64> = schools.iter().map(|_| some_people(random)).collect();
            let edges: Vec<bool> = people.iter().map(|n| (1..20).contains(n) && random.random_bool(0.3)).collect();
            // Some tasks are not taught: fewer have done them.
            let fewer: Vec<i64> = people.iter().map(|n| if random.random_bool(0.2) { n / 3 } else { *n }).collect();
            of.insert(*grade, Grade { people, fewer, edges, has_tasks });
        }
        Self::released(schools, of, None)
    }

    /// The next night: files of some schools came late, were replaced or taken back.
    fn next(&self, random: &mut StdRng) -> Self {
        let mut grades = self.grades.clone();
        let often = [0.1, 0.3, 0.7][random.random_range(0..3)];
        for grade in grades.values_mut() {
            for at in 0..self.schools.len() {
                let people = grade.people[at];
                if random.random_bool(often) {
                    grade.people[at] = match random.random_range(0..4) {
                        0 => 0,
                        1 => people + random.random_range(1..4),
                        _ => some_people(random),
                    };
                    grade.fewer[at] = grade.people[at];
                    grade.edges[at] = (1..20).contains(&grade.people[at]) && random.random_bool(0.3);
                }
            }
        }
        Self::released(self.schools.clone(), grades, Some(self))
    }

    fn released(schools: Vec<(u32, String)>, grades: BTreeMap<i64, Grade>, before: Option<&Self>) -> Self {
        let mut units = Units::new();
        for (grade, of) in &grades {
            // Some indicators judge schools of ten people at least; the others have no row.
            let judged = of.people.iter().map(|n| if *n >= JUDGED { *n } else { 0 }).collect();
            let measures = [of.people.clone(), judged];
            units.insert(unit(Some(*grade), false), cells(&schools, &of.people, &of.edges, &measures));
            if of.has_tasks {
                // The last task has no row where fewer did the others.
                let taught = of.fewer.iter().zip(&of.people).map(|(n, all)| if n == all { *n } else { 0 });
                let measures = [of.fewer.clone(), of.fewer.clone(), taught.collect()];
                units.insert(unit(Some(*grade), true), cells(&schools, &of.fewer, &of.edges, &measures));
            }
        }
        if grades.len() > 1 {
            let people = |at: usize| grades.values().map(|of| of.people[at]).sum::<i64>();
            let people: Vec<i64> = (0..schools.len()).map(people).collect();
            let edges = vec![false; schools.len()];
            units.insert(unit(None, false), cells(&schools, &people, &edges, std::slice::from_ref(&people)));
        }
        let release = before.map_or(0, |before| before.since.values().max().copied().unwrap_or(0) + 1);
        let mut since = BTreeMap::new();
        for (unit, cells) in &units {
            for cell in cells.iter().filter(|cell| level(cell.spot) == Level::School) {
                let same = before.and_then(|before| {
                    let is_same = |old: &&Cell| old.people == cell.people && old.measures == cell.measures;
                    let old = before.units[unit].iter().find(|old| old.entity == cell.entity && is_same(old));
                    old.map(|_| before.since[&(unit.clone(), cell.entity.clone())])
                });
                since.insert((unit.clone(), cell.entity.clone()), same.unwrap_or(release));
            }
        }
        Self { schools, grades, units, since }
    }

    /// What the next release has to know of this one.
    fn before(&self, marks: &Marks) -> Before {
        let of = |(unit, cells): (&Unit, &Vec<Cell>)| {
            let old = cells
                .iter()
                .zip(&marks[unit])
                .map(|(cell, mark)| ((level(cell.spot), cell.entity.clone()), Old { cell: cell.clone(), mark: *mark }));
            (unit.clone(), old.collect())
        };
        self.units.iter().map(of).collect()
    }
}

/// `measures` are the people of each measure by school; totals are their sums.
fn cells(schools: &[(u32, String)], people: &[i64], edges: &[bool], measures: &[Vec<i64>]) -> Vec<Cell> {
    let cell = |spot, entity: String, people: i64, edge| {
        let of = |measure: &Vec<i64>| {
            let mine = schools.iter().zip(measure).filter(|((m, school), _)| match spot {
                Spot::School(_) => *school == entity,
                Spot::Municipality(own) => *m == own,
                Spot::Region => true,
            });
            mine.map(|(_, n)| *n).sum::<i64>()
        };
        let measures = (0..).zip(measures.iter().map(of)).filter(|(_, n)| *n > 0).collect();
        let sums = [people as f64, people as f64 * 2.0];
        Cell { spot, entity, people, edge, tasks: TASKS as i64, most: people, sums, measures, shares: Vec::new() }
    };
    let mut all: Vec<Cell> = schools
        .iter()
        .zip(people.iter().zip(edges))
        .filter(|(_, (people, _))| **people > 0)
        .map(|((m, school), (people, edge))| cell(Spot::School(*m), school.clone(), *people, *edge))
        .collect();
    let mut sums: BTreeMap<u32, i64> = BTreeMap::new();
    for ((m, _), people) in schools.iter().zip(people) {
        *sums.entry(*m).or_default() += people;
    }
    all.extend(
        sums.iter()
            .filter(|(_, people)| **people > 0)
            .map(|(m, people)| cell(Spot::Municipality(*m), format!("m{m}"), *people, false)),
    );
    let region = people.iter().sum::<i64>();
    if region > 0 {
        all.push(cell(Spot::Region, "r".to_owned(), region, false));
    }
    all
}

/// What is summed: the people of a unit, the successes of a unit, or the points of one task of a unit.
type Measure = (Unit, &'static str, usize);

/// Numbers schools have, in each release other ones; everything else is a sum of these.
struct Variables {
    at: BTreeMap<(Measure, String, usize), usize>,
}

impl Variables {
    fn of(releases: &[Region]) -> Self {
        let mut at = BTreeMap::new();
        for (region, (unit, cells)) in
            releases.iter().flat_map(|region| region.units.iter().map(move |unit| (region, unit)))
        {
            for cell in cells.iter().filter(|cell| level(cell.spot) == Level::School) {
                for measure in measures(unit) {
                    let next = at.len();
                    let since = region.since[&(unit.clone(), cell.entity.clone())];
                    at.entry((measure, cell.entity.clone(), since)).or_insert(next);
                }
            }
        }
        Self { at }
    }

    /// The sum a cell is, as coefficients of the schools' numbers.
    fn sum(&self, region: &Region, measure: &Measure, cell: &Cell) -> Vec<i64> {
        let mut row = vec![0; self.at.len()];
        for school in region.units[&measure.0].iter().filter(|other| belongs(other, cell) && other.has(measure)) {
            // What a total or a whole is made of stands in other units.
            for part in parts(region, measure) {
                let since = region.since.get(&(part.0.clone(), school.entity.clone()));
                let at = since.and_then(|since| self.at.get(&(part, school.entity.clone(), *since)));
                at.into_iter().for_each(|at| row[*at] += 1);
            }
        }
        row
    }
}

fn measures(unit: &Unit) -> Vec<Measure> {
    match (unit.tasks, unit.grade) {
        (true, _) => (0..TASKS).map(|task| (unit.clone(), "points", task)).collect(),
        (false, Some(_)) => {
            vec![(unit.clone(), "people", 0), (unit.clone(), "successes", 0), (unit.clone(), "judged", 1)]
        }
        (false, None) => Vec::new(),
    }
}

/// All grades together are the sum of grades.
fn parts(region: &Region, measure: &Measure) -> Vec<Measure> {
    let (unit, what, task) = measure;
    match unit.grade {
        Some(_) => vec![measure.clone()],
        None => {
            let finer = region.units.keys().filter(|other| other.grade.is_some() && !other.tasks);
            finer.map(|other| (other.clone(), *what, *task)).collect()
        }
    }
}

impl Cell {
    /// Whether there is a row of the measure here.
    fn has(&self, (_, _, number): &Measure) -> bool {
        self.measures.iter().any(|(measure, _)| *measure as usize == *number)
    }
}

fn belongs(school: &Cell, to: &Cell) -> bool {
    match (school.spot, to.spot) {
        (Spot::School(_), Spot::School(_)) => school.entity == to.entity,
        (Spot::School(mine), Spot::Municipality(theirs)) => mine == theirs,
        (Spot::School(_), Spot::Region) => true,
        _ => false,
    }
}

/// A number that must not be found out.
struct Secret {
    name: String,
    level: Level,
    is_of_others: bool,
    is_small: bool,
    row: Vec<i64>,
}

/// Everything somebody can fetch, as equations; and everything hidden from them.
#[derive(Default)]
struct Read {
    known: Known,
    /// Numbers of schools shown as they are.
    open: BTreeSet<usize>,
    /// Totals of one's own municipality: a region of one municipality has no other.
    own: Known,
    hidden: Vec<Secret>,
}

impl Read {
    fn fetch(&mut self, region: &Region, marks: &Marks, seer: &Seer, variables: &Variables) {
        for (unit, cells) in &region.units {
            for (cell, mark) in cells.iter().zip(&marks[unit]) {
                let municipality = match cell.spot {
                    Spot::School(m) => Some(format!("m{m}")),
                    _ => None,
                };
                let eyes = seer.eyes(level(cell.spot), &cell.entity, municipality.as_deref());
                let bits = mark.map_or(0, |mark| mark.bits);
                let shown: &[&str] = match (unit.tasks, unit.grade) {
                    (true, _) => &["points"],
                    (false, Some(_)) => &["people", "successes", "judged"],
                    (false, None) => &["people", "successes"],
                };
                for what in shown {
                    let tasks = if unit.tasks { 0..TASKS } else { 0..1 };
                    for task in tasks.map(|task| if *what == "judged" { 1 } else { task }) {
                        let measure = (unit.clone(), *what, task);
                        // No row: neither told nor hidden.
                        if !cell.has(&measure) {
                            continue;
                        }
                        let row = variables.sum(region, &measure, cell);
                        match eyes {
                            Some(eyes) if bits & eyes.blind(*what == "people") == 0 => {
                                if let (Some(at), 1) =
                                    (row.iter().position(|x| *x != 0), row.iter().filter(|x| **x != 0).count())
                                {
                                    self.open.insert(at);
                                }
                                if seer.principal.role() == Role::Municipal
                                    && eyes == Eyes::Inside
                                    && level(cell.spot) == Level::Municipality
                                {
                                    self.own.learn(row.clone());
                                }
                                self.known.learn(row);
                            }
                            // Rows out of scope are open to guests; only what guests may not see is a secret.
                            None if bits & Eyes::Guest.blind(*what == "people") == 0 => {}
                            _ => self.hidden.push(Secret {
                                name: format!("{:?} {} {what} {task} {}", unit.grade, unit.tasks, cell.entity),
                                level: level(cell.spot),
                                is_of_others: !seer.principal.scope().contains(&cell.entity),
                                is_small: (1..10).contains(&cell.people),
                                row,
                            }),
                        }
                    }
                }
                // The points of all tasks are the score of the test, told beside them.
                let whole = Unit { tasks: false, ..unit.clone() };
                if unit.tasks
                    && let Some(place) = region.units[&whole].iter().position(|other| other.entity == cell.entity)
                {
                    let bits = marks[&whole][place].map_or(0, |mark| mark.bits);
                    if eyes.is_some_and(|eyes| bits & eyes.blind(false) == 0) {
                        let mut row = vec![0; variables.at.len()];
                        for task in 0..TASKS {
                            let one = variables.sum(region, &(unit.clone(), "points", task), cell);
                            row.iter_mut().zip(one).for_each(|(sum, one)| *sum += one);
                        }
                        self.known.learn(row);
                    }
                }
            }
        }
    }
}

/// Guests, each school, each municipality, the region: whoever can log in can also log out, so all know what guests do.
fn readers(region: &Region) -> Vec<Seer> {
    let mut all: Vec<String> = vec!["public".to_owned(), "regional".to_owned()];
    for cell in &region.units[&unit(Some(4), false)] {
        match cell.spot {
            Spot::School(_) => all.push(format!("school:{}", cell.entity)),
            Spot::Municipality(_) => all.push(format!("municipal:{}", cell.entity)),
            Spot::Region => {}
        }
    }
    all.iter()
        .map(|text| {
            let principal: Principal = text.parse().unwrap();
            Seer::new(&principal, |school| school.chars().next().map(|m| format!("m{m}")))
        })
        .collect()
}

#[test]
fn what_is_kept_is_left_as_it_is() {
    let (mut kept_ones, mut others) = (0, 0);
    for seed in 0..400 {
        let random = &mut StdRng::seed_from_u64(seed);
        let region = Region::random(random);
        for cells in region.units.values() {
            let spots: Vec<Spot> = cells.iter().map(|cell| cell.spot).collect();
            let people: Vec<i64> = cells.iter().map(|cell| cell.people).collect();
            let need = Need { minimum: 5, together: random.random_range(2..=3), of_parts: random.random_bool(0.2) };
            // As they come, and as the rule leaves them: nothing more is hidden then.
            let mut hidden: Vec<bool> = people.iter().map(|_| random.random_bool(0.3)).collect();
            for _ in 0..2 {
                let is_kept = kept(&spots, &people, &hidden, need);
                let before = hidden.clone();
                complete(&spots, &people, &mut hidden, &Past::default(), need);
                assert!(!is_kept || hidden == before, "seed {seed}: {before:?} became {hidden:?}");
                *if is_kept { &mut kept_ones } else { &mut others } += 1;
            }
        }
    }
    assert!(kept_ones > 100 && others > 100, "{kept_ones} kept, {others} not");
}

#[test]
fn no_sums_and_differences_tell_a_hidden_number() {
    let (mut secrets, mut shown) = (0, 0);
    for seed in 0..80 {
        let region = Region::random(&mut StdRng::seed_from_u64(seed));
        let (hidden, known) = prove(seed, &[region]);
        (secrets, shown) = (secrets + hidden, shown + known);
    }
    assert!(secrets > 8_000 && shown > 8_000, "{secrets} hidden, {shown} shown: too little to prove anything");
}

#[test]
fn no_sums_and_differences_between_releases_tell_a_hidden_number() {
    let (mut secrets, mut shown) = (0, 0);
    for seed in 0..600 {
        let random = &mut StdRng::seed_from_u64(seed);
        // Few have all units: the solver takes a hundred times longer.
        let first =
            if seed % 30 == 0 { Region::random(random) } else { Region::of_grades(random, &[4], seed % 5 == 0) };
        let second = first.next(random);
        let releases = [first, second];
        let (hidden, known) = prove(seed, &releases);
        (secrets, shown) = (secrets + hidden, shown + known);
    }
    assert!(secrets > 8_000 && shown > 8_000, "{secrets} hidden, {shown} shown: too little to prove anything");
}

/// Proves for every reader who kept all releases that nothing hidden follows from what was shown.
/// How much was hidden and how much known.
fn prove(seed: u64, releases: &[Region]) -> (usize, usize) {
    let policy = Policy::standard();
    let guest = Seer::new(&Principal::public(), |_| None);
    let mut marks: Vec<Marks> = Vec::new();
    for (at, region) in releases.iter().enumerate() {
        let before = at.checked_sub(1).map(|last| releases[last].before(&marks[last])).unwrap_or_default();
        marks.push(suppress(&policy, &region.units, &before));
    }
    let variables = Variables::of(releases);
    let (mut secrets, mut shown) = (0, 0);
    for reader in readers(&releases[0]) {
        let mut read = Read::default();
        let mut hidden = Vec::new();
        for (region, marks) in releases.iter().zip(&marks) {
            read.fetch(region, marks, &reader, &variables);
            // Between releases it is people that are kept secret: a large total may have been hidden for their sake
            // only, and be told by those of the next release. One's own number is none.
            read.hidden.retain(|secret| {
                let is_small = secret.is_small && reader.principal.role() != Role::School;
                releases.len() == 1 || secret.is_of_others && (secret.level == Level::School || is_small)
            });
            hidden.append(&mut read.hidden);
        }
        for (region, marks) in releases.iter().zip(&marks) {
            read.fetch(region, marks, &guest, &variables);
        }
        let Read { known, open, own, .. } = read;
        for Secret { name, row, .. } in &hidden {
            // A sum whose every part is shown is no secret, whatever else it is called: it tells of nobody hidden.
            let is_open = row.iter().enumerate().all(|(at, x)| *x == 0 || open.contains(&at));
            assert!(
                is_open || own.tells(row) || !known.tells(row),
                "seed {seed}: {:?} finds out {name}",
                reader.principal
            );
        }
        secrets += hidden.len();
        shown += known.len();
    }
    (secrets, shown)
}

#[test]
fn what_goes_with_another_group_tells_no_more_than_it() {
    let (mut hidden, mut more) = (0, 0);
    for seed in 0..200 {
        let random = &mut StdRng::seed_from_u64(seed);
        let mut region = Region::of_grades(random, &[4, 5], false);
        let journal = |unit: &Unit| Unit { group: "journal".to_owned(), ..unit.clone() };
        // Some have no mark in the journal: fewer are compared, or nobody.
        for grade in [4, 5] {
            let people = region.grades[&grade].people.iter();
            let compared: Vec<i64> = people.map(|n| n - random.random_range(0..=*n) * i64::from(*n % 3 == 0)).collect();
            let cells =
                cells(&region.schools, &compared, &vec![false; compared.len()], std::slice::from_ref(&compared));
            region.units.insert(journal(&unit(Some(grade), false)), cells);
        }
        let marks = suppress(&Policy::standard(), &region.units, &Before::new());
        for (unit, cells) in region.units.iter().filter(|(unit, _)| unit.group == "vpr") {
            let Some(others) = region.units.get(&journal(unit)) else { continue };
            for (cell, mark) in cells.iter().zip(&marks[unit]) {
                let Some(place) = others.iter().position(|other| other.entity == cell.entity) else { continue };
                let [bits, other] = [mark, &marks[&journal(unit)][place]].map(|mark| mark.map_or(0, |mark| mark.bits));
                assert_eq!(bits & !other, 0, "seed {seed}: {} is hidden, and its journal is not", cell.entity);
                (hidden, more) = (hidden + usize::from(bits != 0), more + usize::from(other != bits));
            }
        }
    }
    assert!(hidden > 500 && more > 50, "{hidden} hidden, {more} of the journal only: too little to prove anything");
}

#[test]
fn a_total_is_withheld_whose_change_is_a_small_school_that_came_late() {
    let schools: Vec<(u32, String)> = [(0, "a"), (0, "b"), (0, "c"), (0, "d")].map(|(m, s)| (m, s.to_owned())).to_vec();
    let grade = |people: [i64; 4]| {
        let people = people.to_vec();
        BTreeMap::from([(4, Grade { fewer: people.clone(), people, edges: vec![false; 4], has_tasks: false })])
    };
    // Three pupils of «a» came a night later.
    let first = Region::released(schools.clone(), grade([0, 30, 40, 50]), None);
    let second = Region::released(schools, grade([3, 30, 40, 50]), Some(&first));
    let policy = Policy::standard();
    let shown = |before: &Before| {
        let marks = suppress(&policy, &second.units, before);
        let cells = second.units[&unit(Some(4), false)].iter().zip(&marks[&unit(Some(4), false)]);
        let shown = cells.filter(|(_, mark)| mark.is_none_or(|mark| mark.bits & super::suppress::INSIDE == 0));
        shown.map(|(cell, _)| cell.entity.clone()).collect::<Vec<_>>()
    };
    // «b» is hidden for «a», and «c» for «b»: of ten people at least «a» has no row.
    assert_eq!(shown(&Before::new()), ["d", "m0", "r"]);
    let marks = suppress(&policy, &first.units, &Before::new());
    // 123 − 120 = 3.
    assert_eq!(shown(&first.before(&marks)), ["b", "c", "d"]);
}

#[test]
fn what_is_hidden_is_enough_and_not_everything() {
    let policy = Policy::standard();
    // One school of three pupils among large ones: it and, for guests, the two next smallest.
    let schools: Vec<(u32, String)> =
        [(0, "a"), (0, "b"), (0, "c"), (0, "d"), (1, "e"), (1, "f")].map(|(m, school)| (m, school.to_owned())).to_vec();
    let people = [3, 30, 40, 50, 30, 40];
    let units = Units::from([(unit(Some(4), false), cells(&schools, &people, &[false; 6], &[people.to_vec()]))]);
    let marks = suppress(&policy, &units, &Before::new());
    let told = |bit: u8| {
        let (unit, cells) = units.first_key_value().unwrap();
        let marked = cells.iter().zip(&marks[unit]).filter(|(_, mark)| mark.is_some_and(|mark| mark.bits & bit != 0));
        marked.map(|(cell, _)| cell.entity.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(told(super::suppress::OWN), ["a"]);
    assert_eq!(told(super::suppress::INSIDE), ["a", "b"]);
    assert_eq!(told(super::suppress::PUBLIC), ["a", "b", "c"]);
}
