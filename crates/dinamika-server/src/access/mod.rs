//! Who asks, by which right, and whether they may come in.

mod accounts;
mod admit;
mod gate;
mod oidc;
mod own;
mod pace;
mod scram;
mod secrets;
mod wire;

pub(crate) use accounts::AccountChange;
pub(crate) use admit::admit;
pub use gate::{Gate, Now};
pub(crate) use gate::{Means, Noting, SEE_AS, Who, cookie_named, set_cookie};
pub use oidc::Oidc;
pub(crate) use oidc::Returned;
pub(crate) use own::TokenWish;
pub(crate) use pace::Pace;
pub(crate) use scram::{First, Verifier};
pub use secrets::{NewToken, PasswordError, hash_password, new_token};
pub(crate) use wire::Key;
