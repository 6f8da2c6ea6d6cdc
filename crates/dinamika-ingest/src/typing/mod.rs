//! Raw columns into the pipeline's table.

mod finish;
mod guard;
mod resolve;
mod tasks;

use std::collections::{BTreeMap, HashSet};

use arrow::{
    array::{Array, ArrayRef, BooleanArray, Int32Array, StringArray},
    datatypes::SchemaRef,
};
use dinamika_project::{BatchId, Column, ColumnKind, OnReject, Period, Pipeline, SkipKind};

pub(crate) use self::resolve::text_of;
use self::{
    resolve::{RawColumn, Resolver, expand},
    tasks::Tasks,
};
use crate::{
    PartReport, Refusal, Reject, Sink,
    layout::{
        bind::{Plan, Source},
        body::{Chunk, ChunkSink},
    },
    schools::Mentions,
    values::{self, Secret, Typed, ValueContext},
};

/// More than this many rejects of a sheet are counted but not kept.
const MOST_REJECTS: usize = 100_000;

/// Why a required cell is a reject.
const EMPTY: &str = "обязательное значение не заполнено";
/// Why a cell with a formula's error is a reject.
const FORMULA: &str = "в ячейке ошибка формулы";

/// Types chunks of one sheet and hands them to the sink.
pub(crate) struct Typer<'a> {
    pipeline: &'a Pipeline,
    plan: &'a Plan,
    schema: SchemaRef,
    batch: BatchId,
    sheet: &'a str,
    secret: &'a Secret,
    school_year: Option<Period>,
    sink: &'a mut dyn Sink,
    tasks: Tasks,
    rows_in: u64,
    rows_kept: u64,
    rejects: Vec<Reject>,
    /// By column of the table: rows it failed in.
    failures: Vec<u64>,
    schools: Mentions,
}

/// Rejects of one chunk.
struct Marks {
    out: Vec<bool>,
    any_out: bool,
    /// (row, column of the table) → already told.
    told: HashSet<(usize, usize)>,
}

impl<'a> Typer<'a> {
    pub(crate) fn new(
        pipeline: &'a Pipeline,
        plan: &'a Plan,
        batch: BatchId,
        sheet: &'a str,
        secret: &'a Secret,
        sink: &'a mut dyn Sink,
    ) -> Self {
        let school_year = school_year(pipeline, plan, secret);
        Self {
            schema: pipeline.schema(),
            tasks: Tasks::new(plan),
            failures: vec![0; pipeline.columns.len()],
            pipeline,
            plan,
            batch,
            sheet,
            secret,
            school_year,
            sink,
            rows_in: 0,
            rows_kept: 0,
            rejects: Vec::new(),
            schools: Mentions::new(),
        }
    }

    /// Hands on what is held, ends the part.
    pub(crate) fn finish(mut self, skipped: BTreeMap<SkipKind, u64>) -> Result<(), Refusal> {
        self.judge()?;
        for batch in self.tasks.finish(&self.schema)? {
            self.sink.batch(batch).map_err(Refusal::Sink)?;
        }
        let report = PartReport {
            batch: self.batch,
            rows_in: self.rows_in,
            rows_kept: self.rows_kept,
            rows_rejected: self.rows_in - self.rows_kept,
            skipped,
            rejects: self.rejects,
            school_refs: self.schools.into_distinct(),
            dropped_columns: self.plan.dropped.clone(),
        };
        self.sink.end(report).map_err(Refusal::Sink)
    }

    /// Refuses the file when too many rows were left out, or a column failed in too many of them:
    /// then it is bound to the wrong thing, and nulls would pass for data.
    fn judge(&self) -> Result<(), Refusal> {
        let out = self.rows_in - self.rows_kept;
        let worst = self.failures.iter().enumerate().max_by_key(|(_, count)| **count);
        let (column, failed) = worst.map_or((None, 0), |(column, count)| (Some(column), *count));
        let rejected = out.max(failed);
        if self.rows_in == 0 || rejected as f64 <= self.pipeline.max_reject_share * self.rows_in as f64 {
            return Ok(());
        }
        Err(Refusal::TooManyRejects {
            sheet: self.sheet.to_owned(),
            rejected,
            rows: self.rows_in,
            share: 100.0 * rejected as f64 / self.rows_in as f64,
            allowed: 100.0 * self.pipeline.max_reject_share,
            worst: column.filter(|_| failed > 0).map_or_else(String::new, |column| {
                let first =
                    self.rejects.iter().find(|reject| reject.column == self.place(column)).or(self.rejects.first());
                let rule = first.map_or(String::new(), |reject| format!(", {}", reject.rule));
                format!(": чаще всего {}{rule}", self.place(column).unwrap_or_default())
            }),
        })
    }

