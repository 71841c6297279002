//! Strings with escapes in them.

use super::{Cursor, Mode, Step};

const CONTROL: &str = "a control character in a string; escape it";
const UNENDED: &str = "the input ends inside a string";

impl Cursor<'_> {
    /// Reads on in a string whose text began at `start`.
    #[inline(never)]
    pub(crate) fn escaped(&mut self, mut start: usize) -> Step<String> {
        let mut text = String::new();
        loop {
            self.plain();
            text.push_str(self.slice(start));
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                    start = self.at;
                }
                Some(_) => return Err(CONTROL),
                None => return Err(UNENDED),
            }
        }
    }

    /// Moves past the string that begins here.
    #[inline]
    pub(in crate::json) fn pass_string(&mut self) -> Step<()> {
        self.at += 1;
        loop {
            self.plain();
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    self.at += 1;
                    // Most are of a quote or of a backslash.
                    match self.peek() {
                        Some(b'"' | b'\\') => self.at += 1,
                        _ => self.escape().map(|_| ())?,
                    }
                }
                Some(_) => return Err(CONTROL),
                None => return Err(UNENDED),
            }
        }
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self) -> Step<char> {
        let plain = match self.peek() {
            Some(plain @ (b'"' | b'\\' | b'/')) => plain,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => return Err("an unknown escape"),
        };
        self.at += 1;
        Ok(char::from(plain))
    }

    #[inline(never)]
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
