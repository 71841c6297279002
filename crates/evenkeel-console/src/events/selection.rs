//! Which events are selected. Slots keep their numbers, so refreshing never loses a selection.

use std::sync::Arc;

use evenkeel::Event;
use evenkeel_table::{RowId, RowSet};
use leptos::prelude::*;

use super::selection_counts::SelectionCounts;
use super::sorted_selection::SortedSelection;
use super::store::Events;
use crate::api::EventKey;

/// The selection of the page; `Copy`, provided as context.
#[derive(Clone, Copy)]
pub struct Selection {
    pub rows: RwSignal<RowSet>,
    /// Where the last single click was: a shift-click selects from there.
    pub anchor: RwSignal<Option<RowId>>,
}

impl Selection {
    pub fn provide() -> Self {
        let selection = Self {
            rows: RwSignal::new(RowSet::default()),
            anchor: RwSignal::new(None),
        };
        provide_context(selection);
        selection
    }

    pub fn clear(self) {
        self.rows.set(RowSet::default());
        self.anchor.set(None);
    }

    /// Selects exactly these events; those not in the table are passed over.
    pub fn replace(self, events: Events, keys: &[EventKey]) {
        let rows = events
            .table
            .with_untracked(|table| keys.iter().filter_map(|key| key.find(table)).collect());
        self.rows.set(rows);
    }

    /// The selected events as they are now; one that the cloud no longer lists is not among them.
    pub fn events(self, events: Events) -> Vec<Arc<Event>> {
        events.table.with(|table| {
            self.rows.with(|rows| {
                rows.iter()
                    .filter_map(|id| table.get(id))
                    .filter(|row| !row.is_gone())
                    .map(|row| Arc::new(row.event()))
                    .collect()
            })
        })
    }

    /// What the selection can do, in numbers and kept up to date.
    pub fn counts(self, events: Events) -> Memo<SelectionCounts> {
        Memo::new(move |_| {
            events
                .table
                .with(|table| self.rows.with(|rows| SelectionCounts::of(table, rows)))
        })
    }

    /// What the selection can do, event by event. Not reactive.
    pub fn sorted(self, events: Events) -> SortedSelection {
        events.table.with_untracked(|table| {
            self.rows.with_untracked(|rows| {
                let listed = table.listed(rows);
                let rows: Vec<_> = listed.iter().filter_map(|id| table.get(id)).collect();
                SortedSelection::of(rows)
            })
        })
    }
}

/// The selection of this page.
pub fn use_selection() -> Selection {
    expect_context::<Selection>()
}
