//! The sync from outside: real sandboxes, proxies and databases, on a clock that the tests
//! move. Each case runs on every database there is.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper of a test may fail the test"
)]

mod asking;
mod failing;
mod listing;
mod lists;
mod local_disks;
mod names;
mod optional;
mod runs;
mod several;
mod stream;
mod world;
