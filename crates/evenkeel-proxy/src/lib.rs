//! The signing proxy as one runs it: its configuration, its HTTP surface and the console's files. What works
//! by itself is `evenkeel-engine`.
//!
//! It listens on loopback, and beyond it only where everybody has to log in and nobody reads along. It answers only to a
//! `Host` and an `Origin` of its own, and where anything is real to nobody below `/api` who has not logged in.

mod app;
mod body;
mod by;
mod config;
mod console;
mod last_listing;
mod limits;
mod login;
mod middleware;
mod oidc;
mod openapi;
mod peer;
mod problem;
mod rates;
mod reach;
mod request_context;
mod request_counts;
mod rights;
mod router;
mod routes;
mod server;
mod stream;
mod views;

pub use config::{Config, ConfigError, LabelsConfig, ServerConfig, StoreConfig};
pub use console::{Console, ConsoleError};
pub use evenkeel_api::{Accounts, Grants, Login, Principal, Role};
pub use limits::ServerLimits;
pub use login::{
    BearerSecret, LoginCode, LoginCodeError, NoRandomError, Password, PasswordHashError, UserName,
    WeakPassword, local_principal, new_login_code,
};
pub use oidc::{GroupGrants, Oidc, OidcConfig, OidcError};
pub use reach::{
    PublicUrl, PublicUrlError, Reach, SocketMode, TlsFiles, TrustedProxies, TrustedProxyError,
};
pub use server::{
    ListenAddress, ListenAddressError, ListenError, Listener, Proxy, ProxyParts, Tls, TlsError,
    check_listen, listen,
};
pub use stream::StreamOptions;

// What a proxy is made of.
pub use evenkeel_engine::{
    Account, AccountConfig, AccountError, Background, CheckpointConfig, Checkpoints,
    CheckpointsError, Clock, DEFAULT_TIMEOUT, Endpoint, EndpointError, Environment, Inventory,
    InventoryContents, InventoryOptions, JournalOptions, Network, NetworkConfig, NetworkError,
    Passage, Policy, ProxyConfig, ProxyFlaw, Reference, ReferenceError, Reread, Rule,
    SandboxAccount, SendError, Setting, SyncOptions, TimeZone, TokenReference, Upstream,
    UpstreamError, Way, check, refuse_twins, simulate,
};
