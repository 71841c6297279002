//! What other orders about the same events, or on the same resources, may still do, whoever settled them.

use evenkeel::Action;
use evenkeel_api::ItemState;
use sqlx::{AssertSqlSafe, Row as _};

use super::{maintenance, queue::LAST_SNAPSHOT, row};
use crate::{StoreError, Tx, sql};

/// Another item about the same event, or on the same resource. Times are ms since the Unix epoch.
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
    /// The cloud's name of the state that its event was last seen in.
    pub present_state: Option<String>,
    /// Since when it is in its state.
    pub updated_at: i64,
    /// Whether its event is seen to have come to its end, or is listed no more.
    pub is_event_over: bool,
}

/// About what others are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Subjects<'a> {
    /// These events.
    pub events: &'a [&'a str],
    /// These resources, where calls name them alone.
    pub resources: &'a [&'a str],
}

impl Tx {
    /// Other items about these events that matter to one that is to be sent: those that are sending,
    /// unknown or accepted, those that are queued and not held, those whose last call may still arrive,
    /// those that a person called not sent, and those that are sent again as others. On these resources all that
    /// are sending or unknown, or that the cloud took, their events' ends among it, those whose last call may still
    /// arrive, and those that a person called not sent. Of the account, and of
    /// every other one whose calls go to the same cloud.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn conflicts(
        &mut self,
        account: &str,
        cloud: &str,
        of: Subjects<'_>,
        now: i64,
    ) -> Result<Vec<ConflictingItem>, StoreError> {
        if of.events.is_empty() {
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
        let mut sql = format!(
            "SELECT items.batch_id, items.place, items.event_id, items.resource_id, items.state, \
             b.action, items.alive_until, items.retried_in, items.settled_by, items.before_state, \
             items.account, items.due_at, items.updated_at, {}, \
             (SELECT m.state {LAST_SNAPSHOT}) \
             FROM items JOIN batches b ON b.id = items.batch_id \
             WHERE (items.account = $1 OR b.cloud = $2) \
             AND ((items.state IN ('sending', 'unknown', 'accepted') \
             OR (items.state = 'queued' AND b.paused = 0 AND b.cancelled = 0) \
             OR items.alive_until > $3 OR items.retried_in IS NOT NULL \
             OR (items.state = 'not_sent' AND items.settled_by = 'person')) AND items.event_id IN (",
            maintenance::is_over()
        );
        sql::list(&mut sql, 3, of.events.len());
        sql.push(')');
        if !of.resources.is_empty() {
            sql.push_str(
                " OR (items.state IN ('sending', 'unknown', 'accepted', 'confirmed', 'superseded') \
                 OR items.alive_until > $3 \
                 OR (items.state = 'not_sent' AND items.settled_by = 'person')) \
                 AND items.resource_id IN (",
            );
            sql::list(&mut sql, 3 + of.events.len(), of.resources.len());
            sql.push(')');
        }
        sql.push_str(") ORDER BY items.batch_id, items.place");
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(account)
            .bind(cloud)
            .bind(now);
        for id in of.events.iter().chain(of.resources) {
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
                    updated_at: row.try_get(12)?,
                    is_event_over: row.try_get::<i64, _>(13)? != 0,
                    present_state: row.try_get(14)?,
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
