//! Reads every account's list, again and again, into the store.

mod account_sync;
pub(crate) mod failure;
mod limit;
mod lists_off;
pub(crate) mod paginator;
mod reader;
mod schedule;
mod window;

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use evenkeel_store::{DatabaseKind, Db};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    account::Account, clock::Clock, ending::pause, keys::Keys, notifier::Notifier,
    reconcile::Reconciler, sync_requests::SyncRequests, upstream::Upstream,
};
use account_sync::AccountSync;
use limit::Limits;

/// How often requests that other proxies took are looked for.
const REQUESTS: Duration = Duration::from_secs(2);
/// How often what is long gone is forgotten.
const CLEAN: Duration = Duration::from_hours(1);
/// How long an account is left alone whose sync broke.
const AFTER_BREAK: Duration = Duration::from_secs(10);
/// How many changes a stream may be behind before it has to load anew.
const CHANGES: i64 = 200_000;

/// How lists are read, unless an account says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncOptions {
    /// How often an account's list is read.
    pub poll: Duration,
    /// How many calls a second it makes with one key.
    pub calls_per_second: NonZeroU32,
    /// How long events are kept that the cloud lists no more.
    pub keep: Duration,
    /// Whether the clouds are asked for the names and tags of the resources of events.
    pub names: bool,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            poll: Duration::from_mins(1),
            calls_per_second: NonZeroU32::new(10).unwrap_or(NonZeroU32::MIN),
            keep: Duration::from_hours(90 * 24),
            names: true,
        }
    }
}

/// What all sync runs read with, and whom they tell.
#[derive(Debug)]
pub(crate) struct SyncRunner {
    pub(crate) options: SyncOptions,
    pub(crate) accounts: Vec<Arc<Account>>,
    pub(crate) upstream: Upstream,
    pub(crate) store: Db,
    pub(crate) clock: Clock,
    /// This process among those that share the store.
    pub(crate) proxy_id: String,
    pub(crate) keys: Arc<Keys>,
    pub(crate) requests: Arc<SyncRequests>,
    /// Hears of every page that is read.
    pub(crate) reconciler: Arc<Reconciler>,
    /// Wakes who waits for a list.
    pub(crate) notifier: Arc<Notifier>,
}

impl SyncRunner {
    /// Syncs all accounts until told to stop.
    pub(crate) async fn run(self: Arc<Self>, stop: watch::Receiver<bool>) {
        let mut limits = Limits::new(self.options.calls_per_second, self.clock.clone());
        let mut tasks = JoinSet::new();
        for account in &self.accounts {
            let Some(request) = self.requests.of(account.id()) else {
                continue;
            };
            let poll = account.poll().unwrap_or(self.options.poll);
            let sync = AccountSync {
                runner: Arc::clone(&self),
                limit: limits.of(account),
                poll_ms: i64::try_from(poll.as_millis()).unwrap_or(i64::MAX / 4),
                key_changes: account.key_changes(),
                read_with: None,
                account: Arc::clone(account),
                request,
                stop: stop.clone(),
            };
            tasks.spawn(keep_running(sync, stop.clone()));
        }
        if self.store.kind() == DatabaseKind::Postgres {
            tasks.spawn(Arc::clone(&self).hear_others(stop.clone()));
        }
        tasks.spawn(Arc::clone(&self).clean(stop.clone()));
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a part of the sync broke; a restart brings it back");
            }
        }
    }

    async fn hear_others(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while pause(REQUESTS, &mut stop).await {
            // A database that does not answer is told of by whoever needs it.
            let _ = self.requests.hear_others().await;
        }
    }

    async fn clean(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        loop {
            let keep = i64::try_from(self.options.keep.as_millis()).unwrap_or(i64::MAX);
            let before = self.clock.now_ms().saturating_sub(keep);
            match self.store.purge_events(before).await {
                Ok(0) => {}
                Ok(events) => tracing::info!(events, "forgot events that are long gone"),
                Err(error) => tracing::warn!(%error, "events that are long gone stay"),
            }
            if let Err(error) = self.store.prune_changes(CHANGES).await {
                tracing::warn!(%error, "old changes stay");
            }
            if !pause(CLEAN, &mut stop).await {
                return;
            }
        }
    }
}

/// Syncs an account until told to stop, and begins anew should that break.
async fn keep_running(sync: AccountSync, mut stop: watch::Receiver<bool>) {
    loop {
        // A set of one: dropped, it takes its task along.
        let mut attempt = JoinSet::new();
        attempt.spawn(sync.clone().run());
        match attempt.join_next().await {
            Some(Err(error)) => {
                let account = sync.account.id();
                tracing::error!(account, %error, "reading the account broke; it begins anew");
            }
            Some(Ok(())) | None => return,
        }
        if !pause(AFTER_BREAK, &mut stop).await {
            return;
        }
    }
}
