//! The reader of trees: one pass, bounded depth.

use std::borrow::Cow;

use super::cursor::{Cursor, Mode, Step};
use super::value::{Node, Value};

/// Where the input stops being JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {detail}")]
pub struct SyntaxError {
    /// The byte where it stops, from 0.
    pub offset: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub detail: &'static str,
}

/// Reads one JSON text.
///
/// # Errors
/// The first place where the text is not JSON.
pub fn parse(text: &str, mode: Mode) -> Result<Node<'_>, SyntaxError> {
    let mut cursor = Cursor::new(text, mode);
    cursor
        .document(value)
        .map_err(|detail| locate(text, cursor.at(), detail))
}

/// Reads an answer as tolerantly as possible: a byte order mark is skipped.
///
/// # Errors
/// The first place where the text is not JSON.
pub fn parse_answer(text: &str) -> Result<Node<'_>, SyntaxError> {
    parse(text.strip_prefix('\u{feff}').unwrap_or(text), Mode::Lenient)
}

/// The line and column of a byte.
pub(crate) fn locate(text: &str, offset: usize, detail: &'static str) -> SyntaxError {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = text.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    SyntaxError {
        offset,
        line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        detail,
    }
}

/// Reads the value that begins here into a tree.
pub(crate) fn value<'a>(cursor: &mut Cursor<'a>) -> Step<Node<'a>> {
    let start = cursor.at();
    let value = match cursor.peek() {
        Some(b'{') => {
            let mut members = Vec::new();
            cursor.object(|cursor, key| {
                members.push((key, value(cursor)?));
                Ok(())
            })?;
            Value::Object(members)
        }
        Some(b'[') => {
            let mut items = Vec::new();
            cursor.array(|cursor| {
                items.push(value(cursor)?);
                Ok(())
            })?;
            Value::Array(items)
        }
        Some(b'"') => Value::String(cursor.string()?),
        Some(b'-' | b'0'..=b'9') => Value::Number(Cow::Borrowed(cursor.number()?)),
        Some(b't') => cursor.word("true").map(|()| Value::Bool(true))?,
        Some(b'f') => cursor.word("false").map(|()| Value::Bool(false))?,
        Some(b'n') => cursor.word("null").map(|()| Value::Null)?,
        _ => return Err(cursor.no_value()),
    };
    Ok(Node {
        value,
        start,
        end: cursor.at(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse(text, Mode::Strict).unwrap_err().to_string()
    }

    #[test]
    fn says_where_and_what() {
        assert_eq!(
            error("{\"a\":1,\n \"é\" 2}"),
            "line 2, column 6: expected `:` after the key"
        );
        assert_eq!(error(""), "line 1, column 1: the input is empty");
        assert_eq!(
            error("[1] x"),
            "line 1, column 5: more input after the end of the value"
        );
        assert_eq!(
            error("01"),
            "line 1, column 2: a number must not begin with 0"
        );
        assert!(error("\u{feff}{}").contains("byte order mark"));
        assert!(error(r#""\ud800""#).contains("surrogate"));
        assert!(error(&"[".repeat(10_000)).contains("too deep"));
    }

    #[test]
    fn keeps_repeated_keys_and_numbers_as_written() {
        let node = parse(r#"{"a":1e3,"a":"\ud83d\ude00\n"}"#, Mode::Strict).unwrap();
        let Value::Object(members) = &node.value else {
            panic!("not an object")
        };
        assert_eq!(members.len(), 2);
        assert!(matches!(&members[0].1.value, Value::Number(n) if n == "1e3"));
        assert_eq!(node.get("a").unwrap().as_str(), Some("😀\n"));
    }

    #[test]
    fn is_lenient_with_answers() {
        let node = parse_answer("\u{feff}[\"\\ud800x\"]").unwrap();
        assert_eq!(node.as_array().unwrap()[0].as_str(), Some("\u{fffd}x"));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC*") {
            let _ = parse(&text, Mode::Strict);
            let _ = parse_answer(&text);
        }

        #[test]
        fn reads_back_any_string(text in proptest::prelude::any::<String>()) {
            let mut out = String::new();
            crate::json::write_string(&mut out, &text);
            let node = parse(&out, Mode::Strict).unwrap();
            proptest::prop_assert_eq!(node.as_str(), Some(text.as_str()));
        }
    }
}
