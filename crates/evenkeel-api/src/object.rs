//! Reads a whole body.

use evenkeel::Object;
use serde::de::DeserializeOwned;

/// Reads a body, which is an object.
///
/// # Errors
/// When it is no JSON, no object, or not what `T` is.
pub fn from_object<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(json).map(|Object(value)| value)
}

#[cfg(test)]
mod tests {
    use evenkeel::BatchDraft;

    use super::*;

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
            let error = from_object::<BatchDraft>(json.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), said);
        }
        let right = item("{\"event_id\": \"e-1\", \"resource_id\": \"i-1\", \"when\": \"now\"}");
        let batch: BatchDraft = from_object(right.as_bytes()).unwrap();
        assert_eq!(batch.items.len(), 1);
    }
}
