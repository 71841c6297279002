//! Requests to read an account's list sooner than planned: from people, and from whoever acted on its
//! events. Its sync waits for them; whoever makes one needs to know nothing of it.

use std::{collections::BTreeMap, sync::Arc};

use evenkeel_store::{Db, StoreError};
use tokio::sync::watch;

use crate::{account::Account, clock::Clock};

/// After an act: sync runs come so often, for so long, that its states are seen.
pub(crate) const QUICK_MS: i64 = 5_000;
const QUICK_FOR_MS: i64 = 60_000;

/// What is asked for an account. Times are ms since the Unix epoch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SyncRequest {
    /// When somebody asked for it last.
    pub(crate) asked_at: Option<i64>,
    /// Until when its list is read often.
    pub(crate) quick_until: Option<i64>,
}

/// The latest request for each account.
#[derive(Debug)]
pub struct SyncRequests {
    store: Db,
    clock: Clock,
    latest: BTreeMap<String, watch::Sender<SyncRequest>>,
}

impl SyncRequests {
    pub(crate) fn new(accounts: &[Arc<Account>], store: Db, clock: Clock) -> Self {
        let latest = accounts
            .iter()
            .map(|account| (account.id().to_owned(), watch::Sender::default()))
            .collect();
        Self {
            store,
            clock,
            latest,
        }
    }

    /// Asks for an early sync run of these accounts, whichever proxy syncs them.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn request(&self, accounts: &[&str]) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        for account in accounts {
            self.store.request_sync(account, now).await?;
            self.change(account, |request| request.asked_at = Some(now));
        }
        Ok(())
    }

    /// Has this proxy sync an account soon, if it is the one that does.
    pub(crate) fn request_here(&self, account: &str) {
        let now = self.clock.now_ms();
        self.change(account, |request| request.asked_at = Some(now));
    }

    /// Has an account synced more often for a while: something was done about its events.
    ///
    /// # Errors
    /// When the store refuses.
    pub(crate) async fn request_frequent(&self, account: &str) -> Result<(), StoreError> {
        let until = self.clock.now_ms().saturating_add(QUICK_FOR_MS);
        let known = self
            .latest
            .get(account)
            .and_then(|request| request.borrow().quick_until);
        // Said once a few seconds: a batch is thousands of acts.
        if known.is_some_and(|known| known > until - QUICK_MS) {
            return Ok(());
        }
        self.change(account, |request| request.quick_until = Some(until));
        self.store.request_frequent_syncs(account, until).await
    }

    /// Takes over what other proxies were asked for: it is written down, and this one may be the one that
    /// syncs.
    ///
    /// # Errors
    /// When the store refuses.
    pub(crate) async fn hear_others(&self) -> Result<(), StoreError> {
        for row in self.store.sync_statuses().await? {
            if let Some(request) = self.latest.get(&row.account) {
                request.send_if_modified(|request| {
                    let heard = SyncRequest {
                        asked_at: row.asked_at.max(request.asked_at),
                        quick_until: row.quick_until.max(request.quick_until),
                    };
                    std::mem::replace(request, heard) != heard
                });
            }
        }
        Ok(())
    }

    /// The requests for an account from now on; nothing where it is not one of these.
    pub(crate) fn of(&self, account: &str) -> Option<watch::Receiver<SyncRequest>> {
        self.latest.get(account).map(watch::Sender::subscribe)
    }

    fn change(&self, account: &str, change: impl FnOnce(&mut SyncRequest)) {
        if let Some(request) = self.latest.get(account) {
            request.send_modify(change);
        }
    }
}
