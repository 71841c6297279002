//! The stored events of all accounts, and how their collecting goes: loaded once, then kept up to date by the stream.

mod beyond;
mod loading;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use evenkeel::{Event, StateKind};
use evenkeel_api::{
    AccountList, AccountPhase, AccountStatus, AccountView, StoredEvent, StreamItems,
};
use evenkeel_table::{Loading, RowId, Table};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::first_walk::first_walk;
use super::inventory::Inventory;
use super::sorted_selection::{SortedSelection, choose};
use super::totals::Totals;
use crate::api::{self, EventKey, Listing, ShownFailure};
use crate::clock::{Clock, now_ms};

/// A failure stands at least so long, so that it can be read, ms.
const READ_MS: i64 = 4_000;

/// Which accounts there are.
#[derive(Clone, Debug, PartialEq)]
pub enum Directory {
    Loading,
    Failed(ShownFailure),
    Ready(Vec<AccountView>),
}

/// How the reading of the stored events goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Load {
    Reading { loaded: usize, total: Option<u64> },
    Failed(ShownFailure),
    Ready,
}

pub use beyond::PageRound;

/// A listing that is here as it was at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reached {
    listing: Listing,
    position: i64,
}

/// The store; `Copy`, provided as context.
#[derive(Clone, Copy)]
pub struct Events {
    pub table: RwSignal<Table>,
    pub directory: RwSignal<Directory>,
    /// The label that the configuration groups by.
    pub group_by: RwSignal<Option<String>>,
    /// How the operator's own inventory is.
    pub inventory: Inventory,
    pub load: RwSignal<Load>,
    /// How each account's collecting goes.
    pub accounts: RwSignal<BTreeMap<String, AccountStatus>>,
    /// Where the stream is to be taken up, told once a loading.
    pub position: RwSignal<Option<i64>>,
    /// Accounts that a person asked to be read and that have not been since.
    asked: RwSignal<BTreeSet<String>>,
    /// Why the last asking failed.
    pub refusal: RwSignal<Option<ShownFailure>>,
    /// When that was, ms since the Unix epoch.
    refused_at: StoredValue<i64>,
    /// Counts the changes of items on the event that is looked at.
    pub watched: RwSignal<u32>,
    watched_event: StoredValue<String>,
    past: RwSignal<bool>,
    /// Whether they were read, if they are asked for.
    past_read: RwSignal<bool>,
    /// How many events there are, by the server's own count: known before the events are here.
    totals: RwSignal<Option<Totals>>,
    /// The smallest listing that has more events than the page keeps.
    beyond: RwSignal<Option<Listing>>,
    /// How many the page keeps at most: the server says it.
    pub most: RwSignal<u64>,
    /// Counts what the stream told while not all of it is kept.
    pub news: RwSignal<u32>,
    /// What has changed since pages were asked for, and how many of them are open.
    page_round: StoredValue<(Loading, u32)>,
    /// Whether everything was read once: before that no count of the table is true.
    whole: RwSignal<bool>,
    /// What the table has all of, and until where in the order of changes.
    reached: StoredValue<Option<Reached>>,
    round: StoredValue<Option<Loading>>,
    /// Counts the loadings, so that an overtaken one notices and stops.
    turn: StoredValue<u32>,
    clock: Clock,
}

impl Events {
    /// Provides the store and starts loading.
    pub fn provide(clock: Clock) -> Self {
        let events = Self {
            table: RwSignal::new(Table::default()),
            directory: RwSignal::new(Directory::Loading),
            group_by: RwSignal::new(None),
            inventory: Inventory::new(),
            load: RwSignal::new(Load::Reading {
                loaded: 0,
                total: None,
            }),
            accounts: RwSignal::new(BTreeMap::new()),
            position: RwSignal::new(None),
            asked: RwSignal::new(BTreeSet::new()),
            refusal: RwSignal::new(None),
            refused_at: StoredValue::new(0),
            watched: RwSignal::new(0),
            watched_event: StoredValue::new(String::new()),
            past: RwSignal::new(false),
            past_read: RwSignal::new(false),
            totals: RwSignal::new(None),
            beyond: RwSignal::new(None),
            most: RwSignal::new(u64::MAX),
            news: RwSignal::new(0),
            page_round: StoredValue::new((Loading::default(), 0)),
            whole: RwSignal::new(false),
            reached: StoredValue::new(None),
            round: StoredValue::new(None),
            turn: StoredValue::new(0),
            clock,
        };
        provide_context(events);
        events.load();
        events
    }

    /// `told` is how much the stream had told of the inventory when this was asked for.
    fn hear_directory(self, listed: AccountList, told: u32) {
        self.directory.set(Directory::Ready(listed.accounts));
        self.group_by.set(listed.group_by);
        self.inventory.take(listed.inventory, told);
    }

    /// The stream has told all there was until a position. While something is loaded, that is another one's: what was
    /// missed before it is not here yet.
    pub fn hear_until(self, position: i64) {
        if matches!(self.load.get_untracked(), Load::Ready) {
            self.reached.update_value(|reached| {
                if let Some(reached) = reached {
                    reached.position = reached.position.max(position);
                }
            });
        }
    }

    /// Takes in what the stream says of events; tells nobody when nothing that shows has changed.
    pub fn hear(self, events: Vec<StoredEvent>) {
        let is_beyond = self.beyond.get_untracked() == Some(Listing::Present);
        let mut any = false;
        self.table.update_untracked(|table| {
            for stored in events {
                // Of what is not kept only those are followed that were seen.
                if is_beyond && EventKey::of(&stored.event).row(table).is_none() {
                    continue;
                }
                let (id, changed) = table.put(&stored);
                any |= changed;
                self.touch(id);
            }
        });
        if any {
            self.table.notify();
        }
        self.check_bound(is_beyond);
    }

