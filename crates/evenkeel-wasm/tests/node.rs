//! The cases in Node.

#![cfg(target_arch = "wasm32")]

mod case;
mod verdict;
