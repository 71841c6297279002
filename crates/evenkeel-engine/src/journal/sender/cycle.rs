//! One cycle of a sender: what has ended is written down, and what is next begun.

use std::sync::Arc;

use evenkeel::Action;
use evenkeel_api::ItemState;
use evenkeel_store::{
    Hold, StoreError, Tx,
    journal::{DueItem, Expected, Intent, NextState, Subjects},
};
use uuid::Uuid;

use super::{Cycle, Sender, gate::Gate};
use crate::{
    journal::{
        finished::{Finished, InFlightCall},
        schedule::{Circumstances, Schedule, schedule},
    },
    keys::{self, CallPermit, HeldUp, KeyAnswer},
};

/// What begins.
#[derive(Default)]
struct Begun {
    started: Vec<Started>,
    /// Items whose events have to be looked at first.
    unseen: Vec<DueItem>,
    /// There is nothing to do.
    is_idle: bool,
    /// Nothing may be begun because of the key.
    held_up: Option<HeldUp>,
}

/// A call whose intent is written.
pub(super) struct Started {
    pub(super) call_id: String,
    pub(super) call: InFlightCall,
    pub(super) action: Action,
    pub(super) signed_at: i64,
    pub(super) permit: CallPermit,
}

impl Sender {
    /// Writes down what has ended and what is to begin, in one transaction, and begins it.
    pub(super) async fn run_cycle(&mut self, room: usize) -> Result<Cycle, StoreError> {
        let journal = Arc::clone(&self.journal);
        let now = journal.clock.now_ms();
        fail_point!("journal::before_turn");
        self.look_for_another_key().await;
        let mut tx = journal.store.begin().await?;
        let hold = match &self.lease {
            Some(lease) => tx.holds(lease).await?,
            None => Hold::Lost,
        };
        self.finished
            .sort_by(|one, other| one.batch_id.cmp(&other.batch_id));
        let deadline = i64::try_from(journal.options.deadline.as_millis()).unwrap_or(i64::MAX);
        for finished in &self.finished {
            let due_at = self.back_off_until.max(now);
            finished.write(&mut tx, due_at, deadline, now).await?;
        }
        if hold != Hold::Lost && self.is_unsure {
            self.requeue_uncommitted(&mut tx, now).await?;
        }
        let is_resting = self.backs_off_at(now);
        let begun = if hold == Hold::Ours && room > 0 && !is_resting {
            self.begin_calls(&mut tx, room, now).await?
        } else {
            Begun {
                is_idle: room > 0,
                ..Begun::default()
            }
        };
        fail_point!("journal::before_turn_commit");
        tx.commit().await?;
        fail_point!("journal::turn_committed");
        let may_have_acted = self.finished.iter().any(Finished::may_have_acted);
        let finished = std::mem::take(&mut self.finished);
        self.is_unsure = false;
        self.held_up = begun.held_up;
        if may_have_acted {
            journal.notifier.wake_reader(self.account.id());
        }
        for started in begun.started {
            self.begin(started);
        }
        if may_have_acted {
            journal.request_sync(self.account.id()).await;
        }
        self.hold_others(&finished, now).await?;
        if !begun.unseen.is_empty() {
            self.observe(&begun.unseen).await?;
        }
        Ok(match hold {
            Hold::Lost => Cycle::Lost,
            Hold::Wanted => Cycle::Wanted,
            Hold::Ours if begun.is_idle => Cycle::Idle,
            Hold::Ours => Cycle::Busy,
        })
    }

    /// Intents without a call: their commit was not answered, so nothing was begun.
    async fn requeue_uncommitted(&self, tx: &mut Tx, now: i64) -> Result<(), StoreError> {
        for intent in tx.sending(self.account.id()).await? {
            if self.in_flight.contains_key(&intent.call_id) {
                continue;
            }
            let from = Expected {
                states: &[ItemState::Sending],
                call: Some(&intent.call_id),
            };
            let to = NextState {
                detail: Some("given up before it left"),
                ..NextState::state(ItemState::Queued)
            };
            tx.move_items(&intent.batch_id, &[intent.index], from, &to, now)
                .await?;
            tx.end_signatures(&intent.batch_id, &[intent.index], &intent.call_id)
                .await?;
        }
        Ok(())
    }

    /// A key that is refused is so for all its accounts, whichever proxy sends for them: their batches are
    /// held, in a transaction of its own because of the order in which batches are locked.
    async fn hold_others(&self, finished: &[Finished], now: i64) -> Result<(), StoreError> {
        for finished in finished {
            let (KeyAnswer::Refused(..), Some(hold)) = (&finished.key_answer, &finished.hold)
            else {
                continue;
            };
            let accounts = keys::accounts_with_key(&self.journal.accounts, &self.account);
            let rest = self.journal.keys.rest(&self.account);
            let since = rest.map_or(now, |rest| rest.refused_at);
            let batches = self
                .journal
                .store
                .hold_accounts(&accounts, since, hold, now)
                .await?;
            if batches > 0 {
                tracing::warn!(
                    batches,
                    reason = hold.reason.as_str(),
                    "batches are held that need the refused key"
                );
            }
        }
        Ok(())
    }

