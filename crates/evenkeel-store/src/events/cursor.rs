//! Where a page ended.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::sort::{Sort, Value};
use crate::text;

/// Where a page ended: its last event's position in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(super) sort: Sort,
    pub(super) position: Position,
}

/// A position in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) key: Value,
    pub(super) decide_by: i64,
    pub(super) n: i64,
}

/// A text that is no cursor of this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no cursor of this order: take `next` of the page before, with the same `sort`")]
pub struct CursorError;

#[derive(Serialize, Deserialize)]
struct Shape(String, Key, i64, i64);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Number(i64),
    Text(String),
}

impl Cursor {
    /// As it travels: letters and digits, meant for nobody to read.
    #[must_use]
    pub fn to_text(&self) -> String {
        let key = match &self.position.key {
            Value::Number(number) => Key::Number(*number),
            Value::Text(text) => Key::Text(text.clone()),
        };
        let shape = Shape(
            self.sort.to_string(),
            key,
            self.position.decide_by,
            self.position.n,
        );
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&shape).unwrap_or_default())
    }

    /// Reads a cursor of an order.
    ///
    /// # Errors
    /// When it is none, or one of another order.
    pub fn parse(text: &str, sort: Sort) -> Result<Self, CursorError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError)?;
        let Shape(name, key, decide_by, n) =
            serde_json::from_slice(&bytes).map_err(|_| CursorError)?;
        let key = match key {
            Key::Number(number) if !sort.key.is_text() => Value::Number(number),
            Key::Text(text) if sort.key.is_text() => Value::Text(text::key(&text)),
            _ => return Err(CursorError),
        };
        if name != sort.to_string() {
            return Err(CursorError);
        }
        let position = Position { key, decide_by, n };
        Ok(Self { sort, position })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(text: &str) -> Sort {
        Sort::parse(text).unwrap()
    }

    #[test]
    fn goes_on_only_in_the_order_it_was_made_in() {
        let cursor = Cursor {
            sort: sort("-account"),
            position: Position {
                key: Value::Text("edge".to_owned()),
                decide_by: i64::MAX,
                n: 7,
            },
        };
        let text = cursor.to_text();
        assert_eq!(Cursor::parse(&text, sort("-account")), Ok(cursor));
        for other in ["account", "-state", "decide_by"] {
            assert_eq!(Cursor::parse(&text, sort(other)), Err(CursorError));
        }
        for text in ["", "!", "WzFd", "bm90IGpzb24"] {
            assert_eq!(Cursor::parse(text, sort("account")), Err(CursorError));
        }
    }
}
