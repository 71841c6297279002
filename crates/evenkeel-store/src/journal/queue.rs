//! The way out: what is to be sent next, the intent to send it, and what came of it.

use evenkeel::{Action, DataPolicy};
use evenkeel_api::ItemState;
use sqlx::{AssertSqlSafe, Row as _};

use super::{
    Destination, destination,
    row::{self, SIGNATURE_LIFE_MS},
};
use crate::{Db, StoreError, Tx, sql};

/// How an item's event stood when it was last seen. Huawei's calls name no resource, so an item may
/// have none.
pub(super) const LAST_SNAPSHOT: &str = "FROM events e JOIN event_moments m ON m.n = e.n \
                                 WHERE e.account = items.account AND e.event_id = items.event_id \
                                 AND (e.resource_id = items.resource_id OR items.resource_id = '') \
                                 AND e.gone = 0 ORDER BY m.step DESC LIMIT 1";

/// A queued item whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueItem {
    /// Its batch.
    pub batch_id: String,
    /// Its index in it.
    pub index: u32,
    /// The event.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
    /// When the cloud is to act, ms since the Unix epoch; nothing is now.
    pub plan_at: Option<i64>,
    /// Migrations only.
    pub data_policy: Option<DataPolicy>,
    /// Whether it takes the batch's password, which this proxy has.
    pub takes_password: bool,
    /// What the batch does.
    pub action: Action,
    /// Whether the batch has been called off.
    pub is_cancelled: bool,
    /// Since when it is tried in vain, ms since the Unix epoch.
    pub tried_at: Option<i64>,
    /// How many calls were made for it.
    pub attempts: i64,
    /// Until when an earlier call of its own may still arrive, ms since the Unix epoch.
    pub alive_until: Option<i64>,
    /// Whether anybody has looked at how its event stands.
    pub is_known: bool,
    /// The cloud's name of the state that its event was last seen in.
    pub present_state: Option<String>,
}

/// How an event stands before the call. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The item's index in its batch.
    pub index: u32,
    /// The cloud's name of the state; empty where the event was looked for and not found.
    pub state: String,
    /// The window's begin.
    pub at: Option<i64>,
}

/// The intent to make a call for items of one batch. It is on the disk before the call leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intent<'a> {
    /// The call's id.
    pub call_id: &'a str,
    /// The batch.
    pub batch_id: &'a str,
    /// The items.
    pub indexes: &'a [u32],
    /// The time that the signature will bear, ms since the Unix epoch.
    pub signed_at: i64,
    /// Whether the events were just looked at for this call: what was noted of them is newer than the store's.
    pub is_looked_at: bool,
}

/// What a call brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered<'a> {
    /// The call.
    pub call_id: &'a str,
    /// When, ms since the Unix epoch.
    pub at: i64,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The cloud's id of the request.
    pub request_id: Option<&'a str>,
    /// The answer, without what must not be kept.
    pub answer: Option<&'a str>,
}

/// An item whose intent is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenIntent {
    /// Its batch.
    pub batch_id: String,
    /// Its index in it.
    pub index: u32,
    /// The call.
    pub call_id: String,
}

impl Db {
    /// The accounts that have queued items.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn accounts_with_queued(&self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("SELECT DISTINCT account FROM items WHERE state = 'queued'")
            .fetch_all(self.own_reader())
            .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Until when nothing is sent, because the store was restored from a copy: ms since the Unix epoch,
    /// 0 where it never was.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn rests_until(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT until FROM journal_rest WHERE id = 1")
            .fetch_one(self.own_reader())
            .await?;
        Ok(row.try_get(0)?)
    }

    /// When the first of the account's items is due that this proxy may send; nothing where there
    /// is none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn next_due(
        &self,
        account: &str,
        to: &Destination,
        proxy: &str,
    ) -> Result<Option<i64>, StoreError> {
        let sql = format!(
            "SELECT MIN(i.due_at), (SELECT r.until FROM journal_rest r WHERE r.id = 1) \
             FROM items i JOIN batches b ON b.id = i.batch_id \
             WHERE i.account = $1 AND i.state = 'queued' AND (b.paused = 0 OR b.cancelled = 1) \
             AND (i.password_at IS NULL OR i.password_at = $2) AND {}",
            destination::is_for(3, 4)
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(account)
            .bind(proxy)
            .bind(to.cloud.as_str())
            .bind(to.region.as_str())
            .fetch_one(self.own_reader())
            .await?;
        let due_at: Option<i64> = row.try_get(0)?;
        let rest: i64 = row.try_get(1)?;
        Ok(due_at.map(|due_at| due_at.max(rest)))
    }

    /// Whether a batch is there and nothing of it can need the password any more that this proxy has;
    /// what is unknown may be sent again. Asked in one query: a batch may be taken in at any moment.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn is_done_with_password(&self, batch_id: &str) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "SELECT 1 FROM batches b WHERE b.id = $1 AND NOT EXISTS \
             (SELECT 1 FROM items i WHERE i.batch_id = b.id AND i.password_at IS NOT NULL \
             AND i.state IN ('unapproved', 'queued', 'sending', 'unknown'))",
        )
        .bind(batch_id)
        .fetch_optional(self.own_reader())
        .await?;
        Ok(row.is_some())
    }
}

