//! The fields of an item of `EventInfos`.

use crate::clouds::alibaba_ens::actions::BatchKind;
use crate::clouds::alibaba_ens::schema;
use crate::description::params::keys;
use crate::json::Cursor;

/// A field of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemField {
    EventId,
    ResourceId,
    OpsType,
    PlanTime,
    PlanUtcTime,
    DataPolicy,
    Password,
}

pub(super) const NAMES: [&str; 7] = keys(&schema::MIGRATE_EVENT_INFO);

impl ItemField {
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
    pub(super) fn skip(cursor: &mut Cursor<'_>) -> Option<Self> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Mode;

    #[test]
    fn knows_every_field_at_a_glance() {
        for field in ItemField::ALL {
            let key = format!("\"{}\":1", field.name());
            let mut cursor = Cursor::new(&key, Mode::Strict);
            assert_eq!(ItemField::skip(&mut cursor), Some(field));
            assert_eq!(cursor.peek(), Some(b'1'));
        }
        let mut cursor = Cursor::new("\"EventID\":1", Mode::Strict);
        assert_eq!(ItemField::skip(&mut cursor), None);
    }
}
