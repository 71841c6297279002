//! The way to the clouds: directly or through a company's proxy, and whose certificates count.

mod config;

use std::{fmt, io::Read as _, path::Path, sync::Arc};

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Certificate, ClientBuilder, NoProxy, Proxy, Url};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    endpoint::Endpoint,
    io_error_text::io_error_text,
    reference::{Environment, ReferenceError, Setting},
};
pub use config::{NetworkConfig, ProxyConfig};

/// What a proxy is never asked for, whatever is configured: this machine is not beyond one.
const THIS_MACHINE: &str = "localhost,127.0.0.0/8,::1";
/// In this order, as curl reads them.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const NO_PROXY_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// A bundle of every authority there is has some 250 kB.
const CA_FILE_MAX: u64 = 4 * 1024 * 1024;

/// How calls leave this machine.
#[derive(Debug, Clone, Default)]
pub struct Network {
    proxy: Option<Arc<Via>>,
    trust: Trust,
}

/// A proxy and what does not go through it.
struct Via {
    /// With the user and password, if it wants them.
    url: SecretString,
    shown: Passage,
    no_proxy: String,
    matcher: Matcher,
}

/// Whose certificates are taken.
#[derive(Debug, Clone)]
struct Trust {
    extra: Vec<Certificate>,
    /// Those that the system trusts.
    system: bool,
}

impl Default for Trust {
    fn default() -> Self {
        Self {
            extra: Vec::new(),
            system: true,
        }
    }
}

/// Which way a call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Straight to the endpoint.
    Direct,
    /// Through this proxy.
    Proxy(Passage),
}

/// The proxy that a call goes through, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Its scheme, host and port.
    address: String,
    has_password: bool,
}

impl Passage {
    /// Whether its URL says a password.
    pub(crate) fn has_password(&self) -> bool {
        self.has_password
    }
}

impl fmt::Display for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct => f.write_str("directly"),
            Self::Proxy(proxy) => write!(f, "through the proxy {proxy}"),
        }
    }
}

/// Why the way cannot be gone; no text shows a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// A reference that leads nowhere.
    #[error("[network] proxy {0}")]
    Reference(ReferenceError),
    /// No proxy's URL.
    #[error("{origin} {flaw}")]
    Proxy {
        /// The key or variable.
        origin: String,
        /// What is wrong with it.
        flaw: ProxyFlaw,
    },
    /// The authorities cannot be had.
    #[error("[network] ca_file `{path}` {why}")]
    CaFile {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
}

/// What is wrong with a proxy's URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFlaw {
    /// Not a URL of a host.
    #[error("must be a proxy's URL, like `http://proxy.example:3128`")]
    Malformed,
    /// Of another kind, SOCKS for one.
    #[error("must be an `http://` or `https://` proxy: no other kind is supported")]
    Scheme,
    /// More than a host, a port and a user.
    #[error("must be a scheme, a host and a port: no path, no query")]
    MoreThanAHost,
}

impl Network {
    /// Directly, and with the system's authorities.
    #[must_use]
    pub fn direct() -> Self {
        Self::default()
    }

