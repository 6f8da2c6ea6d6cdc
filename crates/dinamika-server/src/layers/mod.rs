//! What happens to every request and answer, whatever the route.

mod counted;
mod extension;
mod headers;
mod observe;

pub(crate) use counted::counted;
pub(crate) use extension::{Sent, split_extension};
pub(crate) use headers::security_headers;
pub(crate) use observe::{observe, panicked};
