//! Four eyes: which batches a second person has to approve, and how that stands.

use std::{collections::BTreeMap, fmt};

use evenkeel::{Action, Password, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Actor, MayNotApprove, draft::write_password};

/// Where the approval of a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// Somebody has to say whether it may be sent.
    Waiting,
    /// Somebody said yes.
    Approved,
    /// Somebody said no: nothing of it is sent.
    Refused,
    /// Nobody said anything in time, or it was not sent in time after that.
    Expired,
    /// It was called off.
    Cancelled,
    /// It is sent without a second person, for a reason that is written down.
    BrokenGlass,
    /// A word that this version does not know. It is no approval.
    #[serde(other)]
    Other,
}

impl ApprovalState {
    /// Every state that this version knows.
    pub const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Approved,
        Self::Refused,
        Self::Expired,
        Self::Cancelled,
        Self::BrokenGlass,
    ];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::BrokenGlass => "broken_glass",
            Self::Other => "other",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let known = Self::ALL.into_iter().find(|state| state.as_str() == word);
        known.unwrap_or(Self::Other)
    }

    /// Whether a batch in it may be sent.
    #[must_use]
    pub const fn lets_send(self) -> bool {
        matches!(self, Self::Approved | Self::BrokenGlass)
    }
}

/// The approval of a batch that needs one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Approval {
    /// How it stands.
    pub state: ApprovalState,
    /// The SHA-256 of exactly what will be sent, as hexadecimal digits: `docs/audit.md`. Whoever approves says it again.
    pub plan: String,
    /// The rules of the policy that ask for it, and why.
    pub rules: Vec<MetRule>,
    /// Whether whoever approves has to say the password that its items take: none is kept until then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks_password: bool,
    /// While it waits: whether whoever asks may approve it. The stream, which tells everybody the same, leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_approve: Option<bool>,
    /// Why they may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_not_because: Option<MayNotApprove>,
    /// Until when somebody has to say something; once it is approved, until when it has to begin.
    pub expires_at: Timestamp,
    /// When something of it was sent first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Actor>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// What they gave as a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A rule that a batch meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetRule {
    /// Its name.
    pub name: String,
    /// What of it the batch meets: all that it asks for.
    pub because: Vec<MetCondition>,
    /// The same in English.
    #[serde(default)]
    pub text: String,
}

/// What of a rule a batch meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "condition", rename_all = "snake_case")]
pub enum MetCondition {
    /// The rule is about every batch.
    Always,
    /// It is for one of the rule's accounts.
    Account {
        /// The account.
        account: String,
    },
    /// It does one of the rule's actions.
    Action {
        /// The action.
        action: Action,
    },
    /// It has so many items.
    Items {
        /// So many.
        items: u64,
        /// As many as the rule is about, or more.
        at_least: u64,
    },
    /// So many instances are down within so short a time.
    DownAtOnce {
        /// So many.
        instances: u64,
        /// How short, in seconds.
        within_s: u64,
    },
    /// Items lose data, or may.
    DataAtRisk {
        /// How many.
        items: u64,
        /// Of how many of them nobody can tell: their events are not known.
        untold: u64,
    },
    /// Instances have a label in the inventory.
    Label {
        /// Its key.
        key: String,
        /// How many items are about such instances.
        items: u64,
        /// How many of them have no such label, of which the rule is as well.
        unlabelled: u64,
    },
    /// Items act at such times of a week.
    Hours {
        /// As the policy has them.
        hours: Vec<String>,
        /// In this time zone.
        time_zone: String,
        /// How many items.
        items: u64,
    },
    /// Items act on such days.
    Dates {
        /// As the policy has them.
        dates: Vec<String>,
        /// In this time zone.
        time_zone: String,
        /// How many items.
        items: u64,
    },
    /// Something that this version does not know.
    #[serde(other)]
    Other,
}

