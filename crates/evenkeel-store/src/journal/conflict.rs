//! What other orders about the same events may still do, whoever settled them.

use evenkeel::Action;
use evenkeel_api::ItemState;
use sqlx::{AssertSqlSafe, Row as _};

use super::row;
use crate::{StoreError, Tx, sql};

/// Another item about the same event. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictingItem {
    /// Its account.
    pub account: String,
    /// Its batch.
    pub batch_id: String,
    /// Its index in it.
    pub index: u32,
    /// The event.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
    /// Where it is.
    pub state: ItemState,
    /// What its batch does.
    pub action: Action,
    /// Where it is queued, when it is due.
    pub due_at: Option<i64>,
    /// Until when a call made for it may still arrive.
    pub alive_until: Option<i64>,
    /// The batch that sends it again.
    pub retried_in: Option<String>,
    /// A person said what became of it.
    pub is_settled: bool,
    /// The cloud's name of the state that its event was in before its call.
    pub before_state: Option<String>,
}

impl Tx {
    /// Other items about these events that matter to one that is to be sent: those that are sending,
    /// unknown or accepted, those that are queued and not held, those whose last call may still arrive,
    /// those that a person called not sent, and those that are sent again as others. Of the account, and of
    /// every other one whose calls go to the same cloud.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn conflicts(
        &mut self,
        account: &str,
        cloud: &str,
        event_ids: &[&str],
        now: i64,
    ) -> Result<Vec<ConflictingItem>, StoreError> {
        if event_ids.is_empty() {
            return Ok(Vec::new());
        }
        // INVARIANT: accounts of one cloud take turns here, until they commit. What the others are
        // about to send is therefore seen; an account's own lease keeps away its other senders only.
        sqlx::query(
            "INSERT INTO leases (name, token) VALUES ('cloud:' || $1, 0) \
             ON CONFLICT (name) DO UPDATE SET token = leases.token",
        )
        .bind(cloud)
        .execute(&mut **self)
        .await?;
        let mut sql = "SELECT i.batch_id, i.place, i.event_id, i.resource_id, i.state, b.action, \
                       i.alive_until, i.retried_in, i.settled_by, i.before_state, i.account, i.due_at \
                       FROM items i JOIN batches b ON b.id = i.batch_id \
                       WHERE (i.account = $1 OR b.cloud = $2) \
                       AND (i.state IN ('sending', 'unknown', 'accepted') \
                       OR (i.state = 'queued' AND b.paused = 0 AND b.cancelled = 0) \
                       OR i.alive_until > $3 OR i.retried_in IS NOT NULL \
                       OR (i.state = 'not_sent' AND i.settled_by = 'person')) AND i.event_id IN ("
            .to_owned();
        sql::list(&mut sql, 3, event_ids.len());
        sql.push_str(") ORDER BY i.batch_id, i.place");
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(account)
            .bind(cloud)
            .bind(now);
        for id in event_ids {
            query = query.bind(*id);
        }
        let rows = query.fetch_all(&mut **self).await?;
        rows.iter()
            .map(|row| {
                Ok(ConflictingItem {
                    batch_id: row.try_get(0)?,
                    index: row::index(row.try_get(1)?)?,
                    event_id: row.try_get(2)?,
                    resource_id: row.try_get(3)?,
                    state: row::state(row.try_get(4)?)?,
                    action: row::action(row.try_get(5)?)?,
                    alive_until: row.try_get(6)?,
                    retried_in: row.try_get(7)?,
                    is_settled: row.try_get::<Option<String>, _>(8)?.as_deref() == Some("person"),
                    before_state: row.try_get(9)?,
                    account: row.try_get(10)?,
                    due_at: row.try_get(11)?,
                })
            })
            .collect()
    }

    /// Says that a call can do nothing any more to these items: it was answered, never left, or was
    /// proved dead.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_signatures(
        &mut self,
        batch_id: &str,
        indexes: &[u32],
        call_id: &str,
    ) -> Result<(), StoreError> {
        for indexes in indexes.chunks(super::index_ranges::MAX_ITEMS) {
            let mut sql = "UPDATE items SET alive_until = NULL \
                           WHERE batch_id = $1 AND call_id = $2 AND place IN ("
                .to_owned();
            sql::list(&mut sql, 2, indexes.len());
            sql.push(')');
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(batch_id).bind(call_id);
            for index in indexes {
                query = query.bind(i64::from(*index));
            }
            query.execute(&mut **self).await?;
        }
        Ok(())
    }
}
