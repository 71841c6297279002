//! The cookie of a session. Ports do not separate cookies, so it is named by the store: two proxies on one machine
//! do not log each other's users out.

use axum::http::{HeaderMap, header};
use evenkeel_store::SecretHash;

use super::BearerSecret;

/// The cookie of one store's sessions.
#[derive(Debug, Clone)]
pub(crate) struct SessionCookie {
    name: String,
}

impl SessionCookie {
    pub(super) fn of_store(store: &str) -> Self {
        Self {
            name: format!("evenkeel-{store}"),
        }
    }

    /// What a request shows by it. One that is there twice is none: somebody else may have set the other.
    pub(crate) fn hash_in(&self, headers: &HeaderMap) -> Option<SecretHash> {
        let mut found = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|text| text.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.name)
            .map(|(_, value)| value);
        let secret = found.next()?;
        found.next().is_none().then(|| SecretHash::of(secret))
    }

    /// The header that gives it to a browser for so many seconds.
    pub(super) fn set(&self, secret: &BearerSecret, seconds: i64) -> String {
        self.header(secret.reveal(), seconds)
    }

    /// The header that takes it away from a browser.
    pub(crate) fn clear(&self) -> String {
        self.header("", 0)
    }

    fn header(&self, value: &str, seconds: i64) -> String {
        let name = &self.name;
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict")
    }
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
            cookie.hash_in(&headers)
        };
        let secret = Some(SecretHash::of("s"));
        assert_eq!(found(&["evenkeel-a1=s"]), secret);
        assert_eq!(found(&["x=1; evenkeel-a1=s ; evenkeel-b2=t"]), secret);
        assert_eq!(found(&["x=1", "evenkeel-a1=s"]), secret);
        assert_eq!(found(&["evenkeel-a1=s; evenkeel-a1=t"]), None);
        assert_eq!(found(&["evenkeel-a1=s", "evenkeel-a1=s"]), None);
        assert_eq!(found(&["evenkeel-a11=s", "xevenkeel-a1=s"]), None);
    }
}
