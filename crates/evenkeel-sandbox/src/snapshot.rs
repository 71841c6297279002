//! Reads and writes the fleet as a JSON document: exported, kept, edited by hand, imported. `docs/sandbox.md` describes
//! it.

use std::{collections::HashSet, fmt, sync::LazyLock};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};
use thiserror::Error;

use crate::{
    cloud::Cloud,
    clouds,
    event::{Event, EventRecord, Time},
    fleet::Fleet,
};

/// The only version there is.
const VERSION: u32 = 1;

/// Why a state document cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SnapshotError {
    /// It is not JSON, or a field is missing or of another kind.
    #[error("the state is malformed{}: {message}", at(path.as_deref()))]
    Malformed {
        /// The way to the field, such as `version`; none for the whole document.
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
        /// The cloud's name.
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

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document<'a> {
    version: u32,
    /// As of when the times are to be read; without it they stay as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<Time>,
    #[serde(borrow)]
    events: Events<'a>,
}

/// A cloud and its events; an object with a field for each cloud in JSON.
struct Events<'a>(Vec<(&'static dyn Cloud, Vec<EventRecord<'a>>)>);

impl Serialize for Events<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (cloud, records) in &self.0 {
            map.serialize_entry(cloud.provider().name, records)?;
        }
        map.end()
    }
}

/// The names of the clouds, which an error about another name lists.
static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    clouds::providers()
        .iter()
        .map(|provider| provider.name)
        .collect()
});

/// A cloud by its name.
struct Named(&'static dyn Cloud);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl Visitor<'_> for NameVisitor {
            type Value = Named;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("field identifier")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Named, E> {
                clouds::all()
                    .iter()
                    .find(|cloud| cloud.provider().name == name)
                    .map(|cloud| Named(*cloud))
                    .ok_or_else(|| E::unknown_field(name, &NAMES))
            }
        }
        deserializer.deserialize_identifier(NameVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Events<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EventsVisitor;
        impl<'de> Visitor<'de> for EventsVisitor {
            type Value = Events<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("struct Events")
            }

            /// An empty list has no events either, and lists of events stand for the clouds in their order.
            fn visit_seq<A: SeqAccess<'de>>(self, mut lists: A) -> Result<Events<'de>, A::Error> {
                let mut events = Events(Vec::new());
                for cloud in clouds::all() {
                    let Some(records) = lists.next_element()? else {
                        break;
                    };
                    events.0.push((*cloud, records));
                }
                Ok(events)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Events<'de>, A::Error> {
                let mut events = Events(Vec::new());
                while let Some(Named(cloud)) = map.next_key()? {
                    let name = cloud.provider().name;
                    let is_same = |(other, _): &(&dyn Cloud, _)| other.provider().name == name;
                    if events.0.iter().any(is_same) {
                        return Err(A::Error::duplicate_field(name));
                    }
                    events.0.push((cloud, map.next_value()?));
                }
                Ok(events)
            }
        }
        deserializer.deserialize_struct("Events", &NAMES, EventsVisitor)
    }
}

/// Writes the fleet as it is at a time.
pub(crate) fn export(fleet: &Fleet, now: i64) -> Document<'_> {
    let records = |cloud: &&'static dyn Cloud| {
        let events = fleet.events(cloud.provider().name);
        (*cloud, events.iter().map(EventRecord::of).collect())
    };
    Document {
        version: VERSION,
        now: Some(Time(now)),
        events: Events(clouds::all().iter().map(records).collect()),
    }
}

/// A document that has been read.
pub(crate) struct Imported {
    /// As of when its times are, if it says so.
    pub(crate) now: Option<i64>,
    /// Each cloud's, by its name.
    pub(crate) events: Vec<(&'static str, Vec<Event>)>,
}

/// Reads a document; its events stay `step` ms in each state once they are under way.
///
/// # Errors
/// The first mistake and its place.
pub(crate) fn import(text: &[u8], step: i64) -> Result<Imported, SnapshotError> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let malformed = |path: String, error: &serde_json::Error| SnapshotError::Malformed {
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
        return Err(SnapshotError::Version(document.version));
    }
    let mut sections = document.events.0;
    // Of several mistakes the same is told, in whichever order the clouds stand.
    let rank = |cloud: &dyn Cloud| NAMES.iter().position(|name| *name == cloud.provider().name);
    sections.sort_by_key(|(cloud, _)| rank(*cloud));
    let events = sections
        .into_iter()
        .map(|(cloud, records)| Ok((cloud.provider().name, events(cloud, records, step)?)))
        .collect::<Result<_, SnapshotError>>()?;
    Ok(Imported {
        now: document.now.map(|now| now.0),
        events,
    })
}

fn events(
    cloud: &dyn Cloud,
    records: Vec<EventRecord<'_>>,
    step: i64,
) -> Result<Vec<Event>, SnapshotError> {
    let mut ids = HashSet::with_capacity(records.len());
    records
        .into_iter()
        .enumerate()
        .map(|(index, record)| {
            record
                .check()
                .and_then(|()| cloud.check(&record))
                .and_then(|()| {
                    if ids.insert(record.id.to_string()) {
                        Ok(record.into_event(cloud.event_types(), step))
                    } else {
                        Err(format!("the id `{}` is there twice", record.id))
                    }
                })
                .map_err(|message| SnapshotError::Event {
                    provider: cloud.provider().name,
                    index,
                    message,
                })
        })
        .collect()
}
