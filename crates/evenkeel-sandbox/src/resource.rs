//! Holds the machines that events are about, as the clouds' look-ups tell of them.

mod record;

use std::collections::{BTreeMap, HashSet};

pub(crate) use self::record::ResourceRecord;
use crate::event::Event;

/// What a machine does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    Running,
    Stopped,
    /// On its way to running.
    Starting,
}

/// One machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resource {
    pub(crate) id: String,
    /// What its owner calls it.
    pub(crate) name: Option<String>,
    pub(crate) zone: String,
    pub(crate) power: Power,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) details: MachineDetails,
}

/// What some clouds alone tell of a machine, and go by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MachineDetails {
    /// How many disks it has that do not move with it.
    pub(crate) local_disks: u32,
    /// Why it is locked.
    pub(crate) lock: Option<String>,
    /// The host that is its owner's alone.
    pub(crate) host: Option<String>,
}

/// A cloud's machines. Those of events are made up when they are asked for, each the same every time.
#[derive(Debug, Default)]
pub(crate) struct ResourceList {
    /// What a state document says, by id: a machine, or that there is none any more.
    told: BTreeMap<String, Option<Resource>>,
}

impl FromIterator<(String, Option<Resource>)> for ResourceList {
    fn from_iter<T: IntoIterator<Item = (String, Option<Resource>)>>(told: T) -> Self {
        Self {
            told: told.into_iter().collect(),
        }
    }
}

impl ResourceList {
    /// What a state document says.
    pub(crate) fn told(&self) -> impl Iterator<Item = (&str, Option<&Resource>)> {
        self.told
            .iter()
            .map(|(id, resource)| (id.as_str(), resource.as_ref()))
    }

    /// The machines with these ids, or all of them, by id. What the document does not tell of is made from the
    /// events by `of`, which gives nothing for an event that is about no machine.
    pub(crate) fn find(
        &self,
        events: &[Event],
        of: fn(&Event) -> Option<Resource>,
        ids: Option<&[String]>,
    ) -> BTreeMap<String, Resource> {
        let wanted: Option<HashSet<&str>> = ids.map(|ids| ids.iter().map(String::as_str).collect());
        let is_wanted = |id: &str| wanted.as_ref().is_none_or(|wanted| wanted.contains(id));
        let mut found = BTreeMap::new();
        for event in events {
            let id = &event.resource_id;
            if is_wanted(id)
                && !self.told.contains_key(id)
                && !found.contains_key(id)
                && let Some(resource) = of(event)
            {
                found.insert(id.clone(), resource);
            }
        }
        let told = self
            .told
            .iter()
            .filter(|(id, _)| is_wanted(id))
            .filter_map(|(id, resource)| Some((id.clone(), resource.clone()?)));
        found.extend(told);
        found
    }
}
