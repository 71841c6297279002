//! What an item says, before any rule looks at it: read in one pass, borrowed from the input.

use std::borrow::Cow;

use super::field::{ItemField, NAMES};
use super::item_path;
use crate::issue::IssueKind;
use crate::json::{Cursor, Step, value};
use crate::report::Collector;
use crate::unexpected_keys::UnexpectedKeys;

/// The value of a field.
#[derive(Default)]
pub(super) enum FieldValue<'a> {
    /// The field is not there.
    #[default]
    Absent,
    /// A string of printable ASCII, written without escapes: what nearly all are.
    Plain(&'a str),
    /// Any other string.
    Text(Cow<'a, str>),
    /// A number, as written.
    Number(&'a str),
    /// A number, as JavaScript has it.
    Double(f64),
    /// Another type of JSON, which no field has.
    Other(&'static str),
}

impl<'a> FieldValue<'a> {
    #[inline]
    fn read(cursor: &mut Cursor<'a>) -> Step<Self> {
        Ok(match cursor.peek() {
            Some(b'"') => {
                let start = cursor.at() + 1;
                match cursor.simple_string() {
                    Some((text, true)) => Self::Plain(text),
                    Some((text, false)) => Self::Text(Cow::Borrowed(text)),
                    None => Self::Text(Cow::Owned(cursor.escaped(start)?)),
                }
            }
            Some(b'-' | b'0'..=b'9') => Self::Number(cursor.number()?),
            _ => Self::Other(value(cursor)?.type_name()),
        })
    }

    #[inline]
    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    #[inline]
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The type, in JSON's words.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Absent => "undefined",
            Self::Plain(_) | Self::Text(_) => "string",
            Self::Number(_) | Self::Double(_) => "number",
            Self::Other(name) => name,
        }
    }
}

/// One item of `EventInfos`, as far as the rules look at it.
#[derive(Default)]
pub(super) struct RawItem<'a>([FieldValue<'a>; NAMES.len()]);

impl<'a> RawItem<'a> {
    #[inline]
    pub(super) fn get(&self, field: ItemField) -> &FieldValue<'a> {
        // A match instead of an index: it cannot be out of bounds.
        let [event, resource, ops, plan, utc, policy, password] = &self.0;
        match field {
            ItemField::EventId => event,
            ItemField::ResourceId => resource,
            ItemField::OpsType => ops,
            ItemField::PlanTime => plan,
            ItemField::PlanUtcTime => utc,
            ItemField::DataPolicy => policy,
            ItemField::Password => password,
        }
    }

    #[inline]
    pub(super) fn slot(&mut self, field: ItemField) -> &mut FieldValue<'a> {
        let [event, resource, ops, plan, utc, policy, password] = &mut self.0;
        match field {
            ItemField::EventId => event,
            ItemField::ResourceId => resource,
            ItemField::OpsType => ops,
            ItemField::PlanTime => plan,
            ItemField::PlanUtcTime => utc,
            ItemField::DataPolicy => policy,
            ItemField::Password => password,
        }
    }
}

enum Key<'a> {
    ItemField(ItemField),
    Unknown(Cow<'a, str>),
}

impl<'a> RawItem<'a> {
    /// Reads the object that begins here; reports repeated keys and keys that no field has.
    pub(super) fn read(
        &mut self,
        cursor: &mut Cursor<'a>,
        index: usize,
        fields: &'static [ItemField],
        foreign: impl Fn(&str) -> Option<IssueKind>,
        issues: &mut Collector,
    ) -> Step<()> {
        self.clear();
        let mut unexpected = UnexpectedKeys::default();
        cursor.members(
            |cursor| {
                if let Some(field) = ItemField::skip(cursor) {
                    return Ok(if fields.contains(&field) {
                        Key::ItemField(field)
                    } else {
                        Key::Unknown(Cow::Borrowed(field.name()))
                    });
                }
                let key = cursor.key()?;
                let field = fields.iter().find(|field| field.name() == key);
                Ok(field.map_or(Key::Unknown(key), |field| Key::ItemField(*field)))
            },
            |cursor, key| {
                match key {
                    Key::Unknown(key) => {
                        unexpected.unknown(key);
                        value(cursor)?;
                    }
                    Key::ItemField(field) => {
                        let slot = self.slot(field);
                        if !slot.is_absent() {
                            unexpected.repeated(Cow::Borrowed(field.name()));
                        }
                        *slot = FieldValue::read(cursor)?;
                    }
                }
                Ok(())
            },
        )?;
        self.report(unexpected, index, fields, foreign, issues);
        Ok(())
    }

    /// Forgets the item before.
    pub(super) fn clear(&mut self) {
        for slot in &mut self.0 {
            *slot = FieldValue::Absent;
        }
    }

    /// Reports the odd keys of an item that has been read.
    #[inline]
    pub(super) fn report(
        &self,
        unexpected: UnexpectedKeys<'_>,
        index: usize,
        fields: &'static [ItemField],
        foreign: impl Fn(&str) -> Option<IssueKind>,
        issues: &mut Collector,
    ) {
        let absent = || {
            let absent = fields.iter().filter(|field| self.get(**field).is_absent());
            absent.map(|field| field.name()).collect()
        };
        unexpected.report(issues, &item_path::item(index), absent, foreign);
    }
}
