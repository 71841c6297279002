//! A stored event as it is shown.

use std::fmt::Write as _;

use super::packed::{self, Packed};
use crate::StoreError;
use evenkeel::Timestamp;
use evenkeel_api::EventItem;

/// A stored event as it is shown: the JSON of the event, and when it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBody {
    /// Its number in the store; changes name it.
    pub n: i64,
    /// The account.
    pub account: String,
    body: String,
    first_seen_at: i64,
    seen_at: i64,
    changed_at: i64,
    gone_at: Option<i64>,
    missing: bool,
    resource: Option<String>,
    read_at: Option<i64>,
}

impl StoredBody {
    /// The column that an event is read by.
    pub(super) fn column() -> String {
        packed::column(&Self::parts())
    }

    /// What stands in it.
    pub(super) fn parts() -> [String; 10] {
        let [number, text] = [packed::number, packed::text];
        [
            number("e.n"),
            number("e.first_seen_at"),
            number("e.seen_at"),
            number("e.changed_at"),
            number("e.gone_at"),
            number("e.missing_at"),
            number("b.read_at"),
            text("e.account"),
            text("b.body"),
            text("b.resource"),
        ]
    }

    /// Reads one that was read by that column.
    pub(super) fn of(packed: &mut Packed<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            n: packed.some_number()?,
            first_seen_at: packed.some_number()?,
            seen_at: packed.some_number()?,
            changed_at: packed.some_number()?,
            gone_at: packed.number()?,
            missing: packed.number()?.is_some(),
            read_at: packed.number()?,
            account: packed.some_text()?.to_owned(),
            body: packed.some_text()?.to_owned(),
            resource: packed.text()?.map(str::to_owned),
        })
    }

    /// The JSON of an `evenkeel_api::StoredEvent`. `swept` is when the account's last whole sync run
    /// ended: it saw every event that is there, and did not write to each. `items` are those that may
    /// still act on it.
    #[must_use]
    pub fn to_json(&self, swept: Option<i64>, items: &[EventItem]) -> String {
        let there = self.gone_at.is_none() && !self.missing;
        let seen = match swept {
            Some(swept) if there => self.seen_at.max(swept),
            _ => self.seen_at,
        };
        let time = Timestamp::from_millis;
        let open = self.body.strip_suffix('}').unwrap_or("{");
        let comma = if open == "{" { "" } else { "," };
        let mut json = String::with_capacity(
            open.len() + 160 + self.resource.as_ref().map_or(0, |text| text.len() + 48),
        );
        // Writing to a String cannot fail.
        let _ = write!(
            json,
            "{open}{comma}\"first_seen_at\":\"{}\",\"seen_at\":\"{}\",\"changed_at\":\"{}\"",
            time(self.first_seen_at),
            time(seen),
            time(self.changed_at),
        );
        if let Some(gone) = self.gone_at {
            let _ = write!(json, ",\"gone_at\":\"{}\"", time(gone));
        }
        if let Some(resource) = &self.resource {
            let open = resource.strip_suffix('}').unwrap_or(resource);
            let _ = write!(json, ",\"resource\":{open}");
            if let Some(read_at) = self.read_at {
                let _ = write!(json, ",\"read_at\":\"{}\"", time(read_at));
            }
            json.push('}');
        }
        // Items have text keys and plain values: they are JSON.
        if let (false, Ok(items)) = (items.is_empty(), serde_json::to_string(items)) {
            let _ = write!(json, ",\"open_items\":{items}");
        }
        json.push('}');
        json
    }

    /// The JSON of the event alone.
    #[must_use]
    pub fn event_json(&self) -> &str {
        &self.body
    }
}
