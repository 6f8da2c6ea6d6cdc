//! What a sum at its end tells: if nobody of a block has a «2», nobody of each of its schools has.
//!
//! The block rule (`blocks.rs`) keeps numbers from being found by subtraction. A share's numerator can be found
//! without it: a block's sum of 0 is a 0 everywhere in it, a sum as large as the denominator is all of them. So each
//! block holds cells that are not at that end — one less than are hidden together, so that it holds for whoever knows
//! one of them, too. Where no shown cell could help, the total itself is at its end: that is published of it, and
//! says the same of each of its parts.

use std::collections::BTreeMap;

use super::blocks::{Need, Spot};

/// Numerator and denominator of a share in each cell; 0 of 0 where it has no row.
pub(super) type Shares = Vec<(f64, f64)>;

/// Hides the smallest cells that are needed besides the hidden ones.
pub(super) fn open(spots: &[Spot], shares: &Shares, hidden: &mut [bool], need: Need) {
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
    let (mut own_rows, mut loose) = (Vec::new(), Vec::new());
    for (own, schools) in municipalities.values() {
        own_rows.extend(*own);
        match own.filter(|own| !hidden[*own]) {
            Some(_) => open_block(schools, shares, hidden, need),
            None => loose.extend(schools.iter().copied()),
        }
    }
    if region.is_some_and(|region| !hidden[region]) {
        open_block(&own_rows, shares, hidden, need);
        open_block(&loose, shares, hidden, need);
    }
}

/// Cells of one sum: those hidden are its block.
fn open_block(cells: &[usize], shares: &Shares, hidden: &mut [bool], need: Need) {
    let is_there = |at: &usize| shares[*at].1 > 0.0;
    if !cells.iter().any(|at| hidden[*at] && is_there(at)) {
        return;
    }
    let is_above = |at: &usize| shares[*at].0 > 1e-9;
    let is_below = |at: &usize| shares[*at].0 < shares[*at].1 - 1e-9;
    for is_inside in [&is_above as &dyn Fn(&usize) -> bool, &is_below] {
        let already = cells.iter().filter(|at| hidden[**at] && is_there(at) && is_inside(at)).count();
        let mut more: Vec<usize> =
            cells.iter().copied().filter(|at| !hidden[*at] && is_there(at) && is_inside(at)).collect();
        more.sort_by(|a, b| shares[*a].1.total_cmp(&shares[*b].1).then(a.cmp(b)));
        more.into_iter().take((need.together - 1).saturating_sub(already)).for_each(|at| hidden[at] = true);
    }
}
