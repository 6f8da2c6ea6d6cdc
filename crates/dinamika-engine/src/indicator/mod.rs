//! From numerators and denominators to values, intervals, changes, places and slopes.

mod breaks;
mod changes;
mod columns;
mod coverage;
mod dynamics;
mod facts;
mod group;
mod pooled;
mod position;
mod region;
mod rollup;
mod series;
mod spread;
mod trend;
mod values;

pub use breaks::SERIES_BREAKS;
pub(crate) use columns::contract;
pub use columns::{DERIVED as DERIVED_TABLES, indicator_schema};
pub use coverage::COVERAGE;
pub(crate) use facts::shape;
pub(crate) use rollup::UNRESOLVED;

use dinamika_project::{Indicator, Model, ModelKind};

use crate::{EngineError, Rows, Session};

impl Session {
    /// Rows of one of [`DERIVED_TABLES`] of one indicator, from its rows in `indicator_values`.
    pub async fn derived_rows(&self, table: &str, model: &Model) -> Result<Rows, EngineError> {
        match table {
            "indicator_dynamics" => self.dynamics_rows(model).await,
            "indicator_position" => self.position_rows(model).await,
            "indicator_pooled" => self.pooled_rows(model).await,
            "indicator_trend" => self.trend_rows(model).await,
            other => Err(EngineError::Engine(format!("{other} is not made of indicators"))),
        }
    }
}

/// The indicator of a model that is one.
pub(crate) fn of(model: &Model) -> Result<&Indicator, EngineError> {
    match &model.kind {
        ModelKind::Indicator(indicator) => Ok(indicator),
        _ => Err(EngineError::contract(&model.name, "is not an indicator")),
    }
}
