//! What happened to events after a position in the order of changes: to themselves, and by orders.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Changes, Db, Forgotten, StoreError, Topic,
    events::{FORGOTTEN, read_forgotten},
    journal::parse_index_ranges,
};

/// How many changes are read by one statement.
const CHANGES: i64 = 5_000;

/// The events that something was noted of after a position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TouchedEvents {
    /// Their numbers.
    pub numbers: BTreeSet<i64>,
    /// Those that were forgotten.
    pub forgotten: BTreeSet<Forgotten>,
}

impl Db {
    /// The events that were touched after a position: changed, forgotten, or acted on. None where the changes since
    /// are not known any more, or more than `most`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn events_touched_after(
        &self,
        position: i64,
        most: usize,
    ) -> Result<Option<TouchedEvents>, StoreError> {
        let mut touched = TouchedEvents::default();
        let mut items: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        let mut after = position;
        loop {
            let (changes, reached) = match self.changes_after(after, CHANGES).await? {
                Changes::Reset { .. } => return Ok(None),
                Changes::Rows { changes, reached } => (changes, reached),
            };
            for (_, change) in changes {
                match change.topic {
                    Topic::Event if change.subject == FORGOTTEN => {
                        let Some(forgotten) = change.detail.as_deref().and_then(read_forgotten)
                        else {
                            return Ok(None);
                        };
                        touched.forgotten.extend(forgotten);
                    }
                    Topic::Event => touched.numbers.extend(change.subject.parse::<i64>().ok()),
                    Topic::Items => {
                        let indexes = change.detail.as_deref().map(parse_index_ranges);
                        let known = items.entry(change.subject).or_default();
                        known.extend(indexes.unwrap_or_default());
                    }
                    Topic::Account | Topic::Batch | Topic::Inventory => {}
                }
            }
            let count = items.values().map(BTreeSet::len).sum::<usize>();
            if touched.numbers.len() + touched.forgotten.len() + count > most {
                return Ok(None);
            }
            if reached == after {
                break;
            }
            after = reached;
        }
        for (batch, indexes) in &items {
            let indexes: Vec<u32> = indexes.iter().copied().collect();
            touched
                .numbers
                .extend(self.events_of_items(batch, &indexes).await?);
        }
        Ok(Some(touched))
    }
}
