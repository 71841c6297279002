//! One way of a browser to the provider of identities and back, as the browser keeps it in a cookie.
//!
//! Nothing is kept here until it comes back: what binds the provider's answer to the browser (state, nonce and the
//! verifier of PKCE) is made of the cookie by a hash, so that whoever changes the cookie has none of them, and whoever
//! reads the store has nothing.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use evenkeel_store::SecretHash;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{BearerSecret, NoRandomError};
use crate::oidc::Bond;

/// How long it may take.
pub(super) const ROUND_TRIP: Duration = Duration::from_mins(10);
/// The longest path that is come back to, in bytes.
const PATH_MAX: usize = 1_024;

/// A path of the console: of this very server, whatever was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReturnPath(String);

impl ReturnPath {
    /// As it was asked for, or the first page where that is no path of the console. One that begins with two slashes, or
    /// a backslash that browsers take for one, would be another server's; below `/api` there are no pages.
    pub(crate) fn of(text: &str) -> Self {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let is_one = text.len() <= PATH_MAX
            && path.starts_with('/')
            && !path.contains("//")
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#')
            && path != evenkeel_api::paths::API
            && !path.starts_with(&format!("{}/", evenkeel_api::paths::API));
        Self(if is_one { text } else { "/" }.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A way to the provider and back.
pub(crate) struct RoundTrip {
    cookie: Zeroizing<String>,
    began_at: i64,
    pub(crate) return_to: ReturnPath,
}

impl RoundTrip {
    /// Sets out.
    pub(super) fn begin(return_to: ReturnPath, now: i64) -> Result<Self, NoRandomError> {
        let secret = BearerSecret::of_session()?;
        let path = URL_SAFE_NO_PAD.encode(return_to.as_str());
        Ok(Self {
            cookie: Zeroizing::new(format!("{}.{now}.{path}", secret.reveal())),
            began_at: now,
            return_to,
        })
    }

    /// As the browser's cookie has it.
    pub(super) fn of_cookie(cookie: &str) -> Option<Self> {
        let mut parts = cookie.split('.');
        let (_secret, began_at, path) = (parts.next()?, parts.next()?, parts.next()?);
        let path = String::from_utf8(URL_SAFE_NO_PAD.decode(path).ok()?).ok()?;
        parts.next().is_none().then_some(())?;
        Some(Self {
            cookie: Zeroizing::new(cookie.to_owned()),
            began_at: began_at.parse().ok()?,
            return_to: ReturnPath::of(&path),
        })
    }

    /// What the browser keeps.
    pub(super) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// What stays of it once it was used.
    pub(super) fn hash(&self) -> SecretHash {
        SecretHash::of(&self.cookie)
    }

    /// When it is good no more, in ms since the Unix epoch.
    pub(super) fn ends_at(&self) -> i64 {
        let most = i64::try_from(ROUND_TRIP.as_millis()).unwrap_or(i64::MAX);
        self.began_at.saturating_add(most)
    }

    /// Whether an answer is one to what this browser asked, and in time.
    pub(super) fn is_answered_by(&self, state: &str, now: i64) -> bool {
        let is_ours: bool = self
            .derived("state")
            .as_bytes()
            .ct_eq(state.as_bytes())
            .into();
        is_ours && (self.began_at..self.ends_at()).contains(&now)
    }

    /// What binds the provider's answer to it.
    pub(super) fn bond(&self) -> Bond {
        Bond {
            state: self.derived("state"),
            nonce: self.derived("nonce"),
            verifier: self.derived("verifier"),
        }
    }

    /// None can be made of another, or of anything but the cookie.
    fn derived(&self, what: &str) -> String {
        let digest = Sha256::new()
            .chain_update("evenkeel round trip\0")
            .chain_update(what)
            .chain_update("\0")
            .chain_update(self.cookie.as_bytes());
        URL_SAFE_NO_PAD.encode(digest.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comes_back_to_a_path_of_the_console_and_to_nothing_else() {
        for path in ["/", "/events?state=%E2%9C%93&q=a//b", "/batches/01J-x_~"] {
            assert_eq!(ReturnPath::of(path).as_str(), path);
        }
        for other in [
            "",
            "events",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a//evil.example",
            "/..//evil.example",
            "/\t/evil.example",
            "/a\r\nset-cookie: x=y",
            "/é",
            "/a#b",
            "/api",
            "/api/v1/login/oidc",
            &format!("/{}", "a".repeat(PATH_MAX)),
        ] {
            assert_eq!(ReturnPath::of(other).as_str(), "/", "{other}");
        }
    }

    #[test]
    fn what_the_browser_keeps_is_read_as_it_was_made_and_no_change_of_it_is_answered() {
        let trip = RoundTrip::begin(ReturnPath::of("/events?q=a.b"), 1_000).unwrap();
        let back = RoundTrip::of_cookie(trip.cookie()).unwrap();
        assert_eq!(back.return_to.as_str(), "/events?q=a.b");
        let state = trip.bond().state;
        assert!(back.is_answered_by(&state, 1_000));
        assert!(back.is_answered_by(&state, 600_999));
        // Too late, and before it began.
        assert!(!back.is_answered_by(&state, 601_000));
        assert!(!back.is_answered_by(&state, 999));
        assert!(!back.is_answered_by("", 1_000));

        let longer = trip.cookie().replace(".1000.", ".9000.");
        let elsewhere = {
            let path = URL_SAFE_NO_PAD.encode("/batches");
            let (rest, _) = trip.cookie().rsplit_once('.').unwrap();
            format!("{rest}.{path}")
        };
        for changed in [longer, elsewhere] {
            let changed = RoundTrip::of_cookie(&changed).unwrap();
            assert!(!changed.is_answered_by(&state, 10_000));
        }
        for odd in ["", "a", "a.b.c", "a.1", "a.1.L2E.x"] {
            assert!(RoundTrip::of_cookie(odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn state_nonce_and_verifier_tell_nothing_of_each_other() {
        let trip = RoundTrip::begin(ReturnPath::of("/"), 0).unwrap();
        let Bond {
            state,
            nonce,
            verifier,
        } = trip.bond();
        assert!(state != nonce && nonce != verifier && verifier != state);
        // As long as PKCE has it, and no part of what the browser keeps.
        assert_eq!(verifier.len(), 43);
        assert!(!trip.cookie().contains(&state));
        let other = RoundTrip::begin(ReturnPath::of("/"), 0).unwrap();
        assert_ne!(other.bond().state, state);
    }
}
