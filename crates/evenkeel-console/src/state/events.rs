//! The events of all accounts and how their loading goes; every account walks its pages on its own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use evenkeel::Event;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::clock::now_ms;
use super::failure::Failure;
use super::row_set::RowSet;
use super::table::{EventKey, Table};
use super::walk::{Step, Walk};
use crate::api::{self, Account};

const REFRESH: Duration = Duration::from_mins(1);

/// Which accounts there are.
#[derive(Clone, Debug, PartialEq)]
pub enum Directory {
    Loading,
    Failed(Failure),
    Ready(Vec<Account>),
}

/// What an account's feed is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    Loading,
    /// The cloud asked to wait until then (ms since the Unix epoch); after that it goes on by itself.
    Throttled {
        until: i64,
    },
    Ready,
    Failed(Failure),
}

/// One account's feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    pub phase: Phase,
    /// How many events this walk has seen.
    pub loaded: usize,
    /// How many there are, where the cloud says so.
    pub total: Option<u64>,
    /// When the last whole walk ended (ms since the Unix epoch).
    pub updated_at: Option<i64>,
    /// Whether a walk is under way.
    pub walking: bool,
    /// A refresh in the background: nothing to show.
    pub quiet: bool,
}

impl Feed {
    /// Whether a walk is under way.
    pub fn busy(&self) -> bool {
        self.walking
    }
}

/// The store; `Copy`, provided as context.
#[derive(Clone, Copy)]
pub struct Events {
    pub table: RwSignal<Table>,
    pub directory: RwSignal<Directory>,
    pub feeds: RwSignal<BTreeMap<String, Feed>>,
    /// Counts the walks, so that an overtaken one notices and stops.
    walks: StoredValue<BTreeMap<String, u32>>,
}

impl Events {
    /// Provides the store and starts loading; refreshes quietly as long as the page is looked at.
    pub fn provide() -> Self {
        let events = Self {
            table: RwSignal::new(Table::default()),
            directory: RwSignal::new(Directory::Loading),
            feeds: RwSignal::new(BTreeMap::new()),
            walks: StoredValue::new(BTreeMap::new()),
        };
        provide_context(events);
        events.load();
        let tick = move || {
            if !document().hidden() {
                events.refresh(true);
            }
        };
        if let Ok(handle) = set_interval_with_handle(tick, REFRESH) {
            on_cleanup(move || handle.clear());
        }
        events
    }

    /// Asks which accounts there are, then for their events.
    pub fn load(self) {
        self.directory.set(Directory::Loading);
        spawn_local(async move {
            match api::accounts().await {
                Ok(accounts) => {
                    self.directory.set(Directory::Ready(accounts));
                    self.refresh(false);
                }
                Err(problem) => self.directory.set(Directory::Failed(problem.into())),
            }
        });
    }

    /// Reads every account anew. A quiet refresh leaves alone what is still busy.
    pub fn refresh(self, quiet: bool) {
        let Directory::Ready(accounts) = self.directory.get_untracked() else {
            self.load();
            return;
        };
        for account in accounts {
            let busy = self
                .feeds
                .with_untracked(|feeds| feeds.get(&account.id).is_some_and(Feed::busy));
            if !busy {
                self.walk(account, quiet);
            }
        }
    }

    /// Reads one account anew.
    pub fn refresh_account(self, id: &str) {
        if let Some(account) = self.account(id) {
            self.walk(account, false);
        }
    }

    /// Takes in events that were read elsewhere, such as after acting.
    pub fn take(self, fresh: Vec<Event>) {
        let changed = self
            .table
            .with_untracked(|table| fresh.iter().any(|event| table.would_change(event)));
        if changed {
            self.table.update(|table| {
                for event in fresh {
                    table.upsert(event);
                }
            });
        }
    }

    pub fn get(self, key: &EventKey) -> Option<Arc<Event>> {
        self.table.with(|table| table.event(key))
    }

    pub fn account(self, id: &str) -> Option<Account> {
        self.directory.with_untracked(|directory| match directory {
            Directory::Ready(accounts) => accounts.iter().find(|account| account.id == id).cloned(),
            Directory::Loading | Directory::Failed(_) => None,
        })
    }

