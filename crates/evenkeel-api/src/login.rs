//! Logging in, and one's own sessions.

use std::fmt;

use evenkeel::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Actor, Grants};

/// The body of a login: the code, or the name and the password.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// The code that `evenkeel serve` or `evenkeel login` shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The name of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl fmt::Debug for LoginRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginRequest(…)")
    }
}

/// The body that changes one's own password.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The one that it is now.
    pub password: String,
    /// The one that it shall be.
    pub new_password: String,
}

impl fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChangePassword(…)")
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
    /// Whose it is, and how they had logged in.
    #[serde(flatten)]
    pub actor: Actor,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last used, to within a minute.
    pub seen_at: Timestamp,
    /// When it ends, however much it is used.
    pub ends_at: Timestamp,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// One's own sessions, the newest first; of an admin of all accounts everybody's.
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
    fn what_logs_in_is_not_shown() {
        let login: LoginRequest = serde_json::from_str(r#"{"code":"canary"}"#).unwrap();
        assert_eq!(format!("{login:?}"), "LoginRequest(…)");
        let json = r#"{"password":"canary","new_password":"canary"}"#;
        let change: ChangePassword = serde_json::from_str(json).unwrap();
        assert_eq!(format!("{change:?}"), "ChangePassword(…)");
    }
}
