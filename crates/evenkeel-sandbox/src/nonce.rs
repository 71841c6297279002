//! Nonces that cannot be used again.

use std::collections::HashMap;

use crate::world::MAX_SKEW_MS;

/// The used nonces, with the time from which their date alone refuses them.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    used: HashMap<String, i64>,
    next_sweep: i64,
}

impl Nonces {
    /// Marks a nonce as used; false when it already was.
    pub(crate) fn claim(&mut self, nonce: &str, signed_at_ms: i64, now: i64, skew_ms: i64) -> bool {
        if now >= self.next_sweep {
            self.used.retain(|_, until| *until >= now);
            self.next_sweep = now + MAX_SKEW_MS;
        }
        let until = signed_at_ms.saturating_add(skew_ms + 1000);
        self.used.insert(nonce.to_owned(), until).is_none()
    }
}