    /// Whether anything shown comes from a sandbox. Reactive.
    pub fn sandbox(self) -> bool {
        self.directory.with(|directory| match directory {
            Directory::Ready(accounts) => accounts.iter().any(|account| account.sandbox),
            Directory::Loading | Directory::Failed(_) => false,
        })
    }

    /// Whether something is still on its way that a person waits for. Reactive.
    pub fn loading(self) -> bool {
        self.directory
            .with(|directory| *directory == Directory::Loading)
            || self
                .feeds
                .with(|feeds| feeds.values().any(|feed| feed.busy() && !feed.quiet))
    }

    fn walk(self, account: Account, quiet: bool) {
        let id = account.id.clone();
        let turn = self
            .walks
            .try_update_value(|walks| {
                let turn = walks.entry(id.clone()).or_default();
                *turn += 1;
                *turn
            })
            .unwrap_or_default();
        let overtaken = {
            let id = id.clone();
            move || {
                self.walks
                    .try_with_value(|walks| walks.get(&id) != Some(&turn))
                    .unwrap_or(true)
            }
        };
        self.feeds.update(|feeds| {
            let before = feeds.get(&id);
            let updated_at = before.and_then(|feed| feed.updated_at);
            let failed = before
                .map(|feed| &feed.phase)
                .filter(|p| matches!(p, Phase::Failed(_)));
            let phase = match failed {
                // The notice stays until the next try, which nobody asked for, has succeeded.
                Some(failed) if quiet => failed.clone(),
                Some(_) | None => Phase::Loading,
            };
            let quiet = quiet && (updated_at.is_some() || failed.is_some());
            feeds.insert(
                id.clone(),
                Feed {
                    phase,
                    walking: true,
                    loaded: 0,
                    total: None,
                    updated_at,
                    quiet,
                },
            );
        });
        spawn_local(async move {
            let mut walk = Walk::new(account.provider, account.scope());
            let mut seen = RowSet::default();
            loop {
                let answer = api::operate(&id, walk.operation()).await;
                if overtaken() {
                    return;
                }
                match walk.take(answer) {
                    Step::More(events) => {
                        self.put(events, &mut seen);
                        self.note(&id, |feed| {
                            if matches!(feed.phase, Phase::Throttled { .. }) {
                                feed.phase = Phase::Loading;
                            }
                            feed.loaded = walk.loaded();
                            feed.total = walk.total;
                        });
                    }
                    Step::Done(events) => {
                        self.put(events, &mut seen);
                        self.forget(&id, &seen);
                        self.note(&id, |feed| {
                            feed.phase = Phase::Ready;
                            feed.walking = false;
                            feed.loaded = walk.loaded();
                            feed.updated_at = Some(now_ms());
                        });
                        return;
                    }
                    Step::Wait { ms, throttled } => {
                        let until = now_ms().saturating_add(i64::try_from(ms).unwrap_or(i64::MAX));
                        if throttled {
                            self.note(&id, |feed| {
                                feed.phase = Phase::Throttled { until };
                                feed.loaded = walk.loaded();
                            });
                        }
                        TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX)).await;
                        if overtaken() {
                            return;
                        }
                    }
                    Step::Failed(failure) => {
                        self.note(&id, |feed| {
                            feed.phase = Phase::Failed(failure);
                            feed.walking = false;
                        });
                        return;
                    }
                }
            }
        });
    }

    /// Takes in a page; tells nobody when nothing changed, so that a quiet refresh stays quiet.
    fn put(self, events: Vec<Event>, seen: &mut RowSet) {
        let changed = self
            .table
            .with_untracked(|table| events.iter().any(|event| table.would_change(event)));
        let take = |table: &mut Table| {
            for event in events {
                seen.insert(table.upsert(event).0);
            }
        };
        if changed {
            self.table.update(take);
        } else {
            self.table.update_untracked(take);
        }
    }

    fn forget(self, account: &str, seen: &RowSet) {
        let mut gone = 0;
        self.table
            .update_untracked(|table| gone = table.retain(account, seen));
        if gone > 0 {
            self.table.notify();
        }
    }

    fn note(self, id: &str, change: impl FnOnce(&mut Feed)) {
        self.feeds.update(|feeds| {
            if let Some(feed) = feeds.get_mut(id) {
                change(feed);
            }
        });
    }
}

/// The store of this page.
pub fn use_events() -> Events {
    expect_context::<Events>()
}
