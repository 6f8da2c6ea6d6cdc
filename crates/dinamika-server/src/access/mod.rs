//! Who asks, by which right, and whether they may come in.

mod accounts;
mod admit;
mod gate;
mod secrets;

pub(crate) use accounts::AccountChange;
pub(crate) use admit::admit;
pub use gate::{Gate, Now};
pub(crate) use gate::{Means, SEE_AS, Who, set_cookie};
pub use secrets::{PasswordError, hash_password, new_token};
