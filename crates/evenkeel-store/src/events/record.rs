//! An event as the columns have it.

use evenkeel::{Event, Timestamp};

use super::{NEVER, content_hash::ContentHash, sort_rank};
use crate::{
    StoreError, StoreErrorKind,
    text::{clean, fold, key},
};

/// What an event is found, sorted and counted by, and what is shown of it.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) event_id: String,
    pub(crate) resource_id: String,
    pub(crate) facet_key: FacetKey,
    pub(crate) type_name: String,
    pub(crate) decide_by: i64,
    pub(crate) published_at: i64,
    pub(crate) not_before: i64,
    pub(crate) search: String,
    pub(crate) content_hash: ContentHash,
    pub(crate) body: String,
    /// The name of its resource that it says itself.
    pub(crate) said: Option<String>,
    pub(crate) snapshot: SnapshotRow,
}

/// What an event is counted by, besides its account: one value of each facet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FacetKey {
    pub(crate) provider: String,
    pub(crate) state: i64,
    pub(crate) kind: i64,
    pub(crate) level: String,
    /// The value of the label that is counted by; empty without.
    pub(crate) label: String,
    pub(crate) gone: bool,
}

/// What an event's history records.
#[derive(Debug, Clone)]
pub(crate) struct SnapshotRow {
    pub(crate) state: String,
    pub(crate) not_before: Option<i64>,
    pub(crate) not_after: Option<i64>,
    pub(crate) started_at: Option<i64>,
    pub(crate) finished_at: Option<i64>,
}

impl Record {
    pub(crate) fn of(event: &Event) -> Result<Self, StoreError> {
        let millis = |time: Option<Timestamp>| time.map(Timestamp::as_millis);
        let or_never = |time| millis(time).unwrap_or(NEVER);
        let body = serde_json::to_string(event).map_err(|error| {
            StoreError::new(
                StoreErrorKind::Other,
                format!("an event is no JSON: {error}"),
            )
        })?;
        Ok(Self {
            event_id: key(&event.id),
            resource_id: key(&event.resource_id),
            facet_key: FacetKey {
                provider: event.provider.as_str().to_owned(),
                state: sort_rank::of_state(event.state.kind),
                kind: sort_rank::of_kind(event.event_type.kind),
                level: key(event.level.as_deref().unwrap_or_default()),
                label: String::new(),
                gone: false,
            },
            type_name: key(&event.event_type.raw),
            decide_by: or_never(event.decide_by()),
            published_at: or_never(event.published_at),
            not_before: or_never(event.not_before),
            search: fold(&event.search_text()),
            content_hash: ContentHash::of(event),
            body,
            said: event.resource_name().as_deref().map(clean),
            snapshot: SnapshotRow {
                state: clean(&event.state.raw),
                not_before: millis(event.not_before),
                not_after: millis(event.not_after),
                started_at: millis(event.started_at),
                finished_at: millis(event.finished_at),
            },
        })
    }
}
