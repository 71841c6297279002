//! Properties: what must hold for all values, tried on many made-up ones.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

mod batch;
mod event;
mod judge;
mod listed;
mod made_up;
mod parameters;
mod place;
mod print;
mod replay;
mod signing;

use proptest::test_runner::Config;

/// As many cases as fit into seconds; what fails is shown, and kept by hand among the regressions.
fn config() -> Config {
    Config {
        failure_persistence: None,
        ..Config::default()
    }
}
