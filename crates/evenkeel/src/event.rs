//! The model of an event, one for all clouds. What a cloud has to say of one (its kind, its actions, its JSON)
//! stands in `clouds::event`, above.

mod action_fit;
mod kind;
mod listed;
mod restriction;
mod standing;
mod state;

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

pub(crate) use action_fit::ActionFit;
pub use kind::{EventKind, EventType};
pub use listed::{ListedEvent, ListedTime};
pub(crate) use listed::{id, json, text, time};
pub use restriction::Restriction;
pub use standing::Standing;
pub use state::{State, StateKind};

use crate::index_by_key::IndexByKey;
use crate::provider::Provider;
use crate::time::Timestamp;

/// A name as the cloud has it; its kind is derived, never read.
#[derive(Deserialize)]
pub(crate) struct Raw {
    pub(crate) raw: String,
}

/// A maintenance event, whichever cloud announced it.
///
/// As JSON it has the contract's shape; read back, the kinds and actions are derived again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Event {
    /// The account it was read from.
    pub account: String,
    /// The cloud.
    pub provider: Provider,
    /// Its id.
    pub id: String,
    /// The resource it is about, trimmed.
    pub resource_id: String,
    /// What is going to happen.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// How far it is.
    pub state: State,
    /// ENS: `CRITICAL`, `WARN` or `INFO`.
    #[serde(default)]
    pub level: Option<String>,
    /// When the cloud announced it.
    #[serde(default)]
    pub published_at: Option<Timestamp>,
    /// The window's begin; at ENS when the cloud will act by itself.
    #[serde(default)]
    pub not_before: Option<Timestamp>,
    /// The window's end.
    #[serde(default)]
    pub not_after: Option<Timestamp>,
    /// The last time to which it may be moved, or from when on it may not, as its cloud's
    /// [`TimeLimit`](crate::TimeLimit) says.
    #[serde(default)]
    pub deadline: Option<Timestamp>,
    /// When it began.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
    /// Locale → text; `und` where the cloud names no locale. Foreign text: never markup.
    #[serde(default, deserialize_with = "read_description")]
    pub description: Vec<(String, String)>,
    /// Who caused it, where the cloud says.
    #[serde(default)]
    pub source: Option<String>,
    /// What keeps actions from it that its type and state would take.
    #[serde(default)]
    pub restriction: Option<Restriction>,
    /// The JSON that the cloud sent for it.
    #[serde(default)]
    pub raw: String,
}

impl Event {
    /// What decides which actions it takes.
    #[must_use]
    pub fn standing(&self) -> Standing<'_> {
        Standing {
            event_type: &self.event_type.raw,
            kind: self.event_type.kind,
            state: self.state.kind,
            restriction: self.restriction,
        }
    }

    /// Everything that a search looks at, a line each; folding case is the searcher's.
    #[must_use]
    pub fn search_text(&self) -> String {
        let mut text = [
            self.account.as_str(),
            &self.id,
            &self.resource_id,
            &self.event_type.raw,
            self.event_type.kind.as_str(),
            &self.state.raw,
            self.state.kind.as_str(),
            self.level.as_deref().unwrap_or_default(),
            self.source.as_deref().unwrap_or_default(),
        ]
        .join("\n");
        for (_, words) in &self.description {
            text.push('\n');
            text.push_str(words);
        }
        text
    }

    /// The description in the reader's locale, else `en-us`, else the first.
    #[must_use]
    pub fn description_for(&self, locale: &str) -> Option<&str> {
        let find = |wanted: &str| {
            self.description
                .iter()
                .find(|(name, _)| name.replace('_', "-").eq_ignore_ascii_case(wanted))
        };
        find(locale)
            .or_else(|| find("en-us"))
            .or(self.description.first())
            .map(|(_, t)| t.as_str())
    }
}

/// Locale → text, each locale once: where one is repeated its last text counts.
#[derive(Default)]
pub(crate) struct Texts {
    texts: Vec<(String, String)>,
    index_by_key: IndexByKey,
}

impl Texts {
    pub(crate) fn insert(&mut self, locale: String, text: String) {
        let Self {
            texts,
            index_by_key,
        } = self;
        let key_at = |index: usize| [texts.get(index).map(|(known, _)| &**known), None, None];
        let known = index_by_key.insert(&[Some(&locale), None, None], texts.len(), &key_at);
        match known.and_then(|index| texts.get_mut(index)) {
            Some((_, earlier)) => *earlier = text,
            None => texts.push((locale, text)),
        }
    }

    pub(crate) fn into_vec(self) -> Vec<(String, String)> {
        self.texts
    }
}

fn read_description<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, String)>, D::Error> {
    struct InOrder;

    impl<'de> Visitor<'de> for InOrder {
        type Value = Texts;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of texts by locale")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Texts, A::Error> {
            let mut texts = Texts::default();
            while let Some((locale, text)) = map.next_entry()? {
                texts.insert(locale, text);
            }
            Ok(texts)
        }
    }

    deserializer.deserialize_map(InOrder).map(Texts::into_vec)
}
