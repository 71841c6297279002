//! Holds Huawei's words for types and states, and what an event of a state document must have.

use crate::event::{CourseRecord, EventRecord, Phase};

/// Every documented type, in the order in which they are dealt.
pub(super) const TYPES: &[&str] = &[
    "instance-redeploy",
    "instance-migrate",
    "instance-reboot",
    "localdisk-recovery",
    "system-maintenance",
    "instance-stop",
];

/// Every state that events are listed by.
pub(super) const STATES: [&str; 6] = [
    "inquiring",
    "scheduled",
    "executing",
    "completed",
    "failed",
    "canceled",
];

/// The word for a state; Huawei knows no `avoided`, and its fleet has none.
pub(super) fn state(phase: Phase) -> &'static str {
    match phase {
        Phase::Inquiring => "inquiring",
        Phase::Scheduled => "scheduled",
        Phase::Executing => "executing",
        Phase::Completed => "completed",
        Phase::Failed => "failed",
        Phase::Canceled | Phase::Avoided => "canceled",
    }
}

/// Checks an event of a state document; its type may be one that is not documented yet.
pub(super) fn check(event: &EventRecord<'_>) -> Result<(), String> {
    match event.course {
        CourseRecord::Avoided { .. } => Err("Huawei Cloud knows no `avoided`".to_owned()),
        _ => event.course.check_end(),
    }
}
