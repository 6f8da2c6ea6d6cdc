//! Rows below the header as raw columns, in chunks.

use std::collections::BTreeMap;

use arrow::array::{Int32Array, Int32Builder, StringArray, StringBuilder};
use dinamika_project::{Limits, SkipKind, fold_header as fold};

use super::bind::{NOWHERE, Plan};
use crate::{
    Refusal,
    sheets::{CellSink, Halt, MOST_COLUMNS, Raw},
};

/// Rows of a chunk.
pub(crate) const CHUNK: usize = 16_384;
/// Rows whose unbound cells are looked at for personal data.
const LOOKED_AT: u32 = 200;

/// Raw columns of some rows. Columns of unpivoted rows are already repeated.
pub(crate) struct Chunk {
    /// By slot; empty arrays for columns that became rows.
    pub(crate) slots: Vec<StringArray>,
    pub(crate) carried: Vec<StringArray>,
    pub(crate) labels: Vec<StringArray>,
    pub(crate) value: Option<StringArray>,
    /// Numbers of the rows in the sheet, from 1.
    pub(crate) rows: Int32Array,
    /// Cells that hold a formula's error; they are null in the columns.
    pub(crate) errors: Vec<FormulaError>,
}

/// A cell that holds a formula's error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormulaError {
    /// Row of the chunk.
    pub(crate) row: usize,
    /// The slot; nothing for the cell of an unpivoted row.
    pub(crate) slot: Option<usize>,
    pub(crate) text: &'static str,
}

/// Takes chunks.
pub(crate) trait ChunkSink {
    /// The next rows.
    fn chunk(&mut self, chunk: Chunk) -> Result<(), Refusal>;
    /// Cells of columns nobody reads, of the first rows only, with their places.
    fn unread(&mut self, cells: StringArray, places: &[(u32, u32)]) -> Result<(), Refusal>;
}

/// Routes cells into columns.
pub(crate) struct Body<'a, C> {
    plan: &'a Plan,
    limits: &'a Limits,
    out: &'a mut C,
    /// The row being read, from 0.
    row: u32,
    open: bool,
    /// Texts of the row's cells, one after another.
    arena: String,
    /// By slot, where in the arena.
    spans: Vec<(u32, u32)>,
    row_errors: Vec<(usize, &'static str)>,
    filled: bool,
    /// A rule over any cell has matched in this row.
    skipped_by: Option<SkipKind>,
    any_skip: bool,
    spread: Vec<bool>,
    state: Vec<Option<String>>,
    slots: Vec<StringBuilder>,
    carried: Vec<StringBuilder>,
    labels: Vec<StringBuilder>,
    value: StringBuilder,
    rows: Int32Builder,
    count: usize,
    errors: Vec<FormulaError>,
    seen: usize,
    unread: StringBuilder,
    unread_places: Vec<(u32, u32)>,
    scratch: String,
    /// Rows that are no data, by what they are.
    pub(crate) skipped: BTreeMap<SkipKind, u64>,
}

impl<'a, C: ChunkSink> Body<'a, C> {
    pub(crate) fn new(plan: &'a Plan, limits: &'a Limits, out: &'a mut C) -> Self {
        let builders = |count: usize| (0..count).map(|_| StringBuilder::new()).collect();
        Self {
            plan,
            limits,
            out,
            row: 0,
            open: false,
            arena: String::new(),
            spans: vec![(0, 0); plan.slots.len()],
            row_errors: Vec::new(),
            filled: false,
            skipped_by: None,
            any_skip: plan.skips.iter().any(|skip| skip.slot.is_none()),
            spread: plan.spread(),
            state: vec![None; plan.carried.len()],
            slots: builders(plan.slots.len()),
            carried: builders(plan.carried.len()),
            labels: builders(plan.labels.len()),
            value: StringBuilder::new(),
            rows: Int32Builder::new(),
            count: 0,
            errors: Vec::new(),
            seen: 0,
            unread: StringBuilder::new(),
            unread_places: Vec::new(),
            scratch: String::new(),
            skipped: BTreeMap::new(),
        }
    }

    /// Ends the last row and hands on what is left.
    pub(crate) fn finish(&mut self) -> Result<(), Refusal> {
        self.end_row()?;
        self.flush_unread()?;
        if self.count > 0 { self.flush() } else { Ok(()) }
    }

