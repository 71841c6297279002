//! The server from outside: real connections, with clients that behave badly.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of a test may fail the test"
)]

mod bodies;
mod connections;
mod stand;
mod streams;
