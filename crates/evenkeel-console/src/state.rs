//! What the page knows: pure models, and the signals that hold them.

pub mod batch;
pub mod batches;
pub mod clock;
pub mod connection;
pub mod event_lookup;
pub mod events;
pub mod facet;
pub mod failure;
pub mod filter;
#[cfg(test)]
pub mod fixture;
pub mod inbox;
pub mod list;
pub mod messages;
pub mod plan;
pub mod prefs;
pub mod row_set;
pub mod selection;
pub mod sort;
pub mod stream;
pub mod table;
pub mod tabs;
