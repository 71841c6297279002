//! Reads everything anew while changes keep coming in.

use evenkeel_api::{EventItem, StoredEvent};

use crate::row_set::{RowId, RowSet};
use crate::table::{NewRow, Table};

/// A loading of everything, part by part, while changes keep coming in: what has changed since it began is newer than
/// any part of it.
#[derive(Debug, Default)]
pub struct Loading {
    seen: RowSet,
    changed: RowSet,
    /// Of these the orders are newer than any part, the events are not.
    ordered: RowSet,
}

impl Loading {
    /// Takes in a row with the items that may still act on it; tells whether anything that shows has changed.
    pub(crate) fn row(
        &mut self,
        table: &mut Table,
        account: &str,
        row: &NewRow<'_>,
        items: &[EventItem],
    ) -> bool {
        let known = table.find(account, row.event_id, row.resource_id);
        if known.is_some_and(|id| self.changed.contains(id)) {
            return false;
        }
        let (id, mut changed) = table.put_row(row);
        if !self.ordered.contains(id) {
            changed |= table.set_open_items(id, items);
        }
        self.seen.insert(id);
        changed
    }

    /// Takes in an event as a page of the server's list has it, unless a change has told of it since this began. Gives
    /// its slot, and whether anything that shows has changed.
    pub fn stored(&mut self, table: &mut Table, stored: &StoredEvent) -> (RowId, bool) {
        let event = &stored.event;
        let known = table.find(&event.account, &event.id, &event.resource_id);
        if let Some(id) = known.filter(|id| self.changed.contains(*id)) {
            return (id, false);
        }
        let orders = known.filter(|id| self.ordered.contains(*id));
        let orders = orders.and_then(|id| table.get(id).map(|row| row.open_items().to_vec()));
        let (id, mut changed) = table.put(stored);
        if let Some(orders) = orders {
            changed |= table.set_open_items(id, &orders);
        }
        self.seen.insert(id);
        (id, changed)
    }

    /// Whether a change has touched a row since this began.
    pub(crate) fn is_newer(&self, id: RowId) -> bool {
        self.changed.contains(id)
    }

    /// Remembers what a change has touched.
    pub fn touch(&mut self, id: RowId) {
        self.changed.insert(id);
        self.seen.insert(id);
    }

    /// Remembers of which events the orders have changed.
    pub fn touch_orders(&mut self, ids: &[RowId]) {
        for id in ids {
            self.ordered.insert(*id);
        }
    }

    /// What no part and no change has shown is not there any more; tells whether there was any.
    pub fn end(self, table: &mut Table) -> bool {
        table.sweep(&self.seen)
    }
}
