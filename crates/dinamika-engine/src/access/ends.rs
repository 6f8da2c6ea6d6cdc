//! What a sum at its end tells: if nobody of a block has a «2», nobody of each of its schools has. For the shares the
//! policy names (`[edges]`).
//!
//! The block rule (`blocks.rs`) keeps numbers from being found by subtraction. A share's numerator can be found
//! without it: a block's sum of 0 is a 0 everywhere in it, a sum as large as the denominator is all of them. So each
//! block holds cells that are not at that end — one less than are hidden together, so that it holds for whoever knows
//! one of them, too. Where there are too few, the total is hidden; of a rare sign nobody's having it is no secret. A
//! cell whose number the release before told helps nobody.

use std::collections::BTreeMap;

use super::{
    blocks::{Need, Spot},
    past::{Past, Unknown, Was},
};

/// A share in a cell; 0 of 0 where it has no row.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Share {
    pub(super) num: f64,
    pub(super) den: f64,
    /// Whether it is usual that nobody has it.
    pub(super) is_rare: bool,
}

/// One share in all cells of a unit.
#[derive(Debug, Clone, Default)]
pub(super) struct Shares {
    /// In the order of the cells.
    pub(super) now: Vec<Share>,
    /// What it was in the release before where it was hidden then.
    pub(super) before: Vec<Share>,
    /// Of hidden cells that are no more.
    pub(super) gone: Vec<(Spot, Share)>,
}

/// Hides the smallest cells that are needed besides the hidden ones.
pub(super) fn avoid(spots: &[Spot], shares: &Shares, hidden: &mut [bool], past: &Past, need: Need) {
    // A total of other units holds their blocks, and those are not at an end.
    if need.of_parts {
        return;
    }
    let mut sums = Sums { shares, past, need, municipalities: BTreeMap::new(), region: None };
    for (at, spot) in spots.iter().enumerate() {
        match spot {
            Spot::School(number) => sums.municipalities.entry(*number).or_default().1.push(at),
            Spot::Municipality(number) => sums.municipalities.entry(*number).or_default().0 = Some(at),
            Spot::Region => sums.region = Some(at),
        }
    }
    sums.keep(hidden);
    sums.avoid_in_municipalities(hidden);
    sums.avoid_in_region(hidden);
}

/// A share's cells by the sums they are parts of.
struct Sums<'a> {
    shares: &'a Shares,
    past: &'a Past,
    need: Need,
    /// The own cell and those of the schools.
    municipalities: BTreeMap<u32, (Option<usize>, Vec<usize>)>,
    region: Option<usize>,
}

/// Whether a number could be less, and whether more: it is at neither end.
type Off = [bool; 2];