    fn text(&self, slot: usize) -> &str {
        let (start, end) = self.spans[slot];
        &self.arena[start as usize..end as usize]
    }

    fn end_row(&mut self) -> Result<(), Refusal> {
        if !self.open {
            return Ok(());
        }
        self.open = false;
        let skipped = self.skipped_by.take();
        if self.filled || skipped.is_some() {
            self.seen += 1;
            if self.seen > self.limits.rows {
                return Err(Refusal::TooLarge {
                    what: "на листе слишком много строк",
                    found: self.seen as u64,
                    limit: self.limits.rows as u64,
                    setting: "rows",
                });
            }
            match skipped.or_else(|| self.skip()) {
                Some(kind) => *self.skipped.entry(kind).or_default() += 1,
                None if self.repeats_header() => {}
                None if self.group() => self.push()?,
                None => {}
            }
        }
        self.arena.clear();
        self.row_errors.clear();
        if self.filled {
            self.spans.fill((0, 0));
            self.filled = false;
        }
        Ok(())
    }

    fn skip(&self) -> Option<SkipKind> {
        let hit = self
            .plan
            .skips
            .iter()
            .find(|skip| skip.slot.is_some_and(|slot| skip.matches.is_match(self.text(slot).trim())));
        hit.map(|skip| skip.kind)
    }

    fn repeats_header(&self) -> bool {
        let mut any = false;
        for (slot, bound) in self.plan.slots.iter().enumerate().filter(|(_, bound)| !bound.header.is_empty()) {
            let text = self.text(slot);
            if text.is_empty() || fold(text) != bound.header {
                return false;
            }
            any = true;
        }
        any
    }

    /// Tries the group rules; whether the row is data. A row that is data may head a group in each of several
    /// columns: the first rule that matches decides for its column only.
    fn group(&mut self) -> bool {
        let mut decided: Option<usize> = None;
        for index in 0..self.plan.groups.len() {
            let rule = &self.plan.groups[index];
            if decided == Some(rule.slot) {
                continue;
            }
            let (start, end) = self.spans[rule.slot];
            let Some(captures) = rule.matches.captures(self.arena[start as usize..end as usize].trim()) else {
                continue;
            };
            for later in &self.plan.groups[index + 1..] {
                let names = later.captures.iter().map(|(_, at)| *at).chain(later.set.iter().map(|(at, _)| *at));
                names.for_each(|at| self.state[at] = None);
            }
            for (name, at) in &rule.captures {
                self.state[*at] = captures.name(name).map(|text| text.as_str().trim().to_owned());
            }
            for (at, text) in &rule.set {
                self.state[*at] = Some(text.clone());
            }
            if !rule.keep {
                return false;
            }
            decided = Some(rule.slot);
        }
        true
    }

