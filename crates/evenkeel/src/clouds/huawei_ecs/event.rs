//! An event of `ListScheduledEvents`, as it is listed.

use std::borrow::Cow;

use crate::event::{EventKind, ListedEvent, Texts, id, json, text, time};
use crate::json::{Cursor, Mode, Node, Step, Value, parse, parse_answer};
use crate::provider::Provider;

/// A field of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EventField {
    Id,
    InstanceId,
    Type,
    State,
    PublishTime,
    StartTime,
    FinishTime,
    NotBefore,
    NotAfter,
    Deadline,
    Description,
    Source,
    Other,
}

impl EventField {
    /// Moves past a key with its colon.
    fn read(cursor: &mut Cursor<'_>) -> Step<Self> {
        match Self::skip(cursor) {
            Some(field) => Ok(field),
            None => cursor.key().map(|key| Self::of(&key)),
        }
    }

    /// Moves past a key with its colon, if one stands here as most writers write it.
    #[inline]
    fn skip(cursor: &mut Cursor<'_>) -> Option<Self> {
        let field = match cursor.ahead(1)? {
            b'i' if cursor.skip(b"\"id\":") => Self::Id,
            b'i' if cursor.skip(b"\"instance_id\":") => Self::InstanceId,
            b't' if cursor.skip(b"\"type\":") => Self::Type,
            b's' if cursor.skip(b"\"state\":") => Self::State,
            b's' if cursor.skip(b"\"start_time\":") => Self::StartTime,
            b's' if cursor.skip(b"\"source\":") => Self::Source,
            b'p' if cursor.skip(b"\"publish_time\":") => Self::PublishTime,
            b'f' if cursor.skip(b"\"finish_time\":") => Self::FinishTime,
            b'n' if cursor.skip(b"\"not_before\":") => Self::NotBefore,
            b'n' if cursor.skip(b"\"not_after\":") => Self::NotAfter,
            b'n' if cursor.skip(b"\"not_before_deadline\":") => Self::Deadline,
            b'd' if cursor.skip(b"\"description\":") => Self::Description,
            _ => return None,
        };
        Some(field)
    }

    fn of(key: &str) -> Self {
        match key {
            "id" => Self::Id,
            "instance_id" => Self::InstanceId,
            "type" => Self::Type,
            "state" => Self::State,
            "publish_time" => Self::PublishTime,
            "start_time" => Self::StartTime,
            "finish_time" => Self::FinishTime,
            "not_before" => Self::NotBefore,
            "not_after" => Self::NotAfter,
            "not_before_deadline" => Self::Deadline,
            "description" => Self::Description,
            "source" => Self::Source,
            _ => Self::Other,
        }
    }
}

/// The times of an event: our names, and the members that hold them.
pub(crate) const TIMES: &[(&str, &[&str])] = &[
    ("published_at", &["publish_time"]),
    ("not_before", &["not_before"]),
    ("not_after", &["not_after"]),
    ("deadline", &["not_before_deadline"]),
    ("started_at", &["start_time"]),
    ("finished_at", &["finish_time"]),
];

/// Reads the item that begins here and shows it to `each`; one that is no object says nothing.
pub(super) fn event<'a>(
    cursor: &mut Cursor<'a>,
    each: &mut dyn FnMut(&ListedEvent<'a>),
) -> Step<()> {
    let mut event = ListedEvent::new(Provider::HuaweiEcs);
    let start = cursor.at();
    if cursor.peek() == Some(b'{') {
        cursor.members(EventField::read, |cursor, field| {
            match field {
                EventField::Id => event.id = id(cursor)?,
                EventField::InstanceId => event.resource_id = id(cursor)?,
                EventField::Type => event.event_type = text(cursor)?,
                EventField::State => event.state = text(cursor)?,
                EventField::PublishTime => event.published_at = time(cursor)?,
                EventField::StartTime => event.started_at = time(cursor)?,
                EventField::FinishTime => event.finished_at = time(cursor)?,
                EventField::NotBefore => event.not_before = time(cursor)?,
                EventField::NotAfter => event.not_after = time(cursor)?,
                EventField::Deadline => event.deadline = time(cursor)?,
                EventField::Description => event.description = json(cursor)?,
                EventField::Source => event.source = source(cursor)?,
                EventField::Other => cursor.pass()?,
            }
            Ok(())
        })?;
    } else {
        cursor.pass()?;
    }
    event.raw = cursor.slice(start);
    each(&event);
    Ok(())
}

/// Who caused it: the type of an object.
fn source<'a>(cursor: &mut Cursor<'a>) -> Step<Option<Cow<'a, str>>> {
    let mut source = None;
    if cursor.peek() == Some(b'{') {
        cursor.object(|cursor, key| {
            if key == "type" {
                source = cursor.lenient_text()?;
                Ok(())
            } else {
                cursor.pass()
            }
        })?;
    } else {
        cursor.pass()?;
    }
    Ok(source)
}

/// A description is a JSON object in a string, locale → text; anything else is kept as it is.
pub(crate) fn describe(json: &str) -> Vec<(String, String)> {
    let Ok(node) = parse(json, Mode::Lenient) else {
        return Vec::new();
    };
    if let Some(found) = texts(&node) {
        return found;
    }
    let Some(text) = node.as_str().filter(|text| !text.is_empty()) else {
        return Vec::new();
    };
    parse_answer(text)
        .ok()
        .and_then(|inner| texts(&inner))
        .filter(|found| !found.is_empty())
        .unwrap_or_else(|| vec![("und".to_owned(), text.to_owned())])
}

/// The texts of an object by their locales; none where it is something else.
fn texts(node: &Node<'_>) -> Option<Vec<(String, String)>> {
    let Value::Object(members) = &node.value else {
        return None;
    };
    let mut texts = Texts::default();
    for (locale, text) in members {
        if let Some(text) = text.as_str() {
            texts.insert(locale.to_string(), text.to_owned());
        }
    }
    Some(texts.into_vec())
}

/// What an event of a type is about.
pub(super) fn kind(name: &str) -> Option<EventKind> {
    Some(match name {
        "instance-redeploy" => EventKind::Redeploy,
        "instance-migrate" => EventKind::Migrate,
        "instance-reboot" => EventKind::Reboot,
        "instance-stop" => EventKind::Stop,
        "localdisk-recovery" => EventKind::DiskRecovery,
        "system-maintenance" => EventKind::SystemMaintenance,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_field_at_a_glance() {
        for name in [
            "id",
            "instance_id",
            "type",
            "state",
            "publish_time",
            "start_time",
            "finish_time",
            "not_before",
            "not_after",
            "not_before_deadline",
            "description",
            "source",
        ] {
            let key = format!("\"{name}\":1");
            let mut cursor = Cursor::new(&key, Mode::Lenient);
            let field = EventField::skip(&mut cursor);
            assert_eq!(field, Some(EventField::of(name)));
            assert_ne!(field, Some(EventField::Other));
            assert_eq!(cursor.peek(), Some(b'1'));
        }
        let mut cursor = Cursor::new("\"ID\":1", Mode::Lenient);
        assert_eq!(EventField::skip(&mut cursor), None);
    }
}
