//! Batches as they go.

use std::collections::BTreeMap;

use evenkeel::{Action, Locale, Password, Provider, Severity, StateKind, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Actor, Approval, BatchStep, Item, ItemState, draft::write_password};

/// Where a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// Another person has to approve it first.
    Unapproved,
    /// Nothing has left yet.
    Queued,
    /// It is under way.
    Sending,
    /// A person or the proxy holds it.
    Paused,
    /// Nothing is left to send, but some items are unknown.
    Resting,
    /// Every item has come to an end.
    Done,
}

/// How many items are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchCounts {
    /// Waiting for an approval.
    #[serde(default)]
    pub unapproved: u64,
    /// Waiting for their turn.
    pub queued: u64,
    /// The call is leaving or has left.
    pub sending: u64,
    /// The cloud took them.
    pub accepted: u64,
    /// The cloud said no.
    pub rejected: u64,
    /// They never left.
    pub not_sent: u64,
    /// They left, and nobody knows.
    pub unknown: u64,
    /// Their events were seen to have moved.
    pub confirmed: u64,
    /// Their events moved to another time than asked for.
    pub superseded: u64,
}

impl BatchCounts {
    /// The count of a state.
    #[must_use]
    pub fn get(&self, state: ItemState) -> u64 {
        match state {
            ItemState::Unapproved => self.unapproved,
            ItemState::Queued => self.queued,
            ItemState::Sending => self.sending,
            ItemState::Accepted => self.accepted,
            ItemState::Rejected => self.rejected,
            ItemState::NotSent => self.not_sent,
            ItemState::Unknown => self.unknown,
            ItemState::Confirmed => self.confirmed,
            ItemState::Superseded => self.superseded,
        }
    }

    /// The count of a state, to be changed.
    pub fn get_mut(&mut self, state: ItemState) -> &mut u64 {
        match state {
            ItemState::Unapproved => &mut self.unapproved,
            ItemState::Queued => &mut self.queued,
            ItemState::Sending => &mut self.sending,
            ItemState::Accepted => &mut self.accepted,
            ItemState::Rejected => &mut self.rejected,
            ItemState::NotSent => &mut self.not_sent,
            ItemState::Unknown => &mut self.unknown,
            ItemState::Confirmed => &mut self.confirmed,
            ItemState::Superseded => &mut self.superseded,
        }
    }

    /// All items.
    #[must_use]
    pub fn total(&self) -> u64 {
        ItemState::ALL.iter().map(|state| self.get(*state)).sum()
    }
}

/// Why the proxy itself holds a batch, in a word that stays. A person lets it go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The cloud refuses the account's key, its secret or its token.
    KeyRefused,
    /// The cloud refuses the time of the signatures.
    ClockRefused,
    /// The key may not do what the batch does.
    Denied,
    /// What was to be done at once has waited for too long.
    Stale,
    /// The account has another key than before, with which the events were not all read yet. It goes on
    /// by itself once they were.
    KeyChanged,
    /// The account has another key than before, which does not show every event of the batch.
    EventNotShown,
    /// The account leads elsewhere than when the batch was taken: to another cloud, region or project.
    AccountMoved,
    /// No account of that name is configured any more. It goes on by itself once there is one again.
    AccountMissing,
    /// The store was restored from a copy a short while ago, and calls that the copy knows nothing of may
    /// still arrive. It goes on by itself once they cannot.
    Restored,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

impl HoldReason {
    /// Every reason that this version knows.
    pub const ALL: [Self; 9] = [
        Self::KeyRefused,
        Self::ClockRefused,
        Self::Denied,
        Self::Stale,
        Self::KeyChanged,
        Self::EventNotShown,
        Self::AccountMoved,
        Self::AccountMissing,
        Self::Restored,
    ];

    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeyRefused => "key_refused",
            Self::ClockRefused => "clock_refused",
            Self::Denied => "denied",
            Self::Stale => "stale",
            Self::KeyChanged => "key_changed",
            Self::EventNotShown => "event_not_shown",
            Self::AccountMoved => "account_moved",
            Self::AccountMissing => "account_missing",
            Self::Restored => "restored",
            Self::Other => "other",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|reason| reason.as_str() == name);
        known.unwrap_or(Self::Other)
    }
}

/// That the proxy holds a batch, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchHold {
    /// Why.
    pub reason: HoldReason,
    /// The cloud's code, where it refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

