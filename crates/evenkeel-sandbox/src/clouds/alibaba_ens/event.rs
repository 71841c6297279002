//! Holds ENS' words for types and states, and what an event of a state document must have.

use crate::event::{EventRecord, LEVELS, Phase};

/// Every documented type, and the second documented spelling of a planned reboot.
pub(super) const TYPES: &[&str] = &[
    "Instance:SystemFailure.Redeploy",
    "Instance:SystemMaintenance.Redeploy",
    "Instance:SystemUpgrade.Migrate",
    "Instance:SystemMaintenance.Reboot",
    "Instance:SystemFailure.Reboot",
    "Instance:RegionNetworkDown",
    "Disk:Stalled",
    "EnsRegion:NetworkMigration",
    "IP:SafeRisk",
    "IP:SafeBan",
];

/// Every status that events are listed by.
pub(super) const STATUSES: [&str; 7] = [
    "Inquiring",
    "Scheduled",
    "Executing",
    "Executed",
    "Failed",
    "Canceled",
    "Avoided",
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

/// Checks an event of a state document.
pub(super) fn check(event: &EventRecord<'_>) -> Result<(), String> {
    event.course.check_end()?;
    if !TYPES.contains(&&*event.kind) {
        // ENS lists by type only, and refuses types that it does not know: nobody would ever see it.
        return Err(format!("`{}` is not a type that ENS documents", event.kind));
    }
    match &event.level {
        Some(level) if !LEVELS.contains(&&**level) => {
            Err(format!("`level` is one of {}", LEVELS.join(", ")))
        }
        _ => Ok(()),
    }
}
