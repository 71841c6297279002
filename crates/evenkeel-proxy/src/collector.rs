//! Reads every account's list, again and again, into the store.

mod chain;
mod failure;
mod limit;
mod plan;
mod reader;
mod walker;
mod window;

use std::{collections::BTreeMap, num::NonZeroU32, sync::Arc, time::Duration};

use evenkeel_store::{Db, Kind, StoreError};
use tokio::{sync::watch, task::JoinSet};

use crate::{account::Account, clock::Clock, journal::Journal, upstream::Upstream};
use limit::Limits;
use plan::Wish;
use walker::Walker;

/// How often other proxies' wishes are looked for.
const WISHES: Duration = Duration::from_secs(2);
/// How often what is long gone is forgotten.
const CLEAN: Duration = Duration::from_hours(1);
/// How long an account is left alone whose walker broke.
const AFTER_BREAK: Duration = Duration::from_secs(10);
/// How many changes a stream may be behind before it has to load anew.
const CHANGES: i64 = 200_000;

/// How the collector works, unless an account says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectorConfig {
    /// How often an account's list is read.
    pub poll: Duration,
    /// How many calls a second it makes with one key.
    pub calls_per_second: NonZeroU32,
    /// How long events are kept that the cloud lists no more.
    pub keep: Duration,
}

impl Default for CollectorConfig {
    fn default() -> Self {
        Self {
            poll: Duration::from_mins(1),
            calls_per_second: NonZeroU32::new(10).unwrap_or(NonZeroU32::MIN),
            keep: Duration::from_hours(90 * 24),
        }
    }
}

/// The collector: what it is told from outside.
#[derive(Debug)]
pub(crate) struct Collector {
    config: CollectorConfig,
    store: Db,
    clock: Clock,
    proxy_id: String,
    wishes: BTreeMap<String, watch::Sender<Wish>>,
}

impl Collector {
    pub(crate) fn new(
        config: CollectorConfig,
        accounts: &[Arc<Account>],
        store: Db,
        clock: Clock,
        proxy_id: String,
    ) -> Self {
        let wishes = accounts
            .iter()
            .map(|account| (account.id().to_owned(), watch::Sender::default()))
            .collect();
        Self {
            config,
            store,
            clock,
            proxy_id,
            wishes,
        }
    }

    /// Asks for an early walk of these accounts, whichever proxy walks them.
    ///
    /// # Errors
    /// When the store refuses.
    pub(crate) async fn refresh(&self, accounts: &[&str]) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        for account in accounts {
            self.store.ask_for_walk(account, now).await?;
            self.wish(account, |wish| wish.asked_at = Some(now));
        }
        Ok(())
    }

    /// Has this proxy walk an account soon, if it is the one that does.
    pub(crate) fn nudge(&self, account: &str) {
        let now = self.clock.now_ms();
        self.wish(account, |wish| wish.asked_at = Some(now));
    }

    /// Walks an account more often for a while: something was done about its events.
    ///
    /// # Errors
    /// When the store refuses.
    pub(crate) async fn hasten(&self, account: &str) -> Result<(), StoreError> {
        let until = self.clock.now_ms().saturating_add(plan::QUICK_FOR_MS);
        let known = self
            .wishes
            .get(account)
            .and_then(|wish| wish.borrow().quick_until);
        // Said once a few seconds: a batch is thousands of acts.
        if known.is_some_and(|known| known > until - plan::QUICK_MS) {
            return Ok(());
        }
        self.wish(account, |wish| wish.quick_until = Some(until));
        self.store.hasten_walks(account, until).await
    }

    fn wish(&self, account: &str, change: impl FnOnce(&mut Wish)) {
        if let Some(wish) = self.wishes.get(account) {
            wish.send_modify(change);
        }
    }

    /// Walks all accounts until told to stop.
    pub(crate) async fn run(
        self: Arc<Self>,
        accounts: Vec<Arc<Account>>,
        upstream: Upstream,
        journal: Arc<Journal>,
        stop: watch::Receiver<bool>,
    ) {
        let mut limits = Limits::new(self.config.calls_per_second, self.clock.clone());
        let mut tasks = JoinSet::new();
        for account in accounts {
            let Some(wish) = self.wishes.get(account.id()) else {
                continue;
            };
            let poll = account.poll().unwrap_or(self.config.poll);
            let walker = Walker {
                limit: limits.of(&account),
                poll_ms: i64::try_from(poll.as_millis()).unwrap_or(i64::MAX / 4),
                key_changes: account.key_changes(),
                account,
                upstream: upstream.clone(),
                store: self.store.clone(),
                journal: Arc::clone(&journal),
                clock: self.clock.clone(),
                proxy_id: self.proxy_id.clone(),
                wish: wish.subscribe(),
                stop: stop.clone(),
            };
            tasks.spawn(walk(walker, stop.clone()));
        }
        if self.store.kind() == Kind::Postgres {
            tasks.spawn(Arc::clone(&self).hear_wishes(stop.clone()));
        }
        tasks.spawn(Arc::clone(&self).clean(stop.clone()));
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a part of the collector broke; a restart brings it back");
            }
        }
    }

    /// What people ask another proxy for is written down; this one may be the one that walks.
    async fn hear_wishes(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while pause(WISHES, &mut stop).await {
            let Ok(rows) = self.store.collecting().await else {
                continue;
            };
            for row in rows {
                if let Some(wish) = self.wishes.get(&row.account) {
                    wish.send_if_modified(|wish| {
                        let heard = Wish {
                            asked_at: row.asked_at.max(wish.asked_at),
                            quick_until: row.quick_until.max(wish.quick_until),
                        };
                        std::mem::replace(wish, heard) != heard
                    });
                }
            }
        }
    }

    async fn clean(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        loop {
            let keep = i64::try_from(self.config.keep.as_millis()).unwrap_or(i64::MAX);
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

/// Walks an account until told to stop, and begins anew should that break.
async fn walk(walker: Walker, mut stop: watch::Receiver<bool>) {
    loop {
        // A set of one: dropped, it takes its task along.
        let mut attempt = JoinSet::new();
        attempt.spawn(walker.clone().run());
        match attempt.join_next().await {
            Some(Err(error)) => {
                let account = walker.account.id();
                tracing::error!(account, %error, "reading the account broke; it begins anew");
            }
            Some(Ok(())) | None => return,
        }
        if !pause(AFTER_BREAK, &mut stop).await {
            return;
        }
    }
}

/// Waits; tells whether to go on.
async fn pause(time: Duration, stop: &mut watch::Receiver<bool>) -> bool {
    tokio::time::timeout(time, stop.wait_for(|stop| *stop))
        .await
        .is_err()
}
