//! What is done about a batch as a whole.

use evenkeel::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Actor;

/// Says what was done about a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BatchStepKind {
    /// A person held it.
    Paused,
    /// A person let it go on.
    Resumed,
    /// What had not left was called off.
    Cancelled,
    /// What had failed of it was sent again, in the batch that `detail` names.
    Retried,
    /// Another person approved it.
    Approved,
    /// Whoever was asked said that it is not to be sent, for the reason that `detail` says.
    ApprovalRefused,
    /// Nobody approved it in time, or it was not sent in time after that.
    ApprovalExpired,
    /// It is sent without a second person, for the reason that `detail` says.
    BreakGlass,
    /// The proxy held it, for the reason that `detail` says.
    Held,
    /// The proxy let it go on.
    Released,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

impl BatchStepKind {
    /// Every kind that this version knows.
    pub const ALL: [Self; 10] = [
        Self::Paused,
        Self::Resumed,
        Self::Cancelled,
        Self::Retried,
        Self::Approved,
        Self::ApprovalRefused,
        Self::ApprovalExpired,
        Self::BreakGlass,
        Self::Held,
        Self::Released,
    ];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Cancelled => "cancelled",
            Self::Retried => "retried",
            Self::Approved => "approved",
            Self::ApprovalRefused => "approval_refused",
            Self::ApprovalExpired => "approval_expired",
            Self::BreakGlass => "break_glass",
            Self::Held => "held",
            Self::Released => "released",
            Self::Other => "other",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == word);
        known.unwrap_or(Self::Other)
    }
}

/// A step of a batch's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchStep {
    /// What was done.
    pub kind: BatchStepKind,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
    /// What there is to say of it: see the kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_one_name_in_json_and_in_the_store() {
        for kind in BatchStepKind::ALL {
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{}\"", kind.as_str()));
            assert_eq!(BatchStepKind::parse(kind.as_str()), kind);
        }
        assert_eq!(BatchStepKind::parse("of_tomorrow"), BatchStepKind::Other);
    }
}
