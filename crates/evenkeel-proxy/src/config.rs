//! `evenkeel.toml`: what it may say, and every fault of it at once, with file and line.

mod collector;
mod network;
mod reader;
mod schema;
mod secret_file;
mod server;
mod shown;
mod store;

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use evenkeel::Provider;
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::{
    collector::CollectorConfig, endpoint::Endpoint, journal::JournalOptions, server::ServerLimits,
    words,
};

/// Reads a variable of the environment; passed in so that tests need no global state.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A configuration without faults. Credentials are still references here.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The `[server]` table.
    pub server: ServerConfig,
    /// The `[store]` table.
    pub store: StoreConfig,
    /// The `[network]` table.
    pub network: NetworkConfig,
    /// The `[collector]` table.
    pub collector: CollectorConfig,
    /// The `[journal]` table.
    pub journal: JournalOptions,
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

/// The `[server]` table; flags and the environment come before it.
#[derive(Debug, Clone, Default)]
pub struct ServerConfig {
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// A folder with the built console.
    pub console: Option<PathBuf>,
    /// How long a cloud may take to answer.
    pub upstream_timeout: Option<Duration>,
    /// The bounds of the server.
    pub limits: ServerLimits,
}

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

/// One entry of `[[accounts]]`.
#[derive(Debug, Clone)]
pub struct AccountConfig {
    /// What people and URLs call it.
    pub id: String,
    /// The cloud.
    pub provider: Provider,
    /// The region.
    pub region: String,
    /// Huawei's project: in the file, or where to find it.
    pub project_id: Option<Setting>,
    /// Where calls go.
    pub endpoint: Endpoint,
    /// The access key's id.
    pub access_key_id: Reference,
    /// The access key's secret.
    pub access_key_secret: Reference,
    /// The token of temporary credentials.
    pub security_token: Option<TokenReference>,
    /// How often its list is read; none is what `[collector]` says.
    pub poll: Option<Duration>,
    /// How many items one call of a batch carries.
    pub items_per_call: usize,
}

/// A setting that is no secret: written down, or referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// As it stands in the file.
    Plain(String),
    /// Found elsewhere.
    At(Reference),
}

/// Where a security token comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenReference {
    /// The file names it: it must be there.
    Required(Reference),
    /// The provider's own variable, used when it is set.
    Default(Reference),
}

/// Where a credential is; never the credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// `env:NAME`
    Env(String),
    /// `file:PATH`; a relative path starts in the current folder.
    File(PathBuf),
}

impl Reference {
    /// Reads `env:NAME` or `file:PATH`; nothing else is a reference.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(name) = text.strip_prefix("env:") {
            return (!name.is_empty()).then(|| Self::Env(name.to_owned()));
        }
        let path = text.strip_prefix("file:")?;
        (!path.is_empty()).then(|| Self::File(PathBuf::from(path)))
    }

    /// Fetches what it refers to.
    ///
    /// # Errors
    /// When it is missing, unreadable, empty, open to others, or no credential by its looks; the
    /// text never shows the value.
    pub fn read(&self, environment: Environment<'_>) -> Result<SecretString, ReferenceError> {
        self.fetch(environment).map(|read| read.value)
    }

    /// Fetches what it refers to, and tells what is odd about it.
    pub(crate) fn fetch(&self, environment: Environment<'_>) -> Result<Read, ReferenceError> {
        let fault = |reason: &str| ReferenceError {
            reference: self.to_string(),
            reason: reason.to_owned(),
        };
        // The untrimmed copy is wiped together with the wrapper that holds it.
        let text = match self {
            Self::Env(name) => {
                Zeroizing::new(environment(name).ok_or_else(|| fault("is not set"))?)
            }
            Self::File(path) => secret_file::read(path).map_err(|why| fault(&why))?,
        };
        let value = text.trim();
        if value.is_empty() {
            return Err(fault("is empty"));
        }
        if ['"', '\'', '`']
            .iter()
            .any(|quote| value.starts_with(*quote) || value.ends_with(*quote))
        {
            return Err(fault(
                "stands in quotes, which are part of it here: an env file for Docker keeps them; take them away",
            ));
        }
        if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(fault(
                "holds spaces, line breaks or characters no credential has",
            ));
        }
        // Every editor ends a file with a line break.
        let untold = match self {
            Self::Env(_) => text.as_str(),
            Self::File(_) => text.strip_suffix('\n').unwrap_or(&text),
        };
        let untold = untold.strip_suffix('\r').unwrap_or(untold);
        let note = (untold != value).then(|| {
            format!("`{self}` has white space around its value, which is left out: take it away")
        });
        Ok(Read {
            value: SecretString::from(value),
            note,
        })
    }
}

/// What a reference led to.
pub(crate) struct Read {
    pub(crate) value: SecretString,
    /// What is odd about it, if anything; never with the value.
    pub(crate) note: Option<String>,
}

impl TokenReference {
    /// Where it is.
    pub(crate) fn reference(&self) -> &Reference {
        match self {
            Self::Required(reference) | Self::Default(reference) => reference,
        }
    }
}

impl fmt::Display for Reference {
    /// What looks like a secret that was put there by mistake is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{}", shown::scrubbed(name)),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

/// A reference that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{reference}` {reason}")]
pub struct ReferenceError {
    reference: String,
    reason: String,
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
                message: words::of(error.kind()),
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
            Some(config) if !reader.has_faults() => Ok(config),
            _ => Err(reader.into_error()),
        }
    }
}