    /// Where a column of the table stands in the sheet, or its name.
    fn place(&self, column: usize) -> Option<String> {
        let slot = self.plan.outputs[column].origins.iter().find_map(|origin| match &origin.source {
            Source::Slot(slot) => Some(*slot),
            Source::Slots(slots) => slots.first().copied(),
            _ => None,
        });
        Some(
            slot.map_or_else(
                || self.pipeline.columns[column].name.to_string(),
                |slot| self.plan.slots[slot].place.clone(),
            ),
        )
    }

    fn reject(&mut self, marks: &mut Marks, column: usize, row: usize, reject: Reject) -> Result<(), Refusal> {
        let spec: &Column = &self.pipeline.columns[column];
        match spec.on_reject.unwrap_or(self.pipeline.on_reject) {
            OnReject::Null => {}
            OnReject::Row => {
                marks.out[row] = true;
                marks.any_out = true;
            }
            OnReject::File => {
                return Err(Refusal::BadValue {
                    sheet: self.sheet.to_owned(),
                    row: reject.row,
                    column: reject.column.unwrap_or_default(),
                    rule: reject.rule,
                    suggestion: reject.suggestion,
                });
            }
        }
        if marks.told.insert((row, column)) {
            self.failures[column] += 1;
        }
        if self.rejects.len() < MOST_REJECTS {
            self.rejects.push(reject);
        }
        Ok(())
    }

    /// Types every column of the table and tells its rejects.
    fn type_columns(&mut self, chunk: &Chunk, marks: &mut Marks) -> Result<Vec<Option<Typed>>, Refusal> {
        let pipeline = self.pipeline;
        let mut resolver = Resolver::new(self.plan, pipeline, chunk);
        let mut typed: Vec<Option<Typed>> = vec![None; pipeline.columns.len()];
        let mut left: Vec<usize> = (0..pipeline.columns.len()).collect();
        // Joins come after what they join; what is left when nothing moves is a circle and stays null.
        loop {
            let before = left.len();
            let mut waiting = Vec::new();
            for at in left {
                if matches!(pipeline.columns[at].kind, ColumnKind::Tasks) || self.plan.outputs[at].origins.is_empty() {
                    continue;
                }
                match resolver.column(at, &typed) {
                    None => waiting.push(at),
                    Some(raw) => typed[at] = Some(self.type_column(at, raw, chunk, marks)?),
                }
            }
            left = waiting;
            if left.is_empty() || left.len() == before {
                break;
            }
        }
        for (at, column) in pipeline.columns.iter().enumerate().filter(|(_, column)| column.required) {
            if typed[at].is_none() && !matches!(column.kind, ColumnKind::Tasks) {
                for row in 0..chunk.rows.len() {
                    let reject = self.describe(at, chunk, row, None, EMPTY, None);
                    self.reject(marks, at, row, reject)?;
                }
            }
        }
        Ok(typed)
    }

    fn type_column(&mut self, at: usize, raw: RawColumn, chunk: &Chunk, marks: &mut Marks) -> Result<Typed, Refusal> {
        let column = &self.pipeline.columns[at];
        let context = ValueContext { secret: self.secret, school_year: self.school_year };
        let rows = chunk.rows.len();
        let (raw, mut typed) = match raw {
            RawColumn::Full(raw) => {
                let typed = values::parse(&column.kind, &raw, &context);
                (raw, typed)
            }
            RawColumn::Fixed(text) => {
                let raw = StringArray::from(vec![text.as_str()]);
                let mut typed = values::parse(&column.kind, &raw, &context);
                for (_, array) in &mut typed.columns {
                    *array = expand(array, rows)?;
                }
                // One mistake in a path is one mistake, however many rows stand under it.
                if self.rows_in > 0 && !column.required {
                    typed.failed.clear();
                }
                (raw, typed)
            }
        };
        let cell = |row: usize| (row < raw.len() && !raw.is_null(row)).then(|| raw.value(row).to_owned());
        let secret = matches!(column.kind, ColumnKind::Key);
        for (row, rule, suggestion) in std::mem::take(&mut typed.failed) {
            let value = if secret { None } else { cell(row) };
            let reject = self.describe(at, chunk, row, value, rule, suggestion);
            self.reject(marks, at, row, reject)?;
        }
        if column.required {
            let Some((_, main)) = typed.columns.first() else { return Ok(typed) };
            for row in (0..rows).filter(|row| main.is_null(*row)) {
                let formula = self.formula_error(chunk, at, row);
                if !marks.told.contains(&(row, at)) && !formula {
                    let reject = self.describe(at, chunk, row, None, EMPTY, None);
                    self.reject(marks, at, row, reject)?;
                }
            }
        }
        Ok(typed)
    }

