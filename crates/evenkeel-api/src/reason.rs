//! Why an item is in its state.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ItemState;

/// Says why an item is in its state, in a word that stays. The set is closed: whoever writes a state
/// takes one of these, and whoever has words for them has one for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ItemReason {
    /// A person called it off before it left.
    Cancelled,
    /// Whoever ordered it may not order for its account any more.
    RightWithdrawn,
    /// By now its batch needs an approval, and it was ordered without one: a retry asks for it.
    ApprovalNeeded,
    /// Nobody approved its batch in time, or nothing of it was sent in time after that.
    ApprovalExpired,
    /// Whoever was asked said that its batch is not to be sent.
    ApprovalRefused,
    /// The approval of its batch does not hold any more: who gave it may not, or it is of another plan.
    ApprovalVoid,
    /// The proxy that had its password in memory is gone.
    PasswordLost,
    /// The cloud asks to wait; `not_sent` once it did so for too long.
    Throttled,
    /// The cloud cannot be reached; `not_sent` once that lasted for too long.
    Unreachable,
    /// The event cannot be looked at, by which a move of it could be told; `not_sent` once that lasted for
    /// too long.
    Unreadable,
    /// Its call cannot be signed, or would not be what was signed.
    Unsendable,
    /// It breaks a rule by now; the item's `code` is the core's.
    Invalid,
    /// Another item about the same event is unknown, or a later one is sending.
    EventInFlight,
    /// The cloud took the same act for the event already.
    AlreadyAccepted,
    /// Another act on the same resource is under way, and the call names no event.
    ResourceInFlight,
    /// A call that a person called not sent seems to have acted.
    EventMoved,
    /// Call after call was proved not to have acted.
    NeverTook,
    /// A person said what became of it.
    Settled,
    /// A call about the same event may still arrive; the item's `due_at` says until when.
    EarlierCall,
    /// An order that was given before waits too, and goes first.
    EarlierOrder,
    /// No whole answer came in time.
    TimedOut,
    /// The connection broke before the whole answer.
    ConnectionLost,
    /// The answer does not say what was done.
    UnclearAnswer,
    /// The call broke off inside the proxy.
    Interrupted,
    /// The proxy that was sending it is gone.
    SenderLost,
    /// The store was restored from a copy, and since that was made it may have been sent.
    Restored,
}

