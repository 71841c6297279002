//! Every event of every account, each in a slot that keeps its number through every change.

use std::collections::HashMap;
use std::sync::Arc;

use evenkeel::{DataLoss, Event, Timestamp};
use evenkeel_api::StoredEvent;

use super::row_set::RowSet;

/// What tells one event from every other: account, event id, trimmed resource id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventKey {
    pub account: String,
    pub event_id: String,
    pub resource_id: String,
}

impl EventKey {
    pub fn of(event: &Event) -> Self {
        Self {
            account: event.account.clone(),
            event_id: event.id.clone(),
            resource_id: event.resource_id.trim().to_owned(),
        }
    }
}

/// A slot of the [`Table`]; it means the same event for as long as the page lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub u32);

impl RowId {
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// One event and what filtering and sorting need of it.
#[derive(Clone, Debug)]
pub struct Row {
    pub event: Arc<Event>,
    /// When the cloud was first seen not to list it any more.
    pub gone_at: Option<Timestamp>,
    /// Everything the text filter searches, in lower case.
    pub folded: String,
    /// Ms since the Unix epoch until which a person can still decide; none when nothing is left to decide.
    pub decide_by: Option<i64>,
    /// The worst that acting on it, or letting it happen, may cost.
    pub stake: DataLoss,
}

impl Row {
    fn new(event: Event, gone_at: Option<Timestamp>) -> Self {
        let folded = event.search_text().to_lowercase();
        // Nothing can be decided about what the cloud does not list.
        let decide_by = event
            .decide_by()
            .filter(|_| gone_at.is_none())
            .map(Timestamp::as_millis);
        let stake = event
            .actions()
            .iter()
            .map(|offer| offer.data_loss)
            .max()
            .unwrap_or(DataLoss::No);
        Self {
            event: Arc::new(event),
            gone_at,
            folded,
            decide_by,
            stake,
        }
    }

    fn shows(&self, stored: &StoredEvent) -> bool {
        self.gone_at == stored.gone_at && *self.event == stored.event
    }

    pub fn is_gone(&self) -> bool {
        self.gone_at.is_some()
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
        let row = Row::new(stored.event, stored.gone_at);
        self.present += usize::from(!row.is_gone());
        let before = slot.replace(row);
        self.present -= usize::from(before.is_some_and(|row| !row.is_gone()));
        (id, true)
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

/// A loading of everything, page by page, while changes keep coming in: what has changed since it began is newer than
/// any page of it.
#[derive(Debug, Default)]
pub struct Loading {
    seen: RowSet,
    changed: RowSet,
}

impl Loading {
    /// Takes in a page; tells whether anything that shows has changed.
    pub fn page(&mut self, table: &mut Table, events: Vec<StoredEvent>) -> bool {
        let mut any = false;
        for event in events {
            let newer = table
                .find(&EventKey::of(&event.event))
                .is_some_and(|id| self.changed.contains(id));
            if !newer {
                let (id, changed) = table.put(event);
                self.seen.insert(id);
                any |= changed;
            }
        }
        any
    }

    /// Remembers what a change has touched.
    pub fn touch(&mut self, id: RowId) {
        self.changed.insert(id);
        self.seen.insert(id);
    }

    /// What no page and no change has shown is not there any more; tells whether there was any.
    pub fn end(self, table: &mut Table) -> bool {
        table.sweep(&self.seen)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{at, ens, huawei, stored};
    use super::*;

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

    #[test]
    fn loading_anew_drops_what_is_not_there_any_more() {
        let mut table = Table::default();
        let (lost, _) = table.put(stored(ens("e-1", "Disk:Stalled", "Inquiring")));
        let kept = stored(huawei("h-1", "instance-reboot", "inquiring"));
        let (kept_id, _) = table.put(kept.clone());
        let mut loading = Loading::default();
        assert!(!loading.page(&mut table, vec![kept]));
        assert!(loading.end(&mut table));
        assert!(table.get(lost).is_none() && table.get(kept_id).is_some());
        assert_eq!(table.present(), 1);
    }

    #[test]
    fn a_change_wins_over_a_page_that_was_read_before_it() {
        let mut table = Table::default();
        let mut loading = Loading::default();
        let old = stored(ens("e-1", "Disk:Stalled", "Inquiring"));
        let (id, _) = table.put(stored(ens("e-1", "Disk:Stalled", "Executing")));
        loading.touch(id);
        assert!(!loading.page(&mut table, vec![old]));
        let state = table.get(id).map(|row| row.event.state.raw.clone());
        assert_eq!(state.as_deref(), Some("Executing"));
        assert!(!loading.end(&mut table), "what a change has shown is there");
    }
}
