//! Which layout a sheet has, and its rows as raw columns.
//!
//! [`head`] keeps the first rows and finds a header in them; [`bind`] turns the layout into
//! places of this very sheet; [`body`] routes every cell below the header into the column
//! bound to it.

pub(crate) mod bind;
pub(crate) mod body;
pub(crate) mod context;
pub(crate) mod head;
mod unpivot;
