//! What stands at the beginning of a listing, and by itself in `GET events/totals`.

use std::collections::BTreeMap;

use evenkeel::{StateKind, Timestamp};
use serde::{Deserialize, Serialize};

use crate::AccountStatus;

/// How many events of an account are in each state, of those that are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StateCounts {
    /// The account.
    pub account: String,
    /// Whether these are events that the cloud lists no more.
    pub gone: bool,
    /// How many by kind of state; a kind of which there are none is left out.
    pub states: BTreeMap<StateKind, u64>,
}

/// The totals, and as of when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListingHead {
    /// Where the stream stood before anything was read: from there nothing is missed.
    pub position: i64,
    /// The position that the rows catch up from: what the client has besides stays. Where it is absent the rows are
    /// all there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    /// The proxy's time.
    pub now: Timestamp,
    /// How many events match.
    pub total: u64,
    /// How many events a listing has at most: where more match and `since` is absent, no row follows.
    pub most: u64,
    /// By account and state.
    pub counts: Vec<StateCounts>,
    /// How each account's collecting goes.
    pub accounts: Vec<AccountStatus>,
}

impl ListingHead {
    /// Whether more events match than a listing has: they are read page by page.
    #[must_use]
    pub fn is_too_many(&self) -> bool {
        self.since.is_none() && self.total > self.most
    }
}
