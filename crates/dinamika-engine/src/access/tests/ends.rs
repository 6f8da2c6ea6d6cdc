//! No block of hidden cells tells by a sum of nothing, or of everything, what each of them is.

use super::*;
use crate::access::suppress::{INSIDE, Mark, PUBLIC, Reason};

/// Cells with one share: how many of each school's people.
fn with_share(schools: &[(u32, String)], people: &[i64], num: &[i64]) -> Vec<Cell> {
    let mut cells = cells(schools, people, &vec![false; schools.len()], &[people.to_vec()]);
    for cell in &mut cells {
        let is_in = |(m, school): &(u32, String)| match cell.spot {
            Spot::School(_) => *school == cell.entity,
            Spot::Municipality(own) => *m == own,
            Spot::Region => true,
        };
        let of = |numbers: &[i64]| {
            schools.iter().zip(numbers).filter(|(place, _)| is_in(place)).map(|(_, n)| *n).sum::<i64>() as f64
        };
        cell.shares = vec![(0, (of(num), of(people)))];
    }
    cells
}

fn marked(cells: Vec<Cell>) -> Vec<(Cell, u8)> {
    marked_after(cells, &Before::new())
}

fn marked_after(cells: Vec<Cell>, before: &Before) -> Vec<(Cell, u8)> {
    let units = Units::from([(unit(Some(4), false), cells)]);
    let mut marks = suppress(&Policy::standard(), &units, before);
    let (unit, cells) = units.into_iter().next().unwrap();
    let marks = marks.remove(&unit).unwrap().into_iter().map(|mark| mark.map_or(0, |mark| mark.bits));
    cells.into_iter().zip(marks).collect()
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
    assert_eq!(hidden([0, 0, 0, 0]), ["a", "b"], "the municipality's own 0 of 79 tells it");
}

#[test]
fn a_total_is_withheld_whose_change_is_at_an_end() {
    let schools = [(0, "a"), (0, "b"), (0, "c"), (0, "d")].map(|(m, s)| (m, s.to_owned()));
    let before = |people: [i64; 4], twos: [i64; 4]| -> Before {
        let old = marked(with_share(&schools, &people, &twos)).into_iter().filter(|(cell, _)| cell.people > 0);
        let old = old.map(|(cell, bits)| {
            let mark = (bits != 0).then_some(Mark { bits, reason: Reason::Few, late: 0, withheld: 0 });
            ((level(cell.spot), cell.entity.clone()), Old { cell, mark })
        });
        Before::from([(unit(Some(4), false), old.collect())])
    };
    // «a» and «b» came a night later: what the municipality grew by is theirs.
    let told = before([0, 0, 30, 40], [0, 0, 2, 5]);
    let shown = |twos: [i64; 4]| {
        let all = marked_after(with_share(&schools, &[3, 6, 30, 40], &twos), &told);
        all.into_iter().any(|(cell, bits)| cell.spot == Spot::Municipality(0) && bits & INSIDE == 0)
    };
    assert!(shown([0, 1, 2, 5]), "one of the two has a «2»");
    assert!(!shown([0, 0, 2, 5]), "neither of the two has");
}

#[test]
fn no_block_is_at_an_end_unless_all_of_its_cells_are() {
    let mut blocks = 0;
    for seed in 0..300 {
        let random = &mut StdRng::seed_from_u64(seed);
        let schools: Vec<(u32, String)> = (0..random.random_range(1..=4_u32))
            .flat_map(|m| (0..random.random_range(1..=8)).map(move |s| (m, format!("{m}{s}"))).collect::<Vec<_>>())
            .collect();
        let people: Vec<i64> = schools.iter().map(|_| some_people(random)).collect();
        let often = [0.05, 0.5, 0.95][random.random_range(0..3)];
        let twos = people.iter().map(|n| (0..*n).filter(|_| random.random_bool(often)).count() as i64);
        let all = marked(with_share(&schools, &people, &twos.collect::<Vec<_>>()));
        // With whoever knows one of the guests' three cells, two are left.
        for (bit, others) in [(INSIDE, 1), (PUBLIC, 2)] {
            let is_hidden = |spot: Spot| all.iter().any(|(cell, bits)| cell.spot == spot && bits & bit != 0);
            for (municipality, _) in &schools {
                if is_hidden(Spot::Municipality(*municipality)) {
                    continue;
                }
                let parts: Vec<_> = all.iter().filter(|(cell, _)| cell.spot == Spot::School(*municipality)).collect();
                let hidden: Vec<_> = parts.iter().filter(|(_, bits)| bits & bit != 0).collect();
                let above = |of: &(Cell, u8)| of.0.shares[0].1.0 > 0.0;
                let below = |of: &(Cell, u8)| of.0.shares[0].1.0 < of.0.shares[0].1.1;
                for is_inside in [&above as &dyn Fn(&(Cell, u8)) -> bool, &below] {
                    let (within, of_all) = (
                        hidden.iter().filter(|of| is_inside(of)).count(),
                        parts.iter().filter(|of| is_inside(of)).count(),
                    );
                    assert!(hidden.is_empty() || within >= others.min(of_all), "seed {seed}: {within} of {of_all}");
                }
                blocks += usize::from(!hidden.is_empty());
            }
        }
    }
    assert!(blocks > 500, "{blocks} blocks are too few to prove anything");
}
