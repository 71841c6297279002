//! What `GET stream` sends.

use evenkeel::Action;
use serde::{Deserialize, Serialize};

use crate::Item;

/// The kinds of messages, as `event:` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamKind {
    /// An event changed: a `StoredEvent`.
    Event,
    /// An account's collecting changed: an `AccountStatus`.
    Account,
    /// A batch changed: a `BatchSummary`.
    Batch,
    /// Items of a batch changed: a [`StreamItems`].
    Items,
    /// The position is too old or was never there: load anew.
    Reset,
}

impl StreamKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Event,
        Self::Account,
        Self::Batch,
        Self::Items,
        Self::Reset,
    ];

    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Account => "account",
            Self::Batch => "batch",
            Self::Items => "items",
            Self::Reset => "reset",
        }
    }
}

/// Items of one batch, as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamItems {
    /// The batch.
    pub batch_id: String,
    /// Its account.
    pub account: String,
    /// What it does.
    pub action: Action,
    /// Its changed items.
    pub items: Vec<Item>,
}
