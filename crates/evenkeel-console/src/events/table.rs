//! Every event of every account, each in a slot that keeps its number through every change.

mod loading;

pub use loading::Loading;

use std::collections::HashMap;
use std::sync::Arc;

use evenkeel::{DataLoss, Event, Timestamp};
use evenkeel_api::{EventItem, ItemState, Resource, StoredEvent, StreamItems};

use super::row_set::{RowId, RowSet};
use super::sorted_selection::Chosen;
use crate::api::EventKey;

/// One event and what filtering and sorting need of it.
#[derive(Clone, Debug)]
pub struct Row {
    pub event: Arc<Event>,
    /// What is known of its resource beside the id.
    pub resource: Option<Arc<Resource>>,
    /// The name in lower case, by which it is sorted.
    pub name: Option<String>,
    /// When the cloud was first seen not to list it any more.
    pub gone_at: Option<Timestamp>,
    /// Everything the text filter searches, in lower case.
    pub folded: String,
    /// Ms since the Unix epoch until which a person can still decide; none when nothing is left to decide.
    pub decide_by: Option<i64>,
    /// The worst that acting on it, or letting it happen, may cost.
    pub data_at_risk: DataLoss,
    /// The items of batches that may still act on it.
    pub open_items: Vec<EventItem>,
}

impl Row {
    fn new(stored: StoredEvent) -> Self {
        let StoredEvent {
            event,
            gone_at,
            resource,
            open_items,
            ..
        } = stored;
        let mut folded = event.search_text().to_lowercase();
        let name = resource.as_ref().and_then(|it| it.name.as_ref());
        let name = name.map(|name| name.to_lowercase());
        let tags = resource.iter().flat_map(|it| it.tags.values());
        for text in name.iter().cloned().chain(tags.map(|it| it.to_lowercase())) {
            folded.push('\n');
            folded.push_str(&text);
        }
        // Nothing can be decided about what the cloud does not list.
        let decide_by = event
            .decide_by()
            .filter(|_| gone_at.is_none())
            .map(Timestamp::as_millis);
        let data_at_risk = event
            .actions()
            .iter()
            .map(|offer| offer.data_loss)
            .max()
            .unwrap_or(DataLoss::No);
        Self {
            event: Arc::new(event),
            resource: resource.map(Arc::new),
            name,
            gone_at,
            folded,
            decide_by,
            data_at_risk,
            open_items,
        }
    }

    fn shows(&self, stored: &StoredEvent) -> bool {
        self.gone_at == stored.gone_at
            && *self.event == stored.event
            && self.resource.as_deref() == stored.resource.as_ref()
            && self.open_items == stored.open_items
    }

    /// The value of a tag of its resource.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.resource.as_ref()?.tags.get(key).map(String::as_str)
    }

    pub fn is_gone(&self) -> bool {
        self.gone_at.is_some()
    }

    /// Of the orders that may still act on it the one of which least is known.
    pub fn order(&self) -> Option<&EventItem> {
        let weight = |item: &&EventItem| match item.state {
            ItemState::Unknown => 3,
            ItemState::Sending => 2,
            ItemState::Accepted => 1,
            _ => 0,
        };
        self.open_items.iter().max_by_key(weight)
    }

    /// Takes in where an item is now; tells whether that changed anything.
    fn hear(&mut self, item: EventItem) -> bool {
        let is_same = |known: &EventItem| {
            (known.batch_id.as_str(), known.index) == (item.batch_id.as_str(), item.index)
        };
        let known = self.open_items.iter().position(is_same);
        match (known, item.state.is_open()) {
            (None, false) => false,
            (None, true) => {
                self.open_items.push(item);
                true
            }
            (Some(at), false) => {
                self.open_items.remove(at);
                true
            }
            (Some(at), true) => self
                .open_items
                .get_mut(at)
                .is_some_and(|known| std::mem::replace(known, item.clone()) != item),
        }
    }
}

/// The events of all accounts.
#[derive(Clone, Debug, Default)]
pub struct Table {
    ids: HashMap<EventKey, RowId>,
    rows: Vec<Option<Row>>,
    present: usize,
}

