//! What a request asks, from text to types: nothing past here is a string that means something.

mod asked;
mod cursor;
mod filters;
mod order;
mod parameters;

pub(crate) use asked::Asked;
pub(crate) use cursor::{Cursor, Page};
pub use filters::explain_filters;
pub(crate) use filters::{absent_value, entity_key, filter_of, filters};
pub(crate) use order::{CONTRACT_ORDER, by_contract, order, wanted_columns};
pub(crate) use parameters::{
    AuditParameters, DynamicsParameters, EntitiesParameters, ExplainParameters, ExtractParameters, FilesParameters,
    ListParameters, ReadParameters, RejectsParameters, ReviewParameters, RowsParameters, SqlParameters,
    ValuesParameters, names,
};