/// A batch without its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchSummary {
    /// Its id, a UUID of version 7.
    pub id: String,
    /// The account.
    pub account: String,
    /// The cloud.
    pub provider: Provider,
    /// The action.
    pub action: Action,
    /// When it was taken.
    pub created_at: Timestamp,
    /// Who ordered it; nothing where that was not kept yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
    /// When something of it last changed.
    pub updated_at: Timestamp,
    /// What was done about it as a whole since, oldest first: the last 20 of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<BatchStep>,
    /// The batch whose failed items it sends again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<String>,
    /// The batches that send its failed items again.
    #[serde(default)]
    pub retried_by: Vec<String>,
    /// Whether it is held, by a person or by the proxy.
    pub paused: bool,
    /// Why the proxy holds it; nothing where a person does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<BatchHold>,
    /// Whether a person called off what had not left.
    pub cancelled: bool,
    /// The approval that it needs, or needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Where it is.
    pub state: BatchState,
    /// Items by state: how the orders stand.
    pub counts: BatchCounts,
    /// The items that the cloud took, by how far it is with their events: an order that was taken is
    /// no maintenance that went well. Those of which that is not known are not counted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub maintenance: BTreeMap<StateKind, u64>,
    /// How many of the rejected and unsent items a retry sends again: not those whose event another
    /// item acts on.
    #[serde(default)]
    pub retryable: u64,
    /// All items.
    pub total: u64,
}

/// An issue as the core writes it; what depends on its code is in `data`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssueView {
    /// Its place as a JSON Pointer.
    pub pointer: String,
    /// Its place as people read it.
    pub location: String,
    /// The stable code.
    pub code: String,
    /// Its weight.
    pub severity: Severity,
    /// The text in English.
    pub message: String,
    /// The rest: the path, the nearest valid value, and the code's own data.
    #[serde(flatten)]
    pub data: BTreeMap<String, serde_json::Value>,
}

impl IssueView {
    /// The text in a language; as it was told where this program does not know the code.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        serde_json::to_string(self)
            .ok()
            .and_then(|issue| evenkeel::message_from_json(&issue, locale))
            .unwrap_or_else(|| self.message.clone())
    }
}

/// A batch with the first of its items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Batch {
    /// What a list shows of it.
    #[serde(flatten)]
    pub summary: BatchSummary,
    /// The warnings it was taken with.
    #[serde(default)]
    pub issues: Vec<IssueView>,
    /// The first 1,000 items.
    pub items: Vec<Item>,
}

/// `GET batches`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchList {
    /// The batches, newest first.
    pub batches: Vec<BatchSummary>,
    /// Asks for those after these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The body of an order that says nothing but itself: `POST batches/{id}/pause`, `resume`, `cancel`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoBody {}

/// The body of `POST batches/{id}/retry-failed`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RetryFailed {
    /// The password of the items that need one: the proxy keeps none.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_password"
    )]
    pub password: Option<Password>,
    /// The items that took one are sent without: the cloud makes one that nobody sees.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_password: bool,
}

/// What a person says became of an unknown item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SettleAs {
    /// The cloud took it.
    Accepted,
    /// It never reached the cloud.
    NotSent,
}

/// The body of `POST batches/{id}/items/{index}/settle`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Settle {
    /// What became of it.
    #[serde(rename = "as")]
    pub settle_as: SettleAs,
    /// How the person knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(code: &str) -> IssueView {
        let issue = serde_json::json!({"path": ["items", 3, "when"], "pointer": "/items/3/when",
            "location": "items[3].when", "code": code, "min": 1, "max": 100, "severity": "error",
            "message": "as it was told"});
        serde_json::from_value(issue).unwrap()
    }

    #[test]
    fn a_reason_to_hold_has_one_name_in_json_and_in_the_store() {
        for reason in HoldReason::ALL {
            let json = serde_json::to_string(&reason).unwrap();
            assert_eq!(json, format!("\"{}\"", reason.as_str()));
            assert_eq!(HoldReason::parse(reason.as_str()), reason);
        }
        assert_eq!(HoldReason::parse("of_tomorrow"), HoldReason::Other);
    }

    #[test]
    fn a_retry_says_the_password_again_or_that_there_is_none() {
        let said = |password: Option<&str>, without_password| RetryFailed {
            password: password.map(|text| Password::new(text.to_owned())),
            without_password,
        };
        for (body, json) in [
            (said(None, false), "{}"),
            (said(Some("Canary77"), false), r#"{"password":"Canary77"}"#),
            (said(None, true), r#"{"without_password":true}"#),
        ] {
            assert_eq!(serde_json::to_string(&body).unwrap(), json);
            assert_eq!(serde_json::from_str::<RetryFailed>(json).unwrap(), body);
            assert!(!format!("{body:?}").contains("Canary77"));
        }
    }

    #[test]
    fn an_issue_reads_in_the_readers_language() {
        let known = issue("out_of_range");
        assert_eq!(known.text(Locale::Zh), "必须在 1 到 100 之间");
        assert_eq!(known.text(Locale::En), "must be between 1 and 100");
        assert_eq!(issue("of_tomorrow").text(Locale::Zh), "as it was told");
    }
}