    /// What the stream has told is newer than what is on its way.
    fn touch(self, id: RowId) {
        self.round.update_value(|round| {
            if let Some(round) = round {
                round.touch(id);
            }
        });
        self.page_round.update_value(|(round, _)| round.touch(id));
    }

    /// Takes in what the stream says of items: their events show that they are in a batch.
    pub fn hear_items(self, changed: &StreamItems) {
        let watched = self
            .watched_event
            .with_value(|event| changed.items.iter().any(|item| item.event_id == *event));
        if watched {
            self.watched.update(|count| *count += 1);
        }
        let mut any = false;
        self.table.update_untracked(|table| {
            let (touched, changed) = table.hear_items(changed);
            any = changed;
            self.round.update_value(|round| {
                if let Some(round) = round {
                    round.touch_orders(&touched);
                }
            });
            self.page_round
                .update_value(|(round, _)| round.touch_orders(&touched));
        });
        if any {
            self.table.notify();
        }
    }

    /// Takes in how the collecting of accounts goes.
    pub fn hear_accounts(self, accounts: Vec<AccountStatus>) {
        // The server is there and goes on: that an asking failed is of the past, once it could be read.
        let told = now_ms() - self.refused_at.get_value() > READ_MS;
        if told && self.refusal.with_untracked(Option::is_some) {
            self.refusal.set(None);
        }
        self.asked.update(|asked| {
            for status in &accounts {
                if !matches!(status.phase, AccountPhase::Walking | AccountPhase::Waiting) {
                    asked.remove(&status.account);
                }
            }
        });
        self.accounts.update(|all| {
            for status in accounts {
                all.insert(status.account.clone(), status);
            }
        });
    }

    /// Asks the sync to read accounts soon; all of them where none is named.
    pub fn refresh(self, accounts: Option<Vec<String>>) {
        if matches!(self.load.get_untracked(), Load::Failed(_)) {
            self.load();
            return;
        }
        spawn_local(async move {
            match api::refresh(accounts).await {
                Ok(accounts) => {
                    self.refusal.set(None);
                    let told = self.inventory.told();
                    if let Ok(listed) = api::accounts().await {
                        self.hear_directory(listed, told);
                    }
                    // The stream may have told already what came of it: it is ahead of the answer.
                    let waiting = self.accounts.with_untracked(|known| {
                        let later = |it: &AccountStatus| {
                            let known = known.get(&it.account);
                            known.is_some_and(|known| known.updated_at > it.updated_at)
                        };
                        let waiting = accounts.iter().filter(|it| !later(it));
                        waiting.map(|it| it.account.clone()).collect()
                    });
                    self.asked.set(waiting);
                }
                Err(problem) => {
                    self.refused_at.set_value(now_ms());
                    self.refusal.set(Some(problem.into()));
                }
            }
        });
    }

    /// What events can do now, those left out that are in a batch.
    pub fn sorted(self, events: Vec<Arc<Event>>) -> SortedSelection {
        self.table
            .with_untracked(|table| SortedSelection::of(choose(table, events)))
    }

    /// Counts from now on how often an item on this event moves.
    pub fn watch(self, event_id: &str) {
        self.watched_event.set_value(event_id.to_owned());
    }

    pub fn get(self, key: &EventKey) -> Option<Arc<Event>> {
        self.table
            .with(|table| key.row(table).map(|row| Arc::new(row.event())))
    }

    pub fn account(self, id: &str) -> Option<AccountView> {
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

    /// Whether the stored events are still on their way. Reactive.
    pub fn loading(self) -> bool {
        self.load.with(|load| matches!(load, Load::Reading { .. }))
    }

    /// Whether every event is here, so that a count is true and a search that finds nothing has looked everywhere.
    /// Reactive.
    pub fn is_whole(self) -> bool {
        self.whole.get() && self.first_walk().is_none()
    }

    /// Whether what was asked for beside that is here, too, as far as it is kept. Reactive.
    pub fn has_all_asked(self) -> bool {
        self.past_read.get() || !self.past.get() || self.beyond.get().is_some()
    }

    /// How many events the clouds list: as the server counted them until they are all here. Reactive.
    pub fn total(self) -> Option<usize> {
        if self.is_whole() {
            return Some(self.table.with(Table::present));
        }
        self.counted(None)
    }

    /// How many events the server counted in these states, or in all of them; none while a cloud is read for the first
    /// time, of which the server has only a part. Reactive.
    pub fn counted(self, states: Option<&[StateKind]>) -> Option<usize> {
        if self.first_walk().is_some() {
            return None;
        }
        self.totals.with(|totals| {
            let is_in = |state: &StateKind| states.is_none_or(|states| states.contains(state));
            let listed = totals.as_ref()?.listed.iter();
            let counts = listed.filter(|(state, _)| is_in(state));
            Some(counts.map(|(_, count)| *count).sum())
        })
    }

    /// Whether accounts that a person asked for are still to be read. Reactive.
    pub fn refreshing(self) -> bool {
        self.asked.with(|asked| !asked.is_empty())
    }

    /// The accounts that are read for the first time: events read so far, and all, where the clouds say so. Reactive.
    pub fn first_walk(self) -> Option<(u64, Option<u64>)> {
        self.accounts.with(first_walk)
    }
}

/// The store of this page.
pub fn use_events() -> Events {
    expect_context::<Events>()
}
