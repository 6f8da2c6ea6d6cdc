//! The service answered without a socket, over a small release held in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod caching;
mod control;
mod data;
mod formats;
mod lake;
mod oidc;
mod openapi;
mod own;
mod pages;
mod problems;
mod project;
mod region;
mod review;
mod swap;
mod tables;
mod traced;
