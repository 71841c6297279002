//! Reads and writes the fleet as a JSON document: exported, kept, edited by hand, imported. `docs/sandbox.md` describes
//! it.

use std::{collections::HashSet, fmt, marker::PhantomData, sync::LazyLock};

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
    resource::{ResourceList, ResourceRecord},
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
    /// An event or a machine does not make sense.
    #[error("the state is wrong at `{section}.{provider}[{index}]`: {message}")]
    Record {
        /// The part of the document: `events` or `resources`.
        section: &'static str,
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
    events: ByCloud<EventRecord<'a>>,
    /// Machines that are to be others than are made up.
    #[serde(default, skip_serializing_if = "ByCloud::is_empty")]
    resources: ByCloud<ResourceRecord>,
}

/// Clouds, and what each has; an object with a field for each cloud in JSON.
struct ByCloud<T>(Vec<(&'static dyn Cloud, Vec<T>)>);

impl<T> Default for ByCloud<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ByCloud<T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Of several mistakes the same is told, in whichever order the clouds stand.
    fn in_order(mut self) -> Vec<(&'static dyn Cloud, Vec<T>)> {
        let rank = |cloud: &dyn Cloud| NAMES.iter().position(|name| *name == cloud.provider().name);
        self.0.sort_by_key(|(cloud, _)| rank(*cloud));
        self.0
    }
}

impl<T: Serialize> Serialize for ByCloud<T> {
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

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ByCloud<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ByCloudVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ByCloudVisitor<T> {
            type Value = ByCloud<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("struct Events")
            }

            /// An empty list has no events either, and lists of events stand for the clouds in their order.
            fn visit_seq<A: SeqAccess<'de>>(self, mut lists: A) -> Result<ByCloud<T>, A::Error> {
                let mut events = ByCloud(Vec::new());
                for cloud in clouds::all() {
                    let Some(records) = lists.next_element()? else {
                        break;
                    };
                    events.0.push((*cloud, records));
                }
                Ok(events)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByCloud<T>, A::Error> {
                let mut events = ByCloud(Vec::new());
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
        deserializer.deserialize_struct("Events", &NAMES, ByCloudVisitor(PhantomData))
    }
}

/// Writes the fleet as it is at a time.
pub(crate) fn export(fleet: &Fleet, now: i64) -> Document<'_> {
    let records = |cloud: &&'static dyn Cloud| {
        let events = fleet.events(cloud.provider().name);
        (*cloud, events.iter().map(EventRecord::of).collect())
    };
    let told = |cloud: &&'static dyn Cloud| {
        let told = fleet.resources(cloud.provider().name)?.told();
        let records: Vec<_> = told.map(|(id, it)| ResourceRecord::of(id, it)).collect();
        (!records.is_empty()).then_some((*cloud, records))
    };
    Document {
        version: VERSION,
        now: Some(Time(now)),
        events: ByCloud(clouds::all().iter().map(records).collect()),
        resources: ByCloud(clouds::all().iter().filter_map(told).collect()),
    }
}

/// A document that has been read.
pub(crate) struct Imported {
    /// As of when its times are, if it says so.
    pub(crate) now: Option<i64>,
    /// Each cloud's, by its name.
    pub(crate) events: Vec<(&'static str, Vec<Event>)>,
    pub(crate) resources: Vec<(&'static str, ResourceList)>,
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
    let events = document
        .events
        .in_order()
        .into_iter()
        .map(|(cloud, records)| Ok((cloud.provider().name, events(cloud, records, step)?)))
        .collect::<Result<_, SnapshotError>>()?;
    let resources = document
        .resources
        .in_order()
        .into_iter()
        .map(|(cloud, records)| Ok((cloud.provider().name, resources(cloud, records)?)))
        .collect::<Result<_, SnapshotError>>()?;
    Ok(Imported {
        now: document.now.map(|now| now.0),
        events,
        resources,
    })
}

fn events(
    cloud: &dyn Cloud,
    records: Vec<EventRecord<'_>>,
    step: i64,
) -> Result<Vec<Event>, SnapshotError> {
    let check = |record: &EventRecord<'_>| record.check().and_then(|()| cloud.check(record));
    let records = checked("events", cloud, records, |record| &record.id, check)?;
    let types = cloud.event_types();
    Ok(records
        .into_iter()
        .map(|record| record.into_event(types, step))
        .collect())
}

fn resources(
    cloud: &dyn Cloud,
    records: Vec<ResourceRecord>,
) -> Result<ResourceList, SnapshotError> {
    let check = ResourceRecord::check;
    let records = checked("resources", cloud, records, |record| &record.id, check)?;
    Ok(records.into_iter().map(ResourceRecord::into_told).collect())
}

/// The records of a section, each as it must be, with an id of its own.
fn checked<T>(
    section: &'static str,
    cloud: &dyn Cloud,
    records: Vec<T>,
    id: impl Fn(&T) -> &str,
    check: impl Fn(&T) -> Result<(), String>,
) -> Result<Vec<T>, SnapshotError> {
    let mut ids = HashSet::with_capacity(records.len());
    for (index, record) in records.iter().enumerate() {
        check(record)
            .and_then(|()| {
                let is_new = ids.insert(id(record));
                is_new
                    .then_some(())
                    .ok_or_else(|| format!("the id `{}` is there twice", id(record)))
            })
            .map_err(|message| SnapshotError::Record {
                section,
                provider: cloud.provider().name,
                index,
                message,
            })?;
    }
    Ok(records)
}
