//! Points in time of rows, four bytes each.

use std::collections::HashMap;

use evenkeel::Timestamp;

/// The times of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// When the cloud announced it.
    pub published_at: Option<Timestamp>,
    /// The window's begin.
    pub not_before: Option<Timestamp>,
    /// The window's end.
    pub not_after: Option<Timestamp>,
    /// Until when it may be decided.
    pub deadline: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// When it was found to be gone.
    pub gone_at: Option<Timestamp>,
}

const NONE: u32 = u32::MAX;
const ODD: u32 = u32::MAX - 1;

/// A time of each row. Nearly all are whole seconds of this century; the others stand aside.
#[derive(Debug, Default)]
pub(crate) struct TimeColumn {
    seconds: Vec<u32>,
    odd: HashMap<u32, i64>,
}

impl TimeColumn {
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.seconds.reserve_exact(rows);
    }

    /// A row's time in ms since the Unix epoch.
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        match self.seconds.get(row).copied().unwrap_or(NONE) {
            NONE => None,
            ODD => self.odd.get(&u32::try_from(row).ok()?).copied(),
            seconds => Some(i64::from(seconds) * 1_000),
        }
    }

    pub(crate) fn at(&self, row: usize) -> Option<Timestamp> {
        self.get(row).map(Timestamp::from_millis)
    }

    pub(crate) fn set(&mut self, row: usize, at: Option<Timestamp>) {
        if self.seconds.len() <= row {
            self.seconds.resize(row + 1, NONE);
        }
        let whole = |ms: i64| {
            let seconds = u32::try_from(ms / 1_000).ok()?;
            (ms % 1_000 == 0 && seconds < ODD).then_some(seconds)
        };
        let value = match at.map(Timestamp::as_millis) {
            None => NONE,
            Some(ms) => whole(ms).unwrap_or_else(|| {
                self.odd.insert(u32::try_from(row).unwrap_or(u32::MAX), ms);
                ODD
            }),
        };
        if let Some(slot) = self.seconds.get_mut(row) {
            *slot = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_time_comes_back_as_it_was() {
        let mut column = TimeColumn::default();
        let times = [
            None,
            Some(0),
            Some(1_764_000_000_000),
            Some(1_764_000_000_123),
            Some(-5_000),
            Some(4_294_967_294_000),
            Some(4_294_967_295_000),
            Some(253_402_300_799_999),
        ];
        for _ in 0..2 {
            for (row, at) in times.iter().rev().enumerate() {
                column.set(row, at.map(Timestamp::from_millis));
                assert_eq!(column.get(row), *at);
            }
        }
        assert_eq!(column.get(99), None);
    }
}
