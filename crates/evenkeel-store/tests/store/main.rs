//! The store, on every database there is.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::assigning_clones,
    reason = "helpers of tests are tests"
)]

mod actors;
mod approvals;
mod audit;
mod changes;
mod crowds;
mod databases;
#[cfg(unix)]
mod files;
mod holds;
mod journal;
mod leases;
mod logins;
mod moves;
mod open;
mod orderers;
#[cfg(unix)]
mod relay;
mod restored;
mod scope;
#[cfg(unix)]
mod servers;
mod subjects;
mod users;
