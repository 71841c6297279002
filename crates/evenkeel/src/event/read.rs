//! An event read back from its JSON, where there is no serde.

use super::{Event, EventType, Provider, State, Texts};
use crate::json::{Node, Value};
use crate::time::Timestamp;

impl Event {
    /// Reads an event back from its own JSON, as its `Deserialize` does; none where it is not one.
    #[must_use]
    pub fn from_json(node: &Node<'_>) -> Option<Self> {
        let text = |key: &str| node.get(key)?.as_str().map(str::to_owned);
        let name = |key: &str| node.get(key)?.get("raw")?.as_str();
        Some(Self {
            account: text("account")?,
            provider: text("provider")?.parse::<Provider>().ok()?,
            id: text("id")?,
            resource_id: text("resource_id")?,
            event_type: EventType::new(name("type")?),
            state: State::new(name("state")?),
            level: optional(node, "level")?,
            published_at: time(node, "published_at")?,
            not_before: time(node, "not_before")?,
            not_after: time(node, "not_after")?,
            deadline: time(node, "deadline")?,
            started_at: time(node, "started_at")?,
            finished_at: time(node, "finished_at")?,
            description: description(node)?,
            source: optional(node, "source")?,
            raw: match node.get("raw") {
                None => String::new(),
                Some(raw) => raw.as_str()?.to_owned(),
            },
        })
    }
}

/// A text that may be absent or null; none where it is something else.
#[expect(clippy::option_option, reason = "a wrong value is not an absent one")]
fn optional(node: &Node<'_>, key: &str) -> Option<Option<String>> {
    match node.get(key).map(|found| &found.value) {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) => Some(Some(text.to_string())),
        Some(_) => None,
    }
}

#[expect(clippy::option_option, reason = "a wrong value is not an absent one")]
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
