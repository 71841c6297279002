//! Loaders for the recorded wire data that the tests share.

pub mod recording;
pub mod vector;
