//! Both clouds on loopback: Alibaba Cloud ENS and Huawei Cloud ECS maintenance events on one port.
//!
//! The sandbox checks signatures, clocks and nonces as the clouds do, holds a fleet generated from
//! a seed, lets acting change the state of its events over time, and misbehaves on demand.

mod answer;
mod call;
mod cloud;
mod config;
mod control;
mod ens;
mod fault;
mod fleet;
mod huawei;
mod server;
mod time;
mod world;

pub use config::{Config, Keys};
pub use server::Sandbox;
