//! What a principal sees of the indicators' tables and of marts.

mod indicator;
mod mart;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, new_null_array},
    compute::cast,
    datatypes::{DataType, Int64Type},
};
use datafusion::error::Result;
use dinamika_project::Policy;

pub(super) use self::{
    indicator::{IndicatorVeil, Kind},
    mart::MartVeil,
};
use super::{
    find::level_word,
    hidden::{Hidden, Place},
    suppress::Level,
};
use crate::indicator::contract;

/// Facts the masks of all principals share.
pub(super) struct Facts {
    pub(super) policy: Policy,
    /// None: the release has no table of hidden cells, so nothing is known to be safe.
    pub(super) hidden: Option<Hidden>,
    /// Group of each indicator whose cells may be hidden, and whether its value is the count.
    pub(super) groups: HashMap<String, (String, bool)>,
    /// Municipality of each school.
    pub(super) schools: HashMap<String, String>,
}

impl Facts {
    /// The region's key: that of the only region there is.
    fn region_key(&self) -> Option<String> {
        self.schools.get(REGION).cloned()
    }
}

/// Under which name the region's key stands among the schools': no school is called so.
pub(super) const REGION: &str = "\u{0}region";

/// A row's fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Dropped,
    Shown,
    /// Shown, without who of those expected came: the share that makes is hidden.
    Counted,
    /// Shown, without what compares it with its municipality or region.
    Alone,
    Hidden,
    Nameless,
}

/// Whether a column is more than a value with its parts: such a one may compare with others.
fn is_derived(name: &str) -> bool {
    !contract(true).any(|known| known == name)
}

fn replaced(column: &ArrayRef, at: &BooleanArray, text: &str) -> Result<ArrayRef> {
    let texts = cast(column, &DataType::Utf8)?;
    let texts = texts.as_string::<i32>();
    let said = texts.iter().zip(at.iter()).map(|(old, at)| if at == Some(true) { Some(text) } else { old });
    Ok(cast(&(Arc::new(said.collect::<StringArray>()) as ArrayRef), column.data_type())?)
}

/// Key columns of a batch, as plain texts and numbers.
struct Rows {
    texts: BTreeMap<&'static str, StringArray>,
    wholes: BTreeMap<&'static str, Int64Array>,
    count: usize,
    region: Option<String>,
    has_derived: bool,
}

impl Rows {
    fn of(batch: &RecordBatch, region: Option<String>) -> Result<Self> {
        let column = |name: &str, data_type: &DataType| match batch.column_by_name(name) {
            Some(column) => cast(column, data_type),
            None => Ok(new_null_array(data_type, batch.num_rows())),
        };
        let texts =
            ["indicator", "level", "entity", "municipality", "period", "subject", "task", "kind", "base_period"];
        let texts = texts
            .into_iter()
            .map(|name| Ok((name, column(name, &DataType::Utf8)?.as_string::<i32>().clone())))
            .collect::<Result<_>>()?;
        let wholes = ["grade", "pupil_grade"]
            .into_iter()
            .map(|name| Ok((name, column(name, &DataType::Int64)?.as_primitive::<Int64Type>().clone())))
            .collect::<Result<_>>()?;
        let has_derived = batch.schema_ref().fields().iter().any(|field| is_derived(field.name()));
        Ok(Self { texts, wholes, count: batch.num_rows(), region, has_derived })
    }

    fn text(&self, name: &str, row: usize) -> Option<&str> {
        let array = self.texts.get(name)?;
        array.is_valid(row).then(|| array.value(row))
    }

    fn whole(&self, name: &str, row: usize) -> Option<i64> {
        let array = self.wholes.get(name)?;
        array.is_valid(row).then(|| array.value(row))
    }

    /// The cell a row is of, in a group, of an entity; not of tasks.
    fn place<'a>(&'a self, row: usize, group: &'a str, level: Level, entity: &'a str) -> Place<'a> {
        Place {
            group,
            tasks: false,
            level: level_word(level),
            entity,
            period: self.text("period", row),
            subject: self.text("subject", row),
            grade: self.whole("grade", row),
            pupil_grade: self.whole("pupil_grade", row),
        }
    }
}
