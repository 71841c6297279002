//! How many of some rows stand how: what can be said of a selection without looking at each of its events.

use crate::columns::Columns;
use crate::row_set::{RowId, RowSet};

/// Rows that stand alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// One of them.
    pub sample: RowId,
    /// How many they are.
    pub count: usize,
}

/// Rows by how they stand: those of one share are of one account, and of one type, state and restriction. One on which
/// an order may still act is a share of its own. Those that the clouds list no more are not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In the order of their samples.
    pub shares: Vec<Share>,
}

impl Tally {
    pub(crate) fn of(columns: &Columns, rows: &RowSet) -> Self {
        let mut listed = rows.clone();
        listed.keep(&columns.listed);
        let mut ordered: Vec<RowId> = columns
            .open_items
            .iter()
            .filter(|(row, items)| !items.is_empty() && listed.contains(**row))
            .map(|(row, _)| *row)
            .collect();
        for row in &ordered {
            listed.remove(*row);
        }
        let mut counts: Vec<Option<Share>> = vec![None; columns.standings.all().len()];
        for row in listed.iter() {
            if let Some(slot) = counts.get_mut(columns.standing_index(row)) {
                let first = Share {
                    sample: row,
                    count: 0,
                };
                slot.get_or_insert(first).count += 1;
            }
        }
        ordered.sort_unstable();
        let alone = ordered.into_iter().map(|sample| Share { sample, count: 1 });
        let mut shares: Vec<Share> = counts.into_iter().flatten().chain(alone).collect();
        shares.sort_unstable_by_key(|share| share.sample);
        Self { shares }
    }

    /// How many rows there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.shares.iter().map(|share| share.count).sum()
    }
}
