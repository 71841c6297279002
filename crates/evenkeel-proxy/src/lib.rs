//! The signing proxy: it keeps the credentials, checks a call with the core, signs it, sends it once
//! and hands the cloud's answer through.
//!
//! It listens on loopback only, answers only to a loopback `Host` and a same-origin `Origin`, and
//! builds every upstream URL from its own configuration.

#[macro_use]
mod failpoint;

mod account;
mod app;
mod body;
pub mod check;
mod clock;
mod collector;
mod config;
mod console;
mod counts;
mod ending;
mod endpoint;
mod engine;
mod facts;
mod foreign;
mod heartbeat;
mod io_error_text;
mod journal;
mod keys;
mod limits;
mod middleware;
mod network;
mod notifier;
mod peer;
mod problem;
mod reconcile;
mod reference;
mod router;
mod routes;
mod server;
mod stream;
mod sync_requests;
mod upstream;
mod views;

pub use account::{Account, AccountConfig, AccountError, Reread, SandboxAccount, refuse_twins};
pub use clock::Clock;
pub use collector::CollectorConfig;
pub use config::{Config, ConfigError, ServerConfig, StoreConfig};
pub use console::{Console, ConsoleError};
pub use endpoint::{Endpoint, EndpointError};
pub use engine::Background;
pub use journal::JournalOptions;
pub use limits::ServerLimits;
pub use network::{Network, NetworkConfig, NetworkError, Passage, ProxyConfig, ProxyFlaw, Way};
pub use reference::{Environment, Reference, ReferenceError, Setting, TokenReference};
pub use server::{ListenError, Parts, Proxy, listen};
pub use stream::StreamOptions;
pub use upstream::{DEFAULT_TIMEOUT, SendError, Upstream, UpstreamError};
