//! What a call means for its items: decisions without I/O.

use std::time::Duration;

use evenkeel::{Chunk, Judgement, Outcome, Provider, Response, Scope};
use evenkeel_api::{CallOutcome, ItemReason, ItemState};

use crate::{
    call_failure::{CallFailure, FailureKind},
    keys::{KeyAnswer, REFUSED},
};

/// How a call ended: with an answer, whatever that says, or without.
pub(super) type Ending = Result<Response, CallFailure>;

/// What becomes of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ItemVerdict {
    /// Back into the queue as if nothing had been: nothing left.
    Again,
    /// Back into the queue: the cloud refused a signature that was too old when it came.
    Anew,
    /// Back into the queue, to be tried again after a while; why.
    Later {
        reason: ItemReason,
        text: String,
    },
    Accepted {
        request_id: Option<String>,
    },
    Rejected {
        code: String,
        text: String,
        request_id: Option<String>,
    },
    NotSent {
        reason: ItemReason,
        text: String,
    },
    Unknown {
        reason: ItemReason,
        text: String,
    },
}

impl ItemVerdict {
    /// As it is counted.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Again | Self::Anew | Self::Later { .. } => "again",
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
            Self::NotSent { .. } => "not_sent",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// Whether the call acted on the item, or may have.
    pub(super) fn may_have_acted(&self) -> bool {
        match self {
            Self::Accepted { .. } | Self::Unknown { .. } => true,
            Self::Again
            | Self::Anew
            | Self::Later { .. }
            | Self::Rejected { .. }
            | Self::NotSent { .. } => false,
        }
    }

    /// Which states of an item it takes the place of, if the call is still the item's last.
    ///
    /// `unknown`, too: another proxy may have taken this one for dead. And what the cloud itself says
    /// goes before what a person or a read concluded from its silence.
    pub(super) fn replaces(&self) -> &'static [ItemState] {
        match self {
            Self::Accepted { .. } => &[
                ItemState::Sending,
                ItemState::Unknown,
                ItemState::NotSent,
                ItemState::Queued,
            ],
            Self::Rejected { .. } => &[
                ItemState::Sending,
                ItemState::Unknown,
                ItemState::NotSent,
                ItemState::Queued,
                ItemState::Accepted,
            ],
            _ => &[ItemState::Sending, ItemState::Unknown],
        }
    }
}

/// What a call means.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Classified {
    /// One an item, in the chunk's order.
    pub(super) verdicts: Vec<ItemVerdict>,
    /// The whole account waits so long before its next call; nothing where it need not.
    pub(super) back_off: Option<BackOff>,
    /// What the answer says about the account's key: one that is refused is so for all that it signs.
    pub(super) key_answer: KeyAnswer,
    /// The cloud's code, where the key may not do this.
    pub(super) denied: Option<String>,
}

/// Why an account waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BackOff {
    /// The cloud asked for it, perhaps for so many ms.
    Throttled(Option<u64>),
    /// Nobody was there.
    Unreachable,
}

/// Classifies a call.
pub(super) fn classify(chunk: &Chunk, ending: &Ending) -> Classified {
    let all = |verdict: ItemVerdict, back_off| Classified {
        verdicts: vec![verdict; chunk.targets().len()],
        back_off,
        key_answer: KeyAnswer::Nothing,
        denied: None,
    };
    let response = match ending {
        Ok(response) => response,
        Err(failure) => {
            let (verdict, back_off) = unanswered(failure);
            return all(verdict, back_off);
        }
    };
    match chunk.judge(response) {
        Judgement::Throttled {
            retry_after_ms,
            error,
        } => all(
            ItemVerdict::Later {
                reason: ItemReason::Throttled,
                text: error.to_string(),
            },
            Some(BackOff::Throttled(retry_after_ms)),
        ),
        Judgement::Settled(outcomes) => {
            let (key_answer, denied) = key_answer(chunk, response);
            Classified {
                verdicts: outcomes.into_iter().map(verdict).collect(),
                back_off: None,
                key_answer,
                denied,
            }
        }
    }
}

