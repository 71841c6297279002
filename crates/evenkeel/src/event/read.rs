//! An event read back from its JSON, where there is no serde.

use super::{Event, EventType, State, Texts};
use crate::clouds::Provider;
use crate::json::{Node, Value};
use crate::time::Timestamp;

impl Event {
    /// Reads an event back from its own JSON, as its `Deserialize` does; none where it is not one.
    #[must_use]
    pub fn from_json(node: &Node<'_>) -> Option<Self> {
        // All is read before any of it is looked at: what is there must be dropped where a part is
        // missing, which takes code at every such place.
        let texts = ["account", "provider", "id", "resource_id"].map(|key| text(node, key));
        let names = ["type", "state"].map(|key| text(node.get(key)?, "raw"));
        let maybe = ["level", "source", "raw"].map(|key| optional(node, key));
        let times = TIMES.map(|key| time(node, key));
        let (
            [Some(account), Some(provider), Some(id), Some(resource_id)],
            [Some(event_type), Some(state)],
            [Some(level), Some(source), Some(raw)],
            [
                Some(published_at),
                Some(not_before),
                Some(not_after),
                Some(deadline),
                Some(started_at),
                Some(finished_at),
            ],
            Some(description),
        ) = (texts, names, maybe, times, description(node))
        else {
            return None;
        };
        let provider: Provider = provider.parse().ok()?;
        Some(Self {
            account,
            provider,
            id,
            resource_id,
            event_type: EventType::new(&event_type),
            state: State::new(&state),
            level,
            published_at,
            not_before,
            not_after,
            deadline,
            started_at,
            finished_at,
            description,
            source,
            raw: raw.unwrap_or_default(),
        })
    }
}

const TIMES: [&str; 6] = [
    "published_at",
    "not_before",
    "not_after",
    "deadline",
    "started_at",
    "finished_at",
];

// Calls that stay calls: each is made many times in the one function, for a list that few give.

#[inline(never)]
fn text(node: &Node<'_>, key: &str) -> Option<String> {
    node.get(key)?.as_str().map(str::to_owned)
}

/// A text that may be absent or null; none where it is something else.
#[expect(clippy::option_option, reason = "a wrong value is not an absent one")]
#[inline(never)]
fn optional(node: &Node<'_>, key: &str) -> Option<Option<String>> {
    match node.get(key).map(|found| &found.value) {
        None | Some(Value::Null) => Some(None),
        Some(_) => text(node, key).map(Some),
    }
}

#[expect(clippy::option_option, reason = "a wrong value is not an absent one")]
#[inline(never)]
fn time(node: &Node<'_>, key: &str) -> Option<Option<Timestamp>> {
    match optional(node, key)? {
        None => Some(None),
        Some(text) => text.parse().ok().map(Some),
    }
}

fn description(node: &Node<'_>) -> Option<Vec<(String, String)>> {
    let Some(node) = node.get("description") else {
        return Some(Vec::new());
    };
    let Value::Object(members) = &node.value else {
        return None;
    };
    let mut texts = Texts::default();
    for (locale, text) in members {
        texts.insert(locale.to_string(), text.as_str()?.to_owned());
    }
    Some(texts.into_vec())
}
