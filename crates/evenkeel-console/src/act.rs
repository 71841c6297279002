//! Acting on a selection: choose, check, preview, confirm, send, and show what became of each item.

mod review;

pub use review::Review;
