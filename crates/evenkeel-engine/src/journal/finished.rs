//! A call that has ended, until its ending is written down.

use evenkeel::{Chunk, ErrorClass, Password};
use evenkeel_api::ItemState;
use evenkeel_store::{
    StoreError, Tx,
    journal::{Answered, Expected, Hold, NextState},
};

use super::{
    classify::{self, BackOff, Ending, ItemVerdict},
    redact::Redactor,
};
use crate::{
    account::Account,
    keys::KeyAnswer,
    metrics::{CallClass, Metrics},
};

/// A call under way.
#[derive(Debug)]
pub(super) struct InFlightCall {
    pub(super) batch_id: String,
    pub(super) chunk: Chunk,
    /// The password that it carries: its answer may quote it, whatever becomes of the batch meanwhile.
    pub(super) password: Option<Password>,
    /// Each item's index, and since when it is tried in vain, in the chunk's order.
    pub(super) items: Vec<(u32, i64)>,
}

/// A call that has ended.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) call_id: String,
    pub(super) batch_id: String,
    at: i64,
    status: Option<u16>,
    request_id: Option<String>,
    answer: Option<String>,
    items: Vec<(u32, i64)>,
    verdicts: Vec<ItemVerdict>,
    pub(super) back_off: Option<BackOff>,
    /// What the answer says about the account's key.
    pub(super) key_answer: KeyAnswer,
    /// The cloud's code, where the key may not do this.
    pub(super) denied: Option<String>,
    /// Its batch is held for it.
    pub(super) hold: Option<Hold>,
}

impl Finished {
    pub(super) fn new(
        call_id: String,
        call: InFlightCall,
        ending: &Ending,
        account: &Account,
        now: i64,
    ) -> Self {
        let redactor = &Redactor {
            account,
            password: call.password.as_ref(),
        };
        let classified = classify::classify(&call.chunk, ending);
        let response = ending.as_ref().ok();
        let provider = call.chunk.operation.name().provider();
        let id_header = provider.request_id_header();
        Self {
            call_id,
            batch_id: call.batch_id,
            at: now,
            status: response.map(|response| response.status),
            request_id: response
                .and_then(|response| response.header(id_header))
                .map(|id| redactor.name(id)),
            answer: response.and_then(|response| redactor.answer(response)),
            items: call.items,
            verdicts: classified
                .verdicts
                .into_iter()
                .map(|verdict| redacted(verdict, redactor))
                .collect(),
            back_off: classified.back_off,
            key_answer: match classified.key_answer {
                KeyAnswer::Refused(fault, code) => KeyAnswer::Refused(fault, redactor.name(&code)),
                key_answer => key_answer,
            },
            denied: classified.denied.map(|code| redactor.name(&code)),
            hold: None,
        }
    }

    /// The signature was too old when it came: the call is made anew.
    pub(super) fn make_anew(&mut self) {
        self.key_answer = KeyAnswer::Nothing;
        self.verdicts.fill(ItemVerdict::Anew);
    }

    /// The batch's indexes that it was about.
    pub(super) fn indexes(&self) -> impl Iterator<Item = u32> {
        self.items.iter().map(|(index, _)| *index)
    }

    /// Whether the cloud did at least one of them.
    pub(super) fn was_granted(&self) -> bool {
        self.verdicts
            .iter()
            .any(|verdict| matches!(verdict, ItemVerdict::Accepted { .. }))
    }

    /// What came of it, as it is counted.
    pub(super) fn class(&self, ending: &Ending) -> CallClass {
        if let Err(failure) = ending {
            return CallClass::Failed(failure.kind().as_str());
        }
        if matches!(self.back_off, Some(BackOff::Throttled(_))) {
            return CallClass::Failed(ErrorClass::Throttled.as_str());
        }
        let is_accepted = |verdict: &ItemVerdict| matches!(verdict, ItemVerdict::Accepted { .. });
        if self.verdicts.iter().all(is_accepted) {
            CallClass::Ok
        } else if self.was_granted() {
            CallClass::Partly
        } else {
            CallClass::Refused
        }
    }

    /// Counts its items by what the cloud did with them.
    pub(super) fn count(&self, metrics: &Metrics, account: &str) {
        for verdict in &self.verdicts {
            metrics.item(account, verdict.as_str());
        }
    }

    /// Whether it acted on one of them, or may have.
    pub(super) fn may_have_acted(&self) -> bool {
        self.verdicts.iter().any(ItemVerdict::may_have_acted)
    }

