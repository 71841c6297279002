//! Events as the store has them.

use std::collections::BTreeMap;

use evenkeel::{Action, Event, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{AccountStatus, ItemState, Resource};

/// An event, and when the sync saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredEvent {
    /// The event as the cloud had it when it was last seen.
    #[serde(flatten)]
    pub event: Event,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// When it was last seen.
    pub seen_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// When it was found to be gone: at the end of the second sync run in a row that lacked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_at: Option<Timestamp>,
    /// What is known of its resource beside the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// The items of batches that may still act on it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_items: Vec<EventItem>,
}

/// How many events have each value. A dimension counts what all the other filters leave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facets {
    /// By account.
    pub account: BTreeMap<String, u64>,
    /// By provider.
    pub provider: BTreeMap<String, u64>,
    /// By kind of state.
    pub state: BTreeMap<String, u64>,
    /// By the cloud's name of the type.
    #[serde(rename = "type")]
    pub event_type: BTreeMap<String, u64>,
    /// By level; events without one are not counted.
    pub level: BTreeMap<String, u64>,
    /// By the value of the label that the configuration groups by; events without one are not counted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub label: BTreeMap<String, u64>,
}

/// `GET events`. The proxy writes the events as JSON that its store has already; whoever reads the page gets
/// them as [`StoredEvent`]s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventPage<E = StoredEvent> {
    /// The events, in the order asked for.
    pub events: Vec<E>,
    /// Asks for the page after this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many events match.
    pub total: u64,
    /// Counts by value, where asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facets: Option<Facets>,
    /// How each account's collecting goes.
    pub accounts: Vec<AccountStatus>,
    /// Where the stream stood before the page was read: from there nothing is missed.
    pub position: i64,
    /// The proxy's time.
    pub now: Timestamp,
}

/// A snapshot in an event's history: its state, and its times as they stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventSnapshot {
    /// When it was seen so first.
    pub at: Timestamp,
    /// The state as the cloud names it; `gone` once the cloud lists it no more.
    pub state: String,
    /// The window's begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// The window's end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Timestamp>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// An item of a batch that acts on an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventItem {
    /// Its batch.
    pub batch_id: String,
    /// Its index in the batch.
    pub index: u32,
    /// What the batch does.
    pub action: Action,
    /// Where the item is.
    pub state: ItemState,
    /// Since when.
    pub updated_at: Timestamp,
}

/// `GET events/{account}/{event_id}`, its event as in an [`EventPage`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventDetail<E = StoredEvent> {
    /// The event.
    pub event: E,
    /// Its life, oldest first.
    pub history: Vec<EventSnapshot>,
    /// What was done about it, newest first.
    pub items: Vec<EventItem>,
}

/// The body of `POST events/refresh`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// Which accounts; all where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<String>>,
}

/// The answer of `POST events/refresh`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefreshAnswer {
    /// The accounts that were asked for.
    pub accounts: Vec<AccountStatus>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_event_reads_as_it_is_written() {
        let json = r#"{"account":"edge","provider":"ens","id":"e-1","resource_id":"i-1","type":"#
            .to_owned()
            + r#"{"raw":"Disk:Stalled","kind":"disk"},"state":{"raw":"Inquiring","kind":"inquiring"},"#
            + r#""not_before":"2026-11-24T01:30:00Z","description":{"und":"a disk stalls"},"raw":"{}","#
            + r#""actions":[],"first_seen_at":"2026-11-22T01:00:00Z","seen_at":"2026-11-22T02:00:00Z","#
            + r#""changed_at":"2026-11-22T01:00:00Z"}"#;
        let event: StoredEvent = serde_json::from_str(&json).unwrap();
        assert_eq!(event.gone_at, None);
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
    }
}
