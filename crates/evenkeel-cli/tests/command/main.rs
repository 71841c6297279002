//! The `evenkeel` command from outside: the real binary, the real proxy, the real sandbox.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper of a test may fail the test"
)]

mod accounts;
mod audit;
mod config;
mod http;
mod login;
mod process;
mod rehearse;
mod sandbox;
mod serve;
mod simulate;
mod stand;
mod stubborn;
mod users;
