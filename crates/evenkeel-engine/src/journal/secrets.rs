//! Passwords, in memory only, zeroized when they are dropped.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use evenkeel::Password;

/// The passwords of batches that still need them.
#[derive(Default)]
pub(super) struct Secrets(Mutex<HashMap<String, Password>>);

impl Secrets {
    pub(super) fn put(&self, batch_id: &str, password: Password) {
        self.lock().insert(batch_id.to_owned(), password);
    }

    pub(super) fn get(&self, batch_id: &str) -> Option<Password> {
        self.lock().get(batch_id).cloned()
    }

    pub(super) fn remove(&self, batch_id: &str) {
        self.lock().remove(batch_id);
    }

    pub(super) fn batches(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Password>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.lock().len())
    }
}
