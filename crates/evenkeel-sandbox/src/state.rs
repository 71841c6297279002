//! The fleet as a JSON document: exported, kept, edited by hand, imported. `docs/sandbox.md` describes it.

use std::{borrow::Cow, collections::HashSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use thiserror::Error;

use crate::{
    fleet::{Course, ENS_TYPES, Event, Fleet, HUAWEI_TYPES, Phase, Side},
    time::{self, LAST_MS},
};

/// The only version there is.
const VERSION: u32 = 1;
const LEVELS: [&str; 3] = ["CRITICAL", "WARN", "INFO"];

/// Why a state document cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StateError {
    /// It is not JSON, or a field is missing or of another kind.
    #[error("the state is malformed{}: {message}", at(path.as_deref()))]
    Malformed {
        /// The way to the field, such as `events.ens[3].course`; none for the whole document.
        path: Option<String>,
        /// What is wrong there.
        message: String,
    },
    /// It is of another version.
    #[error("the state has version {0}, and this program reads version {VERSION}")]
    Version(u32),
    /// An event does not make sense.
    #[error("the state is wrong at `events.{provider}[{index}]`: {message}")]
    Event {
        /// `ens` or `huawei-ecs`.
        provider: &'static str,
        /// Its place in the list, counted from 0.
        index: usize,
        /// What is wrong with it.
        message: String,
    },
}

fn at(path: Option<&str>) -> String {
    path.map_or_else(String::new, |path| format!(" at `{path}`"))
}

/// A time in a document: RFC 3339 outside, ms since the epoch inside.
#[derive(Debug, Clone, Copy)]
struct Time(i64);

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

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document<'a> {
    version: u32,
    /// As of when the times are to be read; without it they stay as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<Time>,
    events: Events<'a>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Events<'a> {
    #[serde(default)]
    ens: Vec<Item<'a>>,
    #[serde(default, rename = "huawei-ecs")]
    huawei: Vec<Item<'a>>,
}

/// One event of either cloud.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item<'a> {
    id: Cow<'a, str>,
    resource_id: Cow<'a, str>,
    #[serde(rename = "type")]
    kind: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<Cow<'a, str>>,
    published_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_after: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deadline: Option<Time>,
    course: Way,
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
}

/// A course as it is written.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Way {
    /// Waits for an answer; then the cloud goes ahead without one.
    Asking {
        until: Time,
    },
    /// Decided.
    Planned {
        starts_at: Time,
        ends_at: Time,
    },
    Canceled {
        at: Time,
    },
    /// ENS only.
    Avoided {
        at: Time,
    },
}

impl From<Course> for Way {
    fn from(course: Course) -> Self {
        match course {
            Course::Asking { until } => Self::Asking { until: Time(until) },
            Course::Planned { start, end } => Self::Planned {
                starts_at: Time(start),
                ends_at: Time(end),
            },
            Course::Withdrawn {
                phase: Phase::Avoided,
                at,
            } => Self::Avoided { at: Time(at) },
            Course::Withdrawn { at, .. } => Self::Canceled { at: Time(at) },
        }
    }
}