impl Sums<'_> {
    /// Hides municipalities that were hidden: one shown again without a change tells what it was when the region's
    /// total told of all of them together.
    fn keep(&self, hidden: &mut [bool]) {
        if !self.region.is_some_and(|region| self.was(region).was_told()) {
            return;
        }
        let (mut unknown, mut shown) = (BTreeMap::new(), Vec::new());
        for (number, (own, schools)) in &self.municipalities {
            let Some(own) = own.filter(|own| self.was(*own).hidden) else { continue };
            let then = schools.iter().map(|at| self.shares.before[*at]).chain(self.gone(*number));
            let Some(then) = then.reduce(Share::and).filter(|then| then.den > 0.0) else { continue };
            if hidden[own] {
                unknown.insert(own, then.off());
                continue;
            }
            shown.push((own, then));
            // What it was is what it is less the change.
            let change = self.changes(*number, schools, hidden).into_iter().reduce(Change::or);
            if let Some(Change { is_one: true, could_be: [less, more] }) = change {
                unknown.insert(own, [more, less]);
            }
        }
        shown.sort_by(|a, b| b.1.den.total_cmp(&a.1.den).then(b.0.cmp(&a.0)));
        while !unknown.is_empty()
            && !self.is_enough(unknown.values().copied())
            && let Some((own, then)) = shown.pop()
        {
            hidden[own] = true;
            unknown.insert(own, then.off());
        }
    }

    fn avoid_in_municipalities(&self, hidden: &mut [bool]) {
        let off: Vec<Off> = self.shares.now.iter().map(Share::off).collect();
        for (number, (own, schools)) in &self.municipalities {
            let Some(own) = own.filter(|own| !hidden[*own]) else { continue };
            let changes = self.changes(*number, schools, hidden);
            hidden[own] =
                !self.hide(schools, &off, hidden) || self.was(own).was_told() && !self.is_change_off(&changes);
        }
    }

    fn avoid_in_region(&self, hidden: &mut [bool]) {
        let Some(region) = self.region.filter(|region| !hidden[*region]) else { return };
        let mut off: Vec<Off> = self.shares.now.iter().map(Share::off).collect();
        let (mut rows, mut loose, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        for (number, (own, schools)) in &self.municipalities {
            let change = self.changes(*number, schools, hidden).into_iter().fold(Change::default(), Change::or);
            if own.is_none_or(|own| hidden[own]) {
                loose.extend(schools.iter().copied());
            }
            if own.is_none_or(|own| hidden[own] || self.was(own).hidden) {
                changes.push(change);
            }
            let Some(own) = *own else { continue };
            rows.push(own);
            // What is unknown of a hidden municipality is what it hides; of one that was told, what has changed since.
            let unknown = schools.iter().filter(|at| hidden[**at]).map(|at| self.shares.now[*at]);
            if let Some(unknown) = unknown.reduce(Share::and) {
                let is_told = self.was(own).was_told();
                off[own] = [0, 1].map(|end| unknown.off()[end] && (!is_told || change.could_be[end]));
            }
        }
        let before = hidden.to_vec();
        let is_enough = self.hide(&rows, &off, hidden);
        // Then there are more schools to look at, in the next round.
        if is_enough && hidden != before {
            return;
        }
        let is_enough = is_enough && self.hide(&loose, &off, hidden);
        hidden[region] = !is_enough || self.was(region).was_told() && !self.is_change_off(&changes);
    }

    /// Hides what the block among the cells of one sum needs; whether that is enough.
    fn hide(&self, cells: &[usize], off: &[Off], hidden: &mut [bool]) -> bool {
        let size = |at: usize| self.shares.now[at].den;
        let there: Vec<usize> = cells.iter().copied().filter(|at| size(*at) > 0.0).collect();
        if !there.iter().any(|at| hidden[*at]) {
            return true;
        }
        let mut is_enough = true;
        for end in [0, 1] {
            let helps = |at: &usize| off[*at][end] && self.was(*at).unknown() != Unknown::Told;
            let all = there.iter().copied().filter(helps);
            let (already, mut more): (Vec<usize>, Vec<usize>) = all.partition(|at| hidden[*at]);
            is_enough &= already.len() + more.len() >= self.needed();
            more.sort_by(|a, b| size(*a).total_cmp(&size(*b)).then(a.cmp(b)));
            more.into_iter().take(self.needed().saturating_sub(already.len())).for_each(|at| hidden[at] = true);
        }
        is_enough
    }

    /// By what each of a municipality's hidden schools differs from the release before.
    fn changes(&self, number: u32, schools: &[usize], hidden: &[bool]) -> Vec<Change> {
        let Shares { now, before, .. } = self.shares;
        let of_school = |at: &usize| match self.was(*at).unknown() {
            Unknown::New => Change::of(Some(&now[*at]), None),
            Unknown::Changed => Change::of(Some(&now[*at]), Some(&before[*at])),
            Unknown::Told | Unknown::Kept => Change::default(),
        };
        let of_gone = self.gone(number).map(|share| Change::of(None, Some(&share)));
        schools.iter().filter(|at| hidden[**at]).map(of_school).chain(of_gone).collect()
    }

    fn gone(&self, number: u32) -> impl Iterator<Item = Share> {
        self.shares.gone.iter().filter(move |(spot, _)| *spot == Spot::School(number)).map(|(_, share)| *share)
    }

    fn was(&self, at: usize) -> Was {
        self.past.cells.get(at).copied().unwrap_or_default()
    }

    /// Whether that by which a sum has changed since it was told is at no end either.
    fn is_change_off(&self, parts: &[Change]) -> bool {
        !parts.iter().any(|part| part.is_one) || self.is_enough(parts.iter().map(|part| part.could_be))
    }

    fn is_enough(&self, parts: impl Iterator<Item = Off> + Clone) -> bool {
        [0, 1].iter().all(|end| parts.clone().filter(|part| part[*end]).count() >= self.needed())
    }

    fn needed(&self) -> usize {
        self.need.together - 1
    }
}

/// What a hidden part's change is to the change of its sum.
#[derive(Debug, Clone, Copy, Default)]
struct Change {
    /// Whether there is any.
    is_one: bool,
    could_be: Off,
}

impl Change {
    fn of(now: Option<&Share>, before: Option<&Share>) -> Self {
        let [now, before] = [now, before].map(|share| share.filter(|share| share.den > 0.0).map(Share::off));
        let [less_now, more_now] = now.unwrap_or_default();
        let [less_before, more_before] = before.unwrap_or_default();
        // Less than it was: less now, or more before.
        Self { is_one: now.or(before).is_some(), could_be: [less_now || more_before, more_now || less_before] }
    }

    fn or(self, other: Self) -> Self {
        let could_be = [0, 1].map(|end| self.could_be[end] || other.could_be[end]);
        Self { is_one: self.is_one || other.is_one, could_be }
    }
}

impl Share {
    fn and(self, other: Self) -> Self {
        Self { num: self.num + other.num, den: self.den + other.den, is_rare: self.is_rare || other.is_rare }
    }

    /// Not nobody, so that it could be less — of a rare sign that is no secret — and not everybody.
    fn off(&self) -> Off {
        [self.is_rare || self.num > 1e-9, self.num < self.den - 1e-9]
    }
}
