//! The proxy from outside: its router, in front of a cloud that the tests script.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "a helper of a test may fail the test"
)]

mod accounts;
mod audit;
mod calls;
mod check;
mod checkpoints;
mod client;
mod cloud;
mod config;
mod console;
mod credentials;
mod guards;
mod login;
mod metrics;
mod network;
mod openapi;
mod paths;
mod rates;
mod reaching;
mod refusals;
mod regions;
mod rights;
mod secrecy;
