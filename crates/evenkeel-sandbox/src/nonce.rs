//! Remembers nonces, so that none can be used again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How often what no date can come back to is forgotten.
const SWEEP_MS: i64 = 15 * 60 * 1000;

/// The used nonces of all clouds.
#[derive(Debug, Default)]
pub(crate) struct Nonces(Mutex<Used>);

#[derive(Debug, Default)]
struct Used {
    /// Each with the time from which its date alone refuses it.
    until: HashMap<String, i64>,
    next_sweep: i64,
}

impl Nonces {
    /// Marks a nonce as used; false when it already was.
    pub(crate) fn claim(&self, nonce: &str, signed_at_ms: i64, now: i64, skew_ms: i64) -> bool {
        let mut used = self.lock();
        if now >= used.next_sweep {
            used.until.retain(|_, until| *until >= now);
            used.next_sweep = now + SWEEP_MS;
        }
        let until = signed_at_ms.saturating_add(skew_ms + 1000);
        used.until.insert(nonce.to_owned(), until).is_none()
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        *self.lock() = Used::default();
    }

    fn lock(&self) -> MutexGuard<'_, Used> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
