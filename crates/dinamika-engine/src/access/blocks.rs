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
//! knows one of them (their own school) does not learn another. What the release before told is known too, see
//! `past.rs`. `tests.rs` proves it with a solver on small regions.

use std::collections::BTreeMap;

use super::past::{Difference, Past, Unknown, Was};

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
pub(super) fn complete(spots: &[Spot], people: &[i64], hidden: &mut [bool], past: &Past, need: Need) {
    let tree = Tree::of(spots, people, past);
    while tree.step(people, hidden, need) {}
}

/// Whether the rule holds where nothing was told before: what [`complete`] leaves as it is, found in one pass.
pub(super) fn kept(spots: &[Spot], people: &[i64], hidden: &[bool], need: Need) -> bool {
    let is_enough = |block: &Block| block.cells == 0 || block.cells >= need.together && block.people >= need.minimum;
    let mut municipalities: BTreeMap<u32, (Option<usize>, usize, Block)> = BTreeMap::new();
    let mut region = None;
    for (at, spot) in spots.iter().enumerate() {
        match spot {
            Spot::School(number) if people[at] > 0 => {
                let (_, schools, block) = municipalities.entry(*number).or_default();
                *schools += 1;
                block.add(people[at], hidden[at]);
            }
            Spot::School(_) => {}
            Spot::Municipality(number) => municipalities.entry(*number).or_default().0 = Some(at),
            Spot::Region => region = Some(at),
        }
    }
    let (mut rows, mut loose) = (Block::default(), Block::default());
    for (own, schools, block) in municipalities.values() {
        let is_hidden = own.is_none_or(|own| hidden[own]);
        if !is_hidden && !is_enough(block) {
            return false;
        }
        if let Some(own) = own.filter(|_| is_hidden) {
            rows.add(people[own], people[own] > 0);
            if !need.of_parts && block.cells < (need.together - 1).min(*schools) {
                return false;
            }
        }
        if is_hidden {
            loose.cells += block.cells;
            loose.people += block.people;
        }
    }
    region.is_none_or(|region| hidden[region]) || is_enough(&rows) && is_enough(&loose)
}

/// Hidden cells of one sum.
#[derive(Default)]
struct Block {
    cells: usize,
    people: i64,
}

impl Block {
    fn add(&mut self, people: i64, is_hidden: bool) {
        if is_hidden {
            self.cells += 1;
            self.people += people;
        }
    }
}

/// Which hidden cells have changed since their total was shown: no total has told of them yet.
pub(super) fn late(spots: &[Spot], people: &[i64], hidden: &[bool], past: &Past) -> Vec<bool> {
    let tree = Tree::of(spots, people, past);
    let is_withheld = |at: usize| hidden[at] && tree.was(at).was_told();
    let mut late = vec![false; spots.len()];
    for (number, (own, schools)) in tree.municipalities.iter().enumerate() {
        for school in schools.iter().filter(|_| own.is_some_and(is_withheld)) {
            let unknown = tree.was(*school).unknown();
            late[*school] = hidden[*school] && matches!(unknown, Unknown::New | Unknown::Changed);
        }
        if let Some(own) = own.filter(|own| hidden[*own] && tree.region.is_some_and(is_withheld)) {
            late[own] = matches!(tree.municipality(number, hidden), Unknown::New | Unknown::Changed);
        }
    }
    late
}

/// Cells by where they belong.
struct Tree<'p> {
    region: Option<usize>,
    /// Own row and schools of each municipality.
    municipalities: Vec<(Option<usize>, Vec<usize>)>,
    past: &'p Past,
}

