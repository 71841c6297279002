//! The key that an account signs with, and where it is read from again when it changes.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use evenkeel_sign::Credentials;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use super::AccountConfig;
use crate::reference::{CREDENTIALS, Environment, Read, Reference, TokenReference};

/// How many keys of before are remembered, so that an answer that quotes one is still cleaned.
const MOST_FORMER: usize = 4;
/// How often files are read until two readings agree: somebody may be writing one after the other.
const MOST_READINGS: usize = 3;

/// An account's key: what signs is taken from it whole, and may be replaced between two calls.
pub(crate) struct AccountKey {
    source: Option<KeySource>,
    held: RwLock<Held>,
    reading: Mutex<()>,
    changes: watch::Sender<u64>,
}

struct Held {
    current: Arc<Credentials>,
    former: Vec<Arc<Credentials>>,
}

/// What reading the key again came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reread {
    /// It is what it was.
    Same,
    /// The same key has another secret or token.
    Renewed,
    /// It is another key.
    Replaced,
}

impl Reread {
    /// Whether anything is another.
    pub fn is_change(self) -> bool {
        self != Self::Same
    }
}

impl AccountKey {
    /// One that never changes: the sandbox's.
    pub(crate) fn fixed(credentials: Credentials) -> Self {
        Self::new(None, credentials)
    }

    /// Reads what the configuration refers to.
    ///
    /// # Errors
    /// With every reference that leads nowhere, and what was odd about the others; no text shows a
    /// value.
    pub(crate) fn open(
        config: &AccountConfig,
        environment: Environment<'_>,
    ) -> Result<(Self, Vec<String>), Vec<String>> {
        let source = KeySource::new(config, environment);
        let (credentials, notes) = source.read()?;
        Ok((Self::new(Some(source), credentials), notes))
    }

    fn new(source: Option<KeySource>, credentials: Credentials) -> Self {
        Self {
            source,
            held: RwLock::new(Held {
                current: Arc::new(credentials),
                former: Vec::new(),
            }),
            reading: Mutex::new(()),
            changes: watch::Sender::new(0),
        }
    }

    /// What signs now: one key with its own secret and token, whatever is read meanwhile.
    pub(crate) fn current(&self) -> Arc<Credentials> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&held.current)
    }

    /// What signs now, and what signed before.
    pub(crate) fn known(&self) -> Vec<Arc<Credentials>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let mut known = vec![Arc::clone(&held.current)];
        known.extend(held.former.iter().cloned());
        known
    }

    /// Counts the changes.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Reads the files, and what there is of the environment, again. What cannot be read leaves
    /// everything as it is.
    ///
    /// # Errors
    /// With every reason why there is no key; no text shows a value.
    pub(crate) fn reread(&self) -> Result<Reread, Vec<String>> {
        let Some(source) = self.source.as_ref().filter(|source| source.may_change()) else {
            return Ok(Reread::Same);
        };
        // One at a time: a second one would find what the first one took.
        let _reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut found, _) = source.read()?;
        for _ in 1..MOST_READINGS {
            let (again, _) = source.read()?;
            let agree = found == again;
            found = again;
            if agree {
                break;
            }
        }
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if *held.current == found {
            return Ok(Reread::Same);
        }
        let reread = if held.current.access_key_id() == found.access_key_id() {
            Reread::Renewed
        } else {
            Reread::Replaced
        };
        let former = std::mem::replace(&mut held.current, Arc::new(found));
        held.former.insert(0, former);
        held.former.truncate(MOST_FORMER);
        drop(held);
        self.changes.send_modify(|count| *count += 1);
        Ok(reread)
    }
}

impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountKey").finish_non_exhaustive()
    }
}

/// Where a key is read from.
struct KeySource {
    id: Reference,
    secret: Reference,
    token: Option<TokenReference>,
    /// The variables as they were: a process that runs gets no new ones.
    variables: HashMap<String, SecretString>,
}

