//! Says how an event stands in a state document.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{Course, Details, Event, LEVELS, NEVER, Phase};
use crate::time::{self, LAST_MS};

/// A time in a document: RFC 3339 outside, ms since the epoch inside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time(pub(crate) i64);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time::format_ms(self.0))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        time::parse_rfc3339(&text)
            .filter(|ms| (0..=LAST_MS).contains(ms))
            .map(Self)
            .ok_or_else(|| {
                serde::de::Error::custom(format!(
                    "`{text}` is not a time like 2027-01-01T00:00:00Z"
                ))
            })
    }
}

/// One event of any cloud, with the fields of all.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventRecord<'a> {
    pub(crate) id: Cow<'a, str>,
    resource_id: Cow<'a, str>,
    #[serde(rename = "type")]
    pub(crate) kind: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) level: Option<Cow<'a, str>>,
    published_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_after: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deadline: Option<Time>,
    pub(crate) course: CourseRecord,
    /// Whether carrying it out will fail.
    #[serde(default)]
    fails: bool,
    #[serde(default)]
    description: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extended_attribute: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    execute_options: Option<Cow<'a, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<Cow<'a, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attributes: Option<Cow<'a, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resource_type: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    simulated: bool,
}

/// A course as it is written.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum CourseRecord {
    /// Waits for an answer, for ever or until the cloud goes ahead without one.
    Asking {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Time>,
    },
    /// Decided; without an end it waits for somebody to end it.
    Planned {
        starts_at: Time,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ends_at: Option<Time>,
    },
    Canceled {
        at: Time,
    },
    Avoided {
        at: Time,
    },
}

/// A time that may never come.
fn at(ms: i64) -> Option<Time> {
    (ms != NEVER).then_some(Time(ms))
}

impl From<Course> for CourseRecord {
    fn from(course: Course) -> Self {
        match course {
            Course::Asking { until } => Self::Asking { until: at(until) },
            Course::Planned { start, end } => Self::Planned {
                starts_at: Time(start),
                ends_at: at(end),
            },
            Course::Withdrawn {
                phase: Phase::Avoided,
                at,
            } => Self::Avoided { at: Time(at) },
            Course::Withdrawn { at, .. } => Self::Canceled { at: Time(at) },
        }
    }
}

impl CourseRecord {
    /// Checks that it comes to its end by itself, for clouds where every event does.
    ///
    /// # Errors
    /// What is missing.
    pub(crate) fn check_end(&self) -> Result<(), String> {
        match self {
            Self::Asking { until: None } => Err("its course needs `until`".to_owned()),
            Self::Planned { ends_at: None, .. } => Err("its course needs `ends_at`".to_owned()),
            _ => Ok(()),
        }
    }

    fn course(&self) -> Course {
        match *self {
            Self::Asking { until } => Course::Asking {
                until: until.map_or(NEVER, |time| time.0),
            },
            Self::Planned { starts_at, ends_at } => Course::Planned {
                start: starts_at.0,
                end: ends_at.map_or(NEVER, |time| time.0),
            },
            Self::Canceled { at } => Course::Withdrawn {
                phase: Phase::Canceled,
                at: at.0,
            },
            Self::Avoided { at } => Course::Withdrawn {
                phase: Phase::Avoided,
                at: at.0,
            },
        }
    }
}

/// Checks an id or a word of a document.
///
/// # Errors
/// What the member of that name must be.
pub(crate) fn check_name(member: &str, text: &str) -> Result<(), String> {
    if text.is_empty() || text.len() > 256 || text.chars().any(char::is_control) {
        return Err(format!(
            "`{member}` must have 1 to 256 bytes and no control characters"
        ));
    }
    Ok(())
}

impl<'a> EventRecord<'a> {
    /// Writes an event.
    pub(crate) fn of(event: &'a Event) -> Self {
        Self {
            id: Cow::Borrowed(&event.id),
            resource_id: Cow::Borrowed(&event.resource_id),
            kind: Cow::Borrowed(&event.kind),
            level: event.details.level.map(Cow::Borrowed),
            published_at: Time(event.published),
            not_before: event.not_before.map(Time),
            not_after: event.not_after.map(Time),
            deadline: event.deadline.map(Time),
            course: event.course.into(),
            fails: event.fails,
            description: Cow::Borrowed(&event.text),
            extended_attribute: event.details.extended.as_deref().map(Cow::Borrowed),
            execute_options: event.details.options.as_ref().map(Cow::Borrowed),
            source: event.details.source.as_ref().map(Cow::Borrowed),
            attributes: event.details.attributes.as_ref().map(Cow::Borrowed),
            resource_type: event.details.resource_type.as_deref().map(Cow::Borrowed),
            simulated: event.details.is_simulated,
        }
    }

    /// Checks what an event of any cloud must have.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        for (name, text) in [
            ("id", &self.id),
            ("resource_id", &self.resource_id),
            ("type", &self.kind),
        ] {
            check_name(name, text)?;
        }
        match self.course {
            CourseRecord::Planned {
                starts_at,
                ends_at: Some(ends_at),
            } if starts_at.0 > ends_at.0 => Err("it ends before it starts".to_owned()),
            _ => Ok(()),
        }
    }

    /// The event, which stays `step` ms in each state once it is under way.
    pub(crate) fn into_event(self, types: &[&'static str], step: i64) -> Event {
        // Known words are shared: a fleet may be large.
        let known =
            |words: &[&'static str], text: &str| words.iter().find(|word| **word == text).copied();
        Event {
            kind: known(types, &self.kind)
                .map_or_else(|| Cow::Owned(self.kind.to_string()), Cow::Borrowed),
            id: self.id.into_owned(),
            resource_id: self.resource_id.into_owned(),
            published: self.published_at.0,
            not_before: self.not_before.map(|time| time.0),
            not_after: self.not_after.map(|time| time.0),
            deadline: self.deadline.map(|time| time.0),
            course: self.course.course(),
            past: Vec::new(),
            step,
            fails: self.fails,
            text: Cow::Owned(self.description.into_owned()),
            details: Details {
                level: self.level.and_then(|level| known(&LEVELS, &level)),
                extended: self.extended_attribute.map(Cow::into_owned),
                options: self.execute_options.map(Cow::into_owned),
                source: self.source.map(Cow::into_owned),
                attributes: self.attributes.map(Cow::into_owned),
                resource_type: self.resource_type.map(Cow::into_owned),
                is_simulated: self.simulated,
            },
        }
    }
}
