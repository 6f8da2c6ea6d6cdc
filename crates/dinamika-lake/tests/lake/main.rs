//! What the lake promises, on every kind of store it can lie in.
#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod folders;
mod landing;
mod maintenance;
mod place;
mod releases;
mod replacing;
mod rows;
mod shapes;
mod state;
mod tables;
mod writers;
