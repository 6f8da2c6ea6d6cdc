//! The cells of a release that are hidden, found once for all readers.
//!
//! Cells of indicators of the same people are hidden together ([`Policy::group`]): a share, its complement and the
//! number of participants give each other away. Three patterns, each within the next:
//!
//! * *own* — fewer people than the minimum inside: hidden from the school itself too;
//! * *inside* — besides, what would give those away within a municipality or the region;
//! * *public* — the guests' larger minimum, more cells together, and everything hidden inside.
//!
//! And for guests *edge*: the number of people is shown, shares and means are not.

use std::collections::{BTreeMap, HashMap, HashSet};

use dinamika_project::{ByAudience, Group, Period, Policy};

use super::{
    blocks::{Need, Spot, complete, kept, late},
    ends::{self, Share, Shares},
    past::{Past, Was},
};

/// Hidden from the school itself.
pub(super) const OWN: u8 = 1;
/// Hidden within the municipality and the region.
pub(super) const INSIDE: u8 = 2;
/// Hidden from guests.
pub(super) const PUBLIC: u8 = 4;
/// Guests see how many, not how well.
pub(super) const EDGE: u8 = 8;

/// One question asked of all entities.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Unit {
    pub(super) group: String,
    pub(super) period: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) grade: Option<i64>,
    pub(super) pupil_grade: Option<i64>,
    /// Whether it is of single tasks, all of them together.
    pub(super) tasks: bool,
}

impl Unit {
    fn period(&self) -> Option<Period> {
        self.period.as_deref()?.parse().ok()
    }
}

/// An entity's place in a unit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    pub(super) spot: Spot,
    pub(super) entity: String,
    /// Fewest people of the group's indicators, nobody apart.
    pub(super) people: i64,
    /// Whether a share is at its end, or one person away, and guests could tell.
    pub(super) edge: bool,
    /// Different tasks, in a unit of tasks.
    pub(super) tasks: i64,
    /// Most people and the sums of the group's indicators: the cell changed when they did.
    pub(super) most: i64,
    pub(super) sums: [f64; 2],
    /// People of each measure that has a row here: an indicator, or one task of it. Not every measure has every cell —
    /// some are of ten people at least, some of taught tasks only.
    pub(super) measures: Vec<(u32, i64)>,
    /// Those that hidden cells together must not be at an end of.
    pub(super) shares: Vec<(u32, Share)>,
}

/// Why a cell is hidden: the first reason that hid it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Fewer people than the minimum.
    Few,
    /// It would give another one away.
    Together,
    /// A share at its end.
    Edge,
    /// A part of it is hidden.
    Part,
    /// With the release before it would give away what came late.
    Late,
}

impl Reason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Few => "few",
            Self::Together => "together",
            Self::Edge => "edge",
            Self::Part => "part",
            Self::Late => "late",
        }
    }
}

/// What is hidden of a cell, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) bits: u8,
    pub(super) reason: Reason,
    /// For which patterns it has changed since its total was last shown.
    pub(super) late: u8,
    /// For which patterns it is a total that was shown once.
    pub(super) withheld: u8,
}

/// A cell of the release before, with what was hidden of it.
#[derive(Debug, Clone)]
pub(super) struct Old {
    pub(super) cell: Cell,
    pub(super) mark: Option<Mark>,
}

/// What the release before was.
pub(super) type Before = HashMap<Unit, HashMap<(Level, String), Old>>;

/// A table of cells by unit.
pub(super) type Units = BTreeMap<Unit, Vec<Cell>>;
/// What is hidden, in the order of the cells; none where everything is shown.
pub(super) type Marks = BTreeMap<Unit, Vec<Option<Mark>>>;

/// Finds what is hidden, from those too who kept the release before.
pub(super) fn suppress(policy: &Policy, units: &Units, before: &Before) -> Marks {
    let group = |unit: &Unit| policy.group_named(&unit.group);
    let leans = |unit: &Unit| group(unit).map(|group| (group.of.is_some(), group.with.is_some()));
    // What others lean on first; then from the finest to the coarsest; of one fineness the whole before its tasks.
    let mut order: Vec<&Unit> = units.keys().collect();
    order.sort_by_key(|unit| (leans(unit), coarseness(unit), unit.tasks));
    let mut marks = Marks::new();
    for unit in order {
        let cells = &units[unit];
        let seeds = seeds(unit, group(unit), cells, units, &marks);
        if group(unit).is_some_and(|group| !group.people) {
            marks.insert(unit.clone(), seeds.into_iter().map(Seed::mark).collect());
            continue;
        }
        let of_parts = coarseness(unit) > 0 && units.keys().any(|other| is_part(other, unit));
        // A total of units is shown where all its parts are: it tells nothing they do not.
        let old = before.get(unit).filter(|_| !of_parts);
        marks.insert(unit.clone(), hidden_of(policy, cells, &seeds, of_parts, old));
    }
    marks
}

