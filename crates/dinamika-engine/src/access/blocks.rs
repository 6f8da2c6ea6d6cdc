//! Which cells of one table are hidden so that no hidden one can be found by sums and differences.
//!
//! A table is one question (a test, a year of courses) asked of schools, municipalities and the region; schools sum
//! to their municipality, municipalities to the region. What is published are the cells that are not hidden, so what
//! a reader can compute of the hidden ones are sums over *blocks*: the hidden schools of each municipality that is
//! shown, and the hidden schools of all municipalities that are not. The rule:
//!
//! * a cell of fewer people than the minimum is hidden;
//! * a block has no cell, or at least `together` cells with at least `minimum` people among them;
//! * of municipalities none is hidden, or at least `together` with at least `minimum` people among them, and each
//!   hides `together` − 1 schools of its own, unless the region is hidden too.
//!
//! A block of two or more unknowns with one equation determines none of them, blocks share no cell, and a hidden
//! municipality's sum is never a block of its own: so nothing hidden is determined. With three cells a block, whoever
//! knows one of them (their own school) does not learn another. `tests.rs` proves it with a solver on small regions.

/// Which of the three kinds of entity a cell is of, and where it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Spot {
    /// A school of the municipality of this number.
    School(u32),
    /// The municipality of this number.
    Municipality(u32),
    /// The region.
    Region,
}

/// How many people a cell needs, and how many cells are hidden together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    pub(super) minimum: i64,
    pub(super) together: usize,
    /// A total of other tables: a cell whose parts are all shown keeps no secret, so instead of hiding more cells
    /// their total is hidden. Where parts are kept as the rule says, this happens to no total.
    pub(super) of_parts: bool,
}

/// Hides further cells until the rule holds. `people` are the cells' counts; a cell of nobody is neither hidden nor
/// any help. What is hidden stays hidden. Small cells are not looked for: they are the caller's seeds.
pub(super) fn complete(spots: &[Spot], people: &[i64], hidden: &mut [bool], need: Need) {
    let tree = Tree::of(spots, people);
    while tree.step(people, hidden, need) {}
}

/// Cells by where they belong.
struct Tree {
    region: Option<usize>,
    /// Own row and schools of each municipality.
    municipalities: Vec<(Option<usize>, Vec<usize>)>,
}

impl Tree {
    /// Schools stand from the smallest to the largest, those of nobody are left out.
    fn of(spots: &[Spot], people: &[i64]) -> Self {
        let count = spots.iter().map(|spot| match spot {
            Spot::School(number) | Spot::Municipality(number) => *number as usize + 1,
            Spot::Region => 0,
        });
        let mut tree = Self { region: None, municipalities: vec![(None, Vec::new()); count.max().unwrap_or(0)] };
        for (at, spot) in spots.iter().enumerate() {
            match spot {
                Spot::School(number) if people[at] > 0 => tree.municipalities[*number as usize].1.push(at),
                Spot::School(_) => {}
                Spot::Municipality(number) => tree.municipalities[*number as usize].0 = Some(at),
                Spot::Region => tree.region = Some(at),
            }
        }
        for (_, schools) in &mut tree.municipalities {
            schools.sort_by_key(|at| (people[*at], *at));
        }
        tree
    }

    /// One round; whether anything more was hidden.
    fn step(&self, people: &[i64], hidden: &mut [bool], need: Need) -> bool {
        let before = hidden.iter().filter(|hidden| **hidden).count();
        for (own, schools) in &self.municipalities {
            match own {
                Some(own) if !hidden[*own] => hidden[*own] = !fill(schools, people, hidden, need),
                // A municipality that hides none of its schools is their sum; one that hides a single school is known
                // to that school.
                Some(_) if !need.of_parts => {
                    let least = need.together - 1;
                    let already = schools.iter().filter(|school| hidden[**school]).count();
                    let more: Vec<usize> = schools.iter().copied().filter(|school| !hidden[*school]).collect();
                    more.iter().take(least.saturating_sub(already)).for_each(|school| hidden[*school] = true);
                }
                _ => {}
            }
        }
        if let Some(region) = self.region.filter(|region| !hidden[*region])
            && !self.fill_region(people, hidden, need)
        {
            hidden[region] = true;
        }
        hidden.iter().filter(|hidden| **hidden).count() > before
    }

    /// Hides municipalities until those hidden keep each other's secret; false when there are too few.
    fn fill_region(&self, people: &[i64], hidden: &mut [bool], need: Need) -> bool {
        let mut rows: Vec<usize> =
            self.municipalities.iter().filter_map(|(own, _)| *own).filter(|own| people[*own] > 0).collect();
        rows.sort_by_key(|at| (people[*at], *at));
        let is_kept = fill(&rows, people, hidden, need);
        // Schools of municipalities without a row of their own are a block of the region's.
        let loose: Vec<usize> = {
            let without = self.municipalities.iter().filter(|(own, _)| own.is_none_or(|own| hidden[own]));
            let mut loose: Vec<usize> = without.flat_map(|(_, schools)| schools.iter().copied()).collect();
            loose.sort_by_key(|at| (people[*at], *at));
            loose
        };
        is_kept && fill(&loose, people, hidden, need)
    }
}

/// Hides the smallest of the cells until those hidden are enough; false when all together are not.
fn fill(sorted: &[usize], people: &[i64], hidden: &mut [bool], need: Need) -> bool {
    let of = |hidden: &[bool]| {
        let block = sorted.iter().filter(|at| hidden[**at]);
        (block.clone().count(), block.map(|at| people[*at]).sum::<i64>())
    };
    let (mut count, mut sum) = of(hidden);
    if count == 0 {
        return true;
    }
    for at in sorted.iter().filter(|_| !need.of_parts) {
        if count >= need.together && sum >= need.minimum {
            return true;
        }
        if !hidden[*at] {
            hidden[*at] = true;
            count += 1;
            sum += people[*at];
        }
    }
    count >= need.together && sum >= need.minimum
}
