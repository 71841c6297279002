//! Finds out which client a request is of. A trusted proxy says so by `X-Forwarded-For` and `X-Forwarded-Proto`; from
//! anybody else they are a client's own words. They are taken away in either case, with all that are like them, so that
//! nothing behind reads them by accident.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};

use crate::{
    app::App,
    peer::{Link, Peer, Scheme},
    reach::TrustedProxies,
};

const FOR: &str = "x-forwarded-for";
const PROTO: &str = "x-forwarded-proto";

pub(crate) async fn resolve(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let link = request.extensions_mut().remove::<Link>();
    let link = link.unwrap_or(Link::IN_PROCESS);
    let said = Said::take_from(request.headers_mut());
    let proxies = &app.reach.trusted_proxies;
    if let Some(address) = said.address(&link, proxies) {
        request.extensions_mut().insert(Peer(address));
    }
    request.extensions_mut().insert(said.scheme(&link, proxies));
    next.run(request).await
}

/// What a request says of where it comes from.
#[derive(Debug, Default)]
struct Said {
    addresses: Vec<HeaderValue>,
    schemes: Vec<HeaderValue>,
}

impl Said {
    fn take_from(headers: &mut HeaderMap) -> Self {
        let all = |name| headers.get_all(name).iter().cloned().collect();
        let said = Self {
            addresses: all(FOR),
            schemes: all(PROTO),
        };
        let about: Vec<HeaderName> = headers
            .keys()
            .filter(|name| is_about(name))
            .cloned()
            .collect();
        for name in about {
            headers.remove(name);
        }
        said
    }

    /// The client's address: the last one that is no trusted proxy's, read from the right, where each proxy adds whom it
    /// was asked by. What stands further left the client may have written.
    fn address(&self, link: &Link, proxies: &TrustedProxies) -> Option<IpAddr> {
        let mut client = link.address();
        if !proxies.has(link) {
            return client;
        }
        let texts = self.addresses.iter().rev().flat_map(|value| {
            let text = value.to_str().unwrap_or_default();
            text.rsplit(',').map(str::trim)
        });
        for text in texts {
            let Some(address) = address(text) else { break };
            client = Some(address);
            if !proxies.has_address(address) {
                break;
            }
        }
        client
    }

    /// How it travelled. Who says it twice, or in other words than these, has not said it: then it was read on its way.
    fn scheme(&self, link: &Link, proxies: &TrustedProxies) -> Scheme {
        if !proxies.has(link) || self.schemes.is_empty() {
            return link.scheme;
        }
        match self.schemes.as_slice() {
            [said] if said.as_bytes().eq_ignore_ascii_case(b"https") => Scheme::Https,
            _ => Scheme::Http,
        }
    }
}

/// Whether a header says where a request comes from, or would if `_` were `-`, which some programs take it for.
fn is_about(name: &HeaderName) -> bool {
    let name = name.as_str().replace('_', "-");
    name.starts_with("x-forwarded") || matches!(&*name, "forwarded" | "x-real-ip")
}

/// An address, which some proxies write with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse();
    let address = address.or_else(|_| text.parse().map(|socket: SocketAddr| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peer::LinkEnd;

    fn proxies() -> TrustedProxies {
        let mut proxies = TrustedProxies::default();
        for text in ["10.0.0.0/8", "unix:"] {
            proxies.add(text).unwrap();
        }
        proxies
    }

    fn link(address: &str) -> Link {
        Link {
            end: LinkEnd::Address(address.parse().unwrap()),
            scheme: Scheme::Http,
        }
    }

    fn said(headers: &[(&str, &str)]) -> (Said, HeaderMap) {
        let pairs = headers.iter().map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, value.parse().unwrap())
        });
        let mut headers: HeaderMap = pairs.collect();
        (Said::take_from(&mut headers), headers)
    }

    fn client(link: &Link, headers: &[(&str, &str)]) -> String {
        let (said, _) = said(headers);
        let address = said.address(link, &proxies());
        let address = address.map_or_else(|| "nobody".to_owned(), |address| address.to_string());
        format!("{address} {}", said.scheme(link, &proxies()).as_str())
    }

    #[test]
    fn a_trusted_proxy_says_who_asks_and_how() {
        let proxy = link("10.0.0.1");
        let https = ("x-forwarded-proto", "HTTPS");
        let cases = [
            ("192.0.2.7", "192.0.2.7 https"),
            // What the client wrote stands on the left.
            ("127.0.0.1, 192.0.2.7", "192.0.2.7 https"),
            ("127.0.0.1, 192.0.2.7, 10.0.0.9", "192.0.2.7 https"),
            ("nonsense,192.0.2.7:4711,10.0.0.9", "192.0.2.7 https"),
            ("[2001:db8::1]:80", "2001:db8::1 https"),
            ("[2001:db8::1]", "2001:db8::1 https"),
            ("::ffff:192.0.2.7", "192.0.2.7 https"),
            // Somebody of the trusted ones asks by itself.
            ("10.0.0.9", "10.0.0.9 https"),
            ("unknown, 10.0.0.9", "10.0.0.9 https"),
            ("", "10.0.0.1 https"),
        ];
        for (text, expected) in cases {
            let seen = client(&proxy, &[("x-forwarded-for", text), https]);
            assert_eq!(seen, expected, "{text}");
        }
        let two = [
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-for", "192.0.2.7"),
            https,
        ];
        assert_eq!(client(&proxy, &two), "192.0.2.7 https");
        let unix = Link {
            end: LinkEnd::Unix,
            scheme: Scheme::Http,
        };
        assert_eq!(
            client(&unix, &[("x-forwarded-for", "192.0.2.7"), https]),
            "192.0.2.7 https"
        );
        assert_eq!(client(&unix, &[]), "nobody http");
    }

    #[test]
    fn anybody_elses_word_counts_for_nothing() {
        let headers = [
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-proto", "https"),
        ];
        for address in ["192.0.2.7", "127.0.0.1", "11.0.0.1", "2001:db8::1"] {
            assert_eq!(client(&link(address), &headers), format!("{address} http"));
        }
    }

    #[test]
    fn a_scheme_that_is_said_twice_or_otherwise_is_not_said() {
        let proto = "x-forwarded-proto";
        for headers in [
            &[(proto, "https"), (proto, "https")][..],
            &[(proto, "http"), (proto, "https")],
            &[(proto, "https, http")],
            &[(proto, "https,https")],
            &[(proto, "wss")],
            &[(proto, "")],
            &[("x_forwarded_proto", "https")],
            &[("x-forwarded_proto", "https")],
            &[("forwarded", "for=192.0.2.9;proto=https")],
            &[("x-forwarded-ssl", "on")],
        ] {
            assert_eq!(
                client(&link("10.0.0.1"), headers),
                "10.0.0.1 http",
                "{headers:?}"
            );
        }
    }

    #[test]
    fn nothing_behind_sees_such_a_header_however_it_is_spelt() {
        let (_, left) = said(&[
            ("x-forwarded-for", "192.0.2.7"),
            ("x_forwarded_for", "192.0.2.8"),
            ("X-Forwarded-Host", "evil.example"),
            ("x-forwarded_proto", "https"),
            ("forwarded", "for=192.0.2.9"),
            ("x-real-ip", "192.0.2.9"),
            ("x_real_ip", "192.0.2.9"),
            ("accept", "*/*"),
        ]);
        let names: Vec<_> = left.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["accept"]);
    }
}
