//! Rows that stay where they are while a person looks at them, and what waits to be shown meanwhile.

use std::cmp::Ordering;
use std::sync::OnceLock;

use crate::columns::Columns;
use crate::order;
use crate::row_set::{RowId, RowSet};
use crate::sort::Sort;
use crate::view::View;

/// What has changed of the rows since somebody began to watch.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Rows that are new, other than they were, or no more.
    pub(crate) touched: RowSet,
    /// Those of them that were there, and whose state or times are others now, or that are there no more.
    pub(crate) restated: RowSet,
}

/// Rows as a view showed them.
#[derive(Clone, Debug)]
pub struct Held {
    rows: Vec<RowId>,
    set: RowSet,
    sort: Sort,
    /// Where each row stands, by its number: looked for once something has changed.
    places: OnceLock<Vec<u32>>,
}

/// What a view shows otherwise than the rows that are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Rows that are not among them.
    pub new: usize,
    /// Rows that stand elsewhere among the others.
    pub moved: usize,
    /// Rows that the view has no more.
    pub left: usize,
}

impl Waiting {
    /// Whether the view shows just what is held.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl Held {
    /// What a view in this order shows.
    #[must_use]
    pub fn of(view: &View, sort: Sort) -> Self {
        Self {
            rows: view.rows.clone(),
            set: view.matches.clone(),
            sort,
            places: OnceLock::new(),
        }
    }

    /// In order.
    #[must_use]
    pub fn rows(&self) -> &[RowId] {
        &self.rows
    }

    /// The same as a set.
    #[must_use]
    pub fn set(&self) -> &RowSet {
        &self.set
    }

    /// Has these rows stand after the others, those that stand among them already where they are.
    pub fn append(&mut self, rows: &[RowId]) {
        for row in rows {
            if !self.set.contains(*row) {
                self.set.insert(*row);
                self.rows.push(*row);
            }
        }
        self.places = OnceLock::new();
    }

    fn place(&self, row: RowId) -> Option<u32> {
        let places = self.places.get_or_init(|| {
            let most = self.rows.iter().map(|row| row.index() + 1).max();
            let mut places = vec![u32::MAX; most.unwrap_or_default()];
            for (row, place) in self.rows.iter().zip(0..) {
                if let Some(slot) = places.get_mut(row.index()) {
                    *slot = place;
                }
            }
            places
        });
        let place = places.get(row.index()).copied();
        place.filter(|place| *place != u32::MAX)
    }

    fn at(&self, place: Option<u32>) -> Option<RowId> {
        self.rows.get(usize::try_from(place?).ok()?).copied()
    }

    /// How a view in the same order differs. It costs what has changed, not what there is: a row that nothing has touched
    /// stands before and behind the same others as ever.
    pub(crate) fn waiting(&self, columns: &Columns, changes: &Changes, view: &View) -> Waiting {
        let stayed = view.matches.shared(&self.set);
        Waiting {
            new: view.matches.len() - stayed,
            moved: self.moved(columns, &changes.touched, &view.matches),
            left: self.set.len() - stayed,
        }
    }

    /// How many of the touched rows would have to be put elsewhere to have all in order.
    fn moved(&self, columns: &Columns, touched: &RowSet, matches: &RowSet) -> usize {
        let mut here = touched.clone();
        here.keep(&self.set);
        let places = here.iter().filter_map(|row| Some((self.place(row)?, row)));
        let mut places: Vec<(u32, RowId)> = places.collect();
        places.sort_unstable();
        let rises = |a: RowId, b: RowId| order::compare(columns, self.sort, a, b) == Ordering::Less;
        let mut moved = 0;
        // Touched rows side by side, between two that nothing has touched.
        for run in places.chunk_by(|a, b| a.0 + 1 == b.0) {
            let (Some((first, _)), Some((last, _))) = (run.first(), run.last()) else {
                continue;
            };
            let above = self.at(first.checked_sub(1));
            let below = self.at(last.checked_add(1));
            let fits = |row: RowId| {
                above.is_none_or(|above| rises(above, row))
                    && below.is_none_or(|below| rises(row, below))
            };
            // The longest part of them that is in order still: the last row of the best part of each length.
            let mut ends: Vec<RowId> = Vec::new();
            let mut count = 0;
            for (_, row) in run.iter().filter(|(_, row)| matches.contains(*row)) {
                count += 1;
                if !fits(*row) {
                    continue;
                }
                let length = ends.partition_point(|end| rises(*end, *row));
                match ends.get_mut(length) {
                    Some(end) => *end = *row,
                    None => ends.push(*row),
                }
            }
            moved += count - ends.len();
        }
        moved
    }
}
