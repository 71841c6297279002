//! An event of `DescribeInstanceHistoryEvents`, as it is listed.

use std::borrow::Cow;

use super::schema::{DISK_TYPES, INSTANCE};
use crate::event::{EventKind, ListedEvent, ListedTime, Restriction, id, json, text, time};
use crate::json::{Cursor, Mode, Step};
use crate::provider::Provider;
use crate::provider_error::mentions;

/// The times of an event: our names, and the members that hold them.
pub(crate) const TIMES: &[(&str, &[&str])] = &[
    ("published_at", &["EventPublishTime"]),
    ("not_before", &["NotBefore"]),
    ("deadline", &["ExtendedAttribute.InitialNotBefore"]),
    ("finished_at", &["EventFinishTime"]),
];

/// What the reason of a simulated event says, in lower case: nothing else tells it from a real one.
const SIMULATED: [&str; 2] = ["simulated", "模拟"];

/// What else of an event decides about it.
#[derive(Default)]
struct Extended<'a> {
    /// When it was first planned: the latest time to which it may be moved.
    first_plan: Option<ListedTime<'a>>,
    refuses_agreement: bool,
}

/// Reads the item that begins here and shows it to `each`; one that is no object says nothing.
pub(super) fn event<'a>(
    cursor: &mut Cursor<'a>,
    each: &mut dyn FnMut(&ListedEvent<'a>),
) -> Step<()> {
    let mut event = ListedEvent::new(Provider::AlibabaEcs);
    let start = cursor.at();
    if cursor.peek() == Some(b'{') {
        let mut extended = Extended::default();
        let mut resource_type = Cow::Borrowed(INSTANCE);
        cursor.object(|cursor, key| {
            match key.as_ref() {
                "EventId" => event.id = id(cursor)?,
                "InstanceId" => event.resource_id = id(cursor)?,
                "EventType" => event.event_type = name(cursor)?,
                "EventCycleStatus" => event.state = name(cursor)?,
                "EventPublishTime" => event.published_at = time(cursor)?,
                "NotBefore" => event.not_before = time(cursor)?,
                "EventFinishTime" => event.finished_at = time(cursor)?,
                "Reason" => event.description = json(cursor)?,
                "ResourceType" => resource_type = text(cursor)?,
                "ExtendedAttribute" => extended = attributes(cursor)?,
                _ => cursor.pass()?,
            }
            Ok(())
        })?;
        event.deadline = extended.first_plan;
        let is_instance = resource_type.is_empty() || resource_type == INSTANCE;
        event.restriction = if is_simulated(event.description) {
            Some(Restriction::Simulated)
        } else {
            match (extended.refuses_agreement, is_instance) {
                (false, true) => None,
                (true, true) => Some(Restriction::NoAgreement),
                (false, false) => Some(Restriction::NoInstance),
                (true, false) => Some(Restriction::NoAction),
            }
        };
    } else {
        cursor.pass()?;
    }
    event.raw = cursor.slice(start);
    each(&event);
    Ok(())
}

/// The name of a type or of a state, which has a number beside it.
pub(super) fn name<'a>(cursor: &mut Cursor<'a>) -> Step<Cow<'a, str>> {
    if cursor.peek() != Some(b'{') {
        return text(cursor);
    }
    let mut name = Cow::default();
    cursor.object(|cursor, key| {
        if key == "Name" {
            name = text(cursor)?;
            return Ok(());
        }
        cursor.pass()
    })?;
    Ok(name)
}

fn attributes<'a>(cursor: &mut Cursor<'a>) -> Step<Extended<'a>> {
    let mut extended = Extended::default();
    if cursor.peek() != Some(b'{') {
        cursor.pass()?;
        return Ok(extended);
    }
    cursor.object(|cursor, key| {
        match key.as_ref() {
            "InitialNotBefore" => extended.first_plan = time(cursor)?,
            // A text or a word, in any case.
            "CanAccept" => {
                let word = json(cursor)?;
                let text = Cursor::new(word, Mode::Lenient).lenient_text()?;
                let word = text.as_deref().unwrap_or(word);
                extended.refuses_agreement = word.eq_ignore_ascii_case("false");
            }
            _ => cursor.pass()?,
        }
        Ok(())
    })?;
    Ok(extended)
}

fn is_simulated(reason: &str) -> bool {
    reason_text(reason).is_some_and(|text| SIMULATED.iter().any(|word| mentions(&text, word)))
}

/// A reason is a text without a locale.
pub(crate) fn describe(json: &str) -> Vec<(String, String)> {
    let text = reason_text(json);
    text.map(|text| ("und".to_owned(), text.into_owned()))
        .into_iter()
        .collect()
}

#[inline(never)]
fn reason_text(json: &str) -> Option<Cow<'_, str>> {
    let text = Cursor::new(json, Mode::Lenient).lenient_text().ok()?;
    text.filter(|text| !text.is_empty())
}

/// What an event of a type is about. Who owes, or is punished, has an event that no action helps.
pub(super) fn kind(name: &str) -> Option<EventKind> {
    Some(match name {
        "SystemMaintenance.RebootAndIsolateErrorDisk"
        | "SystemMaintenance.RebootAndReInitErrorDisk"
        | "SystemMaintenance.IsolateErrorDisk"
        | "SystemMaintenance.ReInitErrorDisk" => EventKind::DiskRecovery,
        "SystemMaintenance.CleanInactiveDisks" => EventKind::Disk,
        "SystemMaintenance.Stop" | "SystemMaintenance.StopAndRepair" | "SystemFailure.Stop" => {
            EventKind::Stop
        }
        "SystemMaintenance.Reboot" | "SystemFailure.Reboot" | "InstanceFailure.Reboot" => {
            EventKind::Reboot
        }
        "SystemMaintenance.Redeploy" | "SystemFailure.Redeploy" => EventKind::Redeploy,
        "SystemUpgrade.Migrate" => EventKind::Migrate,
        "SecurityPunish.Locked" | "SecurityPunish.WebsiteBanned" => EventKind::Security,
        name if DISK_TYPES.contains(&name) => EventKind::Disk,
        _ => return None,
    })
}