/// A unit without a subject, a grade or a pupils' grade is of all of them.
fn coarseness(unit: &Unit) -> usize {
    [unit.period.is_none(), unit.subject.is_none(), unit.grade.is_none(), unit.pupil_grade.is_none()]
        .into_iter()
        .map(usize::from)
        .sum()
}

/// What other units' marks hide of a cell, and why.
#[derive(Debug, Clone, Copy)]
struct Seed {
    bits: u8,
    reason: Reason,
}

impl Seed {
    const NONE: Self = Self { bits: 0, reason: Reason::Part };

    /// Of what counts nobody: nothing else hides it.
    fn mark(self) -> Option<Mark> {
        (self.bits != 0).then_some(Mark { bits: self.bits, reason: self.reason, late: 0, withheld: 0 })
    }
}

/// What other units' marks hide here: the whole hides its tasks, a cell those that go with it, a part its total.
fn seeds(unit: &Unit, group: Option<&Group>, cells: &[Cell], units: &Units, marks: &Marks) -> Vec<Seed> {
    let of = group.and_then(|group| group.of.as_ref());
    let mut by_entity: HashMap<(Level, &str), Seed> = HashMap::new();
    let whole = unit.tasks.then(|| Unit { tasks: false, ..unit.clone() });
    let with = group.and_then(|group| group.with.as_ref());
    let with = with.map(|with| Unit { group: with.to_string(), ..unit.clone() });
    let same = whole.iter().chain(&with).filter(|other| marks.contains_key(other));
    let is_of = |other: &Unit| {
        let cell = (other.group.as_str(), other.period(), other.subject.as_deref());
        !other.tasks && of.is_some_and(|of| of.has(unit.period(), cell))
    };
    // Only units of coarser questions have parts; looking for them costs a pass over the group.
    let parts: Vec<&Unit> = match coarseness(unit) {
        0 if of.is_none() => Vec::new(),
        _ => marks.keys().filter(|other| is_part(other, unit) || is_of(other)).collect(),
    };
    let parts = parts.into_iter().map(|part| (part, true)).chain(same.map(|same| (same, false)));
    for (other, is_a_part) in parts {
        // A share at its end tells nothing of the other numbers its cell counts for.
        let bits = if is_of(other) { !EDGE } else { !0 };
        for (cell, mark) in units[other].iter().zip(&marks[other]) {
            if let Some(mark) = mark {
                let reason = if is_a_part { Reason::Part } else { mark.reason };
                let seed = by_entity.entry((level(cell.spot), &cell.entity)).or_insert(Seed { bits: 0, reason });
                seed.bits |= mark.bits & bits;
            }
        }
    }
    let of_cell = |cell: &Cell| by_entity.get(&(level(cell.spot), cell.entity.as_str())).copied();
    cells.iter().map(|cell| of_cell(cell).unwrap_or(Seed::NONE)).collect()
}