/// What becomes of the items of a call that brought no whole answer.
fn unanswered(failure: &CallFailure) -> (ItemVerdict, Option<BackOff>) {
    let text = failure.to_string();
    match (failure.outcome(), failure.kind()) {
        (CallOutcome::Unknown, kind) => {
            let reason = match kind {
                FailureKind::TimedOut => ItemReason::TimedOut,
                FailureKind::ConnectionLost => ItemReason::ConnectionLost,
                FailureKind::Interrupted => ItemReason::Interrupted,
                _ => ItemReason::UnclearAnswer,
            };
            (ItemVerdict::Unknown { reason, text }, None)
        }
        // It may be reached a little later.
        (CallOutcome::NotSent, FailureKind::Unreachable) => {
            let reason = ItemReason::Unreachable;
            let back_off = Some(BackOff::Unreachable);
            (ItemVerdict::Later { reason, text }, back_off)
        }
        (CallOutcome::NotSent, FailureKind::Unsendable) => {
            let reason = ItemReason::Unsendable;
            (ItemVerdict::NotSent { reason, text }, None)
        }
        // It did not leave, for a reason that is not its own.
        (CallOutcome::NotSent, _) => (ItemVerdict::Again, None),
    }
}

/// What an answer says about the key, and the code with which it denies what was asked.
fn key_answer(chunk: &Chunk, response: &Response) -> (KeyAnswer, Option<String>) {
    if (200..300).contains(&response.status) {
        return (KeyAnswer::Taken, None);
    }
    match chunk.operation.page(&Scope::default(), response) {
        Ok(_) => (KeyAnswer::Taken, None),
        Err(error) => {
            let failure = CallFailure::Refused(error);
            (failure.key_answer(), failure.denied())
        }
    }
}

fn verdict(outcome: Outcome) -> ItemVerdict {
    match outcome {
        Outcome::Accepted { request_id } => ItemVerdict::Accepted { request_id },
        Outcome::Rejected {
            code,
            message,
            request_id,
        } => ItemVerdict::Rejected {
            text: if quotes_what_was_signed(&code) {
                REFUSED.to_owned()
            } else {
                message
            },
            code,
            request_id,
        },
        Outcome::NotSent { reason } => ItemVerdict::NotSent {
            reason: ItemReason::Unsendable,
            text: reason,
        },
        Outcome::Unknown { reason } => ItemVerdict::Unknown {
            reason: ItemReason::UnclearAnswer,
            text: reason,
        },
    }
}

/// Some clouds answer a wrong signature with what was signed: a token or a password may be in it.
pub(super) fn quotes_what_was_signed(code: &str) -> bool {
    let mut clouds = Provider::ALL.iter();
    clouds.any(|cloud| cloud.quotes_what_was_signed(code))
}

/// How long an account waits before its next call, after so many pauses in a row: twice as long
/// each time, at least what the cloud asked for, and a little more by chance so that several do not
/// come back at once.
pub(super) fn wait(back_off: BackOff, in_a_row: u32, chance: u8) -> Duration {
    const FIRST_MS: u64 = 1_000;
    const MOST_MS: u64 = 60_000;
    const MOST_ASKED_MS: u64 = 10 * 60_000;
    let doubled = FIRST_MS.saturating_mul(1 << in_a_row.saturating_sub(1).min(10));
    let asked = match back_off {
        BackOff::Throttled(Some(ms)) => ms.min(MOST_ASKED_MS),
        BackOff::Throttled(None) | BackOff::Unreachable => 0,
    };
    let ms = doubled.min(MOST_MS).max(asked);
    Duration::from_millis(ms + ms * u64::from(chance) / 1024)
}

#[cfg(test)]
mod tests;
