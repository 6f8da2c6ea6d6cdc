//! Typed columns in the order of the table, with what the system adds.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int32Array, StringArray, new_null_array};

use super::{Columns, Marks, Typer, resolve::text_of, row_numbers};
use crate::{
    Refusal,
    layout::body::Chunk,
    schools::MentionColumns,
    values::{Typed, scores},
};

impl Typer<'_> {
    /// Every column of the schema, lists excepted.
    pub(super) fn assemble(
        &mut self,
        typed: &[Option<Typed>],
        rows: &Int32Array,
        marks: &Marks,
    ) -> Result<Columns, Refusal> {
        let mut ready: Vec<(String, ArrayRef)> = Vec::new();
        for (column, typed) in self.pipeline.columns.iter().zip(typed) {
            for (suffix, array) in typed.iter().flat_map(|typed| &typed.columns) {
                ready.push((format!("{}{suffix}", column.name), array.clone()));
            }
        }
        if let Some(refs) = self.school_refs(typed, marks) {
            ready.push(("school_ref".into(), Arc::new(refs)));
        }
        ready.push((
            "_batch".into(),
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(self.batch.as_str(), rows.len()))),
        ));
        ready.push(("_row".into(), row_numbers(rows)));
        let list = self.plan.unpivot.as_ref().and_then(|unpivot| unpivot.tasks.as_ref());
        self.schema
            .fields()
            .iter()
            .map(|field| {
                let of_list = |list: &dinamika_project::ColumnName| {
                    field.name().strip_prefix(list.as_str()).is_some_and(|rest| matches!(rest, "" | "_sum"))
                };
                if list.is_some_and(of_list) {
                    return Ok(None);
                }
                let found = ready.iter().find(|(name, _)| name == field.name());
                let array =
                    found.map_or_else(|| new_null_array(field.data_type(), rows.len()), |(_, array)| array.clone());
                if array.data_type() == field.data_type() {
                    return Ok(Some(array));
                }
                arrow::compute::cast(&array, field.data_type()).map(Some).map_err(super::tasks::internal)
            })
            .collect()
    }

    /// One of the columns that tell the school, as text.
    fn school_text(&self, typed: &[Option<Typed>], name: Option<&dinamika_project::ColumnName>) -> Option<StringArray> {
        let at = self.pipeline.columns.iter().position(|column| Some(&column.name) == name)?;
        let (_, array) = typed[at].as_ref()?.columns.first()?;
        Some(text_of(array))
    }

    /// References to schools; rows that are left out name none.
    fn school_refs(&mut self, typed: &[Option<Typed>], marks: &Marks) -> Option<StringArray> {
        let school = self.pipeline.school.as_ref()?;
        let columns =
            [&school.login, &school.inn, &school.ogrn, &school.oge, &school.ege, &school.name, &school.municipality];
        let [login, inn, ogrn, oge, ege, name, municipality] = columns.map(|column| {
            let text = self.school_text(typed, column.as_ref())?;
            if !marks.any_out {
                return Some(text);
            }
            Some(text.iter().zip(&marks.out).map(|(text, out)| text.filter(|_| !out)).collect())
        });
        let columns = MentionColumns {
            login: login.as_ref(),
            inn: inn.as_ref(),
            ogrn: ogrn.as_ref(),
            oge: oge.as_ref(),
            ege: ege.as_ref(),
            name: name.as_ref(),
            municipality: municipality.as_ref(),
        };
        Some(self.schools.refs(&columns, marks.out.len()))
    }

    /// Reads the scores of unpivoted columns into the list, telling cells that are none.
    pub(super) fn task_rejects(&mut self, chunk: &Chunk, marks: &mut Marks) -> Result<(), Refusal> {
        let plan = self.plan;
        let Some(unpivot) = &plan.unpivot else { return Ok(()) };
        let Some(list) = &unpivot.tasks else { return Ok(()) };
        let Some(at) = self.pipeline.columns.iter().position(|column| column.name == *list) else { return Ok(()) };
        let mut read = Vec::with_capacity(unpivot.columns.len());
        for column in &unpivot.columns {
            let raw = &chunk.slots[column.slot];
            if raw.null_count() == raw.len() {
                read.push(None);
                continue;
            }
            let (values, states, failed) = scores(raw);
            for row in failed {
                let value = Some(raw.value(row).to_owned());
                let mut reject = self.describe(at, chunk, row, value, "не похоже на балл за задание", None);
                reject.column = Some(plan.slots[column.slot].place.clone());
                self.reject(marks, at, row, reject)?;
            }
            read.push(Some((values, states)));
        }
        self.tasks.scores(read);
        Ok(())
    }
}
