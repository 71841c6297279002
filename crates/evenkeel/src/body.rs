//! Reads a draft with serde, as the body of a request. A derived reader takes a list for an object, by the order
//! of its fields, and speaks of structs and variants where something is wrong; these speak of JSON.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

use crate::batch::When;
use crate::time::Timestamp;

/// A value that is read from an object alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectReader(PhantomData))
    }
}

struct ObjectReader<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectReader<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// The values of a list of objects, for `deserialize_with`.
pub(crate) fn objects<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let objects = Vec::<Object<T>>::deserialize(deserializer)?;
    Ok(objects.into_iter().map(|Object(value)| value).collect())
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
