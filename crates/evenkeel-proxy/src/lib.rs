//! The signing proxy: it keeps the credentials, checks a call with the core, signs it, sends it once
//! and hands the cloud's answer through.
//!
//! It listens on loopback only, answers only to a loopback `Host` and a same-origin `Origin`, and
//! builds every upstream URL from its own configuration.

#[macro_use]
mod failpoint;

mod account;
mod app;
pub mod check;
mod clock;
mod collector;
mod config;
mod console;
mod counts;
mod credentials;
mod ending;
mod endpoint;
mod facts;
mod foreign;
mod journal;
mod keys;
mod middleware;
mod network;
mod presence;
mod problem;
mod router;
mod routes;
mod server;
mod upstream;
mod words;

pub use account::{Account, AccountError, SandboxAccount, refuse_twins};
pub use clock::Clock;
pub use collector::CollectorConfig;
pub use config::{
    AccountConfig, Config, ConfigError, Environment, NetworkConfig, ProxyConfig, Reference,
    ReferenceError, ServerConfig, Setting, StoreConfig, TokenReference,
};
pub use console::{Console, ConsoleError};
pub use credentials::Reread;
pub use endpoint::{Endpoint, EndpointError};
pub use journal::JournalOptions;
pub use network::{Network, NetworkError, Passage, ProxyFlaw, Way};
pub use routes::stream::StreamOptions;
pub use server::{Background, ListenError, Parts, Proxy, ServerLimits, listen};
pub use upstream::{DEFAULT_TIMEOUT, SendError, Upstream, UpstreamError};
