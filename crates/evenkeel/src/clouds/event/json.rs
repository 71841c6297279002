//! An event as JSON: written with what may be done about it, and read back where there is no serde.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::event::{Event, EventType, State, Texts};
use crate::json::{Node, Value};
use crate::provider::Provider;
use crate::time::Timestamp;

struct Description<'a>(&'a [(String, String)]);

impl Serialize for Description<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (locale, text) in self.0 {
            map.serialize_entry(locale, text)?;
        }
        map.end()
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("account", &self.account)?;
        map.serialize_entry("provider", &self.provider)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("resource_id", &self.resource_id)?;
        map.serialize_entry("type", &self.event_type)?;
        map.serialize_entry("state", &self.state)?;
        let times = [
            ("published_at", self.published_at),
            ("not_before", self.not_before),
            ("not_after", self.not_after),
            ("deadline", self.deadline),
            ("started_at", self.started_at),
            ("finished_at", self.finished_at),
        ];
        if let Some(level) = &self.level {
            map.serialize_entry("level", level)?;
        }
        for (name, time) in times {
            if let Some(time) = time {
                map.serialize_entry(name, &time)?;
            }
        }
        map.serialize_entry("description", &Description(&self.description))?;
        if let Some(source) = &self.source {
            map.serialize_entry("source", source)?;
        }
        if let Some(restriction) = &self.restriction {
            map.serialize_entry("restriction", restriction)?;
        }
        map.serialize_entry("raw", &self.raw)?;
        map.serialize_entry("actions", &self.actions())?;
        map.end()
    }
}

impl Event {
    /// Reads an event back from its own JSON, as its `Deserialize` does; none where it is not one.
    #[must_use]
    pub fn from_json(node: &Node<'_>) -> Option<Self> {
        // All is read before any of it is looked at: what is there must be dropped where a part is
        // missing, which takes code at every such place.
        let texts = ["account", "provider", "id", "resource_id"].map(|key| text(node, key));
        let names = ["type", "state"].map(|key| text(node.get(key)?, "raw"));
        let maybe = ["level", "source", "restriction", "raw"].map(|key| optional(node, key));
        let times = TIMES.map(|key| time(node, key));
        let (
            [Some(account), Some(provider), Some(id), Some(resource_id)],
            [Some(event_type), Some(state)],
            [Some(level), Some(source), Some(restriction), Some(raw)],
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
        let restriction = match restriction {
            Some(word) => Some(word.parse().ok()?),
            None => None,
        };
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
            restriction,
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
