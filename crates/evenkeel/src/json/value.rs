//! The tree that the reader makes.

use std::borrow::Cow;
use std::fmt;

use crate::number::integer;

/// A JSON value and where it stood.
#[derive(Clone, PartialEq)]
pub struct Node<'a> {
    /// The value.
    pub value: Value<'a>,
    /// Its first byte in the input.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// A JSON value; keys stay in order and may repeat, numbers stay as they were written.
#[derive(Clone, PartialEq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(Cow<'a, str>),
    /// A string, unescaped.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Node<'a>>),
    /// An object.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// A value that was never text.
    #[must_use]
    pub fn synthetic(value: Value<'a>) -> Self {
        Self {
            value,
            start: 0,
            end: 0,
        }
    }

    /// The kind of value, in JSON's words.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        }
    }

    /// The last member of that name: a repeated key means the last one to most readers.
    #[must_use]
    #[inline(never)]
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        match &self.value {
            Value::Object(members) => members
                .iter()
                .rev()
                .find(|(name, _)| name == key)
                .map(|(_, node)| node),
            _ => None,
        }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A text member; a number is taken as its text, `null` as absent.
    #[must_use]
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.value {
            Value::String(text) | Value::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The items of an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// A whole number within ±2^53, from a number or from a string that holds one.
    #[must_use]
    pub fn as_i64_lenient(&self) -> Option<i64> {
        match &self.value {
            Value::Number(text) => integer(text).ok(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

impl fmt::Debug for Node<'_> {
    /// The kind only: the input may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} at {}..{}>", self.type_name(), self.start, self.end)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<json value>")
    }
}
