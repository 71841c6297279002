//! What a call means for its items: decisions without I/O.

use std::time::Duration;

use evenkeel::{Chunk, ErrorClass, Judgement, Outcome, Provider, Response, ResponseError, Scope};
use evenkeel_api::{CallOutcome, ItemReason, ItemState};

use crate::{
    keys::{KeyAnswer, REFUSED},
    upstream::SendError,
};

/// How a call ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// It was given up before a byte of it left; it may simply be made again.
    GivenUp(GivenUp),
    /// It brought no whole answer; the error says whether it may have acted.
    Failed(SendError),
    /// It broke off inside the proxy, and nobody knows where.
    Interrupted,
    /// The cloud answered.
    Answered(Response),
}

/// Why a call was given up before it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GivenUp {
    /// The account's lease is not to be relied on any more.
    LeaseLost,
    /// Nobody could say whether it is.
    StoreSilent,
    /// Its time is too far from the clock's: the cloud might take its signature for old.
    OffTime,
    /// The proxy ends.
    Stopping,
}

impl GivenUp {
    /// For a person.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::LeaseLost => "the account is no longer this proxy's to send for",
            Self::StoreSilent => "the store did not answer",
            Self::OffTime => "the clock has moved too far since its intent",
            Self::Stopping => "the proxy ends",
        }
    }
}

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
        Ending::GivenUp(_) => return all(ItemVerdict::Again, None),
        Ending::Failed(error) => {
            let (verdict, back_off) = unanswered(error);
            return all(verdict, back_off);
        }
        Ending::Interrupted => {
            let reason = ItemReason::Interrupted;
            let text = "the call broke off inside the proxy".to_owned();
            return all(ItemVerdict::Unknown { reason, text }, None);
        }
        Ending::Answered(response) => response,
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
fn unanswered(error: &SendError) -> (ItemVerdict, Option<BackOff>) {
    let (reason, text) = (error.reason(), error.to_string());
    match (error.outcome(), error) {
        (CallOutcome::Unknown, _) => (ItemVerdict::Unknown { reason, text }, None),
        // It may be reached a little later.
        (CallOutcome::NotSent, SendError::Unreachable { .. }) => (
            ItemVerdict::Later { reason, text },
            Some(BackOff::Unreachable),
        ),
        (CallOutcome::NotSent, _) => (ItemVerdict::NotSent { reason, text }, None),
    }
}

/// What an answer says about the key, and the code with which it denies what was asked.
fn key_answer(chunk: &Chunk, response: &Response) -> (KeyAnswer, Option<String>) {
    if (200..300).contains(&response.status) {
        return (KeyAnswer::Taken, None);
    }
    let Err(error) = chunk.operation.page(&Scope::default(), response) else {
        return (KeyAnswer::Taken, None);
    };
    let denied = match &error {
        ResponseError::Refused(error) if error.class == ErrorClass::Denied => {
            Some(error.code.clone())
        }
        ResponseError::Unreadable {
            class: Some(ErrorClass::Denied),
            status,
            ..
        } => Some(format!("HTTP {status}")),
        _ => None,
    };
    (KeyAnswer::of(&error), denied)
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
