//! Loaders for the recorded wire data that the tests share.

pub mod recording;
pub mod vector;

#[cfg(not(target_family = "wasm"))]
pub mod check;
#[cfg(not(target_family = "wasm"))]
pub mod read_back;
#[cfg(not(target_family = "wasm"))]
pub mod seed;
