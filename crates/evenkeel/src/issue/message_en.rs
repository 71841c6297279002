//! Messages in English: lower case, no full stop, the user's input in backticks.

use super::{CharacterClass, IssueKind};
use crate::event::DataLoss;
use crate::id::{IdFlaw, MAX_ID_CHARS};

pub(super) fn message(kind: &IssueKind, key: Option<&str>) -> String {
    match kind {
        IssueKind::InvalidJson {
            line,
            column,
            detail,
        } => {
            format!("not JSON at line {line}, column {column}: {detail}")
        }
        IssueKind::WrongType { expected, found } => format!("must be {expected}, is {found}"),
        IssueKind::DuplicateKey => "stands here twice; keep one".into(),
        IssueKind::UnknownField => "the provider has no such field".into(),
        IssueKind::ReservedField => "reserved by the provider; it is not sent".into(),
        IssueKind::Missing { assumed: None } => "missing".into(),
        IssueKind::Missing {
            assumed: Some(assumed),
        } => match key {
            Some("DataPolicy" | "data_policy") => format!(
                "choose one: without it the cloud takes `{assumed}` and leaves the data behind"
            ),
            _ => format!("choose one: without it the cloud takes `{assumed}`"),
        },
        IssueKind::NoItems => "needs at least one".into(),
        IssueKind::UnknownValue { allowed } => format!("must be one of {}", quoted(allowed)),
        IssueKind::InvalidId { flaw, prefix } => id_flaw(*flaw, prefix),
        IssueKind::NotAnInteger => "must be a whole number".into(),
        IssueKind::UnsafeInteger => "too large to be exact; must be within ±(2^53 − 1)".into(),
        IssueKind::OutOfRange { min, max } => format!("must be between {min} and {max}"),
        IssueKind::MalformedTime { expected } => format!("not a time; write it as `{expected}`"),
        IssueKind::InThePast { now } => format!("in the past; it is {now} now"),
        IssueKind::LooksLikeSeconds { millis } => {
            format!("looks like seconds; in milliseconds it is {millis}")
        }
        IssueKind::PastDeadline { deadline } => format!("must be before the deadline {deadline}"),
        IssueKind::NearDeadline { deadline } => {
            format!("less than 30 minutes before the deadline {deadline}")
        }
        IssueKind::AfterCloudStart { start } => {
            format!("later than the cloud's own start {start}, when it acts by itself")
        }
        IssueKind::RangeInverted => "ends before it begins".into(),
        IssueKind::Duplicate { first } => format!("the same event as item {first}"),
        IssueKind::PlanTimeWithImmediate => {
            "not with `immediate`; drop it or choose `scheduled`".into()
        }
        IssueKind::PasswordWithScheduled => {
            "not possible for a scheduled migration; the cloud sets a random one".into()
        }
        IssueKind::PasswordLength { min, max, length } => {
            format!("must have {min} to {max} characters, has {length}")
        }
        IssueKind::PasswordClasses { missing } => {
            let names: Vec<&str> = missing.iter().map(|class| class_name(*class)).collect();
            format!("needs {}", names.join(" and "))
        }
        IssueKind::PasswordRandom => {
            "without a password the cloud makes a random one that nobody sees".into()
        }
        IssueKind::LosesData {
            data_loss: DataLoss::Certain,
        } => "the data will be lost".into(),
        IssueKind::LosesData { .. } => "data may be lost".into(),
        IssueKind::ActionTypeMismatch { action, event_type } => {
            format!(
                "{} does not apply to events of type `{event_type}`",
                action.as_str()
            )
        }
        IssueKind::ActionNotApplicable { action, state } => {
            format!("too late to {}: the event is `{state}`", action.as_str())
        }
        IssueKind::ActionStateUnverified { action, state } => format!(
            "the cloud does not say whether it takes {} while the event is `{state}`",
            action.as_str()
        ),
        IssueKind::NotForAction { action } => format!("has no meaning for {}", action.as_str()),
    }
}

fn quoted(values: &[&str]) -> String {
    values
        .iter()
        .map(|value| format!("`{value}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn class_name(class: CharacterClass) -> &'static str {
    match class {
        CharacterClass::Uppercase => "an upper-case letter",
        CharacterClass::Lowercase => "a lower-case letter",
        CharacterClass::Digit => "a digit",
    }
}

fn id_flaw(flaw: IdFlaw, prefix: &str) -> String {
    match flaw {
        IdFlaw::Empty => "must not be empty".into(),
        IdFlaw::TooLong => format!("must have at most {MAX_ID_CHARS} characters"),
        IdFlaw::ControlCharacter => {
            "has a character that an id cannot have, such as a line break".into()
        }
        IdFlaw::Prefix => format!("must begin with `{prefix}` and go on"),
        IdFlaw::Comma => "must not have a comma: ids are joined by commas".into(),
        IdFlaw::DotSegment => "must not be `.` or `..`".into(),
    }
}
