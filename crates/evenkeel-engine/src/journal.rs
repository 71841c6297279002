//! Sends what the journal holds, and finds out what became of it.
//!
//! Decisions are made without I/O in `schedule`, `classify` and `reconcile/decision`; the rest drives them. The
//! rules are in `docs/adr/0001-item-life.md`.

mod call;
mod classify;
mod finished;
mod probe;
mod reader;
mod redact;
mod schedule;
mod secrets;
mod sender;
mod standing;

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use evenkeel::Password;
use evenkeel_store::{DatabaseKind, Db, StoreError};
use tokio::{sync::watch, task::JoinSet};
use uuid::{ContextV7, Uuid};

use crate::{
    account::Account,
    approval::Policy,
    clock::Clock,
    ending::{end_soon_after, ended, pause},
    keys::Keys,
    notifier::Notifier,
    reconcile::Reconciler,
    sync_requests::SyncRequests,
    upstream::Upstream,
};
use reader::Reader;
use secrets::Secrets;
use sender::Sender;
use standing::Standing;

/// How long a worker is left alone that broke.
const AFTER_BREAK: Duration = Duration::from_secs(1);

/// How the journal works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalOptions {
    /// How many calls of one item each are under way at a time, for one account.
    pub calls_at_once: usize,
    /// How long a call that acts may take.
    pub call_timeout: Duration,
    /// How long an item is tried that is throttled, or whose cloud cannot be reached.
    pub deadline: Duration,
    /// How long after its last sign of life a proxy is dead, and its work taken over.
    pub lease: Duration,
    /// How often other proxies' work is looked for.
    pub poll: Duration,
    /// How long what is to be done at once may wait for its turn before a person is asked again.
    pub stale_after: Duration,
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self {
            calls_at_once: 4,
            call_timeout: Duration::from_secs(10),
            deadline: Duration::from_mins(15),
            lease: Duration::from_secs(15),
            poll: Duration::from_secs(1),
            stale_after: Duration::from_hours(1),
        }
    }
}

/// What the workers and the routes share.
#[derive(Debug)]
pub struct Journal {
    options: JournalOptions,
    accounts: Vec<Arc<Account>>,
    upstream: Upstream,
    store: Db,
    clock: Clock,
    proxy_id: String,
    keys: Arc<Keys>,
    policy: Arc<Policy>,
    requests: Arc<SyncRequests>,
    reconciler: Arc<Reconciler>,
    notifier: Arc<Notifier>,
    secrets: Secrets,
    ids: Mutex<ContextV7>,
    standing: Standing,
}

/// What a journal works with; `upstream` is for acts, whose every call has a connection of its own.
#[derive(Debug)]
pub(crate) struct JournalParts {
    pub(crate) options: JournalOptions,
    pub(crate) accounts: Vec<Arc<Account>>,
    pub(crate) upstream: Upstream,
    pub(crate) store: Db,
    pub(crate) clock: Clock,
    pub(crate) proxy_id: String,
    pub(crate) keys: Arc<Keys>,
    pub(crate) policy: Arc<Policy>,
    pub(crate) requests: Arc<SyncRequests>,
    pub(crate) reconciler: Arc<Reconciler>,
    pub(crate) notifier: Arc<Notifier>,
}

impl Journal {
    pub(crate) fn new(parts: JournalParts) -> Self {
        Self {
            options: parts.options,
            accounts: parts.accounts,
            upstream: parts.upstream,
            store: parts.store,
            clock: parts.clock,
            proxy_id: parts.proxy_id,
            keys: parts.keys,
            policy: parts.policy,
            requests: parts.requests,
            reconciler: parts.reconciler,
            notifier: parts.notifier,
            secrets: Secrets::default(),
            ids: Mutex::new(ContextV7::new()),
            standing: Standing::default(),
        }
    }

    /// An id for a new batch: a UUID of version 7 by the proxy's clock, so that batches are sent, and
    /// shown, in the order in which they were taken.
    pub(crate) fn new_batch_id(&self) -> String {
        let now = self.clock.now_ms().max(0).unsigned_abs();
        let nanos = u32::try_from(now % 1000 * 1_000_000).unwrap_or_default();
        let context = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let time = uuid::Timestamp::from_unix(&*context, now / 1000, nanos);
        Uuid::new_v7(time).to_string()
    }

    /// This process among those that share the store.
    pub(crate) fn proxy_id(&self) -> &str {
        &self.proxy_id
    }

    /// Keeps a batch's password in memory until nothing of the batch needs it any more.
    pub(crate) fn keep_password(&self, batch_id: &str, password: Password) {
        self.secrets.put(batch_id, password);
    }

    /// Forgets a batch's password.
    pub(crate) fn forget_password(&self, batch_id: &str) {
        self.secrets.remove(batch_id);
    }

