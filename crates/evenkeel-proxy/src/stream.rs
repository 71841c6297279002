//! What changes, in order, for everybody who listens.
//!
//! A message's id is the number of its change: who breaks off goes on there. What changed several
//! times since is told once, as it is now. One reader of the store tells all clients; nothing is kept
//! for a client but its place in the order, so one that is slow is told less often, and loses nothing.

mod client;
mod gzip;
mod hub;
mod messages;
mod ring;
mod slot;

use std::time::Duration;

pub(crate) use client::Client;
pub(crate) use gzip::{Coding, Packed};
pub(crate) use hub::Hub;

/// How streams are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamOptions {
    /// How long changes gather after the last ones were told: what changes twice meanwhile is told
    /// once.
    pub gather: Duration,
    /// How often a stream that has nothing to tell says that it is there.
    pub keep_alive: Duration,
    /// How much of what was told is kept for those who are a little behind, in bytes.
    pub ring: usize,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self {
            gather: Duration::from_millis(250),
            keep_alive: Duration::from_secs(15),
            ring: 8 * 1024 * 1024,
        }
    }
}
