//! Of more events than the page keeps it has those that were seen: pages of the server's list, each event in a slot of the
//! table like every other.

use evenkeel_api::StoredEvent;
use evenkeel_table::{Loading, RowId, Table};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::totals::Totals;
use super::loading::Outcome;
use super::{Events, Load};
use crate::api::{self, EventKey, Listing};

/// A page that was asked for: what changes meanwhile is newer than it.
pub struct PageRound(Events);

impl PageRound {
    pub fn begin(events: Events) -> Self {
        events.page_round.update_value(|(round, open)| {
            if *open == 0 {
                *round = Loading::default();
            }
            *open += 1;
        });
        Self(events)
    }

    /// Puts a page's events in their slots; gives them in the page's order.
    pub fn take(self, events: &[StoredEvent]) -> Vec<RowId> {
        let store = self.0;
        let mut any = false;
        let mut rows = Vec::with_capacity(events.len());
        store.table.update_untracked(|table| {
            store.page_round.update_value(|(round, _)| {
                for stored in events {
                    let (id, changed) = round.stored(table, stored);
                    any |= changed;
                    rows.push(id);
                }
            });
        });
        if any {
            store.table.notify();
        }
        rows
    }
}

impl Drop for PageRound {
    fn drop(&mut self) {
        let is_here = |(_, open): &mut (Loading, u32)| *open = open.saturating_sub(1);
        let _: Option<()> = self.0.page_round.try_update_value(is_here);
    }
}

impl Events {
    /// Whether there are more events than the page keeps, with those that the clouds list no more or without. Reactive.
    pub fn is_beyond(self, past: bool) -> bool {
        match self.beyond.get() {
            None => false,
            Some(Listing::All) => past,
            Some(Listing::Present) => true,
        }
    }

    /// Whether all that a list shows with past events or without is in the table. Reactive.
    pub fn is_kept_whole(self, past: bool) -> bool {
        let is_read = if past {
            self.past_read.get()
        } else {
            self.whole.get()
        };
        is_read && !self.is_beyond(past)
    }

    /// How many events there are in all as the server counted them. Reactive.
    pub fn counted_with(self, past: bool) -> usize {
        self.totals.with(|totals| {
            totals.as_ref().map_or(0, |totals| {
                let listed: usize = totals.listed.values().sum();
                listed + if past { totals.gone } else { 0 }
            })
        })
    }

    pub(super) fn is_beyond_untracked(self) -> bool {
        self.beyond.get_untracked().is_some()
    }

    /// A listing has more events than the page keeps.
    pub(super) fn leave_to_server(self, listing: Listing) -> Outcome {
        self.round.set_value(None);
        self.beyond.set(Some(listing));
        if listing == Listing::All {
            // Without those that the clouds list no more they may be few enough.
            return Outcome::LessAsked;
        }
        self.whole.set(false);
        self.reached.set_value(None);
        self.refusal.set(None);
        self.load.set(Load::Ready);
        if self.past.get_untracked() {
            // The head counts what the clouds list.
            self.count_again();
        }
        self.tell_news();
        Outcome::Done
    }

    /// A listing is small enough.
    pub(super) fn keep(self, listing: Listing) {
        let is_less = self.beyond.get_untracked() == Some(Listing::Present);
        if is_less || listing == Listing::All {
            self.beyond.set(None);
        }
    }

    /// The stream has told more than the page keeps; or it has told of what is not kept.
    pub(super) fn check_bound(self, is_beyond: bool) {
        if is_beyond {
            self.tell_news();
            return;
        }
        let present = self.table.with_untracked(Table::present);
        if u64::try_from(present).is_ok_and(|present| present > self.most.get_untracked()) {
            self.beyond.set(Some(Listing::Present));
            self.whole.set(false);
            self.reached.set_value(None);
            self.load();
        }
    }

    fn tell_news(self) {
        self.news.update(|count| *count = count.wrapping_add(1));
    }

    /// Takes in an event that was asked for by itself, unless it is there: so it is seen whether it can be acted on.
    pub fn take_unknown(self, stored: &StoredEvent) {
        let key = EventKey::of(&stored.event);
        if self.table.with_untracked(|table| key.row(table).is_none()) {
            PageRound::begin(self).take(std::slice::from_ref(stored));
        }
    }

    /// Asks how many events there are now.
    pub fn count_again(self) {
        spawn_local(async move {
            let listing = Listing::of(self.past.get_untracked());
            // What was counted before stands until the next time.
            if let Ok(head) = api::totals(listing).await {
                let totals = Totals::of(&head.counts);
                drop(self.totals.try_set(Some(totals)));
            }
        });
    }
}