    fn push(&mut self) -> Result<(), Refusal> {
        let plan = self.plan;
        match plan.unpivot.as_ref().filter(|unpivot| unpivot.tasks.is_none()) {
            None => self.append(None)?,
            Some(unpivot) => {
                for (index, column) in unpivot.columns.iter().enumerate() {
                    let failed = self.row_errors.iter().any(|(slot, _)| *slot == column.slot);
                    if failed || !self.text(column.slot).is_empty() {
                        self.append(Some(index))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Appends the row, or the row with one of its unpivoted cells.
    fn append(&mut self, unpivoted: Option<usize>) -> Result<(), Refusal> {
        let plan = self.plan;
        for (slot, builder) in self.slots.iter_mut().enumerate() {
            if !self.spread[slot] {
                let (start, end) = self.spans[slot];
                append(builder, &self.arena[start as usize..end as usize]);
            }
        }
        for (builder, state) in self.carried.iter_mut().zip(&self.state) {
            builder.append_option(state.as_deref());
        }
        let column = unpivoted.and_then(|index| plan.unpivot.as_ref()?.columns.get(index));
        if let Some(column) = column {
            for (builder, name) in self.labels.iter_mut().zip(&plan.labels) {
                builder.append_value(column.capture(name));
            }
            let (start, end) = self.spans[column.slot];
            append(&mut self.value, &self.arena[start as usize..end as usize]);
        }
        for (slot, text) in &self.row_errors {
            let of_value = column.is_some_and(|column| column.slot == *slot);
            if of_value || !self.spread[*slot] {
                self.errors.push(FormulaError { row: self.count, slot: (!of_value).then_some(*slot), text });
            }
        }
        self.rows.append_value(i32::try_from(self.row).unwrap_or(i32::MAX - 1) + 1);
        self.count += 1;
        if self.count == CHUNK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Refusal> {
        let finish = |builders: &mut Vec<StringBuilder>| builders.iter_mut().map(StringBuilder::finish).collect();
        let spread = self.spread.contains(&true);
        let chunk = Chunk {
            slots: finish(&mut self.slots),
            carried: finish(&mut self.carried),
            labels: finish(&mut self.labels),
            value: spread.then(|| self.value.finish()),
            rows: self.rows.finish(),
            errors: std::mem::take(&mut self.errors),
        };
        self.count = 0;
        self.flush_unread()?;
        self.out.chunk(chunk)
    }

    fn flush_unread(&mut self) -> Result<(), Refusal> {
        if self.unread_places.is_empty() {
            return Ok(());
        }
        let places = std::mem::take(&mut self.unread_places);
        self.out.unread(self.unread.finish(), &places)
    }

    /// A cell of a column nobody reads.
    #[cold]
    fn unbound(&mut self, row: u32, column: u32, value: Raw<'_>) -> Result<(), Halt> {
        if value.is_blank() {
            return Ok(());
        }
        if column >= MOST_COLUMNS.min(self.limits.columns as u32) {
            return Err(self.too_wide(column).into());
        }
        self.scratch.clear();
        value.write(&mut self.scratch);
        if self.any_skip && self.skipped_by.is_none() {
            self.skipped_by = any_skip(self.plan, &self.scratch);
        }
        if row < self.plan.data.saturating_add(LOOKED_AT) {
            self.unread.append_value(&self.scratch);
            self.unread_places.push((row, column));
        }
        Ok(())
    }

    fn too_wide(&self, column: u32) -> Refusal {
        Refusal::TooLarge {
            what: "на листе слишком много столбцов",
            found: u64::from(column) + 1,
            limit: self.limits.columns as u64,
            setting: "columns",
        }
    }
}

impl<C: ChunkSink> CellSink for Body<'_, C> {
    fn cell(&mut self, row: u32, column: u32, value: Raw<'_>) -> Result<(), Halt> {
        if row != self.row || !self.open {
            self.end_row()?;
            if row < self.plan.data {
                return Ok(());
            }
            self.row = row;
            self.open = true;
        }
        let slot = self.plan.routes.get(column as usize).copied().unwrap_or(NOWHERE);
        if slot == NOWHERE {
            // Past the first rows most of such cells are of no use at all.
            if self.any_skip || row < self.plan.data.saturating_add(LOOKED_AT) || column as usize >= self.limits.columns
            {
                return self.unbound(row, column, value);
            }
            return Ok(());
        }
        if let Raw::Error(text) = value {
            self.row_errors.push((usize::from(slot), text));
            self.filled = true;
            return Ok(());
        }
        if value.is_blank() {
            return Ok(());
        }
        let start = self.arena.len();
        value.write(&mut self.arena);
        let written = self.arena.len() - start;
        if written > self.limits.cell_chars && self.arena[start..].chars().count() > self.limits.cell_chars {
            return Err(Refusal::TooLarge {
                what: "в ячейке слишком много знаков",
                found: written as u64,
                limit: self.limits.cell_chars as u64,
                setting: "cell_chars",
            }
            .into());
        }
        self.spans[usize::from(slot)] = (start as u32, self.arena.len() as u32);
        self.filled = true;
        if self.any_skip && self.skipped_by.is_none() {
            self.skipped_by = any_skip(self.plan, &self.arena[start..]);
        }
        Ok(())
    }
}

fn any_skip(plan: &Plan, text: &str) -> Option<SkipKind> {
    let text = text.trim();
    plan.skips.iter().find(|skip| skip.slot.is_none() && skip.matches.is_match(text)).map(|skip| skip.kind)
}

fn append(builder: &mut StringBuilder, text: &str) {
    if text.is_empty() {
        builder.append_null();
    } else {
        builder.append_value(text);
    }
}
