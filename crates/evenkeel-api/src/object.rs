//! Objects that are read as objects alone: serde's own readers take a list, too, by the order of the fields,
//! and say of anything else that it is none of a Rust type.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// Reads a body.
///
/// # Errors
/// When it is no JSON, no object, or not what `T` is.
pub fn from_object<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(json).map(|Object(value)| value)
}

/// The values of a list of objects, for `deserialize_with`.
pub(crate) fn list<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let objects = Vec::<Object<T>>::deserialize(deserializer)?;
    Ok(objects.into_iter().map(|Object(value)| value).collect())
}

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader(PhantomData))
    }
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewBatch;

    #[test]
    fn what_is_no_object_is_refused_with_its_place_and_in_the_words_of_json() {
        let item = |item: &str| {
            format!("{{\"account\": \"edge\", \"action\": \"reboot\",\n \"items\": [{item}]}}")
        };
        for (json, said) in [
            (
                "[\"edge\", \"reboot\", []]".to_owned(),
                "invalid type: sequence, expected an object at line 1 column 0",
            ),
            (
                "5".to_owned(),
                "invalid type: integer `5`, expected an object at line 1 column 1",
            ),
            (
                item("[\"e-1\", \"i-1\", \"now\"]"),
                "invalid type: sequence, expected an object at line 2 column 11",
            ),
            (
                item("{\"event_id\": 5}"),
                "invalid type: integer `5`, expected a string at line 2 column 25",
            ),
        ] {
            let error = from_object::<NewBatch>(json.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), said);
        }
        let right = item("{\"event_id\": \"e-1\", \"resource_id\": \"i-1\", \"when\": \"now\"}");
        let batch: NewBatch = from_object(right.as_bytes()).unwrap();
        assert_eq!(batch.items.len(), 1);
    }
}
