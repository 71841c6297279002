//! Columns whose values recur: each value once a block, and a small number a row.

use std::collections::HashMap;

use super::bytes::{Input, put_size, put_text};
use super::{ListingError, Texts, integers};

/// Gathers a column.
#[derive(Debug, Default)]
pub(super) struct DictionaryWriter {
    known: HashMap<Box<[u8]>, u32>,
    entries: Vec<u8>,
    /// 0 where a row has no value, else the number of its value and one more.
    rows: Vec<u32>,
    last: Option<(Box<[u8]>, u32)>,
}

impl DictionaryWriter {
    /// How many bytes its values take.
    pub(super) fn size(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn push(&mut self, value: Option<&[u8]>) {
        let number = value.map_or(0, |value| self.number(value));
        self.rows.push(number);
    }

    pub(super) fn push_text(&mut self, value: Option<&str>) {
        self.push(value.map(str::as_bytes));
    }

    /// The number of a value, from 1.
    pub(super) fn number(&mut self, value: &[u8]) -> u32 {
        if let Some((last, number)) = &self.last
            && **last == *value
        {
            return *number;
        }
        let next = u32::try_from(self.known.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        let number = self.known.get(value).copied().unwrap_or_else(|| {
            self.known.insert(value.into(), next);
            put_size(&mut self.entries, value.len());
            self.entries.extend_from_slice(value);
            next
        });
        self.last = Some((value.into(), number));
        number
    }

    pub(super) fn put_entries(&self, out: &mut Vec<u8>) {
        put_size(out, self.known.len());
        out.extend_from_slice(&self.entries);
    }

    pub(super) fn put(&self, out: &mut Vec<u8>) {
        self.put_entries(out);
        integers::put(out, &self.rows);
    }
}

/// A column of texts that recur.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Each text once.
    pub texts: Texts,
    /// Of each row 0 where it has none, else the place in `texts` and one more.
    pub rows: Vec<u32>,
}

impl Words {
    /// The text of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        place(&self.rows, row).map(|place| self.texts.get(place))
    }

    pub(super) fn read(input: &mut Input<'_>, rows: usize) -> Result<Self, ListingError> {
        let texts = read_texts(input)?;
        let rows = integers::read(input, rows, texts.len())?;
        Ok(Self { texts, rows })
    }

    /// Of a column that every row has a text in.
    pub(super) fn read_whole(input: &mut Input<'_>, rows: usize) -> Result<Self, ListingError> {
        let words = Self::read(input, rows)?;
        if words.rows.contains(&0) {
            return Err(ListingError::Corrupt("a row lacks what every event has"));
        }
        Ok(words)
    }
}

pub(super) fn read_texts(input: &mut Input<'_>) -> Result<Texts, ListingError> {
    let count = input.count()?;
    (0..count).try_fold(Texts::default(), |mut texts, _| {
        texts.push(input.text()?);
        Ok(texts)
    })
}

/// A column of descriptions: of each the texts by locale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Descriptions {
    /// Each description once.
    pub entries: Vec<Vec<(String, String)>>,
    /// Of each row 0 where it has none, else the place in `entries` and one more.
    pub rows: Vec<u32>,
}

impl Descriptions {
    /// The texts of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> &[(String, String)] {
        place(&self.rows, row)
            .and_then(|place| self.entries.get(place))
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn read(input: &mut Input<'_>, rows: usize) -> Result<Self, ListingError> {
        let count = input.count()?;
        let entries = (0..count)
            .map(|_| {
                let length = input.count()?;
                read_pairs(Input(input.take(length)?))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let rows = integers::read(input, rows, entries.len())?;
        Ok(Self { entries, rows })
    }
}

/// Pairs of texts as a value of a dictionary.
pub(super) fn put_pairs<'a>(out: &mut Vec<u8>, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
    for (one, other) in pairs {
        put_text(out, one);
        put_text(out, other);
    }
}

pub(super) fn read_pairs(mut input: Input<'_>) -> Result<Vec<(String, String)>, ListingError> {
    let mut pairs = Vec::new();
    while input.left() > 0 {
        pairs.push((input.text()?.to_owned(), input.text()?.to_owned()));
    }
    Ok(pairs)
}

fn place(rows: &[u32], row: usize) -> Option<usize> {
    let number = rows.get(row).copied()?.checked_sub(1)?;
    usize::try_from(number).ok()
}
