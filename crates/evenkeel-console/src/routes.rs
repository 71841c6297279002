//! The paths of the console, built in one place.

use evenkeel_api::paths::segment;

use crate::api::EventKey;

pub const EVENTS: &str = "/events";
/// What one comes to first: the events that wait for an answer.
pub const HOME: &str = "/events?show=decide";
pub const BATCHES: &str = "/batches";
pub const LOGINS: &str = "/logins";
pub const ACTIVITY: &str = "/activity";

/// The detail of an event; the query of the list stays with it, so that closing brings the same list back.
pub fn event(key: &EventKey, query: &str) -> String {
    format!(
        "{EVENTS}/{}/{}/{}{query}",
        segment(&key.account),
        segment(&key.event_id),
        segment(&key.resource_id),
    )
}

/// The page of a batch.
pub fn batch(id: &str) -> String {
    format!("{BATCHES}/{}", segment(id))
}

/// An item of a batch, beside the batch; the query says which items the batch's page lists.
pub fn item(id: &str, index: u32, query: &str) -> String {
    format!("{}/items/{index}{query}", batch(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_segment() {
        let key = EventKey {
            account: "edge prod".to_owned(),
            event_id: "e/../1".to_owned(),
            resource_id: "i?#".to_owned(),
        };
        assert_eq!(
            event(&key, "?q=x"),
            "/events/edge%20prod/e%2F..%2F1/i%3F%23?q=x"
        );
        assert_eq!(
            item("a/b", 3, "?state=unknown"),
            "/batches/a%2Fb/items/3?state=unknown"
        );
    }
}
