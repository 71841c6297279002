//! The server from outside: real connections, with clients that behave badly.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of a test may fail the test"
)]

mod attacks;
mod bodies;
mod connections;
mod reach;
mod stand;
mod streams;
mod tls;
#[cfg(unix)]
mod unix;
