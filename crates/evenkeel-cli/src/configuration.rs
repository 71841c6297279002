//! Finding and reading the configuration.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use evenkeel_proxy::{
    Account, AccountError, Checkpoints, CheckpointsError, Config, Network, NetworkError, Oidc,
    OidcError, Reference, Setting, refuse_twins,
};
use evenkeel_store::StoreUrl;
use secrecy::ExposeSecret as _;

/// Read when it is there and no other file is named.
const DEFAULT_FILE: &str = "evenkeel.toml";

/// The variable that names the store.
const STORE: &str = "EVENKEEL_STORE";

/// The configuration: of the named file, else of `evenkeel.toml` if there is one, else an empty one.
///
/// # Errors
/// When the file cannot be read or holds faults.
pub(crate) fn load(named: Option<&PathBuf>) -> anyhow::Result<Config> {
    match path(named) {
        Some(path) => Ok(Config::load(path)?),
        None => Ok(Config::default()),
    }
}

/// Where the configuration is: the named file, else `evenkeel.toml` if there is one.
pub(crate) fn path(named: Option<&PathBuf>) -> Option<&Path> {
    let default = || Some(Path::new(DEFAULT_FILE)).filter(|path| path.exists());
    named.map(PathBuf::as_path).or_else(default)
}

/// Where the store is: by the flag, else by the environment, else by the configuration.
///
/// # Errors
/// When that refers to nothing, or to what is no store, or shows a password to everybody.
pub(crate) fn store(flag: Option<&str>, config: &Config) -> anyhow::Result<Option<StoreUrl>> {
    let environment = |name: &str| std::env::var(name).ok();
    let url = if let Some(text) = flag {
        let url = store_url(text, &environment).context("--store")?;
        if Reference::parse(text).is_none() && url.has_password() {
            bail!(
                "--store holds a password, which every user of this machine sees among the processes: \
                 put the URL into {STORE}, or into a file and say --store file:PATH"
            );
        }
        Some(url)
    } else if let Some(text) = environment(STORE).filter(|text| !text.is_empty()) {
        Some(store_url(&text, &environment).context(STORE)?)
    } else {
        match &config.store.url {
            None => None,
            Some(Setting::Plain(text)) => Some(text.parse().context("[store] url")?),
            Some(Setting::At(reference)) => {
                Some(read(reference, &environment).context("[store] url")?)
            }
        }
    };
    Ok(url.map(|url| {
        url.allow_unverified_server(config.store.allow_unverified_server)
            .trusting(config.network.ca_file.as_deref())
    }))
}

/// A URL, or where one is.
fn store_url(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<StoreUrl> {
    match Reference::parse(text) {
        Some(reference) => read(&reference, environment),
        None => Ok(text.parse()?),
    }
}

fn read(
    reference: &Reference,
    environment: &dyn Fn(&str) -> Option<String>,
) -> anyhow::Result<StoreUrl> {
    Ok(reference.read(environment)?.expose_secret().parse()?)
}

/// The way to the clouds, as the configuration or the environment says.
///
/// # Errors
/// When a proxy's URL is none, or its authorities cannot be read.
pub(crate) fn network(config: &Config) -> Result<Network, NetworkError> {
    Network::open(&config.network, &|name| std::env::var(name).ok())
}

/// What ships the audit's checkpoints, if the configuration says so.
///
/// # Errors
/// When the key is none, or something is not where it should be.
pub(crate) fn checkpoints(
    config: &Config,
    network: &Network,
) -> Result<Option<Checkpoints>, CheckpointsError> {
    let environment = |name: &str| std::env::var(name).ok();
    let open = |audit| Checkpoints::open(audit, network, &environment);
    config.audit.as_ref().map(open).transpose()
}

/// The provider of identities, if the configuration has one.
///
/// # Errors
/// When the client's secret is not where it should be, or TLS cannot be set up.
pub(crate) fn oidc(config: &Config, network: &Network) -> Result<Option<Oidc>, OidcError> {
    let environment = |name: &str| std::env::var(name).ok();
    let open = |oidc| Oidc::open(oidc, network, &environment);
    config.oidc.clone().map(open).transpose()
}

/// The accounts with their credentials, or why not, in the configuration's order.
pub(crate) fn open(config: &Config) -> Vec<Result<Account, AccountError>> {
    let environment = |name: &str| std::env::var(name).ok();
    let opened = config
        .accounts
        .iter()
        .map(|account| Account::open(account, &environment));
    refuse_twins(opened.collect())
}
