//! Reads everything anew while changes keep coming in.

use evenkeel_api::StoredEvent;

use super::super::row_set::{RowId, RowSet};
use super::Table;
use crate::api::EventKey;

/// A loading of everything, page by page, while changes keep coming in: what has changed since it began is newer than
/// any page of it.
#[derive(Debug, Default)]
pub struct Loading {
    seen: RowSet,
    changed: RowSet,
    /// Of these the orders are newer than any page, the events are not.
    ordered: RowSet,
}

impl Loading {
    /// Takes in a page; tells whether anything that shows has changed.
    pub fn page(&mut self, table: &mut Table, events: Vec<StoredEvent>) -> bool {
        let mut any = false;
        for mut event in events {
            let known = table.find(&EventKey::of(&event.event));
            let newer = known.is_some_and(|id| self.changed.contains(id));
            if let Some(row) = known
                .filter(|id| self.ordered.contains(*id))
                .and_then(|id| table.get(id))
            {
                event.open_items.clone_from(&row.open_items);
            }
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

    /// Remembers of which events the orders have changed.
    pub fn touch_orders(&mut self, ids: &[RowId]) {
        for id in ids {
            self.ordered.insert(*id);
        }
    }

    /// What no page and no change has shown is not there any more; tells whether there was any.
    pub fn end(self, table: &mut Table) -> bool {
        table.sweep(&self.seen)
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_api::{ItemState, StreamItems};

    use super::super::Row;
    use super::*;
    use crate::fixture::{ens, huawei, item, stored};

    #[test]
    fn a_page_that_was_read_before_an_order_does_not_take_its_mark_away() {
        let mut table = Table::default();
        let before = stored(ens("e-1", "Disk:Stalled", "Inquiring"));
        let (id, _) = table.put(before.clone());
        let mut loading = Loading::default();
        let mut changed = StreamItems {
            batch_id: "b".to_owned(),
            account: "edge".to_owned(),
            action: evenkeel::Action::Redeploy,
            items: vec![item(1, ItemState::Sending)],
        };
        changed.items[0].resource_id = "i-e-1".to_owned();
        let (touched, _) = table.hear_items(&changed);
        loading.touch_orders(&touched);
        let mut page = before;
        page.event.level = Some("WARN".to_owned());
        assert!(
            loading.page(&mut table, vec![page]),
            "the event itself is newer"
        );
        assert!(table.get(id).and_then(Row::order).is_some());
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