impl ItemReason {
    /// Every reason.
    pub const ALL: [Self; 26] = [
        Self::Cancelled,
        Self::RightWithdrawn,
        Self::ApprovalNeeded,
        Self::ApprovalExpired,
        Self::ApprovalRefused,
        Self::ApprovalVoid,
        Self::PasswordLost,
        Self::Throttled,
        Self::Unreachable,
        Self::Unreadable,
        Self::Unsendable,
        Self::Invalid,
        Self::EventInFlight,
        Self::AlreadyAccepted,
        Self::ResourceInFlight,
        Self::EventMoved,
        Self::NeverTook,
        Self::Settled,
        Self::EarlierCall,
        Self::EarlierOrder,
        Self::TimedOut,
        Self::ConnectionLost,
        Self::UnclearAnswer,
        Self::Interrupted,
        Self::SenderLost,
        Self::Restored,
    ];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::RightWithdrawn => "right_withdrawn",
            Self::ApprovalNeeded => "approval_needed",
            Self::ApprovalExpired => "approval_expired",
            Self::ApprovalRefused => "approval_refused",
            Self::ApprovalVoid => "approval_void",
            Self::PasswordLost => "password_lost",
            Self::Throttled => "throttled",
            Self::Unreachable => "unreachable",
            Self::Unreadable => "unreadable",
            Self::Unsendable => "unsendable",
            Self::Invalid => "invalid",
            Self::EventInFlight => "event_in_flight",
            Self::AlreadyAccepted => "already_accepted",
            Self::ResourceInFlight => "resource_in_flight",
            Self::EventMoved => "event_moved",
            Self::NeverTook => "never_took",
            Self::Settled => "settled",
            Self::EarlierCall => "earlier_call",
            Self::EarlierOrder => "earlier_order",
            Self::TimedOut => "timed_out",
            Self::ConnectionLost => "connection_lost",
            Self::UnclearAnswer => "unclear_answer",
            Self::Interrupted => "interrupted",
            Self::SenderLost => "sender_lost",
            Self::Restored => "restored",
        }
    }

    /// The reason of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// The states that it can be the reason of.
    #[must_use]
    pub const fn states(self) -> &'static [ItemState] {
        match self {
            Self::EarlierCall | Self::EarlierOrder => &[ItemState::Queued],
            Self::Throttled | Self::Unreachable | Self::Unreadable => {
                &[ItemState::Queued, ItemState::NotSent]
            }
            Self::Cancelled
            | Self::RightWithdrawn
            | Self::ApprovalNeeded
            | Self::ApprovalExpired
            | Self::ApprovalRefused
            | Self::ApprovalVoid
            | Self::PasswordLost
            | Self::Unsendable
            | Self::Invalid
            | Self::EventInFlight
            | Self::AlreadyAccepted
            | Self::ResourceInFlight
            | Self::EventMoved
            | Self::NeverTook => &[ItemState::NotSent],
            Self::Settled => &[ItemState::Accepted, ItemState::NotSent],
            Self::TimedOut
            | Self::ConnectionLost
            | Self::UnclearAnswer
            | Self::Interrupted
            | Self::SenderLost
            | Self::Restored => &[ItemState::Unknown],
        }
    }

    /// Whether another item acts on the event, so that a retry leaves this one out.
    #[must_use]
    pub const fn leaves_event_to_another(self) -> bool {
        matches!(self, Self::EventInFlight | Self::AlreadyAccepted)
    }
}

impl fmt::Display for ItemReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Holds a reason as it was read, from a database or a server that may be of another version: a word that
/// this one does not know is kept as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ReportedReason {
    /// One that this version knows.
    Known(ItemReason),
    /// The word of another version.
    Other(String),
}

impl ReportedReason {
    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(reason) => reason.as_str(),
            Self::Other(word) => word,
        }
    }

    /// The reason, where this version knows it.
    #[must_use]
    pub fn known(&self) -> Option<ItemReason> {
        match self {
            Self::Known(reason) => Some(*reason),
            Self::Other(_) => None,
        }
    }
}

impl From<ItemReason> for ReportedReason {
    fn from(reason: ItemReason) -> Self {
        Self::Known(reason)
    }
}

impl From<String> for ReportedReason {
    fn from(word: String) -> Self {
        ItemReason::parse(&word).map_or(Self::Other(word), Self::Known)
    }
}

impl From<ReportedReason> for String {
    fn from(reason: ReportedReason) -> Self {
        match reason {
            ReportedReason::Known(reason) => reason.as_str().to_owned(),
            ReportedReason::Other(word) => word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_one_word_in_json_and_in_the_store() {
        for reason in ItemReason::ALL {
            let json = serde_json::to_string(&reason).unwrap();
            assert_eq!(json, format!("\"{reason}\""));
            assert_eq!(ItemReason::parse(reason.as_str()), Some(reason));
            let reported: ReportedReason = serde_json::from_str(&json).unwrap();
            assert_eq!(reported, ReportedReason::Known(reason));
            assert_eq!(serde_json::to_string(&reported).unwrap(), json);
        }
    }

    #[test]
    fn the_word_of_another_version_is_kept_as_it_is() {
        let reported: ReportedReason = serde_json::from_str("\"of_tomorrow\"").unwrap();
        assert_eq!(reported, ReportedReason::Other("of_tomorrow".to_owned()));
        assert_eq!((reported.as_str(), reported.known()), ("of_tomorrow", None));
        assert_eq!(serde_json::to_string(&reported).unwrap(), "\"of_tomorrow\"");
    }
}
