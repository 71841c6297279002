//! Simulates the maintenance events of several clouds on one loopback port.
//!
//! The sandbox checks signatures, clocks and nonces as the clouds do, holds a fleet generated from
//! a seed, lets acting change the state of its events over time, and misbehaves on demand. It
//! judges parameters by itself, not with the core's rules: what it refuses, a cloud may refuse.
//!
//! ```
//! use std::{net::SocketAddr, time::Duration};
//!
//! use evenkeel_sandbox::{Config, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let config = Config { events: 20, ..Config::default() };
//! let sandbox = Sandbox::bind(SocketAddr::from(([127, 0, 0, 1], 0)), config).await?;
//! for keys in evenkeel_sandbox::keys() {
//!     println!("{} is at http://{}, with the key {}", keys.title, sandbox.local_addr(), keys.access_key_id);
//! }
//! sandbox.serve(tokio::time::sleep(Duration::from_millis(10))).await;
//! # Ok(())
//! # }
//! ```
//!
//! Each cloud has its own routes; `/_sandbox/…` are the controls: faults, calls, the clock and the state.
//! `docs/sandbox.md` is their reference, and `clouds.rs` says what makes a cloud.

mod answer;
mod call;
mod call_counts;
mod call_log;
mod clock;
mod cloud;
mod clouds;
mod config;
mod control;
mod corrupt_response;
#[cfg(test)]
mod docs;
mod event;
mod fault;
mod fleet;
mod keys;
mod nonce;
mod provider;
mod refusal;
mod resource;
mod server;
mod service;
mod snapshot;
mod state;
mod time;
mod wire;

pub use clock::ClockMode;
pub use clouds::{keys, keys_of};
pub use config::Config;
pub use fault::FaultPlanError;
pub use keys::{Keys, TemporaryKey, Variables};
pub use server::Sandbox;
pub use snapshot::SnapshotError;