impl<'p> Tree<'p> {
    /// Schools stand from the smallest to the largest, those of nobody are left out.
    fn of(spots: &[Spot], people: &[i64], past: &'p Past) -> Self {
        let count = spots.iter().chain(&past.gone).map(|spot| match spot {
            Spot::School(number) | Spot::Municipality(number) => *number as usize + 1,
            Spot::Region => 0,
        });
        let municipalities = vec![(None, Vec::new()); count.max().unwrap_or(0)];
        let mut tree = Self { region: None, municipalities, past };
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

    fn was(&self, at: usize) -> Was {
        self.past.cells.get(at).copied().unwrap_or_default()
    }

    /// One round; whether anything more was hidden.
    fn step(&self, people: &[i64], hidden: &mut [bool], need: Need) -> bool {
        let before = hidden.iter().filter(|hidden| **hidden).count();
        let helps = |school: usize| self.was(school).unknown() != Unknown::Told;
        for (number, (own, schools)) in self.municipalities.iter().enumerate() {
            match own {
                Some(own) if !hidden[*own] => {
                    let is_kept = fill(schools, people, hidden, need, helps);
                    hidden[*own] = !is_kept || !self.settle(number, hidden, need);
                }
                // A municipality that hides none of its schools is their sum; one that hides a single school is known
                // to that school.
                Some(_) if !need.of_parts => {
                    let least = need.together - 1;
                    let already = schools.iter().filter(|school| hidden[**school] && helps(**school)).count();
                    let more = schools.iter().copied().filter(|school| !hidden[*school] && helps(*school));
                    let more: Vec<usize> = more.take(least.saturating_sub(already)).collect();
                    more.into_iter().for_each(|school| hidden[school] = true);
                }
                _ => {}
            }
        }
        self.keep_together(people, hidden, need);
        if let Some(region) = self.region.filter(|region| !hidden[*region])
            && !(self.fill_region(people, hidden, need) && self.settle_region(hidden, need))
        {
            hidden[region] = true;
        }
        hidden.iter().filter(|hidden| **hidden).count() > before
    }

    /// Hides municipalities until those hidden keep each other's secret; false when there are too few.
    fn fill_region(&self, people: &[i64], hidden: &mut [bool], need: Need) -> bool {
        let rows = self.rows(people);
        let unknown: Vec<bool> = self.unknown(hidden, need, &rows);
        let helps = |own: usize| unknown[own];
        let is_kept = fill(&rows, people, hidden, need, helps);
        // Schools of municipalities without a row of their own are a block of the region's.
        let loose: Vec<usize> = {
            let without = self.municipalities.iter().filter(|(own, _)| own.is_none_or(|own| hidden[own]));
            let mut loose: Vec<usize> = without.flat_map(|(_, schools)| schools.iter().copied()).collect();
            loose.sort_by_key(|at| (people[*at], *at));
            loose
        };
        is_kept && fill(&loose, people, hidden, need, |school| self.was(school).unknown() != Unknown::Told)
    }

    /// Rows of municipalities, from the smallest to the largest.
    fn rows(&self, people: &[i64]) -> Vec<usize> {
        let own = self.municipalities.iter().filter_map(|(own, _)| *own);
        let mut rows: Vec<usize> = own.filter(|own| people[*own] > 0).collect();
        rows.sort_by_key(|at| (people[*at], *at));
        rows
    }

    /// Which municipalities are, or would be, unknown when hidden: by cell.
    fn unknown(&self, hidden: &[bool], need: Need, rows: &[usize]) -> Vec<bool> {
        let mut unknown = vec![false; hidden.len()];
        for (number, (own, schools)) in self.municipalities.iter().enumerate() {
            let Some(own) = own.filter(|own| rows.contains(own)) else { continue };
            unknown[own] = self.municipality(number, hidden) != Unknown::Told || {
                // Hidden schools of its own would make it so.
                let moved = schools.iter().filter(|school| self.was(**school).unknown() == Unknown::New).count();
                !hidden[own] && moved >= need.together.saturating_sub(1).max(1)
            };
        }
        unknown
    }

    /// What a municipality is as a hidden part of the region.
    fn municipality(&self, number: usize, hidden: &[bool]) -> Unknown {
        let (own, schools) = &self.municipalities[number];
        let was = own.map_or_else(Was::default, |own| self.was(own));
        if schools.is_empty() {
            return was.unknown();
        }
        let moves = self.moves(number, hidden);
        match (Was { same: moves.cells() == 0, ..was }).unknown() {
            // Its change is the one school.
            Unknown::Changed if moves.is_one() => Unknown::New,
            unknown => unknown,
        }
    }

    /// By what a municipality's hidden schools differ from the release before.
    fn moves(&self, number: usize, hidden: &[bool]) -> Difference {
        let schools = self.municipalities[number].1.iter().map(|school| (hidden[*school], self.was(*school)));
        let moved = schools.filter(|(hidden, was)| *hidden && was.has_moved());
        let mut difference = Difference::of(moved.map(|(_, was)| Was { late: false, ..was }.unknown()));
        self.gone(number).for_each(|()| difference.add(Unknown::New));
        difference
    }

    fn gone(&self, number: usize) -> impl Iterator<Item = ()> {
        self.past.gone.iter().filter(move |spot| **spot == Spot::School(number as u32)).map(|_| ())
    }

    /// Hides schools that have changed until a municipality's total tells of none; false when there are too few.
    fn settle(&self, number: usize, hidden: &mut [bool], need: Need) -> bool {
        let (own, schools) = &self.municipalities[number];
        let total = own.map_or_else(Was::default, |own| self.was(own));
        // The sum of what is shown tells nothing new.
        if !schools.iter().any(|school| hidden[*school]) {
            return true;
        }
        let of = schools.iter().filter(|school| hidden[**school]).map(|school| self.was(*school).unknown());
        let mut difference = Difference::of(of);
        self.gone(number).for_each(|()| difference.add(Unknown::New));
        let more = schools.iter().copied().filter(|school| self.was(*school).unknown() == Unknown::New);
        let more: Vec<usize> = more.filter(|school| !hidden[*school]).collect();
        if !difference.is_safe(need.together, total) && difference.cells() + more.len() < need.together {
            return false;
        }
        for school in more {
            if difference.is_safe(need.together, total) {
                break;
            }
            hidden[school] = true;
            difference.add(Unknown::New);
        }
        true
    }

    /// Hides municipalities that were hidden rather than that few of them remain: the region's total told of them
    /// all together.
    fn keep_together(&self, people: &[i64], hidden: &mut [bool], need: Need) {
        if !self.region.is_some_and(|region| self.was(region).was_told()) {
            return;
        }
        let rows = self.rows(people);
        let numbers = self.municipalities.iter().enumerate();
        let mut before: Vec<(usize, bool)> = numbers
            .filter_map(|(number, (own, _))| own.map(|own| (own, self.moves(number, hidden).cells() > 0)))
            .filter(|(own, _)| rows.contains(own) && self.was(*own).hidden && !self.was(*own).late)
            .collect();
        before.sort_by_key(|(own, _)| people[*own]);
        // One that is shown again tells what it was, unless hidden schools in it have changed since.
        let gone = self.past.gone.iter().filter(|spot| matches!(spot, Spot::Municipality(_))).count();
        let unresolved = gone + before.iter().filter(|(own, has_moved)| hidden[*own] || *has_moved).count();
        if unresolved > 0 {
            let more: Vec<usize> =
                before.iter().filter(|(own, moved)| !hidden[*own] && !moved).map(|of| of.0).collect();
            more.into_iter().take(need.together.saturating_sub(unresolved)).for_each(|own| hidden[own] = true);
        }
    }

    /// Whether the region's total tells of no municipality and of no school.
    fn settle_region(&self, hidden: &[bool], need: Need) -> bool {
        let Some(total) = self.region.map(|region| self.was(region)).filter(|was| was.was_told()) else { return true };
        // The sum of what is shown tells nothing new.
        let is_shown =
            |(own, schools): &(Option<usize>, Vec<usize>)| own.map_or(schools.is_empty(), |own| !hidden[own]);
        if self.municipalities.iter().all(is_shown) {
            return true;
        }
        let (mut of_municipalities, mut of_schools) = (Difference::default(), Difference::default());
        for (number, (own, schools)) in self.municipalities.iter().enumerate() {
            let was = own.map_or_else(Was::default, |own| self.was(own));
            let is_hidden = own.is_none_or(|own| hidden[own]);
            let is_there = own.is_some() || !schools.is_empty() || self.gone(number).next().is_some();
            if !is_there || !is_hidden && !was.hidden {
                continue;
            }
            let moves = self.moves(number, hidden);
            match is_hidden {
                true => of_municipalities.add(self.municipality(number, hidden)),
                false if moves.cells() > 0 => of_municipalities.add(Unknown::New),
                false => {}
            }
            of_schools = of_schools.and(moves);
        }
        let least = need.together;
        of_municipalities.is_safe(least, total) && of_schools.is_safe(least, Was { withheld: false, ..total })
    }
}

/// Hides the smallest of the cells until those hidden are enough; false when all together are not. A cell that does
/// not help is neither counted nor hidden.
fn fill(sorted: &[usize], people: &[i64], hidden: &mut [bool], need: Need, helps: impl Fn(usize) -> bool) -> bool {
    if !sorted.iter().any(|at| hidden[*at]) {
        return true;
    }
    let block = sorted.iter().filter(|at| hidden[**at] && helps(**at));
    let (mut count, mut sum) = (block.clone().count(), block.map(|at| people[*at]).sum::<i64>());
    for at in sorted.iter().filter(|at| !need.of_parts && helps(**at)) {
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
