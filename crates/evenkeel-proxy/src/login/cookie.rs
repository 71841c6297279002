//! The cookie of a session. Ports do not separate cookies, so it is named by the store: two proxies on one machine
//! do not log each other's users out. By HTTPS it is one that a browser takes from this very host alone (`__Host-`), and
//! another than that by HTTP, which somebody on the way may have set.

use axum::http::{HeaderMap, header};
use evenkeel_store::SecretHash;

use super::BearerSecret;
use crate::peer::Scheme;

/// The cookies of one store: of its sessions, and of the way to a provider of identities and back.
#[derive(Debug, Clone)]
pub(crate) struct SessionCookie {
    by_http: String,
    by_https: String,
}

/// What of the name says that it is of the way to a provider and back.
const ROUND_TRIP: &str = "-to";

impl SessionCookie {
    pub(super) fn of_store(store: &str) -> Self {
        Self {
            by_http: format!("evenkeel-{store}"),
            by_https: format!("__Host-evenkeel-{store}"),
        }
    }

    fn name(&self, scheme: Scheme) -> &str {
        match scheme {
            Scheme::Http => &self.by_http,
            Scheme::Https => &self.by_https,
        }
    }

    /// What a request shows by it. One that is there twice is none: somebody else may have set the other.
    pub(crate) fn hash_in(&self, headers: &HeaderMap, scheme: Scheme) -> Option<SecretHash> {
        one(headers, self.name(scheme)).map(SecretHash::of)
    }

    /// What a request shows of its way to a provider and back.
    pub(super) fn round_trip_in<'h>(
        &self,
        headers: &'h HeaderMap,
        scheme: Scheme,
    ) -> Option<&'h str> {
        one(headers, &format!("{}{ROUND_TRIP}", self.name(scheme)))
    }

    /// The header that gives a browser its way to a provider and back for so many seconds, or takes it away by none. The
    /// provider sends it back from a page of its own, so this one has to come with a link from anywhere.
    pub(super) fn set_round_trip(&self, value: &str, seconds: u64, scheme: Scheme) -> String {
        let name = self.name(scheme);
        let secure = match scheme {
            Scheme::Http => "",
            Scheme::Https => "; Secure",
        };
        format!(
            "{name}{ROUND_TRIP}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        )
    }

    /// The header that gives it to a browser for so many seconds.
    pub(super) fn set(&self, secret: &BearerSecret, seconds: i64, scheme: Scheme) -> String {
        self.header(secret.reveal(), seconds, scheme)
    }

    /// The header that takes it away from a browser.
    pub(crate) fn clear(&self, scheme: Scheme) -> String {
        self.header("", 0, scheme)
    }

    fn header(&self, value: &str, seconds: i64, scheme: Scheme) -> String {
        let name = self.name(scheme);
        // A link in a message opens the console logged in; a page of another site can load nothing by it. On this
        // machine alone nobody sends links.
        let rest = match scheme {
            Scheme::Http => "SameSite=Strict",
            Scheme::Https => "SameSite=Lax; Secure",
        };
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; {rest}")
    }
}

/// The value of the cookie of that name, if there is one and no other.
fn one<'h>(headers: &'h HeaderMap, own: &str) -> Option<&'h str> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == own)
        .map(|(_, value)| value);
    let value = found.next()?;
    found.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_once_and_by_its_whole_name() {
        let cookie = SessionCookie::of_store("a1");
        let found = |values: &[&str]| {
            let headers: HeaderMap = values
                .iter()
                .map(|value| (header::COOKIE, value.parse().unwrap()))
                .collect();
            cookie.hash_in(&headers, Scheme::Http)
        };
        let secret = Some(SecretHash::of("s"));
        assert_eq!(found(&["evenkeel-a1=s"]), secret);
        assert_eq!(found(&["x=1; evenkeel-a1=s ; evenkeel-b2=t"]), secret);
        assert_eq!(found(&["x=1", "evenkeel-a1=s"]), secret);
        assert_eq!(found(&["evenkeel-a1=s; evenkeel-a1=t"]), None);
        assert_eq!(found(&["evenkeel-a1=s", "evenkeel-a1=s"]), None);
        assert_eq!(found(&["evenkeel-a11=s", "xevenkeel-a1=s"]), None);
    }

    #[test]
    fn by_https_it_is_another_one_that_only_this_host_sets_and_only_https_sends() {
        let cookie = SessionCookie::of_store("a1");
        let found = |value: &str, scheme| {
            let headers = HeaderMap::from_iter([(header::COOKIE, value.parse().unwrap())]);
            cookie.hash_in(&headers, scheme).is_some()
        };
        assert!(found("__Host-evenkeel-a1=s; evenkeel-a1=t", Scheme::Https));
        assert!(!found("evenkeel-a1=s", Scheme::Https));
        assert!(!found("__Host-evenkeel-a1=s", Scheme::Http));
        assert_eq!(
            cookie.clear(Scheme::Https),
            "__Host-evenkeel-a1=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            cookie.clear(Scheme::Http),
            "evenkeel-a1=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
        );
    }
}
