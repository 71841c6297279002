//! Says how an event is told from every other.

use evenkeel::Event;

/// What tells one event from every other: account, event id, trimmed resource id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventKey {
    pub account: String,
    pub event_id: String,
    pub resource_id: String,
}

impl EventKey {
    pub fn of(event: &Event) -> Self {
        Self {
            account: event.account.clone(),
            event_id: event.id.clone(),
            resource_id: event.resource_id.trim().to_owned(),
        }
    }
}
