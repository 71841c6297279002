//! Finding and reading the configuration.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use evenkeel_proxy::{Account, AccountError, Config, Setting};
use evenkeel_store::StoreUrl;
use secrecy::ExposeSecret as _;

/// Read when it is there and no other file is named.
const DEFAULT_FILE: &str = "evenkeel.toml";

/// The configuration: of the named file, else of `evenkeel.toml` if there is one, else an empty one.
///
/// # Errors
/// When the file cannot be read or holds faults.
pub(crate) fn load(named: Option<&PathBuf>) -> anyhow::Result<Config> {
    let path = match named {
        Some(path) => path.as_path(),
        None if Path::new(DEFAULT_FILE).exists() => Path::new(DEFAULT_FILE),
        None => return Ok(Config::default()),
    };
    Ok(Config::load(path)?)
}

/// Where the configuration says that the store is.
///
/// # Errors
/// When that refers to nothing, or to what is no store.
pub(crate) fn store(config: &Config) -> anyhow::Result<Option<StoreUrl>> {
    let text = match &config.store {
        None => return Ok(None),
        Some(Setting::Plain(text)) => text.clone().into(),
        Some(Setting::At(reference)) => {
            let environment = |name: &str| std::env::var(name).ok();
            reference.read(&environment).context("[store] url")?
        }
    };
    let url = text.expose_secret().parse().context("[store] url")?;
    Ok(Some(url))
}

/// The accounts with their credentials, or why not, in the configuration's order.
pub(crate) fn open(config: &Config) -> Vec<Result<Account, AccountError>> {
    let environment = |name: &str| std::env::var(name).ok();
    config
        .accounts
        .iter()
        .map(|account| Account::open(account, &environment))
        .collect()
}
