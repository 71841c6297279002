//! Hostile input: cut off, damaged, too deep, too long, or not JSON at all. Anything gives a value or an error.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

mod damaged;
mod deep;
mod json_suite;
mod large;