impl fmt::Display for MetCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => f.write_str("every batch needs it"),
            Self::Account { account } => write!(f, "it is for the account `{account}`"),
            Self::Action { action } => write!(f, "its action is `{action}`"),
            Self::Items { items, at_least } => {
                write!(f, "it has {items} items, which is at least {at_least}")
            }
            Self::DownAtOnce {
                instances,
                within_s,
            } => write!(f, "{instances} instances are down within {within_s} s"),
            Self::DataAtRisk { items, untold: 0 } => write!(f, "{items} items may lose data"),
            Self::DataAtRisk { items, untold } => {
                write!(
                    f,
                    "{items} items may lose data; of {untold} nobody can tell"
                )
            }
            Self::Label {
                key,
                items,
                unlabelled,
            } => write!(
                f,
                "{items} items are about instances whose label `{key}` the rule names, or that have none ({unlabelled})"
            ),
            Self::Hours {
                hours,
                time_zone,
                items,
            } => write!(
                f,
                "{items} items act within {} ({time_zone})",
                hours.join(", ")
            ),
            Self::Dates {
                dates,
                time_zone,
                items,
            } => write!(
                f,
                "{items} items act within {} ({time_zone})",
                dates.join(", ")
            ),
            Self::Other => f.write_str("for a reason that this version does not know"),
        }
    }
}

/// The body of `POST batches/{id}/approve`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Approve {
    /// The plan that was looked at.
    pub plan: String,
    /// The password of the items that take one.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_password"
    )]
    pub password: Option<Password>,
}

/// The body of `POST batches/{id}/reject`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reject {
    /// Why.
    pub reason: String,
}

/// The body of `POST batches/{id}/break-glass`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// The plan that was looked at.
    pub plan: String,
    /// Why nobody can be asked.
    pub reason: String,
    /// The password of the items that take one.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_password"
    )]
    pub password: Option<Password>,
}

/// `GET policy`: which batches need an approval.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalPolicy {
    /// The SHA-256 of it, as hexadecimal digits: its version. Nothing where there are no rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// A batch that meets one of them needs an approval.
    pub rules: Vec<ApprovalRule>,
    /// How long one may be waited for, and how long it counts until something is sent, in seconds.
    pub expires_s: u64,
    /// Whether whoever may order may send without one, for a reason.
    pub break_glass: bool,
}

/// A rule of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalRule {
    /// Its name.
    pub name: String,
    /// What a batch has to be, all of it. Of nothing, every batch is.
    pub when: RuleConditions,
}

/// What a rule asks for. What is left out asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleConditions {
    /// One of these accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// One of these actions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// At least so many items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least_items: Option<u64>,
    /// At least so many instances that its items act on within `within_s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_at_once: Option<u64>,
    /// How long an instance counts as down, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_s: Option<u64>,
    /// An item that loses data, or may.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub data_at_risk: bool,
    /// An instance that has each of these labels in the inventory with one of the values, or has no such label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, Vec<String>>,
    /// An item that acts at such a time of a week: `Mon-Fri 09:00-18:00`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<String>,
    /// An item that acts on such a day: `2026-12-24/2027-01-02`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<String>,
    /// The time zone of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_has_one_word_in_json_and_in_the_store() {
        for state in ApprovalState::ALL {
            let json = serde_json::to_string(&state).unwrap();
            assert_eq!(json, format!("\"{}\"", state.as_str()));
            assert_eq!(ApprovalState::parse(state.as_str()), state);
        }
    }

    #[test]
    fn a_word_of_tomorrow_lets_nothing_be_sent() {
        let state = ApprovalState::parse("of_tomorrow");
        assert_eq!(state, ApprovalState::Other);
        assert!(!state.lets_send());
        let state: ApprovalState = serde_json::from_str("\"of_tomorrow\"").unwrap();
        assert!(!state.lets_send());
    }

    #[test]
    fn bodies_are_read_as_they_are_written_and_hide_their_password() {
        let plan = || "0123".to_owned();
        let password = || Some(Password::new("Canary77".to_owned()));
        let approve = Approve {
            plan: plan(),
            password: password(),
        };
        let json = serde_json::to_string(&approve).unwrap();
        assert_eq!(json, r#"{"plan":"0123","password":"Canary77"}"#);
        assert_eq!(serde_json::from_str::<Approve>(&json).unwrap(), approve);
        let broken = BreakGlass {
            plan: plan(),
            reason: "nobody is there".to_owned(),
            password: password(),
        };
        assert!(!format!("{approve:?}{broken:?}").contains("Canary77"));
        // A word too many may be one that somebody relies on.
        for json in [
            r#"{"plan":"0123","force":true}"#,
            r#"{"password":"x"}"#,
            r#"{"plan":7}"#,
        ] {
            assert!(serde_json::from_str::<Approve>(json).is_err(), "{json}");
        }
    }
}