    /// Writes the ending down. What is to be tried again is so at `due_at`, unless that is too late
    /// by the `deadline`, in ms.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) async fn write(
        &self,
        tx: &mut Tx,
        due_at: i64,
        deadline: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        tx.answered(&Answered {
            call_id: &self.call_id,
            at: self.at,
            status: self.status,
            request_id: self.request_id.as_deref(),
            answer: self.answer.as_deref(),
        })
        .await?;
        // Mostly all items of a call end alike: one statement for those that do.
        let mut ends: Vec<(u32, End<'_>)> = self
            .items
            .iter()
            .zip(&self.verdicts)
            .map(|((index, tried_at), verdict)| {
                let is_late = due_at.saturating_sub(*tried_at) > deadline;
                (*index, End { verdict, is_late })
            })
            .collect();
        while let Some((_, end)) = ends.first() {
            let end = *end;
            let indexes: Vec<u32> = ends
                .iter()
                .filter(|(_, other)| *other == end)
                .map(|(index, _)| *index)
                .collect();
            ends.retain(|(_, other)| *other != end);
            let from = Expected {
                states: end.verdict.replaces(),
                call: Some(&self.call_id),
            };
            tx.move_items(&self.batch_id, &indexes, from, &end.to(due_at), now)
                .await?;
            if !matches!(end.verdict, ItemVerdict::Unknown { .. }) {
                // Whatever the item is by now: this call does nothing any more.
                tx.end_signatures(&self.batch_id, &indexes, &self.call_id)
                    .await?;
            }
        }
        if let Some(hold) = &self.hold {
            tx.hold_batch(&self.batch_id, hold, now).await?;
        }
        Ok(())
    }
}

/// What an item becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct End<'a> {
    verdict: &'a ItemVerdict,
    /// Trying it again would be too late.
    is_late: bool,
}

impl<'a> End<'a> {
    fn to(self, due_at: i64) -> NextState<'a> {
        fn text(text: &str) -> Option<&str> {
            Some(text).filter(|text| !text.is_empty())
        }
        match self.verdict {
            ItemVerdict::Again => NextState {
                detail: Some("given up before it left"),
                ..NextState::state(ItemState::Queued)
            },
            ItemVerdict::Anew => NextState {
                detail: Some("its signature was too old when it came: it is made anew"),
                ..NextState::state(ItemState::Queued)
            },
            ItemVerdict::Later { reason, text: why } => NextState {
                reason: Some(*reason),
                message: text(why),
                due_at,
                ..NextState::state(if self.is_late {
                    ItemState::NotSent
                } else {
                    ItemState::Queued
                })
            },
            ItemVerdict::Accepted { request_id } => NextState {
                request_id: request_id.as_deref(),
                is_own: true,
                ..NextState::state(ItemState::Accepted)
            },
            ItemVerdict::Rejected {
                code,
                text: why,
                request_id,
            } => NextState {
                code: Some(code),
                message: text(why),
                request_id: request_id.as_deref(),
                detail: Some(code),
                is_own: true,
                ..NextState::state(ItemState::Rejected)
            },
            ItemVerdict::NotSent { reason, text: why } => NextState {
                reason: Some(*reason),
                message: text(why),
                ..NextState::state(ItemState::NotSent)
            },
            ItemVerdict::Unknown { reason, text: why } => NextState {
                reason: Some(*reason),
                message: text(why),
                ..NextState::state(ItemState::Unknown)
            },
        }
    }
}

fn redacted(verdict: ItemVerdict, redactor: &Redactor<'_>) -> ItemVerdict {
    match verdict {
        ItemVerdict::Again | ItemVerdict::Anew => verdict,
        ItemVerdict::Accepted { request_id } => ItemVerdict::Accepted {
            request_id: request_id.map(|id| redactor.name(&id)),
        },
        ItemVerdict::Later { reason, text } => ItemVerdict::Later {
            reason,
            text: redactor.text(&text),
        },
        ItemVerdict::Rejected {
            code,
            text,
            request_id,
        } => ItemVerdict::Rejected {
            code: redactor.name(&code),
            text: redactor.text(&text),
            request_id: request_id.map(|id| redactor.name(&id)),
        },
        ItemVerdict::NotSent { reason, text } => ItemVerdict::NotSent {
            reason,
            text: redactor.text(&text),
        },
        ItemVerdict::Unknown { reason, text } => ItemVerdict::Unknown {
            reason,
            text: redactor.text(&text),
        },
    }
}

#[cfg(test)]
mod tests;
