//! Both clouds on loopback: Alibaba Cloud ENS and Huawei Cloud ECS maintenance events on one port.
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
//! println!("http://{} takes the key {}", sandbox.local_addr(), sandbox.keys().ens_access_key_id);
//! sandbox.serve(tokio::time::sleep(Duration::from_millis(10))).await;
//! # Ok(())
//! # }
//! ```
//!
//! `POST /` and `GET /` are ENS, `/v3/{project_id}/…` is Huawei, `/_sandbox/…` are the controls: faults, calls, the clock
//! and the state. `docs/sandbox.md` is their reference.

mod answer;
mod call;
mod clock;
mod cloud;
mod config;
mod control;
#[cfg(test)]
mod docs;
mod ens;
mod fault;
mod fleet;
mod huawei;
mod nonce;
mod server;
mod spoil;
mod state;
mod tally;
mod time;
mod trace;
mod wire;
mod world;

pub use clock::ClockMode;
pub use config::{Config, Keys, TemporaryKey};
pub use fault::FaultPlanError;
pub use server::Sandbox;
pub use state::StateError;
