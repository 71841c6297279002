//! Each way a request is refused, by both schemes, starting from one that is accepted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "helpers of tests are tests"
)]

mod authorization;
mod content;
mod header;
mod request;
