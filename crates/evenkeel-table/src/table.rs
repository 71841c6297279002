//! Every event of every account, each in a slot that keeps its number through every change.

use std::sync::{Mutex, PoisonError};

use evenkeel::Event;
use evenkeel_api::{EventItem, Resource, StoredEvent, StreamItems};

use crate::columns::{Columns, UNKNOWN};
use crate::derived::Derived;
use crate::dictionary::Numbers;
use crate::held::{Changes, Held, Waiting};
use crate::row::Row;
use crate::row_set::{RowId, RowSet};
use crate::tally::Tally;
use crate::text_column::Text;
use crate::times::Times;
use crate::view::{Query, View};

/// The events of all accounts.
#[derive(Debug, Default)]
pub struct Table {
    columns: Columns,
    slots: Numbers,
    changes: Changes,
    derived: Mutex<Derived>,
}

/// A row by the numbers of what it shares with others; see [`Table::standing`], [`Table::wording`] and
/// [`Table::facts`].
#[derive(Clone, Copy, Debug)]
pub struct NewRow<'a> {
    /// Its account, type, state and restriction.
    pub standing: u32,
    /// Its level, source and description.
    pub wording: u32,
    /// What is known of its resource; none where nothing is.
    pub facts: Option<u32>,
    /// Its id.
    pub event_id: &'a str,
    /// The id of its resource.
    pub resource_id: &'a str,
    /// What its resource is called.
    pub name: Option<&'a str>,
    /// When it is.
    pub times: Times,
}

impl Table {
    /// Makes room for so many rows with so many bytes of ids and names in all.
    pub fn reserve(&mut self, rows: usize, bytes: usize) {
        self.columns.reserve(rows, bytes);
    }

    /// The number of an event's account, type, state and restriction.
    pub fn standing(&mut self, event: &Event) -> u32 {
        self.columns.standings.number(event)
    }

    /// The number of an event's level, source and description.
    pub fn wording(&mut self, event: &Event) -> u32 {
        self.columns.wordings.number(event)
    }

    /// The number of what is known of a resource but for its name.
    pub fn facts(&mut self, resource: &Resource) -> u32 {
        self.columns.facts.number(resource)
    }

    /// Puts an event in its slot. The flag tells whether anything that shows has changed.
    pub fn put(&mut self, stored: &StoredEvent) -> (RowId, bool) {
        let StoredEvent {
            event, resource, ..
        } = stored;
        let row = NewRow {
            standing: self.standing(event),
            wording: self.wording(event),
            facts: resource.as_ref().map(|it| self.facts(it)),
            event_id: &event.id,
            resource_id: &event.resource_id,
            name: resource.as_ref().and_then(|it| it.name.as_deref()),
            times: Times {
                published_at: event.published_at,
                not_before: event.not_before,
                not_after: event.not_after,
                deadline: event.deadline,
                started_at: event.started_at,
                finished_at: event.finished_at,
                gone_at: stored.gone_at,
            },
        };
        let (id, changed) = self.put_row(&row);
        let reordered = self.set_open_items(id, &stored.open_items);
        (id, changed || reordered)
    }

    /// Puts a row in its slot, its orders aside. The flag tells whether anything that shows has changed.
    pub fn put_row(&mut self, row: &NewRow<'_>) -> (RowId, bool) {
        let columns = &mut self.columns;
        let account = columns.standings.get(row.standing);
        let account = account.map_or("", |it| it.account.as_str());
        let hash = self.slots.hash(key(account, row.event_id, row.resource_id));
        let known = self.slots.find(hash, |slot| {
            is_at(columns, slot, account, row.event_id, row.resource_id)
        });
        let id = known.map_or_else(|| RowId::of(columns.len()), RowId);
        if known.is_none() {
            self.slots.insert(hash, id.0);
        }
        let numbers = [row.standing, row.wording, row.facts.unwrap_or(UNKNOWN)];
        let text = Text {
            id: row.event_id,
            resource_id: row.resource_id,
            name: row.name,
        };
        let lived = columns.live.contains(id);
        let stood = columns.standing_index(id);
        let mut found = false;
        let places = [
            &mut columns.standing,
            &mut columns.wording,
            &mut columns.fact,
        ];
        for (column, number) in places.into_iter().zip(numbers) {
            if let Some(slot) = column.get_mut(id.index()) {
                found |= *slot != number;
                *slot = number;
            } else {
                column.push(number);
                found = true;
            }
        }
        found |= columns.text.set(id, text);
        let moved = !lived || columns.times(id) != row.times;
        if !(found || moved) {
            return (id, false);
        }
        columns.live.insert(id);
        columns.listed.set(id, row.times.gone_at.is_none());
        columns.set_times(id, &row.times);
        self.changes.touched.insert(id);
        if lived && (moved || stood != columns.standing_index(id)) {
            self.changes.restated.insert(id);
        }
        let derived = derived(&mut self.derived);
        derived.touch(id);
        if found || !lived {
            derived.search.forget();
        }
        (id, true)
    }

    /// Says which items may still act on a row; tells whether these are others.
    pub fn set_open_items(&mut self, id: RowId, items: &[EventItem]) -> bool {
        let known = self.columns.open_items.get(&id);
        if known.map_or(&[][..], Vec::as_slice) == items {
            return false;
        }
        if items.is_empty() {
            self.columns.open_items.remove(&id);
        } else {
            self.columns.open_items.insert(id, items.to_vec());
        }
        true
    }

