//! No block of hidden cells tells by a sum of nothing, or of everything, what each of them is.

use microlp::{ComparisonOp, OptimizationDirection, Problem};

use super::*;
use crate::access::{
    ends::Share,
    suppress::{INSIDE, Mark, OWN, PUBLIC},
};

/// Cells with one share: how many of each school's people.
fn with_share(schools: &[(u32, String)], people: &[i64], num: &[i64]) -> Vec<Cell> {
    let mut cells = cells(schools, people, &vec![false; schools.len()], &[people.to_vec()]);
    for cell in &mut cells {
        let of = |numbers: &[i64]| {
            let mine = schools.iter().zip(numbers).filter(|(place, _)| is_in(place, cell));
            mine.map(|(_, n)| *n).sum::<i64>() as f64
        };
        let num = of(num);
        cell.shares = vec![(0, Share { num, den: of(people), is_rare: false })];
        cell.sums[0] = num;
    }
    cells
}

fn is_in((municipality, school): &(u32, String), cell: &Cell) -> bool {
    match cell.spot {
        Spot::School(_) => *school == cell.entity,
        Spot::Municipality(own) => *municipality == own,
        Spot::Region => true,
    }
}

fn marked(cells: Vec<Cell>) -> Vec<(Cell, u8)> {
    marked_after(cells, &Before::new())
        .into_iter()
        .map(|(cell, mark)| (cell, mark.map_or(0, |mark| mark.bits)))
        .collect()
}

fn marked_after(cells: Vec<Cell>, before: &Before) -> Vec<(Cell, Option<Mark>)> {
    let units = Units::from([(unit(Some(4), false), cells)]);
    let mut marks = suppress(&Policy::standard(), &units, before);
    let (unit, cells) = units.into_iter().next().unwrap();
    cells.into_iter().zip(marks.remove(&unit).unwrap()).collect()
}

#[test]
fn a_block_without_a_two_takes_in_a_school_with_some() {
    let schools = [(0, "a"), (0, "b"), (0, "c"), (0, "d")].map(|(m, s)| (m, s.to_owned()));
    let hidden = |twos: [i64; 4]| {
        let all = marked(with_share(&schools, &[3, 6, 30, 40], &twos));
        all.into_iter().filter(|(_, bits)| bits & INSIDE != 0).map(|(cell, _)| cell.entity).collect::<Vec<_>>()
    };
    assert_eq!(hidden([0, 1, 0, 5]), ["a", "b"]);
    assert_eq!(hidden([0, 0, 0, 5]), ["a", "b", "d"], "0 of 9 would be 0 of 3");
    assert_eq!(hidden([3, 6, 29, 40]), ["a", "b", "c"], "9 of 9 would be 3 of 3");
    assert_eq!(hidden([0, 0, 0, 0]), ["a", "b", "m0", "r"], "0 of 79 would be 0 of 3");
}

#[test]
fn a_total_is_withheld_whose_change_is_at_an_end() {
    let schools = [(0, "a"), (0, "b"), (0, "c"), (0, "d")].map(|(m, s)| (m, s.to_owned()));
    let before = |people: [i64; 4], twos: [i64; 4]| -> Before {
        let old = marked_after(with_share(&schools, &people, &twos), &Before::new());
        let old = old.into_iter().map(|(cell, mark)| ((level(cell.spot), cell.entity.clone()), Old { cell, mark }));
        Before::from([(unit(Some(4), false), old.collect())])
    };
    // «a» and «b» came a night later: what the municipality grew by is theirs.
    let told = before([0, 0, 30, 40], [0, 0, 2, 5]);
    let shown = |twos: [i64; 4]| {
        let all = marked_after(with_share(&schools, &[3, 6, 30, 40], &twos), &told);
        let is_shown = |mark: Option<Mark>| mark.is_none_or(|mark| mark.bits & INSIDE == 0);
        all.into_iter().any(|(cell, mark)| cell.spot == Spot::Municipality(0) && is_shown(mark))
    };
    assert!(shown([0, 1, 2, 5]), "one of the two has a «2»");
    assert!(!shown([0, 0, 2, 5]), "neither of the two has");
}

