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
//! # Where is what
//! `POST /` (or `GET /`) is ENS, the action in `x-acs-action` or, with RPC v1, a parameter; `/v3/{project_id}/…` is Huawei.
//! Signatures are ACS3-HMAC-SHA256, the older RPC v1 (HMAC-SHA1, everything a parameter) and SDK-HMAC-SHA256; each cloud
//! has a long-lived key and a temporary one that needs its token.
//!
//! # Course of an event
//! `inquiring` → (acted on) `scheduled`, for one step and until the ordered time → `executing`, for
//! one step → `completed`, or `failed` for about one in 25. An event that nobody answers goes ahead
//! at its own time. Generated events under way take minutes instead.
//!
//! # Controls
//! Unsigned, and for loopback `Host` and `Origin` only.
//!
//! | call | what it does |
//! |---|---|
//! | `GET /_sandbox/faults` | `{"faults": […]}`, with what is left of `times` |
//! | `POST /_sandbox/faults` | adds one fault or a list of them; answers like `GET` |
//! | `DELETE /_sandbox/faults` | clears them |
//! | `GET /_sandbox/calls` | `{"operations": {name: count}, "totals": {"received", "accepted"}, "events": [{"provider", "event_id", "received", "accepted"}]}`: orders that reached an event, and those carried out |
//! | `POST /_sandbox/reset` | the fleet of the seed again, no faults, nothing counted |
//!
//! # Faults
//! `{"operation": "BatchEventMigrateInstance", "kind": "throttle", "retry_after_s": 2, "times": 1}`:
//! `operation` is a name or `*`; `provider` (`ens`, `huawei-ecs`) narrows it; `times` is how many
//! calls it spoils, absent or null all of them. A fault applies to calls whose signature holds.
//!
//! | `kind` | further fields | what happens |
//! |---|---|---|
//! | `throttle` | `retry_after_s`? | ENS 400 `Throttling.User` with `x-acs-retry-after` (ms), Huawei 429 `APIGW.0308` with `retry-after` (s); nothing is done |
//! | `error` | `status` (400–599), `code`?, `message`? | that status in the cloud's own shape; nothing is done |
//! | `delay` | `ms` | looked at and answered later |
//! | `lost_answer` | | done, then the connection is closed without an answer |
//! | `fail_items` | `event_ids` or `count` | these items, or the first of each call, fail: ENS `Code` 400 in the results, Huawei 400 `Ecs.0000`; they are not carried out |
//! | `reorder_results` | | an ENS batch's results in the opposite order |
//! | `trailing_newline` | | ENS resource ids end in a line break |
//!
//! A throttled or failed call meets no other fault but delays.

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

pub use config::{Config, Keys, TemporaryKey};
pub use server::Sandbox;