impl Tx {
    /// The account's next items in the order in which they were taken, those of paused batches, those
    /// that are for elsewhere and those whose password another proxy has left out.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn due_items(
        &mut self,
        account: &str,
        to: &Destination,
        proxy: &str,
        now: i64,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        let sql = format!(
            "SELECT i.batch_id, i.place, i.event_id, i.resource_id, i.plan_at, i.data_policy, \
             i.password_at, b.action, b.cancelled, i.tried_at, i.attempts, i.alive_until, \
             CASE WHEN i.before_state IS NOT NULL OR EXISTS (SELECT 1 FROM events e \
             WHERE e.account = i.account AND e.event_id = i.event_id AND e.gone = 0 \
             AND (e.resource_id = i.resource_id OR i.resource_id = '')) THEN 1 ELSE 0 END, \
             (SELECT m.state FROM events e JOIN event_moments m ON m.n = e.n \
             WHERE e.account = i.account AND e.event_id = i.event_id AND e.gone = 0 \
             AND (e.resource_id = i.resource_id OR i.resource_id = '') ORDER BY m.step DESC LIMIT 1) \
             FROM items i JOIN batches b ON b.id = i.batch_id \
             WHERE i.account = $1 AND i.state = 'queued' AND i.due_at <= $2 \
             AND $2 >= (SELECT r.until FROM journal_rest r WHERE r.id = 1) \
             AND (b.paused = 0 OR b.cancelled = 1) \
             AND (i.password_at IS NULL OR i.password_at = $3) AND {} \
             ORDER BY i.batch_id, i.place LIMIT $4",
            destination::is_for(5, 6)
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(account)
            .bind(now)
            .bind(proxy)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind(to.cloud.as_str())
            .bind(to.region.as_str())
            .fetch_all(&mut **self)
            .await?;
        rows.iter()
            .map(|row| {
                let password_at: Option<String> = row.try_get(6)?;
                Ok(DueItem {
                    batch_id: row.try_get(0)?,
                    index: row::index(row.try_get(1)?)?,
                    event_id: row.try_get(2)?,
                    resource_id: row.try_get(3)?,
                    plan_at: row.try_get(4)?,
                    data_policy: row::policy(row.try_get(5)?)?,
                    takes_password: password_at.is_some(),
                    action: row::action(row.try_get(7)?)?,
                    is_cancelled: row.try_get::<i64, _>(8)? != 0,
                    tried_at: row.try_get(9)?,
                    attempts: row.try_get(10)?,
                    alive_until: row.try_get(11)?,
                    is_known: row.try_get::<i64, _>(12)? != 0,
                    present_state: row.try_get(13)?,
                })
            })
            .collect()
    }

