//! What a URL shows.

pub mod event;
pub mod events;
pub mod missing;