impl KeySource {
    fn new(config: &AccountConfig, environment: Environment<'_>) -> Self {
        let token = config.security_token.clone();
        let references = [Some(&config.access_key_id), Some(&config.access_key_secret)]
            .into_iter()
            .chain([token.as_ref().map(TokenReference::reference)]);
        let variables = references
            .flatten()
            .filter_map(|reference| {
                let name = match reference {
                    Reference::Env(name) => name,
                    Reference::File(_) => return None,
                    Reference::Credential(_) => CREDENTIALS,
                };
                Some((name.to_owned(), environment(name)?.into()))
            })
            .collect();
        Self {
            id: config.access_key_id.clone(),
            secret: config.access_key_secret.clone(),
            token,
            variables,
        }
    }

    /// Whether another reading may find something else.
    fn may_change(&self) -> bool {
        let token = self.token.as_ref().map(TokenReference::reference);
        [Some(&self.id), Some(&self.secret), token]
            .into_iter()
            .flatten()
            .any(|reference| !matches!(reference, Reference::Env(_)))
    }

    fn read(&self) -> Result<(Credentials, Vec<String>), Vec<String>> {
        let environment = |name: &str| {
            let value = self.variables.get(name)?;
            Some(value.expose_secret().to_owned())
        };
        let (mut notes, mut reasons) = (Vec::new(), Vec::new());
        let mut fetch = |key: &str, reference: &Reference| match reference.fetch(&environment) {
            Ok(Read { value, note }) => {
                notes.extend(note.map(|note| format!("{key} {note}")));
                Some(value)
            }
            Err(error) => {
                reasons.push(format!("{key} {error}"));
                None
            }
        };
        let id = fetch("access_key_id", &self.id);
        let secret = fetch("access_key_secret", &self.secret);
        let token = match &self.token {
            None => None,
            Some(TokenReference::Required(reference)) => fetch("security_token", reference),
            // Where nobody asked for one, an unset or empty variable is none.
            Some(TokenReference::Default(reference)) => match reference {
                Reference::Env(name)
                    if environment(name).is_none_or(|value| value.trim().is_empty()) =>
                {
                    None
                }
                _ => fetch("security_token", reference),
            },
        };
        match (id, secret) {
            (Some(id), Some(secret)) if reasons.is_empty() => {
                let mut credentials = Credentials::new(id.expose_secret(), secret.expose_secret());
                if let Some(token) = token {
                    credentials = credentials.with_security_token(token.expose_secret());
                }
                Ok((credentials, notes))
            }
            _ => Err(reasons),
        }
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Provider;

    use super::*;
    use crate::endpoint::Endpoint;

    #[test]
    fn a_call_keeps_its_key_whole_while_another_is_read() {
        // As the library makes them: for the owner alone.
        let token = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(token.path(), "token-one").unwrap();
        let config = AccountConfig {
            id: "a".to_owned(),
            provider: Provider::Ens,
            region: "cn-hangzhou".to_owned(),
            project_id: None,
            endpoint: Endpoint::of(Provider::Ens, "cn-hangzhou").unwrap(),
            access_key_id: Reference::Env("ID".to_owned()),
            access_key_secret: Reference::Env("SECRET".to_owned()),
            security_token: Some(TokenReference::Required(Reference::File(
                token.path().to_owned(),
            ))),
            poll: None,
            items_per_call: 1,
        };
        let (keys, _) = AccountKey::open(&config, &|name| Some(name.to_lowercase())).unwrap();
        let mut changes = keys.changes();
        let held = keys.current();
        std::fs::write(token.path(), "token-two").unwrap();
        assert_eq!(keys.reread(), Ok(Reread::Renewed));
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        assert_eq!(held.security_token(), Some("token-one"));
        assert_eq!(keys.current().security_token(), Some("token-two"));
        // A late answer may still quote the one before.
        let known = keys.known();
        let tokens: Vec<_> = known.iter().map(|key| key.security_token()).collect();
        assert_eq!(tokens, [Some("token-two"), Some("token-one")]);
        assert_eq!(keys.reread(), Ok(Reread::Same));
        assert!(!changes.has_changed().unwrap());
    }
}
