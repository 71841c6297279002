//! Many texts in one.

use super::ListingError;
use super::bytes::{Input, put_number, text};

/// Many texts, one after the other in one allocation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.end();
    }

    /// What is put here belongs to the next text.
    pub(super) fn open(&mut self) -> &mut String {
        &mut self.all
    }

    pub(super) fn end(&mut self) {
        self.ends.push(self.all.len());
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a row; the empty one where there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> &str {
        let begin = match row.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => 0,
        };
        let end = self.ends.get(row).copied().unwrap_or_default();
        self.all.get(begin..end).unwrap_or_default()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.get(row))
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut all = Self::default();
        for text in texts {
            all.push(text);
        }
        all
    }
}

/// Texts of which a row may have none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptionalTexts {
    texts: Texts,
    is_there: Vec<bool>,
}

impl OptionalTexts {
    /// The text of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        let is_there = self.is_there.get(row).copied().unwrap_or_default();
        is_there.then(|| self.texts.get(row))
    }

    pub(super) fn push(&mut self, text: Option<&str>) {
        self.texts.push(text.unwrap_or_default());
        self.is_there.push(text.is_some());
    }

    /// Of each row the length and one more, 0 where it has none; then what they say.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        for (text, is_there) in self.texts.iter().zip(&self.is_there) {
            let length = if *is_there { text.len() + 1 } else { 0 };
            put_number(out, length as u64);
        }
        out.extend_from_slice(self.texts.all.as_bytes());
    }

    pub(super) fn read(input: &mut Input<'_>, rows: usize) -> Result<Self, ListingError> {
        let mut texts = Self::default();
        let mut end = 0_usize;
        for _ in 0..rows {
            let length = usize::try_from(input.number()?).unwrap_or(usize::MAX);
            end = end.saturating_add(length.saturating_sub(1));
            texts.is_there.push(length > 0);
            texts.texts.ends.push(end);
        }
        let all = text(input.take(end)?)?;
        let are_whole = texts
            .texts
            .ends
            .iter()
            .all(|end| all.is_char_boundary(*end));
        if !are_whole {
            return Err(ListingError::Corrupt("a text ends within a character"));
        }
        all.clone_into(&mut texts.texts.all);
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_not_the_empty_text() {
        let mut column = OptionalTexts::default();
        for text in [Some("机架"), None, Some("")] {
            column.push(text);
        }
        let mut out = Vec::new();
        column.put(&mut out);
        let read = OptionalTexts::read(&mut Input(&out), 3).unwrap();
        assert_eq!(read, column);
        assert_eq!(
            (read.get(0), read.get(1), read.get(2), read.get(3)),
            (Some("机架"), None, Some(""), None)
        );
    }

    #[test]
    fn a_text_that_is_cut_within_a_character_is_refused() {
        assert!(OptionalTexts::read(&mut Input(&[2, 2, 0xc3, 0xa9]), 2).is_err());
        assert!(OptionalTexts::read(&mut Input(&[3, 0xc3, 0xa9]), 1).is_ok());
    }
}
