//! A checked item of a batch, and when the cloud is to act on it.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::action::{DataLoss, DataPolicy};
use crate::id::{EventId, ResourceId};
use crate::time::Timestamp;

/// When the cloud is to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At once.
    Now,
    /// At a time.
    At(Timestamp),
}

/// A checked item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchItem {
    /// The event.
    pub event_id: EventId,
    /// Its resource; opaque where the cloud's calls do not carry it.
    pub resource_id: ResourceId,
    /// When.
    pub when: When,
    /// Migrations only.
    pub data_policy: Option<DataPolicy>,
    /// What it may cost: by policy, by the event where it is known, else by the action alone.
    pub data_loss: DataLoss,
}

/// As results are matched: white space around an id is no part of it.
pub(crate) fn target(event_id: &EventId, resource_id: &ResourceId) -> (String, String) {
    let text = |id: &str| id.trim().to_owned();
    (text(event_id.as_str()), text(resource_id.as_str()))
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WhenReader)
    }
}

struct WhenReader;

impl<'de> Visitor<'de> for WhenReader {
    type Value = When;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"`"now"` or `{"at": time}`"#)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<When, E> {
        match text {
            "now" => Ok(When::Now),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<When, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Time {
            at: Timestamp,
        }
        Time::deserialize(MapAccessDeserializer::new(map)).map(|Time { at }| When::At(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_none_is_told_in_the_words_of_json() {
        for (json, said) in [
            (
                "5",
                r#"invalid type: integer `5`, expected `"now"` or `{"at": time}`"#,
            ),
            (
                "[]",
                r#"invalid type: sequence, expected `"now"` or `{"at": time}`"#,
            ),
            (
                r#""at""#,
                r#"invalid value: string "at", expected `"now"` or `{"at": time}`"#,
            ),
            (r#"{"now": null}"#, "unknown field `now`, expected `at`"),
            ("{}", "missing field `at`"),
            (
                r#"{"at": 5}"#,
                "invalid type: integer `5`, expected a string",
            ),
        ] {
            let error = serde_json::from_str::<When>(json).unwrap_err();
            assert!(error.to_string().starts_with(said), "{json}: {error}");
        }
        for when in [When::Now, When::At(Timestamp::from_millis(0))] {
            let json = serde_json::to_string(&when).unwrap();
            assert_eq!(serde_json::from_str::<When>(&json).unwrap(), when);
        }
    }
}