    /// Writes the intent down, with how the events stand as far as anybody knows. Gives the indexes
    /// that are really about to be sent: an item that is no longer queued is none of them, and no item
    /// of a batch that is held, or whose approval does not hold.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn intend(&mut self, intent: &Intent<'_>, now: i64) -> Result<Vec<u32>, StoreError> {
        // INVARIANT: after the batch's row is locked. A person may have held it since it was looked at.
        let locked = self.touch_batch(intent.batch_id, now).await?;
        if locked.is_held {
            return Ok(Vec::new());
        }
        if locked.needs_approval && !self.use_approval(intent.batch_id, now).await? {
            return Ok(Vec::new());
        }
        sqlx::query("INSERT INTO calls (id, batch_id, signed_at) VALUES ($1, $2, $3)")
            .bind(intent.call_id)
            .bind(intent.batch_id)
            .bind(intent.signed_at)
            .execute(&mut **self)
            .await?;
        let before = |column: &str, noted: &str| {
            let stored = format!("(SELECT {column} {LAST_SNAPSHOT})");
            if intent.is_looked_at {
                format!("COALESCE({noted}, {stored})")
            } else {
                format!("COALESCE({stored}, {noted})")
            }
        };
        let (state, at) = (
            before("m.state", "before_state"),
            before("m.not_before", "before_at"),
        );
        let set = format!(
            "code = NULL, message = NULL, \
             settled_by = NULL, updated_at = $4, attempts = attempts + 1, steps = steps + 1, \
             call_id = $5, signed_at = $6, alive_until = $6 + {SIGNATURE_LIFE_MS}, tried_at = COALESCE(tried_at, $4), \
             before_state = {state}, before_at = {at}"
        );
        let sending = ItemState::Sending;
        let mut sql = self.state_update(&[ItemState::Queued], sending, None, &set)?;
        sql.push_str(" AND place IN (");
        sql::list(&mut sql, 6, intent.indexes.len());
        sql.push_str(") RETURNING place");
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(intent.batch_id)
            .bind(sending.as_str())
            .bind(None::<&str>)
            .bind(now)
            .bind(intent.call_id)
            .bind(intent.signed_at);
        for index in intent.indexes {
            query = query.bind(i64::from(*index));
        }
        let rows = query.fetch_all(&mut **self).await?;
        let mut indexes = rows
            .iter()
            .map(|row| row::index(row.try_get(0)?))
            .collect::<Result<Vec<_>, StoreError>>()?;
        indexes.sort_unstable();
        self.write_steps(intent.batch_id, &indexes, None, None)
            .await?;
        self.record_items(intent.batch_id, &indexes, None, None, now)
            .await?;
        Ok(indexes)
    }

    /// Writes down how events stand that the store does not know.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_before(
        &mut self,
        batch_id: &str,
        before: &[Before],
    ) -> Result<(), StoreError> {
        for before in before {
            sqlx::query(
                "UPDATE items SET before_state = $3, before_at = $4 \
                 WHERE batch_id = $1 AND place = $2 AND state = 'queued'",
            )
            .bind(batch_id)
            .bind(i64::from(before.index))
            .bind(before.state.as_str())
            .bind(before.at)
            .execute(&mut **self)
            .await?;
        }
        Ok(())
    }

    /// Writes down since when queued items are tried in vain, where that is not known yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_tried(
        &mut self,
        batch_id: &str,
        indexes: &[u32],
        now: i64,
    ) -> Result<(), StoreError> {
        for index in indexes {
            sqlx::query(
                "UPDATE items SET tried_at = COALESCE(tried_at, $3) \
                 WHERE batch_id = $1 AND place = $2 AND state = 'queued'",
            )
            .bind(batch_id)
            .bind(i64::from(*index))
            .bind(now)
            .execute(&mut **self)
            .await?;
        }
        Ok(())
    }

    /// Writes down what a call brought; the items' states are apart.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn answered(&mut self, answered: &Answered<'_>) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE calls SET answered_at = $2, status = $3, request_id = $4, answer = $5 \
             WHERE id = $1",
        )
        .bind(answered.call_id)
        .bind(answered.at)
        .bind(answered.status.map(i64::from))
        .bind(answered.request_id)
        .bind(answered.answer)
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// The account's items whose intent is written.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sending(&mut self, account: &str) -> Result<Vec<WrittenIntent>, StoreError> {
        let rows = sqlx::query(
            "SELECT batch_id, place, call_id FROM items \
             WHERE account = $1 AND state = 'sending' ORDER BY batch_id, place",
        )
        .bind(account)
        .fetch_all(&mut **self)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(WrittenIntent {
                    batch_id: row.try_get(0)?,
                    index: row::index(row.try_get(1)?)?,
                    call_id: row.try_get::<Option<String>, _>(2)?.unwrap_or_default(),
                })
            })
            .collect()
    }
}
