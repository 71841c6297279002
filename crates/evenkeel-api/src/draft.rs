//! The body of `POST batches`, as it is written and read.

use std::fmt;

use evenkeel::{Action, BatchDraft, DataPolicy, ItemDraft, Password, Timestamp, When};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Unexpected, Visitor, value::MapAccessDeserializer},
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::object;

/// `"now"` or `{"at": time}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenView {
    /// At once.
    Now,
    /// At a time.
    At(Timestamp),
}

impl<'de> Deserialize<'de> for WhenView {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WhenReader)
    }
}

/// Says what a time is in JSON; a derived reader speaks of variants.
struct WhenReader;

impl<'de> Visitor<'de> for WhenReader {
    type Value = WhenView;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"`"now"` or `{"at": time}`"#)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<WhenView, E> {
        match text {
            "now" => Ok(WhenView::Now),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WhenView, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Time {
            at: Timestamp,
        }
        Time::deserialize(MapAccessDeserializer::new(map)).map(|Time { at }| WhenView::At(at))
    }
}

impl From<When> for WhenView {
    fn from(when: When) -> Self {
        match when {
            When::Now => Self::Now,
            When::At(at) => Self::At(at),
        }
    }
}

impl From<WhenView> for When {
    fn from(when: WhenView) -> Self {
        match when {
            WhenView::Now => Self::Now,
            WhenView::At(at) => Self::At(at),
        }
    }
}

/// A password on its way from whoever typed it to the proxy: written out as JSON once, never in a
/// debug print, zeroized when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NewPassword(String);

impl NewPassword {
    /// Takes a text as it is; the rules look at it later.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// As the core takes it.
    #[must_use]
    pub fn into_password(mut self) -> Password {
        Password::new(std::mem::take(&mut self.0))
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(••••)")
    }
}

/// An item of a new batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftItem {
    /// The event.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
    /// When; a missing one is an issue, not a default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<WhenView>,
    /// What happens to the data; migrations only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_policy: Option<DataPolicy>,
}

/// A new batch: one account, one action, many events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBatch {
    /// The account.
    pub account: String,
    /// The action.
    pub action: Action,
    /// The items.
    #[serde(deserialize_with = "object::list")]
    pub items: Vec<DraftItem>,
    /// One password for all immediate migrations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<NewPassword>,
}

impl NewBatch {
    /// As the core checks it.
    #[must_use]
    pub fn into_draft(self) -> BatchDraft {
        BatchDraft {
            account: self.account,
            action: self.action,
            items: self
                .items
                .into_iter()
                .map(|item| ItemDraft {
                    event_id: item.event_id,
                    resource_id: item.resource_id,
                    when: item.when.map(Into::into),
                    data_policy: item.data_policy,
                })
                .collect(),
            password: self.password.map(NewPassword::into_password),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_reads_as_it_is_written_and_hides_its_password() {
        let json = r#"{"account":"edge","action":"migrate","items":[{"event_id":"e-1","resource_id":"i-1","when":"now","data_policy":"abandon"},{"event_id":"e-2","resource_id":"i-2","when":{"at":"2026-11-24T01:30:00Z"},"data_policy":"try_transfer"}],"password":"Canary77"}"#;
        let batch: NewBatch = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&batch).unwrap(), json);
        assert!(!format!("{batch:?}").contains("Canary77"));
        assert_eq!(batch.into_draft().items.len(), 2);
    }

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
            let error = serde_json::from_str::<WhenView>(json).unwrap_err();
            assert!(error.to_string().starts_with(said), "{json}: {error}");
        }
        for when in [WhenView::Now, WhenView::At(Timestamp::from_millis(0))] {
            let json = serde_json::to_string(&when).unwrap();
            assert_eq!(serde_json::from_str::<WhenView>(&json).unwrap(), when);
        }
    }

    #[test]
    fn a_key_that_nobody_knows_is_refused() {
        let json = r#"{"account":"edge","action":"reboot","items":[],"dry_run":true}"#;
        let error = serde_json::from_str::<NewBatch>(json).unwrap_err();
        assert!(error.to_string().contains("dry_run"), "{error}");
    }
}