    /// Takes in how items of a batch stand; gives the slots of their events, and whether anything has changed.
    pub fn hear_items(&mut self, changed: &StreamItems) -> (Vec<RowId>, bool) {
        let (mut touched, mut any) = (Vec::new(), false);
        for item in &changed.items {
            let found = self.find(&changed.account, &item.event_id, &item.resource_id);
            let Some(id) = found.filter(|id| self.columns.live.contains(*id)) else {
                continue;
            };
            touched.push(id);
            let item = EventItem {
                batch_id: changed.batch_id.clone(),
                index: item.index,
                action: changed.action,
                state: item.state,
                updated_at: item.updated_at,
            };
            let mut items = self.columns.open_items.get(&id).cloned();
            let items = items.get_or_insert_default();
            hear(items, item);
            any |= self.set_open_items(id, items);
        }
        (touched, any)
    }

    /// Empties the slots that are not in `keep`; tells whether there were any.
    pub fn sweep(&mut self, keep: &RowSet) -> bool {
        let mut lost = self.columns.live.clone();
        lost.remove_all(keep);
        self.forget(&lost)
    }

    /// Empties slots; tells whether there was anything in them.
    pub fn forget(&mut self, rows: &RowSet) -> bool {
        let mut lost = rows.clone();
        lost.keep(&self.columns.live);
        let derived = derived(&mut self.derived);
        for id in lost.iter() {
            self.columns.live.remove(id);
            self.columns.listed.remove(id);
            self.columns.open_items.remove(&id);
            self.changes.touched.insert(id);
            self.changes.restated.insert(id);
            derived.touch(id);
        }
        !lost.is_empty()
    }

    /// A row by its slot.
    #[must_use]
    pub fn get(&self, id: RowId) -> Option<Row<'_>> {
        Row::new(&self.columns, id)
    }

    /// A row by its slot, as it was last seen where it is there no more.
    #[must_use]
    pub fn last_seen(&self, id: RowId) -> Option<Row<'_>> {
        Row::last_seen(&self.columns, id)
    }

    /// Remembers from now on what changes.
    pub fn watch(&mut self) {
        self.changes = Changes::default();
    }

    /// Rows that were there when the watching began, and whose state or times are others now, or that are there no more.
    #[must_use]
    pub fn restated(&self) -> &RowSet {
        &self.changes.restated
    }

    /// How a view in the order of the rows that are held differs from them. Both were there when the watching began.
    #[must_use]
    pub fn waiting(&self, held: &Held, view: &View) -> Waiting {
        held.waiting(&self.columns, &self.changes, view)
    }

    /// The slot of an event, whether or not it is there now.
    #[must_use]
    pub fn find(&self, account: &str, event_id: &str, resource_id: &str) -> Option<RowId> {
        let hash = self.slots.hash(key(account, event_id, resource_id));
        let found = self.slots.find(hash, |slot| {
            is_at(&self.columns, slot, account, event_id, resource_id)
        });
        found.map(RowId)
    }

    /// The rows that there are, by their slots.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.columns.live.iter().filter_map(|id| self.get(id))
    }

    /// How many events the clouds list.
    #[must_use]
    pub fn present(&self) -> usize {
        self.columns.listed.len()
    }

    /// What a query shows.
    #[must_use]
    pub fn view(&self, query: &Query<'_>) -> View {
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        View::of(&self.columns, &mut derived, query)
    }

    /// Makes one order ahead that a click may ask for; tells whether there was one to make.
    pub fn prepare(&self) -> bool {
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        derived.orders.prepare(&self.columns)
    }

    /// How many of these rows stand how.
    #[must_use]
    pub fn tally(&self, rows: &RowSet) -> Tally {
        Tally::of(&self.columns, rows)
    }

    /// Those of these rows that the clouds list.
    #[must_use]
    pub fn listed(&self, rows: &RowSet) -> RowSet {
        let mut listed = rows.clone();
        listed.keep(&self.columns.listed);
        listed
    }
}

fn derived(derived: &mut Mutex<Derived>) -> &mut Derived {
    derived.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// What an event is found by.
fn key<'a>(account: &'a str, event_id: &'a str, resource_id: &'a str) -> [&'a str; 3] {
    [account, event_id, resource_id.trim()]
}

fn is_at(columns: &Columns, slot: u32, account: &str, event_id: &str, resource_id: &str) -> bool {
    let row = RowId(slot);
    let text = columns.text.get(row.index());
    columns
        .standing(row)
        .is_some_and(|it| it.account == account)
        && text.id == event_id
        && text.resource_id.trim() == resource_id.trim()
}

/// Takes in where an item is now.
fn hear(items: &mut Vec<EventItem>, item: EventItem) {
    let is_same = |known: &EventItem| {
        (known.batch_id.as_str(), known.index) == (item.batch_id.as_str(), item.index)
    };
    match (items.iter().position(is_same), item.state.is_open()) {
        (None, false) => {}
        (None, true) => items.push(item),
        (Some(at), false) => {
            items.remove(at);
        }
        (Some(at), true) => {
            if let Some(known) = items.get_mut(at) {
                *known = item;
            }
        }
    }
}
