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
    /// How the operator's inventory is has changed: an `InventoryStatus`.
    Inventory,
    /// The position is too old or was never there, so that everything is to be loaded anew: a [`StreamReset`].
    Reset,
}

impl StreamKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Event,
        Self::Account,
        Self::Batch,
        Self::Items,
        Self::Inventory,
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
            Self::Inventory => "inventory",
            Self::Reset => "reset",
        }
    }
}

/// Items of one batch, as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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

/// Where the stream goes on for a client that must load anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StreamReset {
    /// The position.
    pub position: i64,
}

/// Why a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StreamEndReason {
    /// The proxy stops.
    Stopping,
    /// The store does not answer.
    StoreUnavailable,
    /// The session or the token that it was asked for with is over.
    LoggedOut,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

/// The last message of a stream. It changes nothing: a client asks anew from where it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StreamEnd {
    /// Why.
    pub reason: StreamEndReason,
}

impl StreamEnd {
    /// As `event:` names it.
    pub const NAME: &str = "end";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_messages_about_the_stream_itself_are_short() {
        let reset = serde_json::to_string(&StreamReset { position: 7 }).unwrap();
        assert_eq!(reset, r#"{"position":7}"#);
        for (reason, name) in [
            (StreamEndReason::Stopping, "stopping"),
            (StreamEndReason::StoreUnavailable, "store_unavailable"),
            (StreamEndReason::LoggedOut, "logged_out"),
        ] {
            let end = serde_json::to_string(&StreamEnd { reason }).unwrap();
            assert_eq!(end, format!(r#"{{"reason":"{name}"}}"#));
        }
    }
}
