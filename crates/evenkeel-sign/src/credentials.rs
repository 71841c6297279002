//! An access key: its public id, its secret, and the token of a temporary one.

use std::fmt;

use zeroize::Zeroizing;

/// An access key. The secret and the security token are wiped from memory on drop and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    access_key_id: String,
    secret: Zeroizing<String>,
    security_token: Option<Zeroizing<String>>,
}

impl Credentials {
    /// A long-lived access key.
    ///
    /// ```
    /// use evenkeel_sign::Credentials;
    ///
    /// let credentials = Credentials::new("LTAI5t", "very secret").with_security_token("STS.token");
    /// assert_eq!(credentials.access_key_id(), "LTAI5t");
    /// assert!(!format!("{credentials:?}").contains("secret"));
    /// ```
    pub fn new(access_key_id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret: Zeroizing::new(secret.into()),
            security_token: None,
        }
    }

    /// The same key as a temporary one, which is valid only together with this token.
    #[must_use]
    pub fn with_security_token(mut self, token: impl Into<String>) -> Self {
        self.security_token = Some(Zeroizing::new(token.into()));
        self
    }

    /// The public half, which travels in the request.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The token of a temporary key. It travels in the request, and is still a secret: do not log it.
    pub fn security_token(&self) -> Option<&str> {
        self.security_token.as_ref().map(|token| token.as_str())
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_neither_the_secret_nor_the_token() {
        let credentials =
            Credentials::new("id", "canary-secret").with_security_token("canary-token");
        let printed = format!("{credentials:?} {credentials:#?}");
        assert!(printed.contains("id"));
        assert!(!printed.contains("canary"), "{printed}");
    }
}
