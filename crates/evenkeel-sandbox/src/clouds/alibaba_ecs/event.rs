//! Holds ECS' words for types and states, what may be done about them, and what an event of a state document must have.

use serde_json::Value;

use crate::event::{Event, EventRecord, Phase};

/// Every documented type of the list of events, then those of disks.
pub(super) const TYPES: &[&str] = &[
    "SystemMaintenance.Reboot",
    "SystemMaintenance.Stop",
    "SystemMaintenance.Redeploy",
    ISOLATE_BY_REBOOT,
    REINIT_BY_REBOOT,
    "SystemMaintenance.IsolateErrorDisk",
    "SystemMaintenance.ReInitErrorDisk",
    "SystemMaintenance.StopAndRepair",
    "SystemMaintenance.CleanInactiveDisks",
    "SystemFailure.Reboot",
    "SystemFailure.Stop",
    "SystemFailure.Redeploy",
    "SystemFailure.Delete",
    "InstanceFailure.Reboot",
    "SystemUpgrade.Migrate",
    "InstanceExpiration.Stop",
    "InstanceExpiration.Delete",
    "AccountUnbalanced.Stop",
    "AccountUnbalanced.Delete",
    "SecurityPunish.Locked",
    "SecurityPunish.WebsiteBanned",
    "Instance:PreemptibleInstanceInterruption",
    "Degraded",
    "SeverelyDegraded",
    "Stalled",
    "ErrorDetected",
];

/// The types that disks have, which the list of events never has.
pub(super) const DISK_TYPES: [&str; 4] =
    ["Degraded", "SeverelyDegraded", "Stalled", "ErrorDetected"];

/// The types that the cloud makes simulated ones of.
pub(super) const SIMULATED_TYPES: [&str; 7] = [
    "SystemMaintenance.Reboot",
    "SystemMaintenance.Stop",
    "SystemMaintenance.Redeploy",
    "SystemFailure.Reboot",
    "SystemFailure.Stop",
    "SystemFailure.Redeploy",
    "InstanceFailure.Reboot",
];

/// The first step of replacing a disk of a machine that has to be rebooted for it.
pub(super) const ISOLATE_BY_REBOOT: &str = "SystemMaintenance.RebootAndIsolateErrorDisk";
/// The second.
pub(super) const REINIT_BY_REBOOT: &str = "SystemMaintenance.RebootAndReInitErrorDisk";

/// What events are about, as far as the list of events is asked for it.
pub(super) const RESOURCE_TYPES: [&str; 3] = ["instance", "ddh", "managedhost"];
/// What those events are about that it never has.
const DISK: &str = "disk";

/// Every state that events are listed by.
pub(super) const STATUSES: [Phase; 7] = [
    Phase::Inquiring,
    Phase::Scheduled,
    Phase::Executing,
    Phase::Completed,
    Phase::Failed,
    Phase::Canceled,
    Phase::Avoided,
];

/// The word for a state.
pub(super) fn status(phase: Phase) -> &'static str {
    match phase {
        Phase::Inquiring => "Inquiring",
        Phase::Scheduled => "Scheduled",
        Phase::Executing => "Executing",
        Phase::Completed => "Executed",
        Phase::Failed => "Failed",
        Phase::Canceled => "Canceled",
        Phase::Avoided => "Avoided",
    }
}

/// The number for a state. Those of executing, failed and canceled are assumed.
pub(super) fn status_code(phase: Phase) -> u32 {
    match phase {
        Phase::Completed => 0,
        Phase::Canceled => 4,
        Phase::Avoided => 8,
        Phase::Failed => 12,
        Phase::Executing => 16,
        Phase::Scheduled => 24,
        Phase::Inquiring => 28,
    }
}

/// The number for a type, as far as a documented sample has one; the rest are assumed to be others.
pub(super) fn type_code(kind: &str) -> usize {
    match kind {
        "SystemMaintenance.Reboot" => 1,
        ISOLATE_BY_REBOOT => 3,
        "InstanceExpiration.Stop" => 34,
        "SystemFailure.Reboot" => 65,
        _ => {
            let place = TYPES.iter().position(|other| *other == kind);
            100 + place.unwrap_or(TYPES.len())
        }
    }
}

/// What an event is about.
pub(super) fn resource_type(event: &Event) -> &str {
    match &event.details.resource_type {
        Some(named) => named,
        None if DISK_TYPES.contains(&&*event.kind) => DISK,
        None => "instance",
    }
}

/// A text among an event's attributes.
pub(super) fn attribute<'a>(event: &'a Event, name: &str) -> Option<&'a str> {
    event.details.attributes.as_ref()?.get(name)?.as_str()
}

/// Whether redeploying its machine answers an event of this type in this state, as the operation's page has it.
pub(super) fn is_redeployable(kind: &str, phase: Phase, has_local_disks: bool) -> bool {
    match kind {
        "SystemMaintenance.Reboot" | "SystemMaintenance.Redeploy" => {
            matches!(phase, Phase::Inquiring | Phase::Scheduled)
        }
        ISOLATE_BY_REBOOT
        | REINIT_BY_REBOOT
        | "SystemMaintenance.IsolateErrorDisk"
        | "SystemMaintenance.ReInitErrorDisk"
        | "SystemFailure.Redeploy" => phase == Phase::Inquiring,
        "SystemFailure.Reboot" => phase == Phase::Executing && has_local_disks,
        _ => false,
    }
}

/// Whether an event of this type is planned maintenance, which may be rescheduled. Which types are, is not documented:
/// assumed are those that take the machine down at a time.
pub(super) fn is_planned(kind: &str) -> bool {
    matches!(
        kind,
        "SystemMaintenance.Reboot"
            | "SystemMaintenance.Stop"
            | "SystemMaintenance.Redeploy"
            | "SystemMaintenance.StopAndRepair"
            | "SystemUpgrade.Migrate"
    )
}

/// Whether an accepted event of this type waits until its machine has been rebooted.
pub(super) fn waits_for_reboot(kind: &str) -> bool {
    [ISOLATE_BY_REBOOT, REINIT_BY_REBOOT].contains(&kind)
}

/// Checks an event of a state document; its type may be one that is not documented yet.
pub(super) fn check(event: &EventRecord<'_>) -> Result<(), String> {
    if let Some(named) = &event.resource_type
        && !RESOURCE_TYPES.contains(&&**named)
        && **named != *DISK
    {
        return Err(format!(
            "`resource_type` is one of {}, {DISK}",
            RESOURCE_TYPES.join(", ")
        ));
    }
    match event.attributes.as_deref() {
        None | Some(Value::Object(_)) => Ok(()),
        Some(_) => Err("`attributes` must be an object".to_owned()),
    }
}
