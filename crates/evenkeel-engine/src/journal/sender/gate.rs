//! What keeps an account's items from being sent although it is their turn: a key that is refused or
//! another one than before, what the key may not do, and orders that have waited for too long.

use evenkeel_api::HoldReason;
use evenkeel_store::{
    StoreError, Tx,
    journal::{Hold, Holds, Queue},
};

use super::Sender;
use crate::keys::{self, CallPermit, HeldUp, Room};

/// A sent item that lies so far in the future, ms, was sent before the clock was put back.
const AHEAD_MS: i64 = 60_000;

/// How many calls may begin.
pub(super) struct Gate {
    pub(super) room: usize,
    /// The first of them tries the key.
    pub(super) trial: Option<CallPermit>,
    /// Where there is no room because of the key.
    pub(super) held_up: Option<HeldUp>,
}

impl Sender {
    /// Holds what is not to be sent, and says how much of the rest may be.
    pub(super) async fn gate(
        &mut self,
        tx: &mut Tx,
        room: usize,
        now: i64,
    ) -> Result<Gate, StoreError> {
        let of = std::sync::Arc::clone(&self.account);
        let queue = tx.queue(of.id(), &keys::digest(&self.account), now).await?;
        self.hold_stale(tx, &queue, now).await?;
        self.hold_for_key(tx, &queue, now).await?;
        let keys = &self.journal.keys;
        // Before its rest is looked at: another account's answer may bring one at any moment.
        let refusals = keys.refusals(&self.account);
        self.hold_refused(tx, now).await?;
        let mut gate = Gate {
            room,
            trial: None,
            held_up: None,
        };
        if keys.is_careful(&self.account) {
            // One by one: each answer decides about the next call.
            gate.room = usize::from(self.in_flight.is_empty());
        }
        if gate.room == 0 {
            return Ok(gate);
        }
        // Whatever changes from here on lets it go on.
        self.key_changes.mark_unchanged();
        match keys.room(&self.account, refusals) {
            Room::Free => {}
            Room::Trial(permit) => {
                gate.room = 1;
                gate.trial = Some(permit);
            }
            Room::None(held_up) => {
                gate.room = 0;
                gate.held_up = Some(held_up);
            }
        }
        Ok(gate)
    }

    /// Holds what the cloud refuses, unless a person has let it go on since; gives the batches.
    pub(super) async fn hold_refused(
        &self,
        tx: &mut Tx,
        now: i64,
    ) -> Result<Vec<String>, StoreError> {
        let (keys, account) = (&self.journal.keys, self.account.id());
        let mut batches = Vec::new();
        if let Some(rest) = keys.rest(&self.account) {
            let hold = Hold {
                reason: rest.fault.reason(),
                code: Some(rest.code),
            };
            let which = Holds::NotResumedSince(rest.refused_at);
            batches.extend(tx.hold_batches(account, which, &hold, now).await?);
        }
        for (action, denial) in keys.resting_actions(&self.account) {
            let hold = Hold {
                reason: HoldReason::Denied,
                code: Some(denial.code),
            };
            let which = Holds::OfAction(action, denial.refused_at);
            batches.extend(tx.hold_batches(account, which, &hold, now).await?);
        }
        Ok(batches)
    }

    /// Holds orders for now that have waited for too long. A queue that is being sent is in order, however
    /// long it is; one that stood still for so long is not, whatever is in it.
    async fn hold_stale(&self, tx: &mut Tx, queue: &Queue, now: i64) -> Result<(), StoreError> {
        let stale_after = self.journal.options.stale_after.as_millis();
        let old = now.saturating_sub(i64::try_from(stale_after).unwrap_or(i64::MAX));
        let flows = old..=now.saturating_add(AHEAD_MS);
        if queue.sent_at.is_some_and(|at| flows.contains(&at)) {
            return Ok(());
        }
        let hold = Hold {
            reason: HoldReason::Stale,
            code: None,
        };
        let account = self.account.id();
        let batches = tx
            .hold_batches(account, Holds::OlderThan(old), &hold, now)
            .await?;
        if !batches.is_empty() {
            tracing::warn!(
                account,
                batches = batches.len(),
                "orders for now have waited for too long; a person is asked"
            );
        }
        Ok(())
    }

    /// Holds what was ordered when the account had another key, until its events were read with this one.
    async fn hold_for_key(
        &mut self,
        tx: &mut Tx,
        queue: &Queue,
        now: i64,
    ) -> Result<(), StoreError> {
        let account = self.account.id();
        if let Some(since) = queue.unread_since() {
            let hold = Hold {
                reason: HoldReason::KeyChanged,
                code: None,
            };
            let which = Holds::NotResumedSince(since);
            let batches = tx.hold_batches(account, which, &hold, now).await?;
            if !batches.is_empty() {
                self.journal.requests.request_here(account);
                tracing::info!(
                    account,
                    batches = batches.len(),
                    "the account has another key; its batches wait for a read with it"
                );
            }
        } else if let (Some(since), Some(read_at)) = (queue.key_since, queue.read_at)
            && self.looked_through != Some(since)
        {
            tx.settle_key_change(account, since, read_at, now).await?;
            self.looked_through = Some(since);
        }
        Ok(())
    }
}
