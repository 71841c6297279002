//! The grammar: moves through a text and hands out what stands there, without building anything.

mod escape;

use std::borrow::Cow;

use crate::byte_scan::{HIGH, is, is_below_space};

/// How strict the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// For drafts: a lone surrogate is an error.
    Strict,
    /// For answers: a lone surrogate becomes U+FFFD.
    Lenient,
}

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 64;

/// What a step finds, or why the text is not JSON at [`Cursor::at`].
pub(crate) type Step<T> = Result<T, &'static str>;

/// A place in a text.
pub(crate) struct Cursor<'a> {
    input: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    mode: Mode,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(input: &'a str, mode: Mode) -> Self {
        Self {
            input,
            bytes: input.as_bytes(),
            at: 0,
            depth: 0,
            mode,
        }
    }

    /// The byte it stands at.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    /// Reads the one value of a text, by `value`.
    pub(crate) fn document<T>(&mut self, value: impl FnOnce(&mut Self) -> Step<T>) -> Step<T> {
        self.space();
        if self.peek().is_none() {
            return Err("the input is empty");
        }
        let value = value(self)?;
        self.space();
        if self.peek().is_some() {
            return Err("more input after the end of the value");
        }
        Ok(value)
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The byte so many further on.
    #[inline]
    pub(crate) fn ahead(&self, by: usize) -> Option<u8> {
        self.bytes.get(self.at + by).copied()
    }

    #[inline]
    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// What stands between a byte and this one.
    #[inline]
    pub(crate) fn slice(&self, start: usize) -> &'a str {
        self.input.get(start..self.at).unwrap_or_default()
    }

    /// Why no value begins here.
    pub(crate) fn no_value(&self) -> &'static str {
        if self.peek().is_none() {
            "the input ends where a value should be"
        } else if self.rest().starts_with('\u{feff}') {
            "a byte order mark; save the input without one"
        } else {
            "expected a value"
        }
    }

    fn rest(&self) -> &'a str {
        self.input.get(self.at..).unwrap_or_default()
    }

    /// Reads `true`, `false` or `null`.
    pub(crate) fn word(&mut self, word: &str) -> Step<()> {
        if self.rest().starts_with(word) {
            self.at += word.len();
            Ok(())
        } else {
            Err("expected a value")
        }
    }

    fn enter(&mut self) {
        self.depth += 1;
        self.at += 1;
        self.space();
    }

    fn check_depth(&self) -> Step<()> {
        if self.depth > MAX_DEPTH {
            Err("nested too deep")
        } else {
            Ok(())
        }
    }

    /// Reads the object that begins here; `member` reads each value.
    pub(crate) fn object(
        &mut self,
        member: impl FnMut(&mut Self, Cow<'a, str>) -> Step<()>,
    ) -> Step<()> {
        self.members(Self::key, member)
    }

    /// Reads the object that begins here: `key` each key with its colon, `member` each value.
    #[inline]
    pub(crate) fn members<K>(
        &mut self,
        mut key: impl FnMut(&mut Self) -> Step<K>,
        mut member: impl FnMut(&mut Self, K) -> Step<()>,
    ) -> Step<()> {
        self.enter();
        if self.peek() != Some(b'}') {
            loop {
                let key = key(self)?;
                self.space();
                self.check_depth()?;
                member(self, key)?;
                self.space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => break,
                    Some(_) => return Err("expected `,` or `}`"),
                    None => return Err("the input ends inside an object"),
                }
                self.space();
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    /// Reads a key and its colon.
    pub(crate) fn key(&mut self) -> Step<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return Err("expected a key in double quotes");
        }
        let key = self.string()?;
        self.colon()?;
        Ok(key)
    }

    /// Moves past the colon after a key.
    #[inline]
    pub(super) fn colon(&mut self) -> Step<()> {
        self.space();
        if self.peek() != Some(b':') {
            return Err("expected `:` after the key");
        }
        self.at += 1;
        Ok(())
    }

    /// Reads the array that begins here; `item` reads each value.
    #[inline]
    pub(crate) fn array(&mut self, mut item: impl FnMut(&mut Self) -> Step<()>) -> Step<()> {
        self.enter();
        if self.peek() != Some(b']') {
            loop {
                self.check_depth()?;
                item(self)?;
                self.space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => break,
                    Some(_) => return Err("expected `,` or `]`"),
                    None => return Err("the input ends inside an array"),
                }
                self.space();
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
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

    /// Reads the number that begins here, as it is written.
    #[inline]
    pub(crate) fn number(&mut self) -> Step<&'a str> {
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
        Ok(self.slice(start))
    }

    /// Moves to the next byte that ends a run of plain characters, eight at a time; whether all
    /// of them are printable ASCII.
    #[inline]
    fn plain(&mut self) -> bool {
        let mut rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.len();
        let mut unexpected = 0;
        while let Some((eight, after)) = rest.split_first_chunk::<8>() {
            let word = u64::from_le_bytes(*eight);
            let stops = is(word, b'"') | is(word, b'\\') | is_below_space(word);
            let strange = is(word, 0x7F) | (word & HIGH);
            if stops != 0 {
                let before = stops.trailing_zeros() / 8;
                self.at += length - rest.len() + before as usize;
                // Of this word only the bytes before the stop.
                return unexpected | (strange & !(u64::MAX << (before * 8))) == 0;
            }
            unexpected |= strange;
            rest = after;
        }
        for byte in rest {
            match byte {
                b'"' | b'\\' | 0..0x20 => break,
                0x20..0x7F => {}
                0x7F.. => unexpected = 1,
            }
            rest = rest.get(1..).unwrap_or_default();
        }
        self.at += length - rest.len();
        unexpected == 0
    }

    /// Reads the string that begins here.
    #[inline]
    pub(crate) fn string(&mut self) -> Step<Cow<'a, str>> {
        let start = self.at + 1;
        match self.simple_string() {
            Some((text, _)) => Ok(Cow::Borrowed(text)),
            None => self.escaped(start).map(Cow::Owned),
        }
    }

    /// Reads the string that begins here if it has no escapes; whether it is printable ASCII.
    /// Else it stops at the first escape, and [`Self::escaped`] reads on.
    #[inline]
    pub(crate) fn simple_string(&mut self) -> Option<(&'a str, bool)> {
        self.at += 1;
        let start = self.at;
        let printable = self.plain();
        if self.peek() != Some(b'"') {
            return None;
        }
        let text = self.slice(start);
        self.at += 1;
        Some((text, printable))
    }

    /// Moves past a text if it stands here.
    #[inline]
    pub(crate) fn skip<const N: usize>(&mut self, text: &[u8; N]) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let there = rest.first_chunk::<N>() == Some(text);
        if there {
            self.at += N;
        }
        there
    }

    /// Reads the string that begins here if it has so many bytes and `read` knows them; what it knows
    /// has nothing that would have to be escaped.
    #[inline]
    pub(crate) fn quoted<const N: usize, T>(
        &mut self,
        read: impl FnOnce(&[u8; N]) -> Option<T>,
    ) -> Option<(T, &'a str)> {
        let start = self.at + 1;
        let (text, after) = self.bytes.get(start..)?.split_first_chunk::<N>()?;
        if self.peek() != Some(b'"') || after.first() != Some(&b'"') {
            return None;
        }
        let value = read(text)?;
        self.at = start + N;
        let text = self.slice(start);
        self.at += 1;
        Some((value, text))
    }
}