    /// Forgets the passwords that nothing needs any more.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn forget_unneeded(&self) -> Result<(), StoreError> {
        for batch_id in self.secrets.batches() {
            // INVARIANT: kept from before its batch can be seen; one that is not there yet is no reason.
            if self.store.is_done_with_password(&batch_id).await? {
                self.secrets.remove(&batch_id);
            }
        }
        Ok(())
    }

    /// Has the whole list read more often for a while: what was done shows there.
    async fn request_sync(&self, account: &str) {
        if let Err(error) = self.requests.request_frequent(account).await {
            tracing::warn!(account, %error, "the account is read no sooner");
        }
    }

    /// Sends and reads until told to stop, then lets open calls finish.
    pub(crate) async fn run(self: Arc<Self>, stop: watch::Receiver<bool>) {
        // Before anything is taken in hand: a proxy that nobody has heard of is dead.
        if let Err(error) = self.recover().await {
            tracing::warn!(%error, "cannot look for proxies that are gone");
        }
        self.warn_of_missing_accounts().await;
        self.note_rest().await;
        let mut senders = JoinSet::new();
        let mut others = JoinSet::new();
        let (journal, stopping) = (Arc::clone(&self), stop.clone());
        let look_after = move || Arc::clone(&journal).look_after(stopping.clone());
        others.spawn(again_and_again(
            "looking after others",
            String::new(),
            AFTER_BREAK,
            stop.clone(),
            look_after,
        ));
        for account in &self.accounts {
            let (journal, of, stopping) = (Arc::clone(&self), Arc::clone(account), stop.clone());
            let send =
                move || Sender::new(Arc::clone(&journal), Arc::clone(&of), stopping.clone()).run();
            senders.spawn(again_and_again(
                "sending",
                account.id().to_owned(),
                AFTER_BREAK,
                stop.clone(),
                send,
            ));
            let (journal, of, stopping) = (Arc::clone(&self), Arc::clone(account), stop.clone());
            let read =
                move || Reader::new(Arc::clone(&journal), Arc::clone(&of)).run(stopping.clone());
            others.spawn(again_and_again(
                "looking",
                account.id().to_owned(),
                AFTER_BREAK,
                stop.clone(),
                read,
            ));
        }
        // Acts that have left get their answers; a read can be made again.
        tokio::join!(ended(&mut senders), end_soon_after(stop, &mut others));
    }

    /// Settles what dead proxies left behind, and wakes the senders for what others took in.
    async fn look_after(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut next_recovery = tokio::time::Instant::now();
        loop {
            if tokio::time::Instant::now() >= next_recovery {
                match self.recover().await {
                    Ok(0) => {}
                    Ok(items) => {
                        tracing::warn!(items, "took over from a proxy that is gone");
                    }
                    Err(error) => tracing::warn!(%error, "cannot look for proxies that are gone"),
                }
                next_recovery = tokio::time::Instant::now() + self.options.lease / 3;
            }
            match self.store.expire_approvals(self.clock.now_ms()).await {
                Ok(batches) => batches.iter().for_each(|batch| {
                    tracing::info!(
                        batch,
                        "nobody approved it in time, or it was not sent in time"
                    );
                }),
                Err(error) => tracing::debug!(%error, "cannot look for approvals that are over"),
            }
            match self.store.accounts_with_queued().await {
                Ok(accounts) => accounts
                    .iter()
                    .for_each(|account| self.notifier.wake_sender(account)),
                Err(error) => tracing::debug!(%error, "cannot look for work"),
            }
            if let Err(error) = self.forget_unneeded().await {
                tracing::debug!(%error, "cannot look for passwords that nothing needs");
            }
            // A file has no other proxies: this is for what a bell may have missed.
            let poll = match self.store.kind() {
                DatabaseKind::Sqlite => self.options.poll.max(self.options.lease / 3),
                DatabaseKind::Postgres => self.options.poll,
            };
            if !pause(poll.min(self.options.lease / 3), &mut stop).await {
                return;
            }
        }
    }

    /// Settles what dead proxies left behind; this one is none of them. Before that it holds what is not
    /// for where its accounts lead.
    async fn recover(&self) -> Result<usize, StoreError> {
        let ms = i64::try_from(self.options.lease.as_millis()).unwrap_or(i64::MAX);
        self.store.beat(&self.proxy_id, ms).await?;
        let now = self.clock.now_ms();
        for account in &self.accounts {
            let destination = account.destination();
            let held = self
                .store
                .bind_batches(account.id(), &destination, now)
                .await?;
            if held > 0 {
                tracing::warn!(
                    account = account.id(),
                    batches = held,
                    "the account leads elsewhere than when these batches were taken; they are held"
                );
            }
        }
        self.store.recover(now).await
    }
}

/// Has something done until it comes to its end, and begins it anew should it break: what a worker knew
/// stands in the store.
async fn again_and_again<F>(
    what: &'static str,
    account: String,
    wait: Duration,
    mut stop: watch::Receiver<bool>,
    work: impl Fn() -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        // A set of one: dropped, it takes its task along.
        let mut attempt = JoinSet::new();
        attempt.spawn(work());
        match attempt.join_next().await {
            Some(Err(error)) => {
                tracing::error!(account, %error, "{what} broke in the journal; it begins anew");
            }
            Some(Ok(())) | None => return,
        }
        if !pause(wait, &mut stop).await {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_worker_that_panics_is_started_again() {
        let starts = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&starts);
        let work = move || {
            let start = counted.fetch_add(1, Ordering::SeqCst);
            async move { assert!(start >= 2, "it breaks") }
        };
        let (_tell, stop) = watch::channel(false);
        again_and_again("sending", "edge".to_owned(), Duration::ZERO, stop, work).await;
        assert_eq!(starts.load(Ordering::SeqCst), 3);
    }
}
