//! Reads the items of a batch that a caller has packed which has them as values, such as JavaScript: there is no
//! JSON to make or to read.
//!
//! The layout is described in the README of the JavaScript module's `packed` folder; whoever writes it takes its
//! numbers from [`PACKED_INPUT`].

use std::borrow::Cow;

use super::field::{ItemField, NAMES};
use super::items::Items;
use super::raw_item::{FieldValue, RawItem};
use crate::action::DataPolicy;
use crate::byte_scan::{is_plain, utf8_length};
use crate::clouds::alibaba_ens::actions::BatchKind;
use crate::clouds::alibaba_ens::ops_type::OpsType;
use crate::clouds::judge;
use crate::report::Collector;
use crate::rules::Rules;
use crate::unexpected_keys::UnexpectedKeys;

/// Types of JSON that are no field's.
const TYPES: [&str; 5] = ["null", "boolean", "string", "number", "array"];
const TEXT: u8 = 0x10;
const NUMBER: u8 = 0x11;
const LONG: u8 = 0xFF;
const OBJECT: u8 = 0xF0;
const OTHER: u8 = 0xF1;
const UNKNOWN: u8 = 0xFE;
const END: u8 = 0xFF;

/// A form has nothing of its first byte beyond these.
const FORM: u8 = 0x3F;
const EVENT_ID: u8 = 0x01;
const RESOURCE_ID: u8 = 0x02;
const PLAN_TIME: u8 = 0x04;
const PASSWORD: u8 = 0x08;
/// Its last bits, as the second byte: none, a text, or the code of a name.
const OPS_TYPE_AT: u32 = 4;
const NO_WORD: u8 = 0;
const TEXT_WORD: u8 = 1;

/// The code of the first name of a list.
const FIRST_NAME: u8 = 2;

const BROKEN: &str = "broken packed input";

/// The layout as data, for the side that writes it.
#[derive(Debug, Clone, Copy)]
pub struct PackedInput {
    /// Its numbers by their names.
    pub numbers: &'static [(&'static str, usize)],
    /// The types of JSON, in the order of their codes.
    pub types: &'static [&'static str],
    /// The fields of an item, in the order of their codes.
    pub fields: &'static [&'static str],
    /// The names that a field has a code for, in the order of their codes: the first has [`Self::first_name`].
    pub names: &'static [(&'static str, &'static [&'static str])],
    /// The code of a list's first name.
    pub first_name: usize,
}

macro_rules! by_name {
    ($($number:ident),*) => { &[$((stringify!($number), $number as usize)),*] };
}

/// How a caller packs the items of a batch.
pub const PACKED_INPUT: PackedInput = PackedInput {
    numbers: by_name![
        TEXT,
        NUMBER,
        LONG,
        OBJECT,
        OTHER,
        UNKNOWN,
        END,
        EVENT_ID,
        RESOURCE_ID,
        PLAN_TIME,
        PASSWORD,
        OPS_TYPE_AT,
        NO_WORD,
        TEXT_WORD
    ],
    types: &TYPES,
    fields: &NAMES,
    names: &[("OPS_TYPE", OpsType::NAMES), ("POLICY", DataPolicy::NAMES)],
    first_name: FIRST_NAME as usize,
};

/// About how many bytes an item takes.
const TYPICAL_ITEM: usize = 8;

/// Checks packed items. None where they are not packed as they should be, or have a field
/// that the action's items do not have: where that stood among other odd keys is not written down.
pub(crate) fn check(
    kind: BatchKind,
    shape: &[u8],
    text: &str,
    rules: &Rules<'_>,
) -> Option<Collector> {
    let judge = judge(kind, rules);
    let mut packed = Packed {
        shape,
        text,
        ascii: text.is_ascii(),
        plain: is_plain(text.as_bytes()),
    };
    let mut items = Items::new(&judge, shape.len() / TYPICAL_ITEM);
    while let Some(kind) = packed.byte() {
        if kind == OTHER {
            let found = TYPES.get(usize::from(packed.byte()?))?;
            items.other(found);
            continue;
        }
        items
            .object(
                |raw_item, index, fields, issues| {
                    raw_item.clear();
                    if kind == OBJECT {
                        let unexpected = packed.members(fields, raw_item).ok_or(BROKEN)?;
                        raw_item.report(unexpected, index, fields, |_| None, issues);
                        Ok(())
                    } else {
                        packed.form(kind, fields, raw_item).ok_or(BROKEN)
                    }
                },
                &mut |_| {},
            )
            .ok()?;
    }
    packed.text.is_empty().then(|| items.end())
}

/// What is left of it.
struct Packed<'a> {
    shape: &'a [u8],
    text: &'a str,
    /// Whether the text is ASCII: then a length is one in bytes.
    ascii: bool,
    /// Whether all of it is printable ASCII.
    plain: bool,
}

impl<'a> Packed<'a> {
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

