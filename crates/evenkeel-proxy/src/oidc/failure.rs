//! Why a login at the provider comes to nothing: in one word for whoever wants to log in, and in a line for the log.

use std::fmt;

use evenkeel_api::LoginFailure;

/// Why not. The line has nothing that the provider or a browser sent, tokens and codes above all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OidcFailure {
    pub(crate) reason: LoginFailure,
    detail: String,
}

impl OidcFailure {
    pub(crate) fn new(reason: LoginFailure, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { reason, detail }
    }

    pub(super) fn unreachable(detail: impl Into<String>) -> Self {
        Self::new(LoginFailure::ProviderUnreachable, detail)
    }

    pub(super) fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(LoginFailure::ProviderUnreadable, detail)
    }
}

impl fmt::Display for OidcFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason.as_str(), self.detail)
    }
}
