//! What a selection can do, in numbers.

use evenkeel::Action;
use evenkeel_table::{RowSet, Table};

use super::sorted_selection::{Reason, group_order, possible};

/// How many events of a selection can be acted on and how many cannot: what a sorted selection would say, without one
/// event copied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SelectionCounts {
    /// By account and by what fits them.
    pub groups: Vec<(String, Vec<Action>, usize)>,
    pub left_out: Vec<(Reason, usize)>,
}

impl SelectionCounts {
    pub fn of(table: &Table, rows: &RowSet) -> Self {
        let mut counts = Self::default();
        for share in table.tally(rows).shares {
            let Some(row) = table.get(share.sample) else {
                continue;
            };
            match possible(&row.event(), row.order()) {
                Ok(actions) => {
                    let same = |group: &&mut (String, Vec<Action>, usize)| {
                        group.1 == actions && group.0 == row.account()
                    };
                    if let Some(group) = counts.groups.iter_mut().find(same) {
                        group.2 += share.count;
                    } else {
                        let account = row.account().to_owned();
                        counts.groups.push((account, actions, share.count));
                    }
                }
                Err(reason) => {
                    let mut left = counts.left_out.iter_mut();
                    if let Some(left) = left.find(|left| left.0 == reason) {
                        left.1 += share.count;
                    } else {
                        counts.left_out.push((reason, share.count));
                    }
                }
            }
        }
        counts
            .groups
            .sort_by_cached_key(|(account, actions, _)| group_order(account, actions));
        counts
    }

    /// How many can be acted on.
    pub fn count(&self) -> usize {
        self.groups.iter().map(|group| group.2).sum()
    }

    /// How many are selected, those that stay out included.
    pub fn total(&self) -> usize {
        self.count() + self.left_out.iter().map(|left| left.1).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_api::{EventItem, ItemState};

    use super::super::sorted_selection::SortedSelection;
    use super::*;
    use crate::fixture::{at, ens, huawei, stored};

    #[test]
    fn a_selection_is_counted_as_it_is_sorted() {
        let mut table = Table::default();
        let mut rows = RowSet::default();
        let kinds = ["Instance:SystemFailure.Redeploy", "Disk:Stalled"];
        let states = ["Inquiring", "Executing", "Executed"];
        for number in 0..40_usize {
            let id = format!("e-{number}");
            let (kind, state) = (kinds[number % 2], states[number % 3]);
            let event = if number % 5 == 0 {
                huawei(
                    &id,
                    ["instance-reboot", "instance-redeploy"][number % 2],
                    "inquiring",
                )
            } else {
                ens(&id, kind, state)
            };
            let mut stored = stored(event);
            stored.gone_at = (number % 7 == 0).then(|| at(1));
            if number % 4 == 0 {
                stored.open_items.push(EventItem {
                    batch_id: "b".to_owned(),
                    index: 0,
                    action: Action::Redeploy,
                    state: ItemState::Queued,
                    updated_at: at(0),
                });
            }
            rows.insert(table.put(&stored).0);
        }
        let counts = SelectionCounts::of(&table, &rows);
        let listed: Vec<_> = table.iter().filter(|row| !row.is_gone()).collect();
        let sorted = SortedSelection::of(listed);
        let groups = sorted
            .groups
            .iter()
            .map(|it| (it.account.clone(), it.actions.clone(), it.events.len()));
        assert_eq!(counts.groups, groups.collect::<Vec<_>>());
        let left = sorted
            .left_out
            .iter()
            .map(|it| (it.reason, it.events.len()));
        assert_eq!(counts.left_out, left.collect::<Vec<_>>());
        assert_eq!(
            (counts.count(), counts.total()),
            (sorted.count(), sorted.total())
        );
        assert!(counts.left_out.len() > 2 && counts.groups.len() > 1);
    }
}