    /// The next so many code units of the text.
    #[inline]
    fn text(&mut self, units: usize) -> Option<&'a str> {
        let length = if self.ascii {
            units
        } else {
            utf8_length(self.text.as_bytes(), units)?
        };
        let (text, rest) = self.text.split_at_checked(length)?;
        self.text = rest;
        Some(text)
    }

    /// A text as a value; its length stands next.
    #[inline]
    fn short(&mut self) -> Option<FieldValue<'a>> {
        let units = self.byte()?;
        let text = self.text(usize::from(units))?;
        Some(self.text_value(text))
    }

    #[inline]
    fn text_value(&self, text: &'a str) -> FieldValue<'a> {
        if self.plain || (!text.is_empty() && is_plain(text.as_bytes())) {
            FieldValue::Plain(text)
        } else {
            FieldValue::Text(Cow::Borrowed(text))
        }
    }

    #[inline]
    fn double(&mut self) -> Option<FieldValue<'a>> {
        Some(FieldValue::Double(f64::from_le_bytes(self.bytes()?)))
    }

    /// A word of a form: none, a text, or one of the names.
    #[inline]
    fn word(&mut self, code: u8, names: &[&'static str]) -> Option<FieldValue<'a>> {
        Some(match code {
            NO_WORD => FieldValue::Absent,
            TEXT_WORD => self.short()?,
            name => FieldValue::Plain(names.get(usize::from(name - FIRST_NAME))?),
        })
    }

    /// Reads a form.
    #[inline]
    fn form(&mut self, first: u8, fields: &[ItemField], raw_item: &mut RawItem<'a>) -> Option<()> {
        let policy = self.byte()?;
        let migrates = fields.contains(&ItemField::DataPolicy);
        if first & !FORM != 0 || !migrates && (policy != NO_WORD || first & PASSWORD != 0) {
            return None;
        }
        if first & EVENT_ID != 0 {
            *raw_item.slot(ItemField::EventId) = self.short()?;
        }
        if first & RESOURCE_ID != 0 {
            *raw_item.slot(ItemField::ResourceId) = self.short()?;
        }
        *raw_item.slot(ItemField::OpsType) = self.word(first >> OPS_TYPE_AT, OpsType::NAMES)?;
        if first & PLAN_TIME != 0 {
            *raw_item.slot(ItemField::PlanTime) = self.double()?;
        }
        *raw_item.slot(ItemField::DataPolicy) = self.word(policy, DataPolicy::NAMES)?;
        if first & PASSWORD != 0 {
            *raw_item.slot(ItemField::Password) = self.short()?;
        }
        Some(())
    }

    /// Reads the members of any other object; those that are no fields of its own.
    fn members(
        &mut self,
        fields: &'static [ItemField],
        raw_item: &mut RawItem<'a>,
    ) -> Option<UnexpectedKeys<'a>> {
        let mut unexpected = UnexpectedKeys::default();
        loop {
            match self.byte()? {
                END => return Some(unexpected),
                UNKNOWN => {
                    let key = self.any()?;
                    unexpected.unknown(Cow::Borrowed(key));
                }
                field => {
                    let field = *ItemField::ALL.get(usize::from(field))?;
                    let value = match self.byte()? {
                        TEXT => {
                            let text = self.any()?;
                            self.text_value(text)
                        }
                        NUMBER => self.double()?,
                        other => FieldValue::Other(TYPES.get(usize::from(other))?),
                    };
                    if !fields.contains(&field) {
                        return None;
                    }
                    *raw_item.slot(field) = value;
                }
            }
        }
    }

    /// A text of any length, which stands next.
    fn any(&mut self) -> Option<&'a str> {
        let units = match self.byte()? {
            LONG => u32::from_le_bytes(self.bytes()?) as usize,
            short => usize::from(short),
        };
        self.text(units)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::time::Timestamp;

    fn issues(shape: &[u8], text: &str) -> Option<Vec<String>> {
        let rules = Rules::at(Timestamp::from_millis(0));
        let found = check(BatchKind::Migrate, shape, text, &rules)?;
        let found = found.into_issues();
        Some(found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_form_says_what_its_item_has() {
        let fields = EVENT_ID | RESOURCE_ID | PASSWORD;
        let [immediate, abandon] = [2, 2];
        let shape = [fields | immediate << OPS_TYPE_AT, abandon, 3, 3, 8];
        let found = issues(&shape, "e-1i-1Abcdefg1").unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("EventInfos[0].DataPolicy"),
            "{found:?}"
        );
        // A text too few, a byte too many, a name that there is not.
        assert_eq!(issues(&shape, "e-1i-1Abcdefg"), None);
        assert_eq!(
            issues(&[&shape[..], &[OBJECT]].concat(), "e-1i-1Abcdefg1"),
            None
        );
        assert_eq!(issues(&[fields, 9, 3, 3, 8], "e-1i-1Abcdefg1"), None);
    }

    fn byte() -> impl Strategy<Value = u8> {
        let tags = vec![OBJECT, OTHER, END, UNKNOWN, TEXT, NUMBER, LONG];
        prop_oneof![select(tags), 0..8_u8, any::<u8>()]
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(
            shape in prop::collection::vec(byte(), 0..64),
            text in "\\PC{0,24}",
        ) {
            let _ = issues(&shape, &text);
        }
    }
}