/// A test of a night: people and «2» of each school, and since which night they are these.
#[derive(Clone)]
struct Night {
    schools: Vec<(u32, String)>,
    people: Vec<i64>,
    twos: Vec<i64>,
    since: Vec<usize>,
    often: f64,
    is_rare: bool,
}

impl Night {
    fn random(random: &mut StdRng) -> Self {
        let schools: Vec<(u32, String)> = (0..random.random_range(1..=4_u32))
            .flat_map(|m| (0..random.random_range(1..=6)).map(move |s| (m, format!("{m}{s}"))).collect::<Vec<_>>())
            .collect();
        let people: Vec<i64> = schools.iter().map(|_| some_people(random)).collect();
        let often = [0.03, 0.3, 0.97][random.random_range(0..3)];
        let twos = people.iter().map(|n| some_of(*n, often, random)).collect();
        let since = vec![0; schools.len()];
        Self { schools, people, twos, since, often, is_rare: random.random_bool(0.3) }
    }

    fn next(&self, random: &mut StdRng) -> Self {
        let mut next = self.clone();
        let often = [0.1, 0.3, 0.7][random.random_range(0..3)];
        for at in 0..self.schools.len() {
            if random.random_bool(often) {
                next.people[at] = if random.random_bool(0.2) { 0 } else { some_people(random) };
                next.twos[at] = some_of(next.people[at], self.often, random);
                next.since[at] = usize::from((next.people[at], next.twos[at]) != (self.people[at], self.twos[at]));
            }
        }
        next
    }

    fn marked(&self, before: &Before) -> Vec<(Cell, Option<Mark>)> {
        let mut cells = with_share(&self.schools, &self.people, &self.twos);
        cells.iter_mut().for_each(|cell| cell.shares[0].1.is_rare = self.is_rare);
        marked_after(cells, before)
    }
}

fn some_of(people: i64, often: f64, random: &mut StdRng) -> i64 {
    (0..people).filter(|_| random.random_bool(often)).count() as i64
}

/// Who reads: what hides a cell from them.
struct Reader {
    name: String,
    bit: Box<dyn Fn(&Cell) -> u8>,
}

