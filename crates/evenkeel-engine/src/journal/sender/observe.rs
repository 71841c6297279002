//! Looks at events before anything is done about them.

use std::sync::Arc;

use evenkeel::Provider;
use evenkeel_api::{ItemReason, ItemState};
use evenkeel_store::{
    StoreError,
    journal::{Before, DueItem, Expected, NextState},
};

use super::Sender;
use crate::{
    journal::{classify::BackOff, probe},
    reconcile::Observation,
};

/// How long it counts, in ms, that an event was looked at for a call that names none.
const FRESH_MS: i64 = 30_000;

impl Sender {
    /// Whether it is known how an item's event stands. A call that names no event acts whatever became of it, so its
    /// event is looked at just before.
    pub(super) fn has_seen(&self, item: &DueItem, now: i64) -> bool {
        if !self.account.provider().acts_on_resource(item.action) {
            return item.is_known;
        }
        let key = (item.batch_id.clone(), item.index);
        let looked_at = self.looked_at.get(&key);
        looked_at.is_some_and(|at| (now - FRESH_MS..=now).contains(at))
    }

    /// Looks at events of which it is not known how they stand, and writes that down.
    pub(super) async fn observe(&mut self, unseen: &[DueItem]) -> Result<(), StoreError> {
        let journal = Arc::clone(&self.journal);
        let events: Vec<(&str, &str)> = unseen
            .iter()
            .map(|item| (item.event_id.as_str(), item.resource_id.as_str()))
            .collect();
        let mut stop = self.stop.clone();
        let seen = tokio::select! {
            seen = probe::probe(&journal, &self.account, &events) => seen.map_err(|failure| failure.to_string()),
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        };
        let now = journal.clock.now_ms();
        let provider = self.account.provider();
        if let Err(why) = &seen {
            let account = self.account.id();
            tracing::info!(account, why, "events to act on cannot be read");
            self.back_off(BackOff::Unreachable, now, 0);
        }
        let deadline = i64::try_from(journal.options.deadline.as_millis()).unwrap_or(i64::MAX);
        self.looked_at
            .retain(|_, at| (now - FRESH_MS..=now).contains(at));
        let mut tx = journal.store.begin().await?;
        for items in unseen.chunk_by(|one, other| one.batch_id == other.batch_id) {
            for item in items {
                let names_no_event = provider.acts_on_resource(item.action);
                match (&seen, item.action) {
                    (Ok(seen), action)
                        if names_no_event
                            && find(provider, item, seen)
                                .is_none_or(|seen| !seen.actions.contains(&action)) =>
                    {
                        let state = find(provider, item, seen).map(|seen| seen.state.raw.as_str());
                        let message = match state {
                            Some(state) => format!("the event is `{state}` by now"),
                            None => "the event is listed no more".to_owned(),
                        };
                        let to = NextState {
                            reason: Some(ItemReason::Invalid),
                            code: Some("action_not_applicable"),
                            message: Some(&message),
                            ..NextState::state(ItemState::NotSent)
                        };
                        let from = Expected {
                            states: &[ItemState::Queued],
                            call: None,
                        };
                        tx.move_items(&item.batch_id, &[item.index], from, &to, now)
                            .await?;
                    }
                    (Ok(seen), _) => {
                        if names_no_event {
                            let key = (item.batch_id.clone(), item.index);
                            self.looked_at.insert(key, now);
                        }
                        tx.note_before(&item.batch_id, &[before(provider, item, seen)])
                            .await?;
                    }
                    // Its time before is all that a move of it can be told by.
                    (Err(why), action) if names_no_event || action.moves_event() => {
                        tx.note_tried(&item.batch_id, &[item.index], now).await?;
                        let is_late = self.back_off_until - item.tried_at.unwrap_or(now) > deadline;
                        let to = NextState {
                            reason: Some(ItemReason::Unreadable),
                            message: Some(why),
                            due_at: self.back_off_until,
                            ..NextState::state(if is_late {
                                ItemState::NotSent
                            } else {
                                ItemState::Queued
                            })
                        };
                        let from = Expected {
                            states: &[ItemState::Queued],
                            call: None,
                        };
                        tx.move_items(&item.batch_id, &[item.index], from, &to, now)
                            .await?;
                    }
                    // What these are documented for stands for what could not be seen.
                    (Err(_), _) => {
                        tx.note_before(&item.batch_id, &[before(provider, item, &[])])
                            .await?;
                    }
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// What was seen of an item's event.
fn find<'s>(
    provider: Provider,
    item: &DueItem,
    seen: &'s [Observation],
) -> Option<&'s Observation> {
    seen.iter().find(|seen| {
        seen.event_id == item.event_id
            && (!provider.names_resource() || seen.resource_id == item.resource_id)
    })
}

/// How an item's event stands; with an empty name where it is not to be seen.
fn before(provider: Provider, item: &DueItem, seen: &[Observation]) -> Before {
    let seen = find(provider, item, seen);
    Before {
        index: item.index,
        state: seen.map(|seen| seen.state.raw.clone()).unwrap_or_default(),
        at: seen.and_then(|seen| seen.not_before),
    }
}
