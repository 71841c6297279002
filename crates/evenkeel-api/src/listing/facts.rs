//! What a listing takes of an event.

use std::borrow::Cow;
use std::fmt;

use evenkeel::Timestamp;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// What a listing takes of an event, read from the JSON that the store has. What the cloud sent of it is passed over,
/// and what the core derives.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EventFacts<'a> {
    /// The account it was read from.
    #[serde(borrow)]
    pub account: Cow<'a, str>,
    /// The cloud's name.
    #[serde(borrow)]
    pub provider: Cow<'a, str>,
    /// Its id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The resource it is about.
    #[serde(borrow)]
    pub resource_id: Cow<'a, str>,
    /// The cloud's name of what is going to happen.
    #[serde(borrow, rename = "type", deserialize_with = "raw")]
    pub event_type: Cow<'a, str>,
    /// The cloud's name of how far it is.
    #[serde(borrow, deserialize_with = "raw")]
    pub state: Cow<'a, str>,
    /// Its level.
    #[serde(borrow, default)]
    pub level: Option<Cow<'a, str>>,
    /// When the cloud announced it.
    #[serde(default)]
    pub published_at: Option<Timestamp>,
    /// The window's begin.
    #[serde(default)]
    pub not_before: Option<Timestamp>,
    /// The window's end.
    #[serde(default)]
    pub not_after: Option<Timestamp>,
    /// The last time to which it may be moved, or from when on it may not.
    #[serde(default)]
    pub deadline: Option<Timestamp>,
    /// When it began.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
    /// Locale → text.
    #[serde(borrow, default, deserialize_with = "pairs")]
    pub description: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Who caused it.
    #[serde(borrow, default)]
    pub source: Option<Cow<'a, str>>,
    /// What keeps actions from it, by name.
    #[serde(borrow, default)]
    pub restriction: Option<Cow<'a, str>>,
}

fn raw<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    #[derive(Deserialize)]
    struct Raw<'a> {
        #[serde(borrow)]
        raw: Cow<'a, str>,
    }
    Raw::deserialize(deserializer).map(|raw| raw.raw)
}

/// A text that is borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

fn pairs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pairs<'de>, D::Error> {
    struct InOrder;

    impl<'de> Visitor<'de> for InOrder {
        type Value = Pairs<'de>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of texts by locale")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
            let mut pairs = Pairs::new();
            while let Some((Text(locale), Text(text))) = map.next_entry()? {
                pairs.push((locale, text));
            }
            Ok(pairs)
        }
    }

    deserializer.deserialize_map(InOrder)
}
