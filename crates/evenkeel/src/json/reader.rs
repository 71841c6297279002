//! The reader itself: one pass, bounded depth, no recursion past [`MAX_DEPTH`].

use std::borrow::Cow;

use super::value::{Node, Value};

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 64;

/// How strict the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// For drafts: a lone surrogate is an error.
    Strict,
    /// For answers: a lone surrogate becomes U+FFFD.
    Lenient,
}

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
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
        mode,
    };
    reader
        .document()
        .map_err(|detail| locate(text, reader.at, detail))
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

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    mode: Mode,
}

type Step<T> = Result<T, &'static str>;

impl<'a> Reader<'a> {
    fn document(&mut self) -> Step<Node<'a>> {
        self.space();
        if self.peek().is_none() {
            return Err("the input is empty");
        }
        let node = self.value(0)?;
        self.space();
        if self.peek().is_some() {
            return Err("more input after the end of the value");
        }
        Ok(node)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn slice(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Step<Node<'a>> {
        if depth > MAX_DEPTH {
            return Err("nested too deep");
        }
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(0xEF)
                if self
                    .text
                    .get(start..)
                    .is_some_and(|t| t.starts_with('\u{feff}')) =>
            {
                return Err("a byte order mark; save the input without one");
            }
            Some(_) => return Err("expected a value"),
            None => return Err("the input ends where a value should be"),
        };
        Ok(Node {
            value,
            start,
            end: self.at,
        })
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Step<Value<'a>> {
        if self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word))
        {
            self.at += word.len();
            Ok(value)
        } else {
            Err("expected a value")
        }
    }

    fn object(&mut self, depth: usize) -> Step<Value<'a>> {
        self.at += 1;
        let mut members = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err("expected a key in double quotes");
            }
            let key = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err("expected `:` after the key");
            }
            self.at += 1;
            self.space();
            members.push((key, self.value(depth + 1)?));
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Object(members));
                }
                Some(_) => return Err("expected `,` or `}`"),
                None => return Err("the input ends inside an object"),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Step<Value<'a>> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            self.space();
            items.push(self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(items));
                }
                Some(_) => return Err("expected `,` or `]`"),
                None => return Err("the input ends inside an array"),
            }
        }
    }

    fn digits(&mut self) -> Step<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start {
            Err("expected a digit")
        } else {
            Ok(())
        }
    }

    fn number(&mut self) -> Step<Value<'a>> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return Err("a number must not begin with 0");
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Value::Number(Cow::Borrowed(self.slice(start))))
    }

    fn string(&mut self) -> Step<Cow<'a, str>> {
        self.at += 1;
        let mut start = self.at;
        let mut owned: Option<String> = None;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let tail = self.slice(start);
                    self.at += 1;
                    return Ok(match owned {
                        None => Cow::Borrowed(tail),
                        Some(mut text) => {
                            text.push_str(tail);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let text = owned.get_or_insert_with(String::new);
                    text.push_str(self.text.get(start..self.at).unwrap_or_default());
                    self.at += 1;
                    let unescaped = self.escape()?;
                    owned.get_or_insert_with(String::new).push(unescaped);
                    start = self.at;
                }
                Some(0..=0x1F) => return Err("a control character in a string; escape it"),
                Some(_) => self.at += 1,
                None => return Err("the input ends inside a string"),
            }
        }
    }

    fn escape(&mut self) -> Step<char> {
        let plain = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => return Err("an unknown escape"),
        };
        self.at += 1;
        Ok(plain)
    }

    fn hex4(&mut self) -> Step<u32> {
        let digits = self
            .bytes
            .get(self.at..self.at + 4)
            .ok_or("expected four hex digits")?;
        let mut unit = 0;
        for digit in digits {
            unit = unit * 16
                + char::from(*digit)
                    .to_digit(16)
                    .ok_or("expected four hex digits")?;
        }
        self.at += 4;
        Ok(unit)
    }

    fn unicode_escape(&mut self) -> Step<char> {
        let begin = self.at;
        let first = self.hex4()?;
        if let Some(plain) = char::from_u32(first) {
            return Ok(plain);
        }
        let after_first = self.at;
        if first < 0xDC00 && self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
            self.at += 2;
            let second = self.hex4()?;
            if (0xDC00..0xE000).contains(&second) {
                let joined = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return char::from_u32(joined).ok_or("a broken surrogate pair");
            }
            self.at = after_first;
        }
        match self.mode {
            Mode::Lenient => Ok(char::REPLACEMENT_CHARACTER),
            Mode::Strict => {
                self.at = begin;
                Err("half of a surrogate pair; no text has that")
            }
        }
    }
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
