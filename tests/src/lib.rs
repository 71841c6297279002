//! Loaders for the data that the tests share: recorded requests, signing vectors, verdicts.

pub mod recording;
pub mod vector;
pub mod verdict;

#[cfg(not(target_family = "wasm"))]
pub mod check;
#[cfg(not(target_family = "wasm"))]
pub mod draft;
#[cfg(not(target_family = "wasm"))]
pub mod modules;
#[cfg(not(target_family = "wasm"))]
pub mod read_back;
#[cfg(not(target_family = "wasm"))]
pub mod seed;
