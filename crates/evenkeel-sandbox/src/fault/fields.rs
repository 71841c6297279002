//! Takes the fields of a fault one by one as they are written, each with a plain word about what is wrong with it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The fields of a JSON object that were not taken yet. `null` and nothing are the same.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn of(value: Value) -> Result<Self, String> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            other => Err(format!("a fault is an object, not {}", named(&other))),
        }
    }

    /// The names that are there, with a value.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, _)| name.as_str())
    }

    /// All names that are there.
    pub(super) fn all_names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn take<T>(
        &mut self,
        name: &str,
        what: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, String> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match read(&value) {
                Some(read) => Ok(Some(read)),
                None => Err(format!("`{name}` must be {what}, not {}", named(&value))),
            },
        }
    }

    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        self.take(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// A code as it stands in an answer.
    pub(super) fn code(&mut self, name: &str) -> Result<Option<Value>, String> {
        self.take(name, "a number or a text", |value| {
            (value.is_number() || value.is_string()).then(|| value.clone())
        })
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, String> {
        self.take(name, "true or false", Value::as_bool)
    }

    pub(super) fn fraction(&mut self, name: &str) -> Result<Option<f64>, String> {
        self.take(name, "a number from 0 to 1", |value| {
            value.as_f64().filter(|share| (0.0..=1.0).contains(share))
        })
    }

    /// A whole number up to `max`.
    pub(super) fn number<T: TryFrom<u64>>(
        &mut self,
        name: &str,
        max: u64,
    ) -> Result<Option<T>, String> {
        let what = if max == u64::MAX {
            "a whole number that is not negative".to_owned()
        } else {
            format!("a whole number up to {max}")
        };
        self.take(name, &what, |value| {
            let number = value.as_u64().filter(|number| *number <= max)?;
            T::try_from(number).ok()
        })
    }

    /// Whole numbers from 1 on, one or a list, sorted.
    pub(super) fn ordinals(&mut self, name: &str) -> Result<Option<Vec<u64>>, String> {
        self.take(
            name,
            "a whole number from 1 on, or a list of them",
            |value| {
                let list = match value {
                    Value::Array(list) if !list.is_empty() => list.as_slice(),
                    value => std::slice::from_ref(value),
                };
                let mut numbers = list
                    .iter()
                    .map(|number| number.as_u64().filter(|number| *number > 0))
                    .collect::<Option<Vec<u64>>>()?;
                numbers.sort_unstable();
                numbers.dedup();
                Some(numbers)
            },
        )
    }

    /// Texts, at least one.
    pub(super) fn texts(&mut self, name: &str) -> Result<Option<BTreeSet<String>>, String> {
        self.take(name, "a list of texts, not empty", |value| {
            let texts = value
                .as_array()?
                .iter()
                .map(|text| text.as_str().map(str::to_owned))
                .collect::<Option<BTreeSet<String>>>()?;
            (!texts.is_empty()).then_some(texts)
        })
    }
}

/// Names a value in a message.
fn named(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        value => {
            let text = value.to_string();
            match text.char_indices().nth(40) {
                Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
                None => text,
            }
        }
    }
}
