//! Where an account's calls go: a scheme, a host and a port from the configuration, nothing else.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use evenkeel::Provider;
use reqwest::Url;

/// Scheme, host and port of a cloud's API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: &'static str,
    /// With the port, where it is not the scheme's own.
    authority: String,
}

/// Why a text is no endpoint; reads on from "`endpoint` ".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not an `http` or `https` URL with a host.
    #[error("must be a URL like `https://ens.aliyuncs.com`")]
    Malformed,
    /// A path, a query, a user name or a fragment.
    #[error("must be a scheme, a host and at most a port: no path, no query, no user name")]
    MoreThanAHost,
    /// Plain text over a network.
    #[error("may use plain `http` only to this machine (127.0.0.1, ::1 or localhost): use `https`")]
    PlainHttp,
}

impl Endpoint {
    /// The provider's own endpoint in a region; none of a region that is not known.
    #[must_use]
    pub fn of(provider: Provider, region: &str) -> Option<Self> {
        provider.host(region).map(|host| Self {
            scheme: "https",
            authority: host.to_owned(),
        })
    }

    /// A server on this machine, in plain text.
    ///
    /// INVARIANT: the caller passes a loopback address; only the embedded sandbox uses this.
    pub(crate) fn loopback(address: SocketAddr) -> Self {
        Self {
            scheme: "http",
            authority: address.to_string(),
        }
    }

    /// Where it is, by one name: `localhost` and the address that it stands for are one place.
    pub(crate) fn place(&self) -> String {
        match self.authority.strip_prefix("localhost") {
            Some(port) if port.is_empty() || port.starts_with(':') => {
                format!("{}://127.0.0.1{port}", self.scheme)
            }
            _ => self.to_string(),
        }
    }

    /// The host as it is sent and signed, with the port where there is one.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host alone, an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        match self.authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => &self.authority,
        }
    }

    /// The URL of one call. Nothing when the URL would not be what was signed: URL rules fold dot
    /// segments, and a path that changes on the way is another call.
    #[must_use]
    pub fn url(&self, path: &str, wire_query: &str) -> Option<Url> {
        let mut text = format!("{self}{path}");
        if !wire_query.is_empty() {
            text.push('?');
            text.push_str(wire_query);
        }
        let url = Url::parse(&text).ok()?;
        let query = url.query().unwrap_or_default();
        // INVARIANT: what is sent is what was signed.
        (url.path() == path && query == wire_query && url.fragment().is_none()).then_some(url)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| EndpointError::Malformed)?;
        let host = url.host_str().ok_or(EndpointError::Malformed)?;
        // One place has one name: accounts that share it take turns.
        let host = host.strip_suffix('.').unwrap_or(host);
        let scheme = match url.scheme() {
            "https" => "https",
            "http" => "http",
            _ => return Err(EndpointError::Malformed),
        };
        if url.path() != "/"
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(EndpointError::MoreThanAHost);
        }
        if scheme == "http" && !is_loopback(host) {
            return Err(EndpointError::PlainHttp);
        }
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Ok(Self { scheme, authority })
    }
}

/// Whether a host name, as it stands in a URL or a `Host` header without its port, is this machine.
pub fn is_loopback(host: &str) -> bool {
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    bare.parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_one_name() {
        for text in ["https://ens.aliyuncs.com", "https://ENS.aliyuncs.com.:443/"] {
            let endpoint: Endpoint = text.parse().unwrap();
            assert_eq!(endpoint.to_string(), "https://ens.aliyuncs.com");
            assert_eq!(endpoint.place(), endpoint.to_string());
        }
        let local: Endpoint = "http://localhost:9000".parse().unwrap();
        assert_eq!(local.place(), "http://127.0.0.1:9000");
    }

    #[test]
    fn takes_https_anywhere_and_http_only_to_this_machine() {
        for good in [
            "https://ens.aliyuncs.com",
            "http://127.0.0.1:9000",
            "http://[::1]:9000/",
            "http://localhost",
        ] {
            assert!(good.parse::<Endpoint>().is_ok(), "{good}");
        }
        for (bad, error) in [
            ("http://ens.aliyuncs.com", EndpointError::PlainHttp),
            ("http://127.0.0.1.evil.example", EndpointError::PlainHttp),
            ("http://localhost.evil.example", EndpointError::PlainHttp),
            (
                "https://user:pw@ens.aliyuncs.com",
                EndpointError::MoreThanAHost,
            ),
            ("https://ens.aliyuncs.com/v3", EndpointError::MoreThanAHost),
            ("https://ens.aliyuncs.com?x=1", EndpointError::MoreThanAHost),
            ("ftp://ens.aliyuncs.com", EndpointError::Malformed),
            ("ens.aliyuncs.com", EndpointError::Malformed),
        ] {
            assert_eq!(bad.parse::<Endpoint>(), Err(error), "{bad}");
        }
    }

    #[test]
    fn keeps_the_port_in_the_authority_unless_it_is_the_usual_one() {
        let authority = |text: &str| text.parse::<Endpoint>().unwrap().authority;
        assert_eq!(
            authority("https://ens.aliyuncs.com:443"),
            "ens.aliyuncs.com"
        );
        assert_eq!(
            authority("https://ens.aliyuncs.com:8443"),
            "ens.aliyuncs.com:8443"
        );
        assert_eq!(authority("http://[::1]:9000"), "[::1]:9000");
    }

    #[test]
    fn refuses_a_path_that_url_rules_would_change() {
        let endpoint = Endpoint::of(Provider::HuaweiEcs, "cn-north-4").unwrap();
        assert!(
            endpoint
                .url("/v3/p/instance-scheduled-events", "limit=1")
                .is_some()
        );
        for folded in ["/v3/p/events/../x", "/v3/p/events/%2e%2e/x", "/v3/./x"] {
            assert!(endpoint.url(folded, "").is_none(), "{folded}");
        }
    }
}
