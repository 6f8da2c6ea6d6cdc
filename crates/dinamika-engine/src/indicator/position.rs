//! Where schools and municipalities stand in the region.

use std::{collections::HashMap, sync::Arc};

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt32Array};
use dinamika_project::{Measure, Model};

use super::{
    changes::{FLAGGED, Terms},
    columns::indicator_schema,
    dynamics::computed,
    group::{Contrast, Group, contrast},
    region::{Standing, Stands},
    values::Columns,
};
use crate::{EngineError, Rows, Session, functions::q_values};

impl Session {
    /// Rows of `indicator_position` of one indicator: gap to the region with its interval, q-value over
    /// all entities of the level, z and percentile, the shrunk value, limits of the funnel.
    ///
    /// The interval is of the chance of these pupils: a school stands above or below the region, and
    /// that says nothing of next year. Percentile, z and position are told from `min_n` units on.
    pub async fn position_rows(&self, model: &Model) -> Result<Rows, EngineError> {
        let indicator = super::of(model)?;
        let (values, terms) = (self.values_of(indicator).await?, Terms::of(indicator));
        computed(move || {
            let columns = Columns::of(&values);
            let stands = Stands::new(&columns, terms.measure, terms.min_n);
            positions(&values, &columns, &stands, terms)
        })
        .await
    }
}

struct Position {
    row: usize,
    enough: bool,
    group: Option<Group>,
    gap: Option<Contrast>,
    q: Option<f64>,
}

fn positions(
    values: &RecordBatch,
    columns: &Columns<'_>,
    stands: &Stands,
    terms: Terms,
) -> Result<RecordBatch, EngineError> {
    let mut all = Vec::new();
    let mut families: HashMap<usize, Vec<usize>> = HashMap::new();
    // A count of a school has no place beside the region's.
    let placed =
        |row: &usize| terms.measure != Measure::Count && columns.is_known(*row) && columns.level(*row) != "region";
    for row in (0..columns.rows).filter(placed) {
        let group = columns.group(row, terms.measure);
        let gap = group.and_then(|group| contrast(&stands.of(row).gap(group, 1.0)?, 0.0));
        families.entry(stands.place(row)).or_default().push(all.len());
        all.push(Position { row, enough: columns.n(row) >= terms.min_n, group, gap, q: None });
    }
    for family in families.values() {
        let p: Vec<Option<f64>> =
            family.iter().map(|at| all[*at].gap.filter(|_| all[*at].enough).map(|gap| gap.p)).collect();
        for (at, q) in family.iter().zip(q_values(&p)) {
            all[*at].q = q;
        }
    }
    written(values, columns, stands, &all)
}

fn written(
    values: &RecordBatch,
    columns: &Columns<'_>,
    stands: &Stands,
    all: &[Position],
) -> Result<RecordBatch, EngineError> {
    let schema = indicator_schema("indicator_position")?;
    let rows: UInt32Array = all.iter().map(|position| u32::try_from(position.row).unwrap_or(u32::MAX)).collect();
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for name in ["indicator", "level", "entity", "entity_name", "municipality", "period", "subject", "grade"] {
        arrays.push(taken(values, name, &rows)?);
    }
    for name in ["pupil_grade", "task", "n", "value"] {
        arrays.push(taken(values, name, &rows)?);
    }
    let numbers = |of: &dyn Fn(&Position) -> Option<f64>| -> ArrayRef {
        Arc::new(all.iter().map(|position| of(position).filter(|value| value.is_finite())).collect::<Float64Array>())
    };
    let standings: Vec<Option<Standing>> =
        all.iter().map(|position| stands.of(position.row).standing(position.group.as_ref()?)).collect();
    let standing = |of: &dyn Fn(&Standing) -> Option<f64>| -> ArrayRef {
        Arc::new(standings.iter().map(|standing| standing.as_ref().and_then(of)).collect::<Float64Array>())
    };
    let limits: Vec<Option<[f64; 4]>> =
        all.iter().map(|position| stands.of(position.row).funnel(position.group.as_ref()?)).collect();
    let limit = |place: usize| -> ArrayRef {
        Arc::new(limits.iter().map(|limits| limits.map(|limits| limits[place])).collect::<Float64Array>())
    };
    let enough: Vec<bool> = all.iter().map(|position| position.enough).collect();
    let z = standings.iter().zip(&enough).map(|(standing, enough)| standing.as_ref()?.z.filter(|_| *enough));
    arrays.extend([
        numbers(&|position| Some(stands.of(position.row).value)),
        numbers(&|position| Some(columns.value(position.row) - stands.of(position.row).value)),
        numbers(&|position| position.gap.map(|gap| gap.low)),
        numbers(&|position| position.gap.map(|gap| gap.high)),
        numbers(&|position| position.gap.filter(|_| position.enough).map(|gap| gap.p)),
        numbers(&|position| position.q),
        Arc::new(all.iter().map(word).collect::<StringArray>()),
        Arc::new(z.collect::<Float64Array>()),
        numbers(&|position| {
            stands.of(position.row).percentile(columns.value(position.row)).filter(|_| position.enough)
        }),
        standing(&|standing| Some(standing.shrunk)),
        standing(&|standing| Some(standing.reliability)),
        numbers(&|position| stands.of(position.row).icc()),
        limit(0),
        limit(1),
        limit(2),
        limit(3),
    ]);
    Ok(RecordBatch::try_new(schema, arrays)?)
}

fn word(position: &Position) -> Option<&'static str> {
    match (position.gap, position.q) {
        _ if !position.enough => Some("too_few"),
        (Some(gap), Some(q)) if q <= FLAGGED => Some(if gap.value > 0.0 { "above" } else { "below" }),
        (Some(_), Some(_)) => Some("within_noise"),
        _ => None,
    }
}

/// A column of the values at some rows.
pub(super) fn taken(values: &RecordBatch, name: &str, rows: &UInt32Array) -> Result<ArrayRef, EngineError> {
    let column = values
        .column_by_name(name)
        .ok_or_else(|| EngineError::Engine(format!("indicator_values has no column {name}")))?;
    Ok(arrow::compute::take(column, rows, None)?)
}
