//! Lines and columns of bytes.

use serde::Serialize;

/// A place in a text, as people count and as programs do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// The line, from 1; a line ends at `\n`.
    pub line: usize,
    /// The column, from 1, in Unicode code points; a tab or a wide character is one.
    pub column: usize,
    /// The byte, from 0.
    pub offset: usize,
}

/// How long a text is in UTF-16 code units, as JavaScript counts.
#[must_use]
pub fn utf16_length(text: &str) -> usize {
    // Eight bytes at a time, and no end before the last: an engine takes even more at once.
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let any = eights
        .iter()
        .fold(0, |any, eight| any | u64::from_le_bytes(*eight));
    if any & 0x8080_8080_8080_8080 == 0 && rest.is_ascii() {
        return text.len();
    }
    // Every character's first byte is one, and that of four bytes is two.
    text.bytes()
        .map(|byte| usize::from(byte & 0xC0 != 0x80) + usize::from(byte >= 0xF0))
        .sum()
}

/// How far apart the marks of [`Lines`] are, bytes.
const STRIDE: usize = 1024;

/// Finds the line and column of any byte in constant time, whatever the length of its line.
pub struct Lines<'a> {
    bytes: &'a [u8],
    /// Line and column at every [`STRIDE`]th byte.
    marks: Vec<(usize, usize)>,
}

impl<'a> Lines<'a> {
    /// Of this text.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut at = (1, 1);
        let mut marks = Vec::with_capacity(bytes.len() / STRIDE + 1);
        for block in bytes.chunks(STRIDE) {
            marks.push(at);
            at = advance(at, block);
        }
        Self { bytes, marks }
    }

    /// The place of a byte; beyond the end it is the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.bytes.len());
        // At the very end of a full block there is no further mark.
        let block = (offset / STRIDE).min(self.marks.len().saturating_sub(1));
        let mark = self.marks.get(block).copied().unwrap_or((1, 1));
        let rest = self.bytes.get(block * STRIDE..offset).unwrap_or_default();
        let (line, column) = advance(mark, rest);
        Position {
            line,
            column,
            offset,
        }
    }
}

fn advance((mut line, mut column): (usize, usize), bytes: &[u8]) -> (usize, usize) {
    for byte in bytes {
        if *byte == b'\n' {
            line += 1;
            column = 1;
        } else if byte & 0xC0 != 0x80 {
            // The first byte of a character; those that go on do not count.
            column += 1;
        }
    }
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> (usize, usize) {
        let Position { line, column, .. } = Lines::new(text.as_bytes()).position(offset);
        (line, column)
    }

    #[test]
    fn counts_lines_and_code_points_from_one() {
        assert_eq!(at("", 0), (1, 1));
        assert_eq!(at("a\r\né😀b", "a\r\né😀".len()), (2, 3));
        assert_eq!(at("a\n", 2), (2, 1));
        assert_eq!(at("a", 99), (1, 2));
    }

    proptest::proptest! {
        #[test]
        fn counts_utf16_as_its_writer_does(text in proptest::prelude::any::<String>()) {
            proptest::prop_assert_eq!(utf16_length(&text), text.encode_utf16().count());
        }

        #[test]
        fn agrees_with_the_plain_count(text in "(é|\n|x{1,900}){0,12}", part in 0.0..=1.0f64) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of a short text")]
            let mut offset = (text.len() as f64 * part) as usize;
            while !text.is_char_boundary(offset) {
                offset -= 1;
            }
            let plain = crate::json::locate(&text, offset, "");
            proptest::prop_assert_eq!(at(&text, offset), (plain.line, plain.column));
        }
    }
}
