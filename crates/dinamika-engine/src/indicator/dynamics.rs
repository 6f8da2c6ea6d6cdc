//! The change of an indicator between comparable periods.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, UInt32Array},
    compute::take_record_batch,
};
use dinamika_project::{Indicator, Model};

use super::{
    changes::{Change, Terms, changes},
    columns::indicator_schema,
    coverage::COVERED,
    region::Stands,
    values::Columns,
};
use crate::{EngineError, Rows, Session, functions::Verdict};

/// Rows of a batch handed on.
const CHUNK: usize = 16_384;

impl Session {
    /// Rows of `indicator_dynamics` of one indicator, from its rows in `indicator_values`.
    ///
    /// `growth` means that the number goes up, not that it is better. Of an equated indicator the
    /// verdict is of `change`; of one that is not, of `gap_change`, the change of the gap to the
    /// region: a paper that is harder for all moves no gap. That is judged against the chance of
    /// units and against how much entities of the level usually change (`spread`); in both cases
    /// only `q ≤ 0.025` over all entities of the level is growth or decline. A measure without
    /// interval has a change and, unless too few, no verdict. Over a break of `series_breaks` the
    /// change is not told.
    pub async fn dynamics_rows(&self, model: &Model) -> Result<Rows, EngineError> {
        let indicator = super::of(model)?;
        let (values, breaks) = (self.values_of(indicator).await?, self.breaks(indicator).await?);
        let terms = Terms::of(indicator);
        let work = move || {
            let columns = Columns::of(&values);
            let stands = Stands::new(&columns, terms.measure, terms.min_n);
            let (changes, _) = changes(&columns, &stands, &breaks, terms);
            written(&values, &columns, &stands, &changes, terms)
        };
        computed(work).await
    }
}

impl Terms {
    pub(super) fn of(indicator: &Indicator) -> Self {
        Self { measure: indicator.measure, min_n: i64::from(indicator.min_n), equated: indicator.equated }
    }
}

/// Rows of a computation of its own thread, in batches.
pub(super) async fn computed(
    work: impl FnOnce() -> Result<RecordBatch, EngineError> + Send + 'static,
) -> Result<Rows, EngineError> {
    let rows = tokio::task::spawn_blocking(work).await.map_err(|error| EngineError::Engine(error.to_string()))??;
    let chunks =
        (0..rows.num_rows()).step_by(CHUNK).map(|from| rows.slice(from, CHUNK.min(rows.num_rows() - from))).collect();
    Ok(Rows::from_batches(&rows.schema(), chunks))
}

fn written(
    values: &RecordBatch,
    columns: &Columns<'_>,
    stands: &Stands,
    changes: &[Change],
    terms: Terms,
) -> Result<RecordBatch, EngineError> {
    let rows = changes.iter().map(|change| u32::try_from(change.row).unwrap_or(u32::MAX)).collect::<UInt32Array>();
    let mut arrays = take_record_batch(values, &rows)?.columns().to_vec();
    // Coverage stands last in both tables.
    let coverage = arrays.split_off(arrays.len() - COVERED.len());
    let texts = |of: &dyn Fn(&Change) -> Option<String>| -> ArrayRef {
        Arc::new(changes.iter().map(of).collect::<StringArray>())
    };
    let numbers = |of: &dyn Fn(&Change) -> Option<f64>| -> ArrayRef {
        Arc::new(changes.iter().map(|change| of(change).filter(|value| value.is_finite())).collect::<Float64Array>())
    };
    let gap = |row: usize| columns.value(row) - stands.of(row).value;
    // Of the region itself, and of counts, there is no gap.
    let has_gap =
        |change: &Change| columns.level(change.row) != "region" && terms.measure != dinamika_project::Measure::Count;
    let z = |row: usize| {
        let group = columns.group(row, terms.measure).filter(|_| columns.level(row) != "region")?;
        stands.of(row).standing(&group).and_then(|standing| standing.z).filter(|_| columns.n(row) >= terms.min_n)
    };
    let verdict_of = |change: &Change| {
        let judged = matches!(change.verdict, Some(Verdict::Growth | Verdict::Decline | Verdict::WithinNoise));
        judged.then(|| if terms.equated { "change" } else { "gap_change" }.to_owned())
    };
    arrays.extend([
        texts(&|change| Some(change.kind.as_str().to_owned())),
        texts(&|change| columns.period(change.base).map(str::to_owned)),
        numbers(&|change| Some(columns.value(change.base))),
        numbers(&|change| change.raw),
        numbers(&|change| change.raw_interval.map(|interval| interval.0)),
        numbers(&|change| change.raw_interval.map(|interval| interval.1)),
        texts(&|change| change.verdict.map(|verdict| verdict.as_str().to_owned())),
        Arc::new(changes.iter().map(|change| Some(columns.n(change.base))).collect::<Int64Array>()),
        numbers(&|change| has_gap(change).then(|| gap(change.row))),
        numbers(&|change| has_gap(change).then(|| gap(change.base))),
        numbers(&|change| change.gap),
        numbers(&|change| change.gap_interval.map(|interval| interval.0)),
        numbers(&|change| change.gap_interval.map(|interval| interval.1)),
        numbers(&|change| z(change.row)),
        numbers(&|change| z(change.base)),
        texts(&verdict_of),
        numbers(&|change| change.spread),
        numbers(&|change| change.p),
        numbers(&|change| change.q),
        texts(&|change| change.reason.clone()),
    ]);
    arrays.extend(coverage);
    Ok(RecordBatch::try_new(indicator_schema("indicator_dynamics")?, arrays)?)
}
