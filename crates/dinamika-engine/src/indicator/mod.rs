//! From numerators and denominators to values, intervals and changes.

mod columns;
mod dynamics;
mod facts;
mod rollup;
mod series;

pub use columns::{indicator_dynamics_schema, indicator_values_schema};
pub(crate) use facts::shape;
pub(crate) use rollup::UNRESOLVED;

use dinamika_project::{Indicator, Model, ModelKind};

use crate::EngineError;

/// The indicator of a model that is one.
pub(crate) fn of(model: &Model) -> Result<&Indicator, EngineError> {
    match &model.kind {
        ModelKind::Indicator(indicator) => Ok(indicator),
        _ => Err(EngineError::contract(&model.name, "is not an indicator")),
    }
}
