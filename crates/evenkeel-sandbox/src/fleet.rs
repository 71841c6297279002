//! Holds the simulated events of all clouds.

pub(crate) mod generate;
pub(crate) mod machine;

use std::collections::{BTreeMap, HashMap};

use crate::{event::Event, resource::ResourceList};

/// All events and machines, by the names of their clouds.
#[derive(Debug, Default)]
pub(crate) struct Fleet(BTreeMap<&'static str, CloudFleet>);

/// What one cloud has.
#[derive(Debug, Default)]
pub(crate) struct CloudFleet {
    pub(crate) events: EventList,
    pub(crate) resources: ResourceList,
}

impl FromIterator<(&'static str, EventList)> for Fleet {
    fn from_iter<T: IntoIterator<Item = (&'static str, EventList)>>(lists: T) -> Self {
        let fleet = |events| CloudFleet {
            events,
            resources: ResourceList::default(),
        };
        Self(
            lists
                .into_iter()
                .map(|(provider, events)| (provider, fleet(events)))
                .collect(),
        )
    }
}

impl Fleet {
    /// A cloud's events, newest first.
    pub(crate) fn events(&self, provider: &str) -> &[Event] {
        self.0.get(provider).map_or(&[], |fleet| fleet.events.all())
    }

    /// A cloud's machines, as far as a state document tells of them.
    pub(crate) fn resources(&self, provider: &str) -> Option<&ResourceList> {
        self.0.get(provider).map(|fleet| &fleet.resources)
    }

    /// What a cloud has, to be found and changed.
    pub(crate) fn of(&mut self, provider: &'static str) -> &mut CloudFleet {
        self.0.entry(provider).or_default()
    }
}

/// One cloud's events, newest first, found by id without a scan.
#[derive(Debug, Default)]
pub(crate) struct EventList {
    events: Vec<Event>,
    index: HashMap<String, usize>,
}

impl EventList {
    pub(crate) fn new(mut events: Vec<Event>) -> Self {
        events.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
        let index = events
            .iter()
            .enumerate()
            .map(|(at, event)| (event.id.clone(), at))
            .collect();
        Self { events, index }
    }

    pub(crate) fn all(&self) -> &[Event] {
        &self.events
    }

    /// The events that come after the one with this id, or nothing when there is no such event.
    pub(crate) fn after(&self, id: &str) -> Option<&[Event]> {
        self.index.get(id).and_then(|at| self.events.get(at + 1..))
    }

    /// The events up to and with the one with this id, or nothing when there is no such event.
    pub(crate) fn up_to(&self, id: &str) -> Option<&[Event]> {
        self.index.get(id).and_then(|at| self.events.get(..=*at))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Event> {
        self.index.get(id).and_then(|at| self.events.get(*at))
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Event> {
        self.index.get(id).and_then(|at| self.events.get_mut(*at))
    }

    /// The events that are about one thing.
    pub(crate) fn of_resource_mut<'a>(
        &'a mut self,
        resource_id: &'a str,
    ) -> impl Iterator<Item = &'a mut Event> {
        self.events
            .iter_mut()
            .filter(move |event| event.resource_id == resource_id)
    }

    /// Adds events, which have ids of their own.
    pub(crate) fn add(&mut self, events: Vec<Event>) {
        if !events.is_empty() {
            self.events.extend(events);
            *self = Self::new(std::mem::take(&mut self.events));
        }
    }
}
