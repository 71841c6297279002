//! What an item says, before any rule looks at it: read in one pass, borrowed from the input.

use std::borrow::Cow;

use super::place;
use crate::clouds::alibaba_ens::actions::BatchKind;
use crate::clouds::alibaba_ens::schema;
use crate::description::params::keys;
use crate::issue::IssueKind;
use crate::json::{Cursor, Step, value};
use crate::odd_keys::OddKeys;
use crate::report::Collector;

/// A field of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    EventId,
    ResourceId,
    OpsType,
    PlanTime,
    PlanUtcTime,
    DataPolicy,
    Password,
}

const NAMES: [&str; 7] = keys(&schema::MIGRATE_EVENT_INFO);

impl Field {
    /// In the order of the description.
    pub(super) const ALL: [Self; NAMES.len()] = [
        Self::EventId,
        Self::ResourceId,
        Self::OpsType,
        Self::PlanTime,
        Self::PlanUtcTime,
        Self::DataPolicy,
        Self::Password,
    ];

    /// Those of an action's items.
    pub(super) fn of(kind: BatchKind) -> &'static [Self] {
        match kind {
            BatchKind::Migrate => &Self::ALL,
            _ => Self::ALL.split_at(schema::EVENT_INFO.len()).0,
        }
    }

    pub(super) fn name(self) -> &'static str {
        let [event, resource, ops, plan, utc, policy, password] = NAMES;
        match self {
            Self::EventId => event,
            Self::ResourceId => resource,
            Self::OpsType => ops,
            Self::PlanTime => plan,
            Self::PlanUtcTime => utc,
            Self::DataPolicy => policy,
            Self::Password => password,
        }
    }

    /// Moves past a key with its colon, if one stands here as most writers write it.
    #[inline]
    fn skip(cursor: &mut Cursor<'_>) -> Option<Self> {
        let field = match cursor.ahead(1)? {
            b'E' if cursor.skip(b"\"EventId\":") => Self::EventId,
            b'R' if cursor.skip(b"\"ResourceId\":") => Self::ResourceId,
            b'O' if cursor.skip(b"\"OpsType\":") => Self::OpsType,
            b'P' if cursor.skip(b"\"PlanTime\":") => Self::PlanTime,
            b'P' if cursor.skip(b"\"Password\":") => Self::Password,
            b'P' if cursor.skip(b"\"PlanUtcTime\":") => Self::PlanUtcTime,
            b'D' if cursor.skip(b"\"DataPolicy\":") => Self::DataPolicy,
            _ => return None,
        };
        Some(field)
    }
}

/// The value of a field.
#[derive(Default)]
pub(super) enum Given<'a> {
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

impl<'a> Given<'a> {
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
pub(super) struct Facts<'a>([Given<'a>; NAMES.len()]);

impl<'a> Facts<'a> {
    #[inline]
    pub(super) fn get(&self, field: Field) -> &Given<'a> {
        // A match instead of an index: it cannot be out of bounds.
        let [event, resource, ops, plan, utc, policy, password] = &self.0;
        match field {
            Field::EventId => event,
            Field::ResourceId => resource,
            Field::OpsType => ops,
            Field::PlanTime => plan,
            Field::PlanUtcTime => utc,
            Field::DataPolicy => policy,
            Field::Password => password,
        }
    }

    #[inline]
    pub(super) fn slot(&mut self, field: Field) -> &mut Given<'a> {
        let [event, resource, ops, plan, utc, policy, password] = &mut self.0;
        match field {
            Field::EventId => event,
            Field::ResourceId => resource,
            Field::OpsType => ops,
            Field::PlanTime => plan,
            Field::PlanUtcTime => utc,
            Field::DataPolicy => policy,
            Field::Password => password,
        }
    }
}

enum Key<'a> {
    Field(Field),
    Unknown(Cow<'a, str>),
}

impl<'a> Facts<'a> {
    /// Reads the object that begins here; reports repeated keys and keys that no field has.
    pub(super) fn read(
        &mut self,
        cursor: &mut Cursor<'a>,
        index: usize,
        fields: &'static [Field],
        foreign: impl Fn(&str) -> Option<IssueKind>,
        issues: &mut Collector,
    ) -> Step<()> {
        self.clear();
        let mut odd = OddKeys::default();
        cursor.members(
            |cursor| {
                if let Some(field) = Field::skip(cursor) {
                    return Ok(if fields.contains(&field) {
                        Key::Field(field)
                    } else {
                        Key::Unknown(Cow::Borrowed(field.name()))
                    });
                }
                let key = cursor.key()?;
                let field = fields.iter().find(|field| field.name() == key);
                Ok(field.map_or(Key::Unknown(key), |field| Key::Field(*field)))
            },
            |cursor, key| {
                match key {
                    Key::Unknown(key) => {
                        odd.unknown(key);
                        value(cursor)?;
                    }
                    Key::Field(field) => {
                        let slot = self.slot(field);
                        if !slot.is_absent() {
                            odd.repeated(Cow::Borrowed(field.name()));
                        }
                        *slot = Given::read(cursor)?;
                    }
                }
                Ok(())
            },
        )?;
        self.report(odd, index, fields, foreign, issues);
        Ok(())
    }

    /// Forgets the item before.
    pub(super) fn clear(&mut self) {
        for slot in &mut self.0 {
            *slot = Given::Absent;
        }
    }

    /// Reports the odd keys of an item that has been read.
    #[inline]
    pub(super) fn report(
        &self,
        odd: OddKeys<'_>,
        index: usize,
        fields: &'static [Field],
        foreign: impl Fn(&str) -> Option<IssueKind>,
        issues: &mut Collector,
    ) {
        let absent = || {
            let absent = fields.iter().filter(|field| self.get(**field).is_absent());
            absent.map(|field| field.name()).collect()
        };
        odd.report(issues, &place::item(index), absent, foreign);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Mode;

    #[test]
    fn knows_every_field_at_a_glance() {
        for field in Field::ALL {
            let key = format!("\"{}\":1", field.name());
            let mut cursor = Cursor::new(&key, Mode::Strict);
            assert_eq!(Field::skip(&mut cursor), Some(field));
            assert_eq!(cursor.peek(), Some(b'1'));
        }
        let mut cursor = Cursor::new("\"EventID\":1", Mode::Strict);
        assert_eq!(Field::skip(&mut cursor), None);
    }
}
