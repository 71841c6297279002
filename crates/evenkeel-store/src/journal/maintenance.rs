//! Orders and their events: what the cloud does about what was ordered, and which events have an order.

use std::collections::{BTreeMap, HashMap};

use evenkeel::{Action, StateKind, Timestamp};
use evenkeel_api::EventItem;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::{index_ranges, row, write_index_ranges};
use crate::{Change, Db, StoreError, Topic, Tx, events::sort_rank, sql};

/// How many events one statement asks about.
const EVENTS: usize = 500;

/// What makes a row of `events e` the event of a row of `items`; a person may leave the resource out.
const SAME_EVENT: &str = "items.account = e.account AND items.event_id = e.event_id \
                          AND (items.resource_id = '' OR items.resource_id = e.resource_id)";

/// The ranks of the states in which an event is over.
fn ends() -> String {
    let ends: Vec<String> = [
        StateKind::Completed,
        StateKind::Failed,
        StateKind::Canceled,
        StateKind::Avoided,
    ]
    .map(|kind| sort_rank::of_state(kind).to_string())
    .to_vec();
    ends.join(", ")
}

/// 1 where an item's event is over, or listed no more; else 0, also where nobody has seen it.
pub(super) fn is_over() -> String {
    format!(
        "CASE WHEN EXISTS (SELECT 1 FROM events e WHERE {SAME_EVENT}) AND NOT EXISTS \
         (SELECT 1 FROM events e WHERE {SAME_EVENT} AND e.gone = 0 AND e.state NOT IN ({})) \
         THEN 1 ELSE 0 END",
        ends()
    )
}

/// The rank of the state of an item's event; NULL where there is none. An event that is gone without an
/// end ended nobody knows how.
fn state_of_event() -> String {
    format!(
        "(SELECT MAX(CASE WHEN e.gone = 1 AND e.state NOT IN ({}) THEN {} ELSE e.state END) \
         FROM events e WHERE {SAME_EVENT})",
        ends(),
        sort_rank::of_state(StateKind::Other),
    )
}

/// A column of `items`: how far the cloud is with what it took, or may have taken.
pub(super) fn column() -> String {
    format!(
        "CASE WHEN items.state IN ('accepted', 'confirmed', 'superseded', 'unknown') THEN {} END \
         AS maintenance",
        state_of_event()
    )
}

/// Of each batch the items that the cloud took, by the state of their events.
pub(super) async fn of_batches(
    reader: &mut AnyConnection,
    ids: &[String],
) -> Result<HashMap<String, BTreeMap<StateKind, u64>>, StoreError> {
    let mut text = format!(
        "SELECT batch_id, maintenance, COUNT(*) FROM \
             (SELECT items.batch_id AS batch_id, {} AS maintenance FROM items \
             WHERE items.state IN ('accepted', 'confirmed', 'superseded') AND items.batch_id IN (",
        state_of_event()
    );
    sql::list(&mut text, 0, ids.len());
    text.push_str(")) taken WHERE maintenance IS NOT NULL GROUP BY batch_id, maintenance");
    let mut query = sqlx::query(AssertSqlSafe(text));
    for id in ids {
        query = query.bind(id.as_str());
    }
    let mut all: HashMap<String, BTreeMap<StateKind, u64>> = HashMap::new();
    for row in query.fetch_all(&mut *reader).await? {
        let count: i64 = row.try_get(2)?;
        let of = all.entry(row.try_get(0)?).or_default();
        *of.entry(sort_rank::state(row.try_get(1)?)).or_default() +=
            u64::try_from(count).unwrap_or_default();
    }
    Ok(all)
}

