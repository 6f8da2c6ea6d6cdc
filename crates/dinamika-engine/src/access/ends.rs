//! What a sum at its end tells: if nobody of a block has a «2», nobody of each of its schools has. For the shares the
//! policy names (`[edges]`): of all of them too much would be hidden.
//!
//! The block rule (`blocks.rs`) keeps numbers from being found by subtraction. A share's numerator can be found
//! without it: a block's sum of 0 is a 0 everywhere in it, a sum as large as the denominator is all of them. So each
//! block holds cells that are not at that end — one less than are hidden together, so that it holds for whoever knows
//! one of them, too. Where no other cell of the total could help, the total itself is at its end: that is published
//! of it, and says the same of each of its parts. A cell whose number the release before told helps nobody: if only
//! such ones are left, the total is hidden.

use std::collections::BTreeMap;

use super::{
    blocks::{Need, Spot},
    past::{Past, Unknown},
};

/// Numerator and denominator of a share in each cell; 0 of 0 where it has no row.
pub(super) type Shares = Vec<(f64, f64)>;

/// Hides the smallest cells that are needed besides the hidden ones.
pub(super) fn avoid(spots: &[Spot], shares: &Shares, hidden: &mut [bool], past: &Past, need: Need) {
    // A total of other units holds their blocks, and those are not at an end.
    if need.of_parts {
        return;
    }
    let mut municipalities: BTreeMap<u32, (Option<usize>, Vec<usize>)> = BTreeMap::new();
    let mut region = None;
    for (at, spot) in spots.iter().enumerate() {
        match spot {
            Spot::School(number) => municipalities.entry(*number).or_default().1.push(at),
            Spot::Municipality(number) => municipalities.entry(*number).or_default().0 = Some(at),
            Spot::Region => region = Some(at),
        }
    }
    let (mut rows, mut loose) = (Vec::new(), Vec::new());
    for (own, schools) in municipalities.values() {
        rows.extend(*own);
        match own.filter(|own| !hidden[*own]) {
            Some(own) => hidden[own] = !avoid_in(schools, shares, hidden, past, need),
            None => loose.extend(schools.iter().copied()),
        }
    }
    if let Some(region) = region.filter(|region| !hidden[*region]) {
        let is_enough = [rows, loose].map(|cells| avoid_in(&cells, shares, hidden, past, need));
        hidden[region] = is_enough.contains(&false);
    }
}

/// Hides what the block among the cells of one sum needs; whether that is enough.
fn avoid_in(cells: &[usize], shares: &Shares, hidden: &mut [bool], past: &Past, need: Need) -> bool {
    let is_there = |at: &usize| shares[*at].1 > 0.0;
    if !cells.iter().any(|at| hidden[*at] && is_there(at)) {
        return true;
    }
    let is_above = |at: &usize| is_there(at) && shares[*at].0 > 1e-9;
    let is_below = |at: &usize| is_there(at) && shares[*at].0 < shares[*at].1 - 1e-9;
    let helps = |at: &usize| past.cells.get(*at).is_none_or(|was| was.unknown() != Unknown::Told);
    let mut is_enough = true;
    for is_off in [&is_above as &dyn Fn(&usize) -> bool, &is_below] {
        let all: Vec<usize> = cells.iter().copied().filter(is_off).collect();
        let needed = (need.together - 1).min(all.len());
        let (already, mut more): (Vec<usize>, Vec<usize>) = all.into_iter().filter(helps).partition(|at| hidden[*at]);
        is_enough &= already.len() + more.len() >= needed;
        more.sort_by(|a, b| shares[*a].1.total_cmp(&shares[*b].1).then(a.cmp(b)));
        more.into_iter().take(needed.saturating_sub(already.len())).for_each(|at| hidden[at] = true);
    }
    is_enough
}
