//! What was worked out of the columns, and is worked out again when it is needed.

use crate::columns::Columns;
use crate::order::Orders;
use crate::row_set::RowId;
use crate::search::Search;
use crate::standing::Stage;

#[derive(Debug, Default)]
pub(crate) struct Derived {
    pub(crate) search: Search,
    pub(crate) orders: Orders,
    pub(crate) standing_counts: StandingCounts,
}

impl Derived {
    /// Remembers that a row is new, other than it was, or no more.
    pub(crate) fn touch(&mut self, row: RowId) {
        self.orders.touch(row);
        self.standing_counts.counts = None;
    }
}

/// How many of the events that the clouds list stand how: what the tabs count, whatever is typed.
#[derive(Debug, Default)]
pub(crate) struct StandingCounts {
    counts: Option<Vec<usize>>,
}

impl StandingCounts {
    /// How many are at each stage.
    pub(crate) fn of(&mut self, columns: &Columns, stages: &[Stage]) -> Vec<usize> {
        let standings = columns.standings.all();
        let counts = self.counts.get_or_insert_with(|| {
            let mut counts = vec![0; standings.len()];
            for row in columns.listed.iter() {
                if let Some(count) = counts.get_mut(columns.standing_index(row)) {
                    *count += 1;
                }
            }
            counts
        });
        let count = |stage: &Stage| {
            let all = standings.iter().zip(&*counts);
            let those = all.filter(|(it, _)| stage.contains(&it.state.kind));
            those.map(|(_, count)| *count).sum()
        };
        stages.iter().map(count).collect()
    }
}
