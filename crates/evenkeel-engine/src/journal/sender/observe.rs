//! Looks at events before anything is done about them.

use std::sync::Arc;

use evenkeel::{Action, Provider};
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

impl Sender {
    /// Looks at events that the store does not know, and writes down how they stand.
    pub(super) async fn observe(&mut self, unseen: &[DueItem]) -> Result<(), StoreError> {
        let journal = Arc::clone(&self.journal);
        let events: Vec<(&str, &str)> = unseen
            .iter()
            .map(|item| (item.event_id.as_str(), item.resource_id.as_str()))
            .collect();
        let mut stop = self.stop.clone();
        let seen = tokio::select! {
            seen = probe::probe(&journal, &self.account, &events) => seen,
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
        let mut tx = journal.store.begin().await?;
        for items in unseen.chunk_by(|one, other| one.batch_id == other.batch_id) {
            for item in items {
                match (&seen, item.action) {
                    (Ok(seen), _) => {
                        tx.note_before(&item.batch_id, &[before(provider, item, seen)])
                            .await?;
                    }
                    // Its time before is all that a move of it can be told by.
                    (Err(why), Action::Reschedule) => {
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

/// How an item's event stands; with an empty name where it is not to be seen.
fn before(provider: Provider, item: &DueItem, seen: &[Observation]) -> Before {
    let seen = seen.iter().find(|seen| {
        seen.event_id == item.event_id
            && (!provider.names_resource() || seen.resource_id == item.resource_id)
    });
    Before {
        index: item.index,
        state: seen.map(|seen| seen.state.raw.clone()).unwrap_or_default(),
        at: seen.and_then(|seen| seen.not_before),
    }
}