    fn formula_error(&self, chunk: &Chunk, column: usize, row: usize) -> bool {
        let first = chunk.errors.partition_point(|error| error.row < row);
        chunk.errors[first..].iter().take_while(|error| error.row == row).any(|error| self.reads(column, error.slot))
    }

    /// Whether a column of the table reads a slot (nothing: the cell of an unpivoted row).
    fn reads(&self, column: usize, slot: Option<usize>) -> bool {
        let list = self
            .plan
            .unpivot
            .as_ref()
            .filter(|unpivot| unpivot.tasks.as_ref() == Some(&self.pipeline.columns[column].name));
        if let (Some(unpivot), Some(slot)) = (list, slot) {
            return unpivot.columns.iter().any(|column| column.slot == slot);
        }
        self.plan.outputs[column].origins.iter().any(|origin| match (&origin.source, slot) {
            (Source::Slot(own), Some(slot)) => *own == slot,
            (Source::Slots(own), Some(slot)) => own.contains(&slot),
            (Source::Value, None) => true,
            _ => false,
        })
    }

    fn describe(
        &self,
        column: usize,
        chunk: &Chunk,
        row: usize,
        value: Option<String>,
        rule: &str,
        suggestion: Option<String>,
    ) -> Reject {
        Reject {
            row: chunk.rows.value(row).unsigned_abs(),
            column: self.place(column),
            value,
            rule: rule.to_owned(),
            suggestion,
        }
    }

    fn formula_rejects(&mut self, chunk: &Chunk, marks: &mut Marks) -> Result<(), Refusal> {
        for error in &chunk.errors {
            for column in 0..self.pipeline.columns.len() {
                if self.reads(column, error.slot) {
                    let place = error.slot.map(|slot| self.plan.slots[slot].place.clone());
                    let mut reject =
                        self.describe(column, chunk, error.row, Some(error.text.to_owned()), FORMULA, None);
                    reject.column = place.or(reject.column);
                    self.reject(marks, column, error.row, reject)?;
                }
            }
        }
        Ok(())
    }
}

impl ChunkSink for Typer<'_> {
    fn chunk(&mut self, chunk: Chunk) -> Result<(), Refusal> {
        let rows = chunk.rows.len();
        self.guard_chunk(&chunk)?;
        let mut marks = Marks { out: vec![false; rows], any_out: false, told: HashSet::new() };
        let typed = self.type_columns(&chunk, &mut marks)?;
        self.formula_rejects(&chunk, &mut marks)?;
        self.task_rejects(&chunk, &mut marks)?;
        let columns = self.assemble(&typed, &chunk.rows, &marks)?;
        let out = marks.out.iter().filter(|out| **out).count();
        self.rows_in += rows as u64;
        self.rows_kept += (rows - out) as u64;
        let keep = marks.any_out.then(|| marks.out.iter().map(|out| Some(!out)).collect::<BooleanArray>());
        for batch in self.tasks.push(&self.schema, columns, keep)? {
            self.sink.batch(batch).map_err(Refusal::Sink)?;
        }
        Ok(())
    }

    fn unread(&mut self, cells: StringArray, places: &[(u32, u32)]) -> Result<(), Refusal> {
        self.guard_unread(&cells, places)
    }
}

/// The school year told for the whole sheet, when one is.
fn school_year(pipeline: &Pipeline, plan: &Plan, secret: &Secret) -> Option<Period> {
    let told = pipeline.columns.iter().zip(&plan.outputs).find_map(|(column, output)| {
        match (&column.kind, output.origins.first()) {
            (ColumnKind::Period, Some(origin)) => match &origin.source {
                Source::Fixed(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    })?;
    let raw = StringArray::from(vec![told.as_str()]);
    let typed = values::parse(&ColumnKind::Period, &raw, &ValueContext { secret, school_year: None });
    let (_, array) = typed.columns.first()?;
    text_of(array).iter().flatten().next()?.parse().ok()
}

/// Columns of the table in the schema's order; nothing in the place of lists.
type Columns = Vec<Option<ArrayRef>>;

/// Numbers of rows as the system column holds them.
fn row_numbers(rows: &Int32Array) -> ArrayRef {
    std::sync::Arc::new(rows.clone())
}
