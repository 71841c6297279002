//! Items whose end only the event's state can tell.

use evenkeel::Action;
use evenkeel_api::ItemState;
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use super::{
    Destination, destination,
    row::{self, SIGNATURE_LIFE_MS},
};
use crate::{Db, StoreError, sql};

/// How many events one statement asks about.
const IDS: usize = 500;

/// An item that is accepted or unknown. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedItem {
    /// Its batch.
    pub batch_id: String,
    /// Its index in it.
    pub index: u32,
    /// The event.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
    /// What its batch does.
    pub action: Action,
    /// When the cloud is to act; nothing is now.
    pub plan_at: Option<i64>,
    /// Accepted or unknown.
    pub state: ItemState,
    /// The last call.
    pub call_id: Option<String>,
    /// The time that its signature bears.
    pub signed_at: Option<i64>,
    /// How often it came to be unknown.
    pub losses: i64,
    /// Since when it is in its state.
    pub updated_at: i64,
    /// The event's state, as the cloud names it, and its time when the intent was written.
    pub before_state: Option<String>,
    /// The window's begin then.
    pub before_at: Option<i64>,
    /// Whether its batch has been called off.
    pub is_cancelled: bool,
}

impl UnresolvedItem {
    /// From when on its last signature can be taken no more.
    #[must_use]
    pub fn may_resend_at(&self) -> Option<i64> {
        self.signed_at
            .map(|at| at.saturating_add(SIGNATURE_LIFE_MS))
    }
}

const COLUMNS: &str = "i.batch_id, i.place, i.event_id, i.resource_id, b.action, i.plan_at, \
                       i.state, i.call_id, i.signed_at, CASE WHEN i.state = 'unknown' THEN \
                       (SELECT COUNT(*) FROM item_steps s WHERE s.batch_id = i.batch_id \
                       AND s.place = i.place AND s.state = 'unknown') ELSE 0 END, i.updated_at, \
                       i.before_state, i.before_at, b.cancelled";

impl Db {
    /// The account's items, as far as they are for where it leads, that are unknown, then those accepted since `since` and not yet seen to
    /// have worked; at most so many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unresolved_items(
        &self,
        account: &str,
        at: &Destination,
        since: i64,
        limit: u32,
    ) -> Result<Vec<UnresolvedItem>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM items i JOIN batches b ON b.id = i.batch_id \
             WHERE i.account = $1 AND (i.state = 'unknown' \
             OR (i.state = 'accepted' AND i.updated_at >= $2)) AND {} \
             ORDER BY CASE WHEN i.state = 'unknown' THEN 0 ELSE 1 END, i.updated_at, \
             i.batch_id, i.place LIMIT $3",
            destination::is_for(4, 5)
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(account)
            .bind(since)
            .bind(i64::from(limit))
            .bind(at.cloud.as_str())
            .bind(at.region.as_str())
            .fetch_all(self.own_reader())
            .await?;
        rows.iter().map(unresolved_item).collect()
    }

    /// The account's unknown and accepted items about these events, by batch and index, as far as they
    /// are for where it leads: elsewhere the same ids may be other events.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unresolved_items_of(
        &self,
        account: &str,
        at: &Destination,
        event_ids: &[&str],
    ) -> Result<Vec<UnresolvedItem>, StoreError> {
        let mut items = Vec::new();
        for ids in event_ids.chunks(IDS) {
            let mut sql = format!(
                "SELECT {COLUMNS} FROM items i JOIN batches b ON b.id = i.batch_id \
                 WHERE i.account = $1 AND i.state IN ('unknown', 'accepted') AND {} AND i.event_id IN (",
                destination::is_for(2, 3)
            );
            sql::list(&mut sql, 3, ids.len());
            sql.push(')');
            let mut query = sqlx::query(AssertSqlSafe(sql))
                .bind(account)
                .bind(at.cloud.as_str())
                .bind(at.region.as_str());
            for id in ids {
                query = query.bind(*id);
            }
            for row in query.fetch_all(self.own_reader()).await? {
                items.push(unresolved_item(&row)?);
            }
        }
        items.sort_by(|one, other| (&one.batch_id, one.index).cmp(&(&other.batch_id, other.index)));
        Ok(items)
    }
}

fn unresolved_item(row: &AnyRow) -> Result<UnresolvedItem, StoreError> {
    Ok(UnresolvedItem {
        batch_id: row.try_get(0)?,
        index: row::index(row.try_get(1)?)?,
        event_id: row.try_get(2)?,
        resource_id: row.try_get(3)?,
        action: row::action(row.try_get(4)?)?,
        plan_at: row.try_get(5)?,
        state: row::state(row.try_get(6)?)?,
        call_id: row.try_get(7)?,
        signed_at: row.try_get(8)?,
        losses: row.try_get(9)?,
        updated_at: row.try_get(10)?,
        before_state: row.try_get(11)?,
        before_at: row.try_get(12)?,
        is_cancelled: row.try_get::<i64, _>(13)? != 0,
    })
}