    /// Decides what is next and writes it down.
    async fn begin_calls(
        &mut self,
        tx: &mut Tx,
        room: usize,
        now: i64,
    ) -> Result<Begun, StoreError> {
        let Gate {
            room,
            trial,
            held_up,
        } = self.gate(tx, room, now).await?;
        if room == 0 {
            return Ok(Begun {
                is_idle: true,
                held_up,
                ..Begun::default()
            });
        }
        let journal = Arc::clone(&self.journal);
        let of = Arc::clone(&self.account);
        let account = of.id();
        let items_per_call = self.account.items_per_call();
        let limit = items_per_call.max(room);
        let to = self.account.destination();
        let due_items = tx
            .due_items(account, &to, &journal.proxy_id, now, limit)
            .await?;
        let is_idle = due_items.is_empty();
        // A batch that was taken in since the others were held is held as they are.
        let held = self.hold_refused(tx, now).await?;
        let due_items = due_items
            .into_iter()
            .filter(|item| !held.contains(&item.batch_id));
        let due_items: Vec<_> = due_items.collect();
        let ids = due_items.iter().map(|item| item.batch_id.as_str());
        // In the transaction that writes the intent: whoever loses the right before it sends nothing.
        let mut void = tx.void_orders(&ids.collect(), now).await?;
        self.add_unapproved(&due_items, &mut void, now).await?;
        // How an event stood before is what tells later whether the call did anything.
        let is_ready = |item: &DueItem| {
            let is_over = item.is_cancelled || void.contains_key(&item.batch_id);
            is_over || self.has_seen(item, now)
        };
        let (due_items, unseen): (Vec<_>, Vec<_>) = due_items.into_iter().partition(is_ready);
        let ids: Vec<&str> = due_items
            .iter()
            .map(|item| item.event_id.as_str())
            .collect();
        let provider = self.account.provider();
        let mut resources: Vec<&str> = Vec::new();
        if provider.has_acts_on_resources() {
            resources.extend(due_items.iter().map(|item| item.resource_id.as_str()));
        }
        let subjects = Subjects {
            events: &ids,
            resources: &resources,
        };
        let conflicts = tx.conflicts(account, &to.cloud, subjects, now).await?;
        let planned = schedule(
            &due_items,
            &Circumstances {
                account,
                provider,
                now,
                items_per_call,
                calls: room,
                conflicts: &conflicts,
                void: &void,
                is_served: &|account| journal.serves(account),
                password: &|batch_id| journal.secrets.get(batch_id),
            },
        );
        let started = self
            .write_schedule(tx, planned, &due_items, trial, now)
            .await?;
        if !started.is_empty() {
            tx.note_sent(account, now).await?;
        }
        Ok(Begun {
            started,
            unseen,
            is_idle,
            held_up: None,
        })
    }
}

impl Sender {
    /// Writes down what is not to be sent, and the intents for what is.
    async fn write_schedule(
        &self,
        tx: &mut Tx,
        planned: Schedule,
        due_items: &[DueItem],
        mut trial: Option<CallPermit>,
        now: i64,
    ) -> Result<Vec<Started>, StoreError> {
        for stop in &planned.stops {
            let from = Expected {
                states: &[ItemState::Queued],
                call: None,
            };
            let to = NextState {
                reason: Some(stop.reason),
                code: stop.issue.as_ref().map(|(code, _)| *code),
                message: stop.issue.as_ref().map(|(_, text)| text.as_str()),
                ..NextState::state(ItemState::NotSent)
            };
            tx.move_items(&stop.batch_id, &[stop.index], from, &to, now)
                .await?;
        }
        for wait in &planned.waits {
            let from = Expected {
                states: &[ItemState::Queued],
                call: None,
            };
            let to = NextState {
                due_at: wait.until,
                ..NextState::state(ItemState::Queued).because(wait.reason)
            };
            tx.move_items(&wait.batch_id, &[wait.index], from, &to, now)
                .await?;
        }
        let mut started = Vec::with_capacity(planned.calls.len());
        for call in planned.calls {
            let call_id = Uuid::now_v7().to_string();
            let is_looked_at = call.indexes.iter().all(|index| {
                self.looked_at
                    .contains_key(&(call.batch_id.clone(), *index))
            });
            let intent = Intent {
                call_id: &call_id,
                batch_id: &call.batch_id,
                indexes: &call.indexes,
                signed_at: now,
                is_looked_at,
            };
            let indexes = tx.intend(&intent, now).await?;
            if indexes != call.indexes {
                // Somebody called off a part of it just now: the call would be another one.
                let from = Expected {
                    states: &[ItemState::Sending],
                    call: Some(&call_id),
                };
                let to = NextState::state(ItemState::Queued);
                tx.move_items(&call.batch_id, &indexes, from, &to, now)
                    .await?;
                tx.end_signatures(&call.batch_id, &indexes, &call_id)
                    .await?;
                continue;
            }
            let tried_at = |index: u32| {
                let item = due_items
                    .iter()
                    .find(|item| item.batch_id == call.batch_id && item.index == index);
                item.and_then(|item| item.tried_at).unwrap_or(now)
            };
            started.push(Started {
                call: InFlightCall {
                    items: call
                        .indexes
                        .iter()
                        .map(|index| (*index, tried_at(*index)))
                        .collect(),
                    batch_id: call.batch_id,
                    chunk: call.chunk,
                    password: call.password,
                },
                call_id,
                action: call.action,
                signed_at: now,
                permit: trial
                    .take()
                    .unwrap_or_else(|| self.journal.keys.permit(&self.account)),
            });
        }
        Ok(started)
    }
}
