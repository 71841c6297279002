//! Holds the keys that a cloud accepts: fixed, published with the source, and of no use anywhere else.

use evenkeel_sign::Credentials;

/// The keys that one simulated cloud accepts.
/// They are **not secrets**, which is why they may be printed and compared in the open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    /// The cloud's name in the sandbox's JSON.
    pub provider: &'static str,
    /// The cloud's name for people.
    pub title: &'static str,
    /// An id for an account that has these keys.
    pub account: &'static str,
    /// The id of the long-lived key.
    pub access_key_id: &'static str,
    /// Its secret, which is none.
    pub secret: &'static str,
    /// The project that both keys belong to, where the cloud has projects.
    pub project_id: Option<&'static str>,
    /// A key that is valid with its token only.
    pub temporary: TemporaryKey,
    /// The variables of the environment in which the cloud's SDKs look for keys.
    pub variables: Variables,
}

/// A temporary key, as the clouds' token services hand them out; the sandbox's never expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemporaryKey {
    /// The key's id.
    pub access_key_id: &'static str,
    /// Its secret, which is none.
    pub secret: &'static str,
    /// What must be sent along.
    pub security_token: &'static str,
}

/// The names of variables of the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variables {
    /// For the key's id.
    pub access_key_id: &'static str,
    /// For its secret.
    pub secret: &'static str,
    /// For the token of a temporary key.
    pub security_token: &'static str,
    /// For the project, where the cloud has projects.
    pub project_id: Option<&'static str>,
}

impl Keys {
    /// The long-lived key as an SDK reads it from the environment: names and values.
    pub fn long_lived_variables(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let key = [
            (self.variables.access_key_id, self.access_key_id),
            (self.variables.secret, self.secret),
        ];
        key.into_iter()
            .chain(self.variables.project_id.zip(self.project_id))
    }

    /// The temporary key likewise, without the project.
    pub fn temporary_variables(&self) -> [(&'static str, &'static str); 3] {
        [
            (self.variables.access_key_id, self.temporary.access_key_id),
            (self.variables.secret, self.temporary.secret),
            (self.variables.security_token, self.temporary.security_token),
        ]
    }

    /// The key of this id, as the verifiers take it.
    pub(crate) fn credentials(&self, access_key_id: &str) -> Option<Credentials> {
        let temporary = &self.temporary;
        if self.access_key_id == access_key_id {
            Some(Credentials::new(access_key_id, self.secret))
        } else if temporary.access_key_id == access_key_id {
            let key = Credentials::new(access_key_id, temporary.secret);
            Some(key.with_security_token(temporary.security_token))
        } else {
            None
        }
    }
}