impl Table {
    /// Puts an event in its slot. The flag tells whether anything that shows has changed.
    pub fn put(&mut self, stored: StoredEvent) -> (RowId, bool) {
        let key = EventKey::of(&stored.event);
        let next = RowId(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        let id = *self.ids.entry(key).or_insert(next);
        if id == next {
            self.rows.push(None);
        }
        let Some(slot) = self.rows.get_mut(id.index()) else {
            return (id, false);
        };
        if slot.as_ref().is_some_and(|row| row.shows(&stored)) {
            return (id, false);
        }
        let row = Row::new(stored);
        self.present += usize::from(!row.is_gone());
        let before = slot.replace(row);
        self.present -= usize::from(before.is_some_and(|row| !row.is_gone()));
        (id, true)
    }

    /// Takes in how items of a batch stand; gives the slots of their events, and whether anything has changed.
    pub fn hear_items(&mut self, changed: &StreamItems) -> (Vec<RowId>, bool) {
        let (mut touched, mut any) = (Vec::new(), false);
        for item in &changed.items {
            let key = EventKey {
                account: changed.account.clone(),
                event_id: item.event_id.clone(),
                resource_id: item.resource_id.trim().to_owned(),
            };
            let Some(id) = self.find(&key) else { continue };
            let Some(row) = self.rows.get_mut(id.index()).and_then(Option::as_mut) else {
                continue;
            };
            touched.push(id);
            any |= row.hear(EventItem {
                batch_id: changed.batch_id.clone(),
                index: item.index,
                action: changed.action,
                state: item.state,
                updated_at: item.updated_at,
            });
        }
        (touched, any)
    }

    /// Empties the slots that are not in `keep`; tells whether there were any.
    pub fn sweep(&mut self, keep: &RowSet) -> bool {
        let mut swept = false;
        for (index, slot) in self.rows.iter_mut().enumerate() {
            let id = RowId(u32::try_from(index).unwrap_or(u32::MAX));
            if !keep.contains(id)
                && let Some(row) = slot.take()
            {
                self.present -= usize::from(!row.is_gone());
                swept = true;
            }
        }
        swept
    }

    pub fn get(&self, id: RowId) -> Option<&Row> {
        self.rows.get(id.index()).and_then(Option::as_ref)
    }

    pub fn find(&self, key: &EventKey) -> Option<RowId> {
        self.ids.get(key).copied()
    }

    pub fn row(&self, key: &EventKey) -> Option<&Row> {
        self.find(key).and_then(|id| self.get(id))
    }

    /// Events with what is known of their resources, and with the orders that may still act on them.
    pub fn choose(&self, events: Vec<Arc<Event>>) -> Vec<Chosen> {
        let choose = |event: Arc<Event>| {
            let row = self.row(&EventKey::of(&event));
            Chosen {
                order: row.and_then(Row::order).cloned(),
                resource: row.and_then(|row| row.resource.clone()),
                event,
            }
        };
        events.into_iter().map(choose).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = (RowId, &Row)> {
        self.rows
            .iter()
            .enumerate()
            .filter_map(|(index, slot)| Some((RowId(u32::try_from(index).ok()?), slot.as_ref()?)))
    }

    /// How many events the clouds list.
    pub fn present(&self) -> usize {
        self.present
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{at, ens, item, stored};

    #[test]
    fn an_event_keeps_its_slot_through_changes() {
        let mut table = Table::default();
        let inquiring = || stored(ens("e-1", "Disk:Stalled", "Inquiring"));
        let (first, changed) = table.put(inquiring());
        assert!(changed);
        assert_eq!(table.put(inquiring()), (first, false));
        let executing = stored(ens("e-1", "Disk:Stalled", "Executing"));
        assert_eq!(table.put(executing), (first, true));
        assert_eq!(table.present(), 1);
    }

    #[test]
    fn an_event_that_the_cloud_lists_no_more_stays_and_is_not_counted() {
        let mut table = Table::default();
        let event = stored(ens("e-1", "Disk:Stalled", "Inquiring"));
        let gone = StoredEvent {
            gone_at: Some(at(9)),
            ..event.clone()
        };
        let (id, _) = table.put(event.clone());
        assert_eq!(table.put(gone), (id, true));
        assert_eq!(table.present(), 0);
        assert!(table.get(id).is_some_and(Row::is_gone));
        table.put(event);
        assert_eq!(table.present(), 1);
    }

    fn told(index: u32, state: ItemState) -> StreamItems {
        StreamItems {
            batch_id: "b".to_owned(),
            account: "edge".to_owned(),
            action: evenkeel::Action::Redeploy,
            items: vec![item(index, state)],
        }
    }

    #[test]
    fn an_event_is_marked_as_long_as_an_order_may_still_act_on_it() {
        let mut table = Table::default();
        let (id, _) = table.put(stored(ens("e-1", "Disk:Stalled", "Inquiring")));
        let order = |table: &Table| table.get(id).and_then(Row::order).map(|item| item.state);
        let key = EventKey::of(&table.get(id).unwrap().event.clone());
        let mut told = |state| {
            let mut changed = told(1, state);
            changed.items[0].resource_id.clone_from(&key.resource_id);
            table
                .hear_items(&changed)
                .1
                .then(|| order(&table))
                .flatten()
        };
        assert_eq!(told(ItemState::Queued), Some(ItemState::Queued));
        assert_eq!(told(ItemState::Queued), None, "nothing new");
        assert_eq!(told(ItemState::Unknown), Some(ItemState::Unknown));
        told(ItemState::Confirmed);
        assert_eq!(order(&table), None);
    }

    #[test]
    fn of_several_orders_the_one_of_which_least_is_known_is_told() {
        let mut table = Table::default();
        let (id, _) = table.put(stored(ens("e-1", "Disk:Stalled", "Inquiring")));
        for (batch, state) in [("b1", ItemState::Unknown), ("b2", ItemState::Queued)] {
            let mut changed = told(1, state);
            changed.batch_id = batch.to_owned();
            changed.items[0].resource_id = "i-e-1".to_owned();
            table.hear_items(&changed);
        }
        let order = table.get(id).and_then(Row::order).unwrap();
        assert_eq!(
            (order.batch_id.as_str(), order.state),
            ("b1", ItemState::Unknown)
        );
    }
}
