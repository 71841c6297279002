//! Events in the store, on each database.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of a test may fail the test"
)]

mod counts;
mod labels;
mod life;
mod listing;
mod orders;
mod pages;
mod resources;
mod search_table;
mod searching;
mod syncing;
mod world;