fn readers(schools: &[(u32, String)]) -> Vec<Reader> {
    let mut all = vec![
        Reader { name: "regional".to_owned(), bit: Box::new(|_| INSIDE) },
        Reader { name: "public".to_owned(), bit: Box::new(|_| PUBLIC) },
    ];
    for (municipality, school) in schools.iter().cloned() {
        let own = school.clone();
        let bit = move |cell: &Cell| if cell.entity == own { OWN } else { PUBLIC };
        all.push(Reader { name: school, bit: Box::new(bit) });
        let is_own = move |spot: Spot| matches!(spot, Spot::School(m) | Spot::Municipality(m) if m == municipality);
        let bit = move |cell: &Cell| if is_own(cell.spot) { INSIDE } else { PUBLIC };
        all.push(Reader { name: format!("m{municipality}"), bit: Box::new(bit) });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all.dedup_by(|a, b| a.name == b.name);
    all
}

/// What is possible of a number of «2»: none is less than 0 or more than there are people, and everybody knows how many
/// people there are, the hidden too.
struct Possible {
    bounds: Vec<(f64, f64)>,
    sums: Vec<(Vec<usize>, f64)>,
}

impl Possible {
    fn range(&self, of: &[usize]) -> (f64, f64) {
        let most = |direction: OptimizationDirection| {
            let mut problem = Problem::new(direction);
            let weight = |at: usize| if of.contains(&at) { 1.0 } else { 0.0 };
            let numbers = self.bounds.iter().enumerate().map(|(at, bounds)| problem.add_var(weight(at), *bounds));
            let numbers: Vec<_> = numbers.collect();
            for (parts, sum) in &self.sums {
                let parts: Vec<_> = parts.iter().map(|at| (numbers[*at], 1.0)).collect();
                problem.add_constraint(&parts, ComparisonOp::Eq, *sum);
            }
            problem.solve().unwrap().into_solution().unwrap().objective()
        };
        (most(OptimizationDirection::Minimize), most(OptimizationDirection::Maximize))
    }
}

/// How many hidden numbers nobody can tell, who kept all nights; and how many of them somebody can.
fn told(nights: &[Night]) -> (usize, Vec<String>) {
    let mut before = Before::new();
    let mut marked = Vec::new();
    for night in nights {
        let cells = night.marked(&before);
        let old = cells
            .iter()
            .map(|(cell, mark)| ((level(cell.spot), cell.entity.clone()), Old { cell: cell.clone(), mark: *mark }));
        before = Before::from([(unit(Some(4), false), old.collect())]);
        marked.push(cells);
    }
    let count = nights[0].schools.len();
    let is_there = |night: &Night, at: &usize| night.people[*at] > 0;
    let parts = |night: &Night, cell: &Cell| -> Vec<usize> {
        let mine = (0..count).filter(|at| is_in(&night.schools[*at], cell) && is_there(night, at));
        mine.map(|at| at + count * night.since[at]).collect()
    };
    let mut bounds = vec![(0.0, 0.0); 2 * count];
    for night in nights {
        (0..count).for_each(|at| bounds[at + count * night.since[at]].1 = night.people[at] as f64);
    }
    let written = (0..count).filter(|at| nights.iter().any(|night| is_there(night, at)));
    let is_alone = written.map(|at| nights[0].schools[at].0).collect::<BTreeSet<_>>().len() == 1;
    let (mut secrets, mut found) = (0, Vec::new());
    for Reader { name, bit } in readers(&nights[0].schools) {
        let (mut known, mut hidden) = (Possible { bounds: bounds.clone(), sums: Vec::new() }, Vec::new());
        for (night, cells) in nights.iter().zip(&marked) {
            for (cell, mark) in cells {
                let parts = parts(night, cell);
                match mark.is_some_and(|mark| mark.bits & bit(cell) != 0) {
                    true => hidden.push((cell, parts)),
                    false => known.sums.push((parts, cell.shares[0].1.num)),
                }
            }
        }
        // What is shown of a sum is no secret; one's own number is none. Between releases a large total may have been
        // hidden for the sake of small schools only.
        let open: BTreeSet<usize> =
            known.sums.iter().filter(|(parts, _)| parts.len() == 1).map(|sum| sum.0[0]).collect();
        for (cell, mut parts) in hidden {
            parts.retain(|part| !open.contains(part));
            let is_large = nights.len() > 1 && level(cell.spot) != Level::School;
            // A region of one municipality has no other.
            let is_own = cell.entity == name || level(cell.spot) == Level::Region && is_alone;
            if parts.is_empty() || is_large || is_own {
                continue;
            }
            secrets += 1;
            let (least, most) = known.range(&parts);
            // Nobody's having a rare sign is no secret.
            if most - least < 0.5 && !(nights[0].is_rare && most < 0.5) {
                found.push(format!("{name} finds out {}: {most}", cell.entity));
            }
        }
    }
    (secrets, found)
}

#[test]
fn no_hidden_number_follows_from_its_not_being_negative() {
    let mut secrets = 0;
    for seed in 0..300 {
        let (hidden, found) = told(&[Night::random(&mut StdRng::seed_from_u64(seed))]);
        assert!(found.is_empty(), "seed {seed}: {found:?}");
        secrets += hidden;
    }
    assert!(secrets > 5_000, "{secrets} hidden: too little to prove anything");
}

#[test]
fn nor_does_one_between_releases() {
    let mut secrets = 0;
    for seed in 0..300 {
        let random = &mut StdRng::seed_from_u64(seed);
        // Who knows that nobody had a rare sign knows who has it, one night later: it is not kept from them.
        let first = Night { is_rare: false, ..Night::random(random) };
        let second = first.next(random);
        let (hidden, found) = told(&[first, second]);
        assert!(found.is_empty(), "seed {seed}: {found:?}");
        secrets += hidden;
    }
    assert!(secrets > 10_000, "{secrets} hidden: too little to prove anything");
}
