//! A block of rows, as whoever shows them gets it.

use evenkeel::{Event, EventType, LocalDisks, State, Timestamp};

use super::{Descriptions, OptionalTexts, Texts, Words};
use crate::{EventItem, Resource, SaidBy};

/// A column of times, ms since the Unix epoch.
pub type Times = Vec<Option<i64>>;

/// Rows of a listing, column by column; row 0 is the first of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// How many rows there are: each column has as many.
    pub rows: usize,
    /// The accounts; every row has one.
    pub accounts: Words,
    /// The clouds' names; every row has one.
    pub providers: Words,
    /// The clouds' names of the types; every row has one.
    pub types: Words,
    /// The clouds' names of the states; every row has one.
    pub states: Words,
    /// The levels.
    pub levels: Words,
    /// Who caused the events.
    pub sources: Words,
    /// What keeps actions from them, by name.
    pub restrictions: Words,
    /// The events' ids.
    pub ids: Texts,
    /// The resources' ids.
    pub resource_ids: Texts,
    /// When the clouds announced the events.
    pub published_at: Times,
    /// The windows' begins.
    pub not_before: Times,
    /// The windows' ends.
    pub not_after: Times,
    /// From when on they may not be moved.
    pub deadline: Times,
    /// When they began.
    pub started_at: Times,
    /// When they ended.
    pub finished_at: Times,
    /// When they were found to be gone.
    pub gone_at: Times,
    /// What the clouds say of them.
    pub descriptions: Descriptions,
    /// What the resources are called.
    pub names: OptionalTexts,
    /// Where they are.
    pub zones: Words,
    /// How they were when the cloud was asked, in its word.
    pub statuses: Words,
    /// Whether they have disks of their hosts, by name.
    pub local_disks: Words,
    /// Who says so, by name.
    pub local_disks_by: Words,
    /// Their tags and labels.
    pub tags: Tags,
    /// The items of batches that may still act on an event, with its row, in the order of rows.
    pub open_items: Vec<(usize, EventItem)>,
}

/// Tags of many resources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    /// Each key with each of its values once.
    pub pairs: Vec<(String, String)>,
    /// The places in `pairs` of all rows, one row after the other.
    pub places: Vec<u32>,
    /// Of each row where its places end.
    pub ends: Vec<usize>,
}

impl Tags {
    /// The places in `pairs` of a row.
    #[must_use]
    pub fn places(&self, row: usize) -> &[u32] {
        let begin = match row.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => 0,
        };
        let end = self.ends.get(row).copied().unwrap_or_default();
        self.places.get(begin..end).unwrap_or_default()
    }

    /// The tags of a row.
    pub fn of(&self, row: usize) -> impl Iterator<Item = (&str, &str)> {
        self.places(row).iter().filter_map(|place| {
            let (key, value) = self.pairs.get(usize::try_from(*place).ok()?)?;
            Some((key.as_str(), value.as_str()))
        })
    }
}

impl Block {
    /// The event of a row, without what the cloud sent for it. None where there is no such row, and of a cloud that this
    /// build does not know.
    #[must_use]
    pub fn event(&self, row: usize) -> Option<Event> {
        let time = |column: &Times| {
            let time = column.get(row).copied().flatten();
            time.map(Timestamp::from_millis)
        };
        Some(Event {
            account: self.accounts.get(row)?.to_owned(),
            provider: self.providers.get(row)?.parse().ok()?,
            id: self.ids.get(row).to_owned(),
            resource_id: self.resource_ids.get(row).to_owned(),
            event_type: EventType::new(self.types.get(row)?),
            state: State::new(self.states.get(row)?),
            level: self.levels.get(row).map(str::to_owned),
            published_at: time(&self.published_at),
            not_before: time(&self.not_before),
            not_after: time(&self.not_after),
            deadline: time(&self.deadline),
            started_at: time(&self.started_at),
            finished_at: time(&self.finished_at),
            description: self.descriptions.get(row).to_vec(),
            source: self.sources.get(row).map(str::to_owned),
            restriction: self
                .restrictions
                .get(row)
                .and_then(|name| name.parse().ok()),
            raw: String::new(),
        })
    }

    /// What is known of the resource of a row, but for when it was read.
    #[must_use]
    pub fn resource(&self, row: usize) -> Option<Resource> {
        let resource = Resource {
            name: self.names.get(row).map(str::to_owned),
            zone: self.zones.get(row).map(str::to_owned),
            status: self.statuses.get(row).map(str::to_owned),
            tags: self
                .tags
                .of(row)
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
            local_disks: self
                .local_disks
                .get(row)
                .and_then(|name| name.parse().ok())
                .unwrap_or(LocalDisks::Unknown),
            local_disks_by: match self.local_disks_by.get(row) {
                Some("cloud") => Some(SaidBy::Cloud),
                Some("inventory") => Some(SaidBy::Inventory),
                _ => None,
            },
            read_at: None,
        };
        resource.says_something().then_some(resource)
    }

    /// The items that may still act on the event of a row.
    pub fn open_items(&self, row: usize) -> impl Iterator<Item = &EventItem> {
        let begin = self.open_items.partition_point(|(of, _)| *of < row);
        let rest = self.open_items.get(begin..).unwrap_or_default();
        rest.iter()
            .take_while(move |(of, _)| *of == row)
            .map(|(_, item)| item)
    }
}
