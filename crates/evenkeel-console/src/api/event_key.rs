//! Says how an event is told from every other.

use evenkeel::Event;
use evenkeel_table::{Row, RowId, Table};

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

    pub fn of_row(row: Row<'_>) -> Self {
        Self {
            account: row.account().to_owned(),
            event_id: row.event_id().to_owned(),
            resource_id: row.resource_id().trim().to_owned(),
        }
    }

    /// Its slot.
    pub fn find(&self, table: &Table) -> Option<RowId> {
        table.find(&self.account, &self.event_id, &self.resource_id)
    }

    /// Its row, where there is one.
    pub fn row<'t>(&self, table: &'t Table) -> Option<Row<'t>> {
        table.get(self.find(table)?)
    }
}
