//! Logging in, and one's own sessions.

use std::fmt;

use evenkeel::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Actor, Grants};

/// The body of a login.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CodeLogin {
    /// The code that `evenkeel serve` or `evenkeel login` shows.
    pub code: String,
}

impl fmt::Debug for CodeLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeLogin(…)")
    }
}

/// The body of `GET login`: how one logs in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginWays {
    /// By a code that the proxy's terminal shows; nobody logs in where none is asked to.
    pub code: bool,
    /// By a name and a password.
    pub password: bool,
    /// At a provider of identities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<LoginProvider>,
}

/// A provider of identities, as it is shown to whoever is to log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginProvider {
    /// What people call it.
    pub name: String,
}

/// The body of `GET session`: who asks, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Who {
    /// Who, and how they had logged in.
    #[serde(flatten)]
    pub actor: Actor,
    /// What they may do.
    pub grants: Grants,
}

/// A session of a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// What it is called.
    pub id: String,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last used, to within a minute.
    pub seen_at: Timestamp,
    /// When it ends, however much it is used.
    pub ends_at: Timestamp,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// One's own sessions, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// They.
    pub sessions: Vec<SessionView>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_not_shown() {
        let login: CodeLogin = serde_json::from_str(r#"{"code":"canary"}"#).unwrap();
        assert_eq!(format!("{login:?}"), "CodeLogin(…)");
    }
}