    /// As configured, else as the environment says.
    ///
    /// # Errors
    /// When a proxy's URL is none, or the authorities cannot be read.
    pub fn open(
        config: &NetworkConfig,
        environment: Environment<'_>,
    ) -> Result<Self, NetworkError> {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| {
                let value = environment(name)?;
                let value = value.trim();
                (!value.is_empty()).then(|| (*name, value.to_owned()))
            })
        };
        let proxy = match &config.proxy {
            Some(ProxyConfig::None) => None,
            Some(ProxyConfig::At(setting)) => {
                let url = match setting {
                    Setting::Plain(url) => SecretString::from(url.as_str()),
                    Setting::At(reference) => reference
                        .read(environment)
                        .map_err(NetworkError::Reference)?,
                };
                Some(("[network] proxy".to_owned(), url))
            }
            None => first(&PROXY_VARIABLES)
                .map(|(name, url)| (format!("`{name}`"), SecretString::from(url))),
        };
        let no_proxy = config
            .no_proxy
            .clone()
            .or_else(|| first(&NO_PROXY_VARIABLES).map(|(_, list)| list));
        let proxy = proxy
            .map(|(origin, url)| {
                Via::new(&url, no_proxy.as_deref().unwrap_or_default())
                    .map_err(|flaw| NetworkError::Proxy { origin, flaw })
            })
            .transpose()?;
        let extra = match &config.ca_file {
            None => Vec::new(),
            Some(path) => authorities(path).map_err(|why| NetworkError::CaFile {
                path: path.display().to_string(),
                why,
            })?,
        };
        Ok(Self {
            proxy: proxy.map(Arc::new),
            trust: Trust {
                extra,
                system: config.system_roots,
            },
        })
    }

    /// Which way calls to an endpoint go.
    pub fn way(&self, endpoint: &Endpoint) -> Way {
        let Some(via) = &self.proxy else {
            return Way::Direct;
        };
        // INVARIANT: the same list and the same rules as the client's own.
        let is_proxied = endpoint
            .to_string()
            .parse::<Uri>()
            .is_ok_and(|uri| via.matcher.intercept(&uri).is_some());
        if is_proxied {
            Way::Proxy(via.shown.clone())
        } else {
            Way::Direct
        }
    }

    /// Sets a client's way and trust.
    ///
    /// # Errors
    /// When the client takes neither.
    pub(crate) fn client(
        &self,
        builder: impl Fn() -> ClientBuilder,
    ) -> reqwest::Result<reqwest::Client> {
        install_tls();
        let builder = || match &self.proxy {
            None => Ok(builder().no_proxy()),
            Some(via) => via.proxy().map(|proxy| builder().proxy(proxy)),
        };
        let Trust { extra, system } = &self.trust;
        if !system {
            return builder()?.tls_certs_only(extra.iter().cloned()).build();
        }
        match builder()?.build() {
            Ok(client) if extra.is_empty() => Ok(client),
            Ok(_) => builder()?.tls_certs_merge(extra.iter().cloned()).build(),
            // A bare machine has no certificate authorities of its own.
            Err(_) => {
                let own = webpki_root_certs::TLS_SERVER_ROOT_CERTS
                    .iter()
                    .filter_map(|der| Certificate::from_der(der).ok());
                builder()?
                    .tls_certs_only(own.chain(extra.iter().cloned()))
                    .build()
            }
        }
    }
}

impl Via {
    fn new(url: &SecretString, no_proxy: &str) -> Result<Self, ProxyFlaw> {
        let url = parse_proxy(url.expose_secret())?;
        let no_proxy = format!("{THIS_MACHINE},{no_proxy}");
        let matcher = Matcher::builder()
            .https(url.as_str())
            .no(no_proxy.as_str())
            .build();
        let host = url.host_str().unwrap_or_default();
        let address = match url.port_or_known_default() {
            Some(port) => format!("{}://{host}:{port}", url.scheme()),
            None => format!("{}://{host}", url.scheme()),
        };
        let shown = Passage {
            address,
            has_password: url.password().is_some(),
        };
        Ok(Self {
            url: SecretString::from(url.as_str()),
            shown,
            no_proxy,
            matcher,
        })
    }

    fn proxy(&self) -> reqwest::Result<Proxy> {
        // Plain HTTP is for this machine alone, and nothing on it is proxied.
        let proxy = Proxy::https(self.url.expose_secret())?;
        Ok(proxy.no_proxy(NoProxy::from_string(&self.no_proxy)))
    }
}

impl fmt::Debug for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Via").field(&self.shown.address).finish()
    }
}

/// Reads a proxy's URL, with `http://` before it where it has no scheme, as curl does.
///
/// # Errors
/// What is wrong with it.
pub fn parse_proxy(text: &str) -> Result<Url, ProxyFlaw> {
    let text = text.trim();
    let url = if text.contains("://") {
        Url::parse(text)
    } else {
        Url::parse(&format!("http://{text}"))
    };
    let url = url.map_err(|_| ProxyFlaw::Malformed)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ProxyFlaw::Scheme);
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(ProxyFlaw::Malformed);
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(ProxyFlaw::MoreThanAHost);
    }
    Ok(url)
}

/// The certificates of a PEM file.
fn authorities(path: &Path) -> Result<Vec<Certificate>, String> {
    let system = |error: std::io::Error| io_error_text(error.kind());
    let metadata = std::fs::metadata(path).map_err(system)?;
    if !metadata.is_file() {
        return Err("is no regular file".to_owned());
    }
    let mut text = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(CA_FILE_MAX + 1).read_to_end(&mut text))
        .map_err(system)?;
    if u64::try_from(text.len()).is_ok_and(|length| length > CA_FILE_MAX) {
        return Err(format!("is larger than {} MB", CA_FILE_MAX / 1024 / 1024));
    }
    let none = || "holds no certificate in PEM, `-----BEGIN CERTIFICATE-----`".to_owned();
    let found = Certificate::from_pem_bundle(&text).map_err(|_| none())?;
    if found.is_empty() {
        return Err(none());
    }
    // Tried here, where the file can be named.
    install_tls();
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only(found.clone())
        .build()
        .map_err(|_| "holds a certificate that cannot be read".to_owned())?;
    Ok(found)
}

fn install_tls() {
    // Fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[cfg(test)]
mod tests;
