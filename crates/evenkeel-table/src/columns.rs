//! What is known of the rows, column by column.

use std::collections::HashMap;

use evenkeel::Timestamp;
use evenkeel_api::EventItem;

use crate::dictionary::index;
use crate::facts::{Facts, Wordings};
use crate::row_set::{RowId, RowSet};
use crate::standing::{Standing, Standings};
use crate::text_column::TextColumn;
use crate::times::{TimeColumn, Times};

/// No facts are known.
pub(crate) const UNKNOWN: u32 = u32::MAX;

#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) standings: Standings,
    pub(crate) wordings: Wordings,
    pub(crate) facts: Facts,
    pub(crate) standing: Vec<u32>,
    pub(crate) wording: Vec<u32>,
    pub(crate) fact: Vec<u32>,
    pub(crate) text: TextColumn,
    published_at: TimeColumn,
    not_before: TimeColumn,
    not_after: TimeColumn,
    deadline: TimeColumn,
    started_at: TimeColumn,
    finished_at: TimeColumn,
    gone_at: TimeColumn,
    decide_by: TimeColumn,
    /// The items of batches that may still act on a row.
    pub(crate) open_items: HashMap<RowId, Vec<EventItem>>,
    /// The slots that have an event.
    pub(crate) live: RowSet,
    /// Those of them that the clouds list.
    pub(crate) listed: RowSet,
}

impl Columns {
    pub(crate) fn len(&self) -> usize {
        self.standing.len()
    }

    pub(crate) fn reserve(&mut self, rows: usize, bytes: usize) {
        for column in [&mut self.standing, &mut self.wording, &mut self.fact] {
            column.reserve_exact(rows);
        }
        for column in [
            &mut self.published_at,
            &mut self.not_before,
            &mut self.not_after,
            &mut self.deadline,
            &mut self.started_at,
            &mut self.finished_at,
            &mut self.gone_at,
            &mut self.decide_by,
        ] {
            column.reserve(rows);
        }
        self.text.reserve(rows, bytes);
    }

    pub(crate) fn standing(&self, row: RowId) -> Option<&Standing> {
        self.standings.get(*self.standing.get(row.index())?)
    }

    /// Its place in the order of accounts, types and states; as an index.
    pub(crate) fn standing_index(&self, row: RowId) -> usize {
        self.standing
            .get(row.index())
            .map_or(usize::MAX, |it| index(*it))
    }

    pub(crate) fn fact_index(&self, row: RowId) -> usize {
        self.fact
            .get(row.index())
            .map_or(usize::MAX, |it| index(*it))
    }

    pub(crate) fn times(&self, row: RowId) -> Times {
        let row = row.index();
        Times {
            published_at: self.published_at.at(row),
            not_before: self.not_before.at(row),
            not_after: self.not_after.at(row),
            deadline: self.deadline.at(row),
            started_at: self.started_at.at(row),
            finished_at: self.finished_at.at(row),
            gone_at: self.gone_at.at(row),
        }
    }

    /// With what follows of them.
    pub(crate) fn set_times(&mut self, row: RowId, times: &Times) {
        let decide_by = self
            .standing(row)
            .and_then(|standing| standing.decide_by(times.deadline, times.not_before))
            // Nothing can be decided about what the cloud does not list.
            .filter(|_| times.gone_at.is_none());
        let row = row.index();
        self.published_at.set(row, times.published_at);
        self.not_before.set(row, times.not_before);
        self.not_after.set(row, times.not_after);
        self.deadline.set(row, times.deadline);
        self.started_at.set(row, times.started_at);
        self.finished_at.set(row, times.finished_at);
        self.gone_at.set(row, times.gone_at);
        self.decide_by.set(row, decide_by);
    }

    pub(crate) fn not_before(&self, row: RowId) -> Option<i64> {
        self.not_before.get(row.index())
    }

    pub(crate) fn decide_by(&self, row: RowId) -> Option<i64> {
        self.decide_by.get(row.index())
    }

    pub(crate) fn published_at(&self, row: RowId) -> Option<i64> {
        self.published_at.get(row.index())
    }

    pub(crate) fn gone_at(&self, row: RowId) -> Option<Timestamp> {
        self.gone_at.at(row.index())
    }
}