/// Whether a unit is of some of the subjects or grades another one is of.
fn is_part(other: &Unit, unit: &Unit) -> bool {
    fn covers<T: PartialEq>(unit: &Option<T>, other: &Option<T>) -> bool {
        unit.is_none() || unit == other
    }
    coarseness(other) < coarseness(unit)
        && other.group == unit.group
        && other.tasks == unit.tasks
        && covers(&unit.period, &other.period)
        && covers(&unit.subject, &other.subject)
        && covers(&unit.grade, &other.grade)
        && covers(&unit.pupil_grade, &other.pupil_grade)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Level {
    School,
    Municipality,
    Region,
}

pub(super) fn level(spot: Spot) -> Level {
    match spot {
        Spot::School(_) => Level::School,
        Spot::Municipality(_) => Level::Municipality,
        Spot::Region => Level::Region,
    }
}

fn hidden_of(
    policy: &Policy,
    cells: &[Cell],
    seeds: &[Seed],
    of_parts: bool,
    old: Option<&HashMap<(Level, String), Old>>,
) -> Vec<Option<Mark>> {
    let spots: Vec<Spot> = cells.iter().map(|cell| cell.spot).collect();
    let people: Vec<i64> = cells.iter().map(|cell| cell.people).collect();
    let measures = measures(cells, old);
    let tells_nothing_new = old.is_none_or(|old| is_same(cells, old));
    let few = |minimum: u32| {
        let minimum = i64::from(minimum);
        move |cell: &Cell| (1..minimum).contains(&cell.people)
    };
    let ByAudience { public, inside } = policy.minimum;
    let own: Vec<bool> = marked(cells, seeds, OWN, few(inside));
    let (mut late_bits, mut withheld_bits) = (vec![0; cells.len()], vec![0; cells.len()]);
    // One pattern: what has to be hidden, and what else then.
    let mut pattern = |bit: u8, minimum: u32, together: u32, mut hidden: Vec<bool>| {
        let past_of = |measure| old.map_or_else(Past::default, |old| past(cells, old, bit, measure));
        let past = past_of(None);
        let shares = shares(cells, old, bit);
        for (at, was) in past.cells.iter().enumerate() {
            // Who was hidden once stays so: the total told of them then.
            hidden[at] |= was.hidden && level(spots[at]) == Level::School && people[at] > 0;
        }
        let need = Need { minimum: i64::from(minimum), together: together as usize, of_parts };
        complete(&spots, &people, &mut hidden, &past, need);
        // Of each measure alone as well: a cell it does not have keeps nobody's secret there.
        let mut before = 0;
        while before < count(&hidden) {
            before = count(&hidden);
            for (measure, people) in &measures {
                if !(tells_nothing_new && kept(&spots, people, &hidden, need)) {
                    complete(&spots, people, &mut hidden, &past_of(Some(*measure)), need);
                }
            }
            shares.iter().for_each(|shares| ends::avoid(&spots, shares, &mut hidden, &past, need));
            complete(&spots, &people, &mut hidden, &past, need);
        }
        for (at, is_late) in late(&spots, &people, &hidden, &past).into_iter().enumerate() {
            late_bits[at] |= if is_late { bit } else { 0 };
            let was_told = past.cells.get(at).is_some_and(|was| was.was_told());
            let is_withheld = hidden[at] && was_told && level(spots[at]) != Level::School;
            withheld_bits[at] |= if is_withheld { bit } else { 0 };
        }
        hidden
    };
    let within = pattern(INSIDE, inside, policy.together.inside, marked(cells, seeds, INSIDE, few(inside)));
    let mut outside: Vec<bool> = marked(cells, seeds, PUBLIC, few(public));
    outside.iter_mut().zip(&within).for_each(|(outside, within)| *outside |= within);
    let outside = pattern(PUBLIC, public, policy.together.public, outside);
    let mut edge: Vec<bool> = marked(cells, seeds, EDGE, |cell| cell.edge);
    edge.iter_mut().zip(&outside).for_each(|(edge, outside)| *edge |= outside);
    let edge = pattern(EDGE, public, policy.together.public, edge);
    (0..cells.len())
        .map(|at| {
            let bit = |is_hidden: bool, bit: u8| if is_hidden { bit } else { 0 };
            let bits = bit(own[at], OWN) | bit(within[at], INSIDE) | bit(outside[at], PUBLIC) | bit(edge[at], EDGE);
            let (late, withheld) = (late_bits[at], withheld_bits[at]);
            let reason = match &cells[at] {
                cell if few(public)(cell) => Reason::Few,
                _ if seeds[at].bits != 0 => seeds[at].reason,
                _ if late | withheld != 0 => Reason::Late,
                cell if cell.edge && !outside[at] => Reason::Edge,
                _ => Reason::Together,
            };
            (bits != 0).then_some(Mark { bits, reason, late, withheld })
        })
        .collect()
}

fn count(hidden: &[bool]) -> usize {
    hidden.iter().filter(|hidden| **hidden).count()
}

/// People of each measure by cell, nobody where it has no row; of measures alike in both releases one.
fn measures(cells: &[Cell], old: Option<&HashMap<(Level, String), Old>>) -> Vec<(u32, Vec<i64>)> {
    let mut all: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    for (at, cell) in cells.iter().enumerate() {
        for (measure, n) in &cell.measures {
            all.entry(*measure).or_insert_with(|| vec![0; cells.len()])[at] = *n;
        }
    }
    let before = |of: &dyn Fn(&Cell) -> i64| -> Vec<i64> {
        old.into_iter().flat_map(HashMap::values).map(|old| of(&old.cell)).collect()
    };
    // The fewest people of all measures are looked at apart.
    let fewest = (cells.iter().map(|cell| cell.people).collect(), before(&|cell| cell.people));
    let mut seen: HashSet<(Vec<i64>, Vec<i64>)> = HashSet::from([fewest]);
    all.into_iter().filter(|(measure, n)| seen.insert((n.clone(), before(&|cell| cell.people_of(*measure))))).collect()
}

/// Each share by cell, with what a pattern hid of it in the release before.
fn shares(cells: &[Cell], old: Option<&HashMap<(Level, String), Old>>, bit: u8) -> Vec<Shares> {
    let mut all: BTreeMap<u32, Shares> = BTreeMap::new();
    let none = vec![Share::default(); cells.len()];
    let new = || Shares { now: none.clone(), before: none.clone(), gone: Vec::new() };
    let mut places: HashMap<(Level, &str), usize> = HashMap::new();
    for (at, cell) in cells.iter().enumerate() {
        places.insert((level(cell.spot), &cell.entity), at);
        for (measure, share) in &cell.shares {
            all.entry(*measure).or_insert_with(new).now[at] = *share;
        }
    }
    for ((level, entity), Old { cell, mark }) in old.into_iter().flatten() {
        let at = places.get(&(*level, entity.as_str()));
        for (measure, share) in cell.shares.iter().filter(|_| mark.is_some_and(|mark| mark.bits & bit != 0)) {
            let shares = all.entry(*measure).or_insert_with(new);
            match at {
                Some(at) => shares.before[*at] = *share,
                None => shares.gone.push((cell.spot, *share)),
            }
        }
    }
    all.into_values().collect()
}

/// Whether all cells are what they were, and no other was there.
fn is_same(cells: &[Cell], old: &HashMap<(Level, String), Old>) -> bool {
    let same = |cell: &Cell| {
        old.get(&(level(cell.spot), cell.entity.clone()))
            .is_some_and(|old| old.cell.is_same(cell) && old.cell.measures == cell.measures)
    };
    cells.len() == old.len() && cells.iter().all(same)
}

/// What a pattern was in the release before: of one measure, or of all together.
fn past(cells: &[Cell], old: &HashMap<(Level, String), Old>, bit: u8, measure: Option<u32>) -> Past {
    let place = |cell: &Cell| (level(cell.spot), cell.entity.clone());
    let people = |cell: &Cell| measure.map_or(cell.people, |measure| cell.people_of(measure));
    let was = |cell: &Cell| {
        let Some(old) = old.get(&place(cell)).filter(|old| people(&old.cell) > 0) else { return Was::default() };
        let has = |of: fn(&Mark) -> u8| old.mark.as_ref().is_some_and(|mark| of(mark) & bit != 0);
        let hidden = has(|mark| mark.bits);
        // Of a measure only its people are known; as many as before may be the same: it helps nobody then.
        let same = match measure {
            None => old.cell.is_same(cell),
            Some(_) => old.cell.spot == cell.spot && people(&old.cell) == people(cell),
        };
        Was { shown: !hidden, hidden, same, late: has(|mark| mark.late), withheld: has(|mark| mark.withheld) }
    };
    let here: HashSet<(Level, String)> = cells.iter().filter(|cell| people(cell) > 0).map(place).collect();
    let gone = old.iter().filter(|(place, old)| {
        let is_hidden = old.mark.as_ref().is_some_and(|mark| mark.bits & bit != 0);
        is_hidden && people(&old.cell) > 0 && place.0 != Level::Region && !here.contains(*place)
    });
    Past { cells: cells.iter().map(was).collect(), gone: gone.map(|(_, old)| old.cell.spot).collect() }
}

impl Cell {
    fn people_of(&self, measure: u32) -> i64 {
        self.measures.iter().find(|(known, _)| *known == measure).map_or(0, |(_, n)| *n)
    }

    /// Whether all its numbers are the same; sums of floats may differ by the order they were summed in.
    fn is_same(&self, other: &Self) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
        self.spot == other.spot
            && self.people == other.people
            && self.most == other.most
            && self.sums.iter().zip(&other.sums).all(|(a, b)| near(*a, *b))
    }
}

fn marked(cells: &[Cell], seeds: &[Seed], bit: u8, is_primary: impl Fn(&Cell) -> bool) -> Vec<bool> {
    cells.iter().zip(seeds).map(|(cell, seed)| cell.people > 0 && (seed.bits & bit != 0 || is_primary(cell))).collect()
}
