//! Every event of every account, each in a slot that keeps its number through refreshes.

use std::collections::HashMap;
use std::sync::Arc;

use evenkeel::{DataLoss, Event};

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
    /// Everything the text filter searches, in lower case.
    pub folded: String,
    /// Ms since the Unix epoch until which a person can still decide; none when nothing is left to decide.
    pub decide_by: Option<i64>,
    /// The worst that acting on it, or letting it happen, may cost.
    pub stake: DataLoss,
}

impl Row {
    fn new(event: Event) -> Self {
        let mut folded = [
            event.account.as_str(),
            &event.id,
            &event.resource_id,
            &event.event_type.raw,
            event.event_type.kind.as_str(),
            &event.state.raw,
            event.state.kind.as_str(),
            event.level.as_deref().unwrap_or_default(),
            event.source.as_deref().unwrap_or_default(),
        ]
        .join("\n")
        .to_lowercase();
        for (_, text) in &event.description {
            folded.push('\n');
            folded.push_str(&text.to_lowercase());
        }
        let decide_by = event.decide_by().map(evenkeel::Timestamp::as_millis);
        let stake = event
            .actions()
            .iter()
            .map(|offer| offer.data_loss)
            .max()
            .unwrap_or(DataLoss::No);
        Self {
            event: Arc::new(event),
            folded,
            decide_by,
            stake,
        }
    }
}

/// The events of all accounts.
#[derive(Clone, Debug, Default)]
pub struct Table {
    ids: HashMap<EventKey, RowId>,
    rows: Vec<Option<Row>>,
    live: usize,
}

impl Table {
    /// Puts an event in its slot. The flag tells whether anything changed.
    pub fn upsert(&mut self, event: Event) -> (RowId, bool) {
        let key = EventKey::of(&event);
        if let Some(&id) = self.ids.get(&key)
            && let Some(slot) = self.rows.get_mut(id.index())
        {
            let changed = slot.as_ref().is_none_or(|row| *row.event != event);
            if slot.is_none() {
                self.live += 1;
            }
            if changed {
                *slot = Some(Row::new(event));
            }
            return (id, changed);
        }
        let id = RowId(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        self.rows.push(Some(Row::new(event)));
        self.ids.insert(key, id);
        self.live += 1;
        (id, true)
    }

    /// Whether [`Table::upsert`] would change anything.
    pub fn would_change(&self, event: &Event) -> bool {
        self.find(&EventKey::of(event))
            .and_then(|id| self.get(id))
            .is_none_or(|row| *row.event != *event)
    }

    /// Empties the slots of an account whose events a complete listing no longer shows; tells how many.
    pub fn retain(&mut self, account: &str, seen: &RowSet) -> usize {
        let mut gone = 0;
        for (index, slot) in self.rows.iter_mut().enumerate() {
            let stale = slot.as_ref().is_some_and(|row| {
                row.event.account == account
                    && !seen.contains(RowId(u32::try_from(index).unwrap_or(u32::MAX)))
            });
            if stale {
                *slot = None;
                gone += 1;
            }
        }
        self.live -= gone;
        gone
    }

    pub fn get(&self, id: RowId) -> Option<&Row> {
        self.rows.get(id.index()).and_then(Option::as_ref)
    }

    pub fn find(&self, key: &EventKey) -> Option<RowId> {
        self.ids.get(key).copied()
    }

    pub fn event(&self, key: &EventKey) -> Option<Arc<Event>> {
        self.find(key)
            .and_then(|id| self.get(id))
            .map(|row| Arc::clone(&row.event))
    }

    pub fn iter(&self) -> impl Iterator<Item = (RowId, &Row)> {
        self.rows
            .iter()
            .enumerate()
            .filter_map(|(index, slot)| Some((RowId(u32::try_from(index).ok()?), slot.as_ref()?)))
    }

    pub fn len(&self) -> usize {
        self.live
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{ens, huawei};
    use super::*;

    #[test]
    fn an_event_keeps_its_slot_through_refreshes() {
        let mut table = Table::default();
        let (first, changed) = table.upsert(ens("e-1", "Disk:Stalled", "Inquiring"));
        assert!(changed);
        assert_eq!(
            table.upsert(ens("e-1", "Disk:Stalled", "Inquiring")),
            (first, false)
        );
        assert_eq!(
            table.upsert(ens("e-1", "Disk:Stalled", "Executing")),
            (first, true)
        );
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn a_listing_without_an_event_empties_its_slot_and_no_other_accounts() {
        let mut table = Table::default();
        let (gone, _) = table.upsert(ens("e-1", "Disk:Stalled", "Inquiring"));
        let (kept, _) = table.upsert(ens("e-2", "Disk:Stalled", "Inquiring"));
        let (other, _) = table.upsert(huawei("h-1", "instance-reboot", "inquiring"));
        assert_eq!(table.retain("edge", &[kept].into_iter().collect()), 1);
        assert!(table.get(gone).is_none() && table.get(other).is_some());
        assert_eq!(table.len(), 2);
        assert_eq!(
            table.upsert(ens("e-1", "Disk:Stalled", "Inquiring")),
            (gone, true)
        );
        assert_eq!(table.len(), 3);
    }
}