impl Db {
    /// The items that may still act on these events, by the event's number, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_items_on(
        &self,
        numbers: &[i64],
    ) -> Result<HashMap<i64, Vec<EventItem>>, StoreError> {
        let mut all: HashMap<i64, Vec<EventItem>> = HashMap::new();
        for numbers in numbers.chunks(EVENTS) {
            let mut text = format!(
                "SELECT e.n, items.batch_id, items.place, b.action, items.state, items.updated_at \
                 FROM events e JOIN items ON {SAME_EVENT} JOIN batches b ON b.id = items.batch_id \
                 WHERE items.state IN ('unapproved', 'queued', 'sending', 'accepted', 'unknown') AND e.n IN ("
            );
            sql::list(&mut text, 0, numbers.len());
            text.push_str(") ORDER BY items.batch_id, items.place");
            let mut query = sqlx::query(AssertSqlSafe(text));
            for n in numbers {
                query = query.bind(*n);
            }
            for row in query.fetch_all(self.reader()).await? {
                all.entry(row.try_get(0)?).or_default().push(EventItem {
                    batch_id: row.try_get(1)?,
                    index: row::index(row.try_get(2)?)?,
                    action: row::action(row.try_get(3)?)?,
                    state: row::state(row.try_get(4)?)?,
                    updated_at: Timestamp::from_millis(row.try_get(5)?),
                });
            }
        }
        Ok(all)
    }

    /// The events that items of a batch are about.
    pub(crate) async fn events_of_items(
        &self,
        batch: &str,
        indexes: &[u32],
    ) -> Result<Vec<i64>, StoreError> {
        let mut events = Vec::new();
        for indexes in indexes.chunks(EVENTS) {
            let mut text = format!(
                "SELECT e.n FROM items JOIN events e ON {SAME_EVENT} \
                 WHERE items.batch_id = $1 AND items.place IN ("
            );
            sql::list(&mut text, 1, indexes.len());
            text.push(')');
            let mut query = sqlx::query(AssertSqlSafe(text)).bind(batch);
            for index in indexes {
                query = query.bind(i64::from(*index));
            }
            for row in query.fetch_all(self.reader()).await? {
                events.push(row.try_get(0)?);
            }
        }
        Ok(events)
    }

    /// The account of a batch, and what it does.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn batch_order(&self, id: &str) -> Result<Option<(String, Action)>, StoreError> {
        let row = sqlx::query("SELECT account, action FROM batches WHERE id = $1")
            .bind(id)
            .fetch_optional(self.reader())
            .await?;
        row.map(|row| Ok((row.try_get(0)?, row::action(row.try_get(1)?)?)))
            .transpose()
    }
}

impl Tx {
    /// Notes that what is shown of items has changed, because their events have.
    pub(crate) async fn note_items_on(&mut self, numbers: &[i64]) -> Result<(), StoreError> {
        let taken = "items.state IN ('accepted', 'confirmed', 'superseded', 'unknown')";
        for (batch, indexes) in self.items_on(numbers, taken).await? {
            self.note(Change::new(Topic::Batch, batch.as_str()));
            self.note_items(&batch, indexes);
        }
        Ok(())
    }

    /// Notes that what is shown of items has changed, because their resources have.
    pub(crate) async fn note_all_items_on(&mut self, numbers: &[i64]) -> Result<(), StoreError> {
        for (batch, indexes) in self.items_on(numbers, "1 = 1").await? {
            self.note_items(&batch, indexes);
        }
        Ok(())
    }

    /// The items on these events that are so, by batch.
    async fn items_on(
        &mut self,
        numbers: &[i64],
        so: &str,
    ) -> Result<BTreeMap<String, Vec<u32>>, StoreError> {
        let mut moved: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for numbers in numbers.chunks(EVENTS) {
            let mut text = format!(
                "SELECT items.batch_id, items.place FROM events e JOIN items ON {SAME_EVENT} \
                 WHERE {so} AND e.n IN ("
            );
            sql::list(&mut text, 0, numbers.len());
            text.push(')');
            let mut query = sqlx::query(AssertSqlSafe(text));
            for n in numbers {
                query = query.bind(*n);
            }
            for row in query.fetch_all(&mut **self).await? {
                let indexes = moved.entry(row.try_get(0)?).or_default();
                indexes.push(row::index(row.try_get(1)?)?);
            }
        }
        Ok(moved)
    }

    /// Notes that items of a batch have changed.
    pub(super) fn note_items(&mut self, batch_id: &str, mut items: Vec<u32>) {
        items.sort_unstable();
        for items in items.chunks(index_ranges::MAX_ITEMS) {
            self.note(Change::new(Topic::Items, batch_id).with_detail(write_index_ranges(items)));
        }
    }
}
