//! Messages in English: lower case, no full stop, the user's input in backticks.

use super::{CharacterClass, Kind, quoted};
use crate::action::{Action, DataLoss};
use crate::event::Restriction;
use crate::id::{IdFlaw, MAX_ID_CHARS};

pub(super) fn message(kind: &Kind<'_>, key: Option<&str>) -> String {
    match kind {
        Kind::InvalidJson {
            line,
            column,
            detail,
        } => {
            format!("not JSON at line {line}, column {column}: {detail}")
        }
        Kind::WrongType { expected, found } => format!("must be {expected}, is {found}"),
        Kind::DuplicateKey => "stands here twice; keep one".into(),
        Kind::UnknownField => "the provider has no such field".into(),
        Kind::ReservedField => "reserved by the provider; it is not sent".into(),
        Kind::NeverSent => {
            "never sent from here: it makes the act harsher than what it answers; drop it".into()
        }
        Kind::Missing { assumed: None } => "missing".into(),
        Kind::Missing {
            assumed: Some(assumed),
        } => match key {
            Some("DataPolicy" | "data_policy") => format!(
                "choose one: without it the cloud takes `{assumed}` and leaves the data behind"
            ),
            _ => format!("choose one: without it the cloud takes `{assumed}`"),
        },
        Kind::NoItems => "needs at least one".into(),
        Kind::TooManyItems { max, length } => {
            format!("a call takes {max} of them at most, here are {length}; split them")
        }
        Kind::UnknownValue { allowed } => format!("must be one of {}", quoted(allowed, ", ")),
        Kind::InvalidId { flaw, prefix } => id_flaw(*flaw, prefix),
        Kind::NotAnInteger => "must be a whole number".into(),
        Kind::UnsafeInteger => "too large to be exact; must be within ±(2^53 − 1)".into(),
        Kind::OutOfRange { min, max } => format!("must be between {min} and {max}"),
        Kind::MalformedTime { expected } => format!("not a time; write it as `{expected}`"),
        Kind::InThePast { now } => format!("in the past; it is {now} now"),
        Kind::LooksLikeSeconds { millis } => {
            format!("looks like seconds; in milliseconds it is {millis}")
        }
        Kind::PastDeadline { deadline } => format!("must be before the deadline {deadline}"),
        Kind::NearDeadline { deadline } => {
            format!("less than 30 minutes before the deadline {deadline}")
        }
        Kind::AfterCloudStart { start } => {
            format!("later than the cloud's own start {start}, when it acts by itself")
        }
        Kind::AfterFirstPlan { latest } => {
            format!("must not be later than the first plan, {latest}")
        }
        Kind::RangeInverted => "ends before it begins".into(),
        Kind::Duplicate { first } => format!("the same event as item {first}"),
        Kind::DuplicateResource { first } => {
            format!("the same resource as item {first}, and the call names no event; keep one")
        }
        Kind::PlanTimeWithImmediate => "not with `immediate`; drop it or choose `scheduled`".into(),
        Kind::PasswordWithScheduled => {
            "not possible for a scheduled migration; the cloud sets a random one".into()
        }
        Kind::PasswordLength { min, max, length } => {
            format!("must have {min} to {max} characters, has {length}")
        }
        Kind::PasswordClasses { missing } => {
            let names: Vec<&str> = missing.iter().map(|class| class_name(*class)).collect();
            format!("needs {}", names.join(" and "))
        }
        Kind::PasswordRandom => {
            "without a password the cloud makes a random one that nobody sees".into()
        }
        Kind::LosesData {
            data_loss: DataLoss::Certain,
        } => "the data will be lost".into(),
        Kind::LosesData { .. } => "data may be lost".into(),
        Kind::ActionTypeMismatch { action, event_type } => {
            format!(
                "{} does not apply to events of type `{event_type}`",
                action.as_str()
            )
        }
        Kind::ActionTypeUnverified { action, event_type } => format!(
            "the cloud does not say whether it takes {} for events of type `{event_type}`",
            action.as_str()
        ),
        Kind::ActionNotApplicable { action, state } => {
            format!("too late to {}: the event is `{state}`", action.as_str())
        }
        Kind::ActionStateUnverified { action, state } => format!(
            "the cloud does not say whether it takes {} while the event is `{state}`",
            action.as_str()
        ),
        Kind::ActionRestricted {
            action,
            restriction,
        } => restricted(*action, *restriction),
        Kind::NotForAction { action } => format!("has no meaning for {}", action.as_str()),
    }
}

fn restricted(action: Action, restriction: Restriction) -> String {
    let action = action.as_str();
    match restriction {
        Restriction::Simulated => {
            format!("the event is simulated, but to {action} would be real; leave it out")
        }
        Restriction::NoAgreement => "the cloud takes no agreement to this event".into(),
        Restriction::NoInstance => {
            format!("the event is about no instance: nothing to {action}")
        }
        Restriction::NoAction => "the cloud takes no action on this event".into(),
    }
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
        IdFlaw::OddCharacter => {
            "has white space, or a character that is invisible or full-width".into()
        }
        IdFlaw::Prefix => format!("must begin with `{prefix}` and go on"),
        IdFlaw::Comma => "must not have a comma: ids are joined by commas".into(),
        IdFlaw::DotSegment => "must not be `.` or `..`".into(),
    }
}