impl Way {
    fn course(&self) -> Course {
        match *self {
            Self::Asking { until } => Course::Asking { until: until.0 },
            Self::Planned { starts_at, ends_at } => Course::Planned {
                start: starts_at.0,
                end: ends_at.0,
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

/// The fleet at a time.
pub(crate) fn export(fleet: &Fleet, now: i64) -> Document<'_> {
    fn items(side: &Side) -> Vec<Item<'_>> {
        side.events().iter().map(item).collect()
    }
    Document {
        version: VERSION,
        now: Some(Time(now)),
        events: Events {
            ens: items(&fleet.ens),
            huawei: items(&fleet.huawei),
        },
    }
}

fn item(event: &Event) -> Item<'_> {
    Item {
        id: Cow::Borrowed(&event.id),
        resource_id: Cow::Borrowed(&event.resource_id),
        kind: Cow::Borrowed(&event.kind),
        level: event.level.map(Cow::Borrowed),
        published_at: Time(event.published),
        not_before: event.not_before.map(Time),
        not_after: event.not_after.map(Time),
        deadline: event.deadline.map(Time),
        course: event.course.into(),
        fails: event.fails,
        description: Cow::Borrowed(&event.text),
        extended_attribute: event.extended.as_deref().map(Cow::Borrowed),
        execute_options: event.options.as_ref().map(Cow::Borrowed),
        source: event.source.as_ref().map(Cow::Borrowed),
    }
}

/// A document that has been read.
pub(crate) struct Imported {
    /// As of when its times are, if it says so.
    pub(crate) now: Option<i64>,
    pub(crate) ens: Vec<Event>,
    pub(crate) huawei: Vec<Event>,
}

/// Reads a document; its events stay `step` ms in each state once they are under way.
///
/// # Errors
/// The first mistake and its place.
pub(crate) fn import(text: &[u8], step: i64) -> Result<Imported, StateError> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let malformed = |path: String, error: &serde_json::Error| StateError::Malformed {
        // What stands for the document itself, and for nowhere.
        path: Some(path).filter(|path| ![".", "?"].contains(&path.as_str())),
        message: error.to_string(),
    };
    let document: Document<'_> = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| malformed(error.path().to_string(), error.inner()))?;
    reader
        .end()
        .map_err(|error| malformed(".".to_owned(), &error))?;
    if document.version != VERSION {
        return Err(StateError::Version(document.version));
    }
    let Events { ens, huawei } = document.events;
    Ok(Imported {
        now: document.now.map(|now| now.0),
        ens: events("ens", ens, step)?,
        huawei: events("huawei-ecs", huawei, step)?,
    })
}

fn events(
    provider: &'static str,
    items: Vec<Item<'_>>,
    step: i64,
) -> Result<Vec<Event>, StateError> {
    let mut ids = HashSet::with_capacity(items.len());
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| {
            check(provider, &item)
                .and_then(|()| {
                    if ids.insert(item.id.to_string()) {
                        Ok(event(provider, item, step))
                    } else {
                        Err(format!("the id `{}` is there twice", item.id))
                    }
                })
                .map_err(|message| StateError::Event {
                    provider,
                    index,
                    message,
                })
        })
        .collect()
}

fn check(provider: &str, item: &Item<'_>) -> Result<(), String> {
    for (name, text) in [
        ("id", &item.id),
        ("resource_id", &item.resource_id),
        ("type", &item.kind),
    ] {
        if text.is_empty() || text.len() > 256 || text.chars().any(char::is_control) {
            return Err(format!(
                "`{name}` must have 1 to 256 bytes and no control characters"
            ));
        }
    }
    if let Way::Planned { starts_at, ends_at } = item.course
        && starts_at.0 > ends_at.0
    {
        return Err("it ends before it starts".to_owned());
    }
    if provider == "ens" {
        if !ENS_TYPES.contains(&&*item.kind) {
            // ENS lists by type only, and refuses types that it does not know: nobody would ever see it.
            return Err(format!("`{}` is not a type that ENS documents", item.kind));
        }
        if item
            .level
            .as_ref()
            .is_some_and(|level| !LEVELS.contains(&&**level))
        {
            return Err(format!("`level` is one of {}", LEVELS.join(", ")));
        }
    } else if matches!(item.course, Way::Avoided { .. }) {
        return Err("Huawei Cloud knows no `avoided`".to_owned());
    }
    Ok(())
}

fn event(provider: &str, item: Item<'_>, step: i64) -> Event {
    // Known words are shared: a fleet may be large.
    let known =
        |words: &[&'static str], text: &str| words.iter().find(|word| **word == text).copied();
    let types = if provider == "ens" {
        ENS_TYPES
    } else {
        HUAWEI_TYPES
    };
    Event {
        kind: known(types, &item.kind)
            .map_or_else(|| Cow::Owned(item.kind.to_string()), Cow::Borrowed),
        level: item.level.and_then(|level| known(&LEVELS, &level)),
        id: item.id.into_owned(),
        resource_id: item.resource_id.into_owned(),
        published: item.published_at.0,
        not_before: item.not_before.map(|time| time.0),
        not_after: item.not_after.map(|time| time.0),
        deadline: item.deadline.map(|time| time.0),
        course: item.course.course(),
        past: Vec::new(),
        step,
        fails: item.fails,
        text: Cow::Owned(item.description.into_owned()),
        extended: item.extended_attribute.map(Cow::into_owned),
        options: item.execute_options.map(Cow::into_owned),
        source: item.source.map(Cow::into_owned),
    }
}
