//! A session as tools that speak PostgreSQL ask it: their statements, their catalogue, their types.
//!
//! Whatever they send is read by [`Desk::read`]. A SELECT goes the way of every reader's own SQL (`access/ask.rs`):
//! the same tables through the same veils, the same list of what is harmless, the same limits. Beside the reader's
//! tables the desk has the catalogue in which such tools look for tables; it is made of what the reader sees.

mod catalogue;
mod desk;
mod rewrite;
mod statement;
mod types;

pub use catalogue::{DATABASE, SERVER_VERSION};
pub use desk::{Asked, Desk};
pub use statement::{Setting, Wish};
pub use types::Column;
