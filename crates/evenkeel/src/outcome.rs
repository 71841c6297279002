//! What became of each item of a batch.

use serde::{Deserialize, Serialize};

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The cloud took it.
    Accepted {
        /// The cloud's id of the request.
        request_id: Option<String>,
    },
    /// The cloud said no; nothing happened.
    Rejected {
        /// The cloud's code.
        code: String,
        /// The cloud's words.
        message: String,
        /// The cloud's id of the request.
        request_id: Option<String>,
    },
    /// It never left. No answer says so: it is the word of whoever sends.
    NotSent {
        /// Why.
        reason: String,
    },
    /// It left, and nobody knows: only reading the event's state settles it.
    Unknown {
        /// Why.
        reason: String,
    },
}

impl Outcome {
    /// Whether it may be sent again: nothing happened for sure.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        matches!(self, Self::Rejected { .. } | Self::NotSent { .. })
    }
}

/// Whether a status says that nothing happened. 408 does not: the cloud gave up waiting, which says
/// nothing of what it did.
pub(crate) fn says_no(status: u16) -> bool {
    (400..500).contains(&status) && status != 408
}
