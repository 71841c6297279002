//! What a URL shows.

pub mod batch;
pub mod batches;
pub mod event;
pub mod events;
pub mod item;
pub mod missing;
