//! The raw text of a column of the table, out of the origins it may come from.

use std::fmt::Write;

use arrow::{
    array::{Array, ArrayRef, AsArray, StringArray, StringBuilder, UInt32Array},
    datatypes::{DataType, Float64Type},
};
use dinamika_project::{JoinPart, Pipeline, Reading};
use regex::Regex;

use crate::{
    Refusal,
    layout::{
        bind::{BoundOrigin, Plan, Source},
        body::Chunk,
        context::{period_of_year, school_year_of, taken},
    },
    values::Typed,
};

/// A raw column.
pub(super) enum RawColumn {
    /// Told by the row.
    Full(StringArray),
    /// The same for every row of the sheet.
    Fixed(String),
}

/// Gives raw columns of one chunk.
pub(super) struct Resolver<'a> {
    plan: &'a Plan,
    pipeline: &'a Pipeline,
    chunk: &'a Chunk,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(plan: &'a Plan, pipeline: &'a Pipeline, chunk: &'a Chunk) -> Self {
        Self { plan, pipeline, chunk }
    }

    /// The raw column, or nothing while a column it joins is not typed yet.
    pub(super) fn column(&mut self, at: usize, typed: &[Option<Typed>]) -> Option<RawColumn> {
        let origins = &self.plan.outputs[at].origins;
        if let [BoundOrigin { source: Source::Fixed(text), .. }, ..] = origins.as_slice() {
            return Some(RawColumn::Fixed(text.clone()));
        }
        let mut columns = Vec::with_capacity(origins.len());
        for origin in origins {
            columns.push(self.origin(origin, typed)?);
        }
        let mut columns = columns.into_iter();
        let first = columns.next()?;
        let rest: Vec<StringArray> = columns.collect();
        Some(RawColumn::Full(if rest.is_empty() { first } else { first_of(&first, &rest) }))
    }

    fn origin(&self, origin: &BoundOrigin, typed: &[Option<Typed>]) -> Option<StringArray> {
        let chunk = self.chunk;
        let raw = match &origin.source {
            Source::Slot(slot) => chunk.slots[*slot].clone(),
            Source::Slots(slots) => {
                let columns: Vec<&StringArray> = slots.iter().map(|slot| &chunk.slots[*slot]).collect();
                build(chunk.rows.len(), |row, out| {
                    for column in columns.iter().filter(|column| !column.is_null(row)) {
                        if !out.is_empty() {
                            out.push(' ');
                        }
                        out.push_str(column.value(row).trim());
                    }
                    !out.is_empty()
                })
            }
            Source::Fixed(text) => build(chunk.rows.len(), |_, out| {
                out.push_str(text);
                true
            }),
            Source::Carried(at) => chunk.carried[*at].clone(),
            Source::Label(at) => chunk.labels[*at].clone(),
            Source::Value => chunk.value.clone().unwrap_or_else(|| StringArray::new_null(chunk.rows.len())),
            Source::Row => build(chunk.rows.len(), |row, out| write!(out, "{}", chunk.rows.value(row)).is_ok()),
            Source::Join(parts) => self.join(parts, typed)?,
        };
        let taken = match &origin.take {
            Some(take) => take_all(&raw, take),
            None => raw,
        };
        Some(read(taken, origin.reading))
    }

    fn join(&self, parts: &[JoinPart], typed: &[Option<Typed>]) -> Option<StringArray> {
        let mut texts = Vec::with_capacity(parts.len());
        for part in parts {
            texts.push(match part {
                JoinPart::Text(text) => Err(text.as_str()),
                JoinPart::Column(name) => {
                    let at = self.pipeline.columns.iter().position(|column| column.name == *name);
                    let never = at.is_none_or(|at| self.plan.outputs[at].origins.is_empty());
                    if never {
                        return Some(StringArray::new_null(self.chunk.rows.len()));
                    }
                    let (_, array) = typed[at?].as_ref()?.columns.first()?;
                    Ok(text_of(array))
                }
            });
        }
        Some(build(self.chunk.rows.len(), |row, out| {
            texts.iter().all(|part| match part {
                Err(text) => {
                    out.push_str(text);
                    true
                }
                Ok(column) => {
                    let there = !column.is_null(row);
                    if there {
                        out.push_str(column.value(row));
                    }
                    there
                }
            })
        }))
    }
}

fn read(raw: StringArray, reading: Reading) -> StringArray {
    match reading {
        Reading::AsIs => raw,
        Reading::SchoolYearOf => school_year_of(&raw),
        reading => map_runs(&raw, |text| period_of_year(reading, text)),
    }
}

/// The first column that has a value, row by row.
fn first_of(first: &StringArray, rest: &[StringArray]) -> StringArray {
    build(first.len(), |row, out| {
        let has = |column: &&StringArray| !column.is_null(row) && !column.value(row).trim().is_empty();
        match std::iter::once(first).chain(rest).find(has) {
            Some(column) => {
                out.push_str(column.value(row));
                true
            }
            None => false,
        }
    })
}

fn take_all(raw: &StringArray, take: &Regex) -> StringArray {
    map_runs(raw, |text| taken(text, Some(take)).map(str::to_owned))
}

/// Maps cells, once for each run of equals: exports are sorted by school, so runs are long.
fn map_runs(raw: &StringArray, map: impl Fn(&str) -> Option<String>) -> StringArray {
    let mut out = StringBuilder::with_capacity(raw.len(), raw.value_data().len());
    let mut last: Option<(&str, Option<String>)> = None;
    for cell in raw.iter() {
        let Some(cell) = cell else {
            out.append_null();
            continue;
        };
        let mapped = match last.take() {
            Some((same, mapped)) if same == cell => mapped,
            _ => map(cell),
        };
        out.append_option(mapped.as_deref());
        last = Some((cell, mapped));
    }
    out.finish()
}

/// Builds a column cell by cell; a cell is null when the closure says false.
fn build(rows: usize, mut cell: impl FnMut(usize, &mut String) -> bool) -> StringArray {
    let mut out = StringBuilder::with_capacity(rows, rows * 8);
    let mut text = String::new();
    for row in 0..rows {
        text.clear();
        if cell(row, &mut text) { out.append_value(&text) } else { out.append_null() }
    }
    out.finish()
}

/// A typed column as text; whole numbers without a point.
pub(crate) fn text_of(array: &ArrayRef) -> StringArray {
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().clone(),
        DataType::Float64 => {
            let numbers = array.as_primitive::<Float64Type>();
            build(numbers.len(), |row, out| !numbers.is_null(row) && write!(out, "{}", numbers.value(row)).is_ok())
        }
        _ => match arrow::compute::cast(array, &DataType::Utf8) {
            Ok(text) => text.as_string::<i32>().clone(),
            Err(_) => StringArray::new_null(array.len()),
        },
    }
}

/// One value repeated.
pub(super) fn expand(one: &ArrayRef, rows: usize) -> Result<ArrayRef, Refusal> {
    arrow::compute::take(one, &UInt32Array::from(vec![0; rows]), None).map_err(super::tasks::internal)
}
