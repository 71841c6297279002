//! What the server is known by, and whose word on a client it takes.

use std::{fmt, net::IpAddr, path::PathBuf, str::FromStr};

use evenkeel_engine::Endpoint;
use ipnet::IpNet;

use crate::peer::{Link, LinkEnd, Scheme};

/// How the server is reached from beyond this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// What browsers know it by.
    pub public_urls: Vec<PublicUrl>,
    /// Who stands before it.
    pub trusted_proxies: TrustedProxies,
    /// The certificate and the key that it speaks TLS by, if it does.
    pub tls: Option<TlsFiles>,
    /// Who may connect to its Unix socket, if it has one.
    pub socket_mode: SocketMode,
}

/// Where a certificate and its key are, both in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and those that lead from it to an authority.
    pub certificate: PathBuf,
    /// Its key, which is a secret.
    pub key: PathBuf,
}

/// Who may connect to a Unix socket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SocketMode {
    /// The user whom the proxy runs as.
    #[default]
    Owner,
    /// That user's group, too.
    Group,
}

impl SocketMode {
    /// As the system writes it.
    #[cfg(unix)]
    pub(crate) const fn bits(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::Group => 0o660,
        }
    }
}

impl Reach {
    /// Whether that origin is one of the server's, as a browser writes it.
    pub(crate) fn is_public(&self, origin: &str) -> bool {
        self.public_urls.iter().any(|url| url.origin == origin)
    }

    /// Whether it would be one if it had come by HTTPS.
    pub(crate) fn is_public_by_https(&self, host: &str) -> bool {
        self.is_public(&origin(Scheme::Https, host))
    }
}

/// A URL that browsers know the server by, such as `https://evenkeel.example.org`: a scheme, a name, perhaps a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
}

/// Why a text is no such URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be `https://`, a name and perhaps a port, like `https://evenkeel.example.org`")]
pub struct PublicUrlError;

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        // Browsers write origins as an endpoint writes itself: small letters, no port that goes without saying.
        let endpoint: Endpoint = text.parse().map_err(|_| PublicUrlError)?;
        let origin = endpoint.to_string();
        // Each is one name: a star would be none.
        if origin.starts_with("https://") && !origin.contains('*') {
            Ok(Self { origin })
        } else {
            Err(PublicUrlError)
        }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

/// A host with or without a port, by a scheme, as browsers write an origin.
pub(crate) fn origin(scheme: Scheme, host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let bare = host.strip_suffix(scheme.default_port()).unwrap_or(&host);
    format!("{}://{bare}", scheme.as_str())
}

/// Whose word on where a request comes from is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    has_unix: bool,
}

/// Why a text names no proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustedProxyError {
    /// It is no address.
    #[error("must be an address or a network, like `10.0.0.7` or `10.0.0.0/24`, or `unix:`")]
    Malformed,
    /// Everybody could say where they come from.
    #[error("must name proxies, and not every address there is")]
    Everybody,
}

impl TrustedProxies {
    /// Adds who is meant by an address, a network, or `unix:` for whoever comes by a Unix socket.
    ///
    /// # Errors
    /// When it is none, or means everybody.
    pub fn add(&mut self, text: &str) -> Result<(), TrustedProxyError> {
        if text == "unix:" {
            self.has_unix = true;
            return Ok(());
        }
        let network = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address.to_canonical()),
            Err(_) => text
                .parse::<IpNet>()
                .map_err(|_| TrustedProxyError::Malformed)?,
        };
        if network.prefix_len() == 0 {
            return Err(TrustedProxyError::Everybody);
        }
        self.networks.push(network.trunc());
        Ok(())
    }

    /// Whether there is anybody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty() && !self.has_unix
    }

    /// Whether the other end of a connection is one.
    pub(crate) fn has(&self, link: &Link) -> bool {
        match link.end {
            LinkEnd::Address(address) => self.has_address(address),
            LinkEnd::Unix => self.has_unix,
            LinkEnd::InProcess => false,
        }
    }

    /// Whether an address is one's.
    pub(crate) fn has_address(&self, address: IpAddr) -> bool {
        self.networks
            .iter()
            .any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_what_a_browser_makes_of_it() {
        let url = |text: &str| text.parse::<PublicUrl>().map(|url| url.to_string());
        for text in [
            "https://evenkeel.example.org",
            "https://EVENKEEL.example.org:443/",
        ] {
            assert_eq!(url(text).unwrap(), "https://evenkeel.example.org");
        }
        assert_eq!(
            url("https://[2001:db8::1]:8443").unwrap(),
            "https://[2001:db8::1]:8443"
        );
        for text in [
            "http://evenkeel.example.org",
            "http://localhost:8080",
            "evenkeel.example.org",
            "https://evenkeel.example.org/console",
            "https://lin@evenkeel.example.org",
            "https://*.example.org",
            "",
        ] {
            assert_eq!(url(text), Err(PublicUrlError), "{text}");
        }
    }

    #[test]
    fn an_origin_has_no_port_that_goes_without_saying() {
        assert_eq!(origin(Scheme::Https, "A.example:443"), "https://a.example");
        assert_eq!(
            origin(Scheme::Http, "a.example:443"),
            "http://a.example:443"
        );
        assert_eq!(origin(Scheme::Http, "[::1]:80"), "http://[::1]");
        assert_eq!(
            origin(Scheme::Http, "127.0.0.1:8080"),
            "http://127.0.0.1:8080"
        );
    }

    #[test]
    fn proxies_are_addresses_and_networks_and_never_everybody() {
        let mut proxies = TrustedProxies::default();
        for text in ["10.1.2.3/8", "::ffff:192.0.2.7", "2001:db8::/32"] {
            proxies.add(text).unwrap();
        }
        for (address, is_one) in [
            ("10.255.0.1", true),
            ("11.0.0.1", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("2001:db8::9", true),
            ("2001:db9::9", false),
        ] {
            assert_eq!(
                proxies.has_address(address.parse().unwrap()),
                is_one,
                "{address}"
            );
        }
        for text in ["0.0.0.0/0", "::/0"] {
            assert_eq!(proxies.add(text), Err(TrustedProxyError::Everybody));
        }
        for text in ["proxy.example.org", "10.0.0.0/33", "10.0.0", "*", ""] {
            assert_eq!(
                proxies.add(text),
                Err(TrustedProxyError::Malformed),
                "{text}"
            );
        }
    }
}
