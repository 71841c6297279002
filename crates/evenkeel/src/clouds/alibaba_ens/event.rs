//! An event of `DescribeHistoryEvents`, as it is listed.

use crate::event::{EventKind, ListedEvent, id, json, text, time};
use crate::json::{Cursor, Mode, Step, parse_answer};
use crate::provider::Provider;

/// The times of an event: our names, and the members that hold them, the first before the second.
pub(crate) const TIMES: &[(&str, &[&str])] = &[
    ("published_at", &["PublishTime", "PublishUtcTime"]),
    ("not_before", &["NotBefore", "NotBeforeUtcTime"]),
];

/// Reads the item that begins here and shows it to `each`; one that is no object says nothing.
pub(super) fn event<'a>(
    cursor: &mut Cursor<'a>,
    each: &mut dyn FnMut(&ListedEvent<'a>),
) -> Step<()> {
    let mut event = ListedEvent::new(Provider::Ens);
    let start = cursor.at();
    if cursor.peek() == Some(b'{') {
        // Each of these times comes as a number, as a text, or as both.
        let (mut published, mut starts) = (None, None);
        cursor.object(|cursor, key| {
            match key.as_ref() {
                "EventId" => event.id = id(cursor)?,
                "ResourceId" => event.resource_id = id(cursor)?,
                "EventType" => event.event_type = text(cursor)?,
                "EventStatus" => event.state = text(cursor)?,
                "EventLevel" => event.level = cursor.lenient_text()?,
                "PublishTime" => published = time(cursor)?,
                "PublishUtcTime" => event.published_at = time(cursor)?,
                "NotBefore" => starts = time(cursor)?,
                "NotBeforeUtcTime" => event.not_before = time(cursor)?,
                "Reason" => event.description = json(cursor)?,
                _ => cursor.pass()?,
            }
            Ok(())
        })?;
        event.published_at = published.or(event.published_at);
        event.not_before = starts.or(event.not_before);
    } else {
        cursor.pass()?;
    }
    event.raw = cursor.slice(start);
    each(&event);
    Ok(())
}

/// A reason is a text without a locale.
pub(crate) fn describe(json: &str) -> Vec<(String, String)> {
    Cursor::new(json, Mode::Lenient)
        .lenient_text()
        .ok()
        .flatten()
        .filter(|reason| !reason.is_empty())
        .map(|reason| vec![("und".to_owned(), reason.into_owned())])
        .unwrap_or_default()
}

/// The name of the instance: in an object that stands in a text.
pub(super) fn resource_name(raw: &str) -> Option<String> {
    let event = parse_answer(raw).ok()?;
    let attributes = parse_answer(event.text("ExtendedAttribute")?).ok()?;
    attributes.text("instanceName").map(str::to_owned)
}

/// What an event of a type is about. Those that a later version may add keep the ends of these.
pub(super) fn kind(name: &str) -> Option<EventKind> {
    Some(match name {
        "Instance:RegionNetworkDown" | "EnsRegion:NetworkMigration" => EventKind::Network,
        "Disk:Stalled" => EventKind::Disk,
        "IP:SafeRisk" | "IP:SafeBan" => EventKind::Security,
        _ if name.ends_with(".Redeploy") => EventKind::Redeploy,
        _ if name.ends_with(".Migrate") => EventKind::Migrate,
        _ if name.ends_with(".Reboot") => EventKind::Reboot,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_says_the_name_of_its_instance_where_it_has_one() {
        let said = |attributes: &str| {
            let raw = serde_json::json!({ "EventId": "e-1", "ExtendedAttribute": attributes });
            resource_name(&raw.to_string())
        };
        assert_eq!(
            said(r#"{"ensRegionId":"cn-1","instanceName":"web-1"}"#),
            Some("web-1".to_owned())
        );
        for nothing in ["", "{}", "[]", "web-1", r#"{"instanceName":null}"#] {
            assert_eq!(said(nothing), None, "{nothing}");
        }
        assert_eq!(resource_name("{}"), None);
        assert_eq!(resource_name(""), None);
    }
}
