//! Items written down by a caller that has them as values, such as JavaScript: no JSON to make or
//! to read.
//!
//! Texts stand one after the other in one text; the rest is bytes. An item is [`OBJECT`], its
//! members and [`END`], or [`OTHER`] and the index of its type in [`TYPES`]. A member is the index
//! of its field in `Field::ALL` and its value, or [`UNKNOWN`] and the length of its key. A value is
//! [`TEXT`] and its length, [`NUMBER`] and a double, or the index of its type. A length counts
//! UTF-16 code units, as JavaScript does, in a byte, or in four after [`LONG`]; all numbers begin
//! with their lowest byte.

use std::borrow::Cow;

use super::facts::{Facts, Field, Given};
use super::items::{Items, foreign};
use super::judge::Judge;
use crate::event::Action;
use crate::issue::IssueKind;
use crate::odd_keys::OddKeys;
use crate::report::Collector;
use crate::rules::{KnownEvents, Rules};

/// Types of JSON that are no field's.
const TYPES: [&str; 5] = ["null", "boolean", "string", "number", "array"];
const TEXT: u8 = 0x10;
const NUMBER: u8 = 0x11;
const LONG: u8 = 0xFF;
const OBJECT: u8 = 0xF0;
const OTHER: u8 = 0xF1;
const UNKNOWN: u8 = 0xFE;
const END: u8 = 0xFF;

/// About how many bytes an item takes.
const TYPICAL_ITEM: usize = 16;

/// Checks the items of a transcript; none where it is not written as it should be.
pub(crate) fn check(
    action: Action,
    shape: &[u8],
    text: &str,
    rules: &Rules<'_>,
) -> Option<Collector> {
    let judge = Judge {
        action,
        now: rules.now,
        known: KnownEvents::new(rules),
    };
    let mut transcript = Transcript {
        shape,
        text,
        ascii: text.is_ascii(),
        plain: is_plain(text),
    };
    let mut items = Items::new(&judge, shape.len() / TYPICAL_ITEM);
    while let Some(kind) = transcript.byte() {
        match kind {
            OTHER => {
                let found = TYPES.get(usize::from(transcript.byte()?))?;
                items.other(found);
            }
            OBJECT => items
                .object(
                    |facts, index, fields, issues| {
                        transcript
                            .object(facts, index, fields, foreign(action), issues)
                            .ok_or("a broken transcript")
                    },
                    &mut |_| {},
                )
                .ok()?,
            _ => return None,
        }
    }
    transcript.text.is_empty().then(|| items.end())
}

/// What is left of it.
struct Transcript<'a> {
    shape: &'a [u8],
    text: &'a str,
    /// Whether the text is ASCII: then a length is one in bytes.
    ascii: bool,
    /// Whether all of it is printable ASCII.
    plain: bool,
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, 0x20..0x7F))
}

/// How many bytes so many UTF-16 code units take.
fn bytes(text: &str, units: usize) -> Option<usize> {
    let mut left = units;
    for (at, byte) in text.bytes().enumerate() {
        // Bytes that go on with a character begin with 10, those of a pair with 11110.
        if byte & 0xC0 != 0x80 {
            if left == 0 {
                return Some(at);
            }
            left = left.checked_sub(1 + usize::from(byte >= 0xF0))?;
        }
    }
    (left == 0).then_some(text.len())
}

impl<'a> Transcript<'a> {
    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.shape.split_first()?;
        self.shape = rest;
        Some(*first)
    }

    #[inline]
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.shape.split_first_chunk::<N>()?;
        self.shape = rest;
        Some(*first)
    }

    #[inline]
    fn text(&mut self) -> Option<&'a str> {
        let length = match self.byte()? {
            LONG => u32::from_le_bytes(self.bytes()?) as usize,
            short => usize::from(short),
        };
        let length = if self.ascii {
            length
        } else {
            bytes(self.text, length)?
        };
        let (text, rest) = self.text.split_at_checked(length)?;
        self.text = rest;
        Some(text)
    }

    #[inline]
    fn value(&mut self) -> Option<Given<'a>> {
        Some(match self.byte()? {
            TEXT => {
                let text = self.text()?;
                if self.plain || is_plain(text) {
                    Given::Plain(text)
                } else {
                    Given::Text(Cow::Borrowed(text))
                }
            }
            NUMBER => Given::Double(f64::from_le_bytes(self.bytes()?)),
            other => Given::Other(TYPES.get(usize::from(other))?),
        })
    }

    #[inline]
    fn object(
        &mut self,
        facts: &mut Facts<'a>,
        index: usize,
        fields: &'static [Field],
        foreign: impl Fn(&str) -> Option<IssueKind>,
        issues: &mut Collector,
    ) -> Option<()> {
        facts.clear();
        let mut odd = OddKeys::default();
        loop {
            match self.byte()? {
                END => break,
                UNKNOWN => odd.unknown(Cow::Borrowed(self.text()?)),
                field => {
                    let field = *Field::ALL.get(usize::from(field))?;
                    let value = self.value()?;
                    if fields.contains(&field) {
                        *facts.slot(field) = value;
                    } else {
                        odd.unknown(Cow::Borrowed(field.name()));
                    }
                }
            }
        }
        facts.report(odd, index, fields, foreign, issues);
        Some(())
    }
}
