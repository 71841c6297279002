//! `evenkeel.toml`: what it may say, and every fault of it at once, with file and line.

mod account;
mod approval;
mod audit;
mod labels;
mod login;
mod network;
mod reach;
mod reader;
mod schema;
mod server;
mod store;
mod sync;

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use evenkeel_engine::{
    AccountConfig, CheckpointConfig, InventoryOptions, JournalOptions, NetworkConfig, Policy,
    Setting, SyncOptions, io_error_text,
};

use sha2::{Digest as _, Sha256};

use crate::{limits::ServerLimits, oidc::OidcConfig, reach::Reach, server::ListenAddress};

/// A configuration without faults. Credentials are still references here.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The SHA-256 of the text that it was read from, as hexadecimal digits; nothing where there was none.
    pub digest: Option<String>,
    /// The `[server]` table.
    pub server: ServerConfig,
    /// The `[store]` table.
    pub store: StoreConfig,
    /// The `[network]` table.
    pub network: NetworkConfig,
    /// How the accounts are read: the `[collector]` table.
    pub sync: SyncOptions,
    /// The `[journal]` table.
    pub journal: JournalOptions,
    /// The `[labels]` table.
    pub labels: LabelsConfig,
    /// How the audit's checkpoints are shipped: the `[audit]` table.
    pub audit: Option<CheckpointConfig>,
    /// The provider of identities: the `[login.oidc]` table.
    pub oidc: Option<OidcConfig>,
    /// Which batches a second person has to approve: the `[approval]` table.
    pub policy: Policy,
    /// The `[[accounts]]`, in the file's order.
    pub accounts: Vec<AccountConfig>,
}

/// The `[store]` table; flags and the environment come before its `url`.
#[derive(Debug, Clone, Default)]
pub struct StoreConfig {
    /// Where it is.
    pub url: Option<Setting>,
    /// Whether the URL may say that a PostgreSQL in the network need not show who it is.
    pub allow_unverified_server: bool,
}

/// The `[labels]` table.
#[derive(Debug, Clone, Default)]
pub struct LabelsConfig {
    /// The inventory of one's own.
    pub inventory: Option<InventoryOptions>,
    /// The label that events are grouped by.
    pub group_by: Option<String>,
}

/// The `[server]` table; flags and the environment come before it.
#[derive(Debug, Clone, Default)]
pub struct ServerConfig {
    /// Where to listen.
    pub listen: Option<ListenAddress>,
    /// A folder with the built console.
    pub console: Option<PathBuf>,
    /// How long a cloud may take to answer.
    pub upstream_timeout: Option<Duration>,
    /// How it is reached from beyond this machine.
    pub reach: Reach,
    /// The bounds of the server.
    pub limits: ServerLimits,
}

/// Every fault of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    faults: Vec<Fault>,
}

/// One fault, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    file: String,
    line: Option<usize>,
    message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            match fault.line {
                Some(line) => write!(f, "{}:{line}: {}", fault.file, fault.message)?,
                None => write!(f, "{}: {}", fault.file, fault.message)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads the configuration from a file.
    ///
    /// # Errors
    /// When the file cannot be read, or with every fault in it.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError {
            faults: vec![Fault {
                file: path.display().to_string(),
                line: None,
                message: io_error_text(error.kind()),
            }],
        })?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Reads the configuration from text; `file` is its name in messages.
    ///
    /// # Errors
    /// With every fault in it. A message never quotes a value that could be a credential.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConfigError> {
        let mut reader = reader::Reader::new(text, file);
        let config = reader.root().map(|root| schema::config(&mut reader, &root));
        match config {
            Some(config) if !reader.has_faults() => Ok(Self {
                digest: Some(format!("{:x}", Sha256::digest(text))),
                ..config
            }),
            _ => Err(reader.into_error()),
        }
    }
}
