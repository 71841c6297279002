//! One turn of a sender: what has ended is written down, and what is next begun.

use std::sync::Arc;

use evenkeel::Provider;
use evenkeel_api::ItemState;
use evenkeel_store::{
    Hold, StoreError, Tx,
    journal::{Candidate, From, Intent, To},
};
use uuid::Uuid;

use super::{Sender, Turn};
use crate::journal::{
    finished::{Finished, Flying},
    plan::{Circumstances, Plan, plan},
};

/// What begins.
#[derive(Default)]
struct Begun {
    started: Vec<Started>,
    /// Items whose events have to be looked at first.
    unseen: Vec<Candidate>,
    /// There is nothing to do.
    is_idle: bool,
}

/// A call whose intent is written.
pub(super) struct Started {
    pub(super) call_id: String,
    pub(super) flying: Flying,
    pub(super) signed_at: i64,
}

impl Sender {
    /// Writes down what has ended and what is to begin, in one transaction, and begins it.
    pub(super) async fn turn(&mut self, room: usize) -> Result<Turn, StoreError> {
        let journal = Arc::clone(&self.journal);
        let now = journal.clock.now_ms();
        fail_point!("journal::before_turn");
        let mut tx = journal.store.begin().await?;
        let hold = match &self.lease {
            Some(lease) => tx.holds(lease).await?,
            None => Hold::Lost,
        };
        self.finished
            .sort_by(|one, other| one.batch_id.cmp(&other.batch_id));
        let deadline = i64::try_from(journal.options.deadline.as_millis()).unwrap_or(i64::MAX);
        for finished in &self.finished {
            let due_at = self.pause_until.max(now);
            finished.write(&mut tx, due_at, deadline, now).await?;
        }
        if hold != Hold::Lost && self.is_unsure {
            self.take_back_strays(&mut tx, now).await?;
        }
        let is_resting = self.pause_until > now;
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
        self.finished.clear();
        self.is_unsure = false;
        if may_have_acted {
            journal.wake_reader(self.account.id());
        }
        for started in begun.started {
            self.begin(started);
        }
        if may_have_acted {
            journal.hasten(self.account.id()).await;
        }
        if !begun.unseen.is_empty() {
            self.see(&begun.unseen).await?;
        }
        Ok(match hold {
            Hold::Lost => Turn::Lost,
            Hold::Wanted => Turn::Wanted,
            Hold::Ours if begun.is_idle => Turn::Idle,
            Hold::Ours => Turn::Busy,
        })
    }

    /// Intents without a call: their commit was not answered, so nothing was begun.
    async fn take_back_strays(&self, tx: &mut Tx, now: i64) -> Result<(), StoreError> {
        for stray in tx.sending(self.account.id()).await? {
            if self.flying.contains_key(&stray.call_id) {
                continue;
            }
            let from = From {
                states: &[ItemState::Sending],
                call: Some(&stray.call_id),
            };
            let to = To {
                detail: Some("given up before it left"),
                ..To::state(ItemState::Queued)
            };
            tx.move_items(&stray.batch_id, &[stray.place], from, &to, now)
                .await?;
            tx.end_signatures(&stray.batch_id, &[stray.place], &stray.call_id)
                .await?;
        }
        Ok(())
    }

    /// Decides what is next and writes it down.
    async fn begin_calls(&self, tx: &mut Tx, room: usize, now: i64) -> Result<Begun, StoreError> {
        let journal = &self.journal;
        let account = self.account.id();
        let limit = match self.account.provider() {
            Provider::Ens => journal.options.ens_chunk.max(1),
            Provider::HuaweiEcs => room,
        };
        let to = self.account.destination();
        let candidates = tx
            .candidates(account, &to, &journal.proxy_id, now, limit)
            .await?;
        let is_idle = candidates.is_empty();
        // How an event stood before is what tells later whether the call did anything.
        let (candidates, unseen): (Vec<_>, Vec<_>) = candidates
            .into_iter()
            .partition(|item| item.is_known || item.is_cancelled);
        let ids: Vec<&str> = candidates
            .iter()
            .map(|item| item.event_id.as_str())
            .collect();
        let rivals = tx.rivals(account, &to.cloud, &ids, now).await?;
        let planned = plan(
            &candidates,
            &Circumstances {
                account,
                now,
                ens_chunk: journal.options.ens_chunk,
                calls: room,
                rivals: &rivals,
                password: &|batch_id| journal.secrets.get(batch_id),
            },
        );
        Ok(Begun {
            started: write_plan(tx, planned, &candidates, now).await?,
            unseen,
            is_idle,
        })
    }
}

/// Writes down what is not to be sent, and the intents for what is.
async fn write_plan(
    tx: &mut Tx,
    planned: Plan,
    candidates: &[Candidate],
    now: i64,
) -> Result<Vec<Started>, StoreError> {
    for stop in &planned.stops {
        let from = From {
            states: &[ItemState::Queued],
            call: None,
        };
        let to = To {
            reason: Some(stop.reason),
            code: stop.issue.as_ref().map(|(code, _)| *code),
            message: stop.issue.as_ref().map(|(_, text)| text.as_str()),
            ..To::state(ItemState::NotSent)
        };
        tx.move_items(&stop.batch_id, &[stop.place], from, &to, now)
            .await?;
    }
    for wait in &planned.waits {
        let from = From {
            states: &[ItemState::Queued],
            call: None,
        };
        let to = To {
            due_at: wait.until,
            ..To::state(ItemState::Queued).because("earlier_call")
        };
        tx.move_items(&wait.batch_id, &[wait.place], from, &to, now)
            .await?;
    }
    let mut started = Vec::with_capacity(planned.calls.len());
    for call in planned.calls {
        let call_id = Uuid::now_v7().to_string();
        let intent = Intent {
            call_id: &call_id,
            batch_id: &call.batch_id,
            places: &call.places,
            signed_at: now,
        };
        let places = tx.intend(&intent, now).await?;
        if places != call.places {
            // Somebody called off a part of it just now: the call would be another one.
            let from = From {
                states: &[ItemState::Sending],
                call: Some(&call_id),
            };
            let to = To::state(ItemState::Queued);
            tx.move_items(&call.batch_id, &places, from, &to, now)
                .await?;
            tx.end_signatures(&call.batch_id, &places, &call_id).await?;
            continue;
        }
        let tried_at = |place: u32| {
            candidates
                .iter()
                .find(|item| item.batch_id == call.batch_id && item.place == place)
                .and_then(|item| item.tried_at)
                .unwrap_or(now)
        };
        started.push(Started {
            flying: Flying {
                items: call
                    .places
                    .iter()
                    .map(|place| (*place, tried_at(*place)))
                    .collect(),
                batch_id: call.batch_id,
                chunk: call.chunk,
                password: call.password,
            },
            call_id,
            signed_at: now,
        });
    }
    Ok(started)
}
