//! Whether orders are sent at all, for those who ask: accounts without a sender, senders that cannot
//! write, and the rest after a restore. Nothing is decided by it.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use super::Journal;

#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The accounts whose sender cannot write, and why.
    silent: Mutex<BTreeMap<String, String>>,
    /// Until when nothing is sent after a restore, ms since the Unix epoch.
    rests_until: AtomicI64,
}

impl Journal {
    /// Notes until when nothing is sent because the store was restored: only a start can do that.
    pub(super) async fn note_rest(&self) {
        if let Ok(until) = self.store.rests_until().await {
            self.standing.rests_until.store(until, Ordering::Relaxed);
        }
    }

    /// Notes that an account's sender cannot write, or can again.
    pub(super) fn note_silent(&self, account: &str, why: Option<String>) {
        let mut silent = self
            .standing
            .silent
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match why {
            Some(why) => drop(silent.insert(account.to_owned(), why)),
            None => drop(silent.remove(account)),
        }
    }

    /// An account for which nothing is sent because the store takes no intents, and why.
    pub fn silent(&self) -> Option<(String, String)> {
        let silent = self
            .standing
            .silent
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        silent
            .first_key_value()
            .map(|(account, why)| (account.clone(), why.clone()))
    }

    /// Warns of orders that nobody here sends: their accounts are configured no more.
    pub(super) async fn warn_of_missing_accounts(&self) {
        let Ok(queued) = self.store.accounts_with_queued().await else {
            return;
        };
        for account in queued.iter().filter(|account| !self.serves(account)) {
            tracing::warn!(
                account,
                "orders wait for an account that is not configured; nothing sends them here"
            );
        }
    }

    /// Whether nothing is sent now because the store was restored.
    pub fn rests(&self, now: i64) -> bool {
        now < self.standing.rests_until.load(Ordering::Relaxed)
    }

    /// Whether it sends for an account of that id.
    pub fn serves(&self, account: &str) -> bool {
        self.accounts.iter().any(|known| known.id() == account)
    }
}
