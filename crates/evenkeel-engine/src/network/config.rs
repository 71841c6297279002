//! How the way to the clouds is configured.

use std::path::PathBuf;

use crate::reference::Setting;

/// The `[network]` table: the way to the clouds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkConfig {
    /// The proxy; none is what the environment says.
    pub proxy: Option<ProxyConfig>,
    /// What does not go through it; none is what the environment says.
    pub no_proxy: Option<String>,
    /// A PEM file of authorities that are trusted too.
    pub ca_file: Option<PathBuf>,
    /// Whether the system's authorities are trusted.
    pub system_roots: bool,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            proxy: None,
            no_proxy: None,
            ca_file: None,
            system_roots: true,
        }
    }
}

/// Whether there is a proxy, and where its URL stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxyConfig {
    /// There is none, whatever the environment says.
    None,
    /// There is; its URL may hold a password only where it is referred to.
    At(Setting),
}
