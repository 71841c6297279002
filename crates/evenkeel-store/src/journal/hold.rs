//! Batches that the proxy holds by itself, until a person lets them go on.

use evenkeel::Action;
use evenkeel_api::{BatchStepKind, Caller, HoldReason, ProxyPart};
use sqlx::{AssertSqlSafe, Row as _};

use super::row;
use crate::{Change, Db, StoreError, Topic, Tx, sql};

/// Why batches are held, and what the cloud said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub reason: HoldReason,
    /// The cloud's code, where it refused.
    pub code: Option<String>,
}

/// Which of an account's batches that have something to send are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// All that no person let go on at this time or later, ms since the Unix epoch.
    NotResumedSince(i64),
    /// The same, of those that do this.
    OfAction(Action, i64),
    /// Those that were to be done at once, and for which a person's last word is older than this.
    OlderThan(i64),
}

impl Tx {
    /// Holds a batch until a person lets it go on: whatever else of it is sent would fare as what was. One
    /// that has nothing more to send is left as it is, and so is one that a person holds.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn hold_batch(&mut self, id: &str, hold: &Hold, now: i64) -> Result<(), StoreError> {
        self.touch_batch(id, now).await?;
        let row = sqlx::query("SELECT held FROM batches WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut **self)
            .await?;
        let before: Option<String> = row.map(|row| row.try_get(0)).transpose()?.flatten();
        let written = sqlx::query(
            "UPDATE batches SET paused_at = CASE WHEN paused = 1 THEN paused_at ELSE $4 END, \
             paused = 1, held = $2, held_code = $3, held_at = $4 \
             WHERE id = $1 AND (paused = 0 OR held IS NOT NULL) AND EXISTS (SELECT 1 FROM items \
             WHERE batch_id = $1 AND state IN ('queued', 'sending', 'unknown'))",
        )
        .bind(id)
        .bind(hold.reason.as_str())
        .bind(hold.code.as_deref())
        .bind(now)
        .execute(&mut **self)
        .await?;
        let reason = hold.reason.as_str();
        // One that is held for the same again has no step more.
        if written.rows_affected() > 0 && before.as_deref() != Some(reason) {
            let by = Caller::proxy(ProxyPart::Journal);
            self.write_batch_step(id, BatchStepKind::Held, &by, Some(reason), now)
                .await?;
        }
        self.note(Change::new(Topic::Batch, id));
        Ok(())
    }

    /// Holds those of an account's batches that have something to send; gives their ids, upwards.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn hold_batches(
        &mut self,
        account: &str,
        which: Holds,
        hold: &Hold,
        now: i64,
    ) -> Result<Vec<String>, StoreError> {
        // An item that is unknown may come back into the queue: what has waited for too long is so by then.
        let (states, condition, time) = match which {
            Holds::NotResumedSince(at) => ("'queued'", "COALESCE(b.resumed_at, -1) < $2", at),
            Holds::OfAction(_, at) => (
                "'queued'",
                "COALESCE(b.resumed_at, -1) < $2 AND b.action = $3",
                at,
            ),
            Holds::OlderThan(at) => (
                "'queued', 'unknown'",
                "COALESCE(b.resumed_at, b.created_at) < $2 AND i.plan_at IS NULL AND NOT EXISTS \
                 (SELECT 1 FROM batch_approvals a WHERE a.batch_id = b.id AND a.decided_at >= $2)",
                at,
            ),
        };
        let sql = format!(
            "SELECT DISTINCT i.batch_id FROM items i JOIN batches b ON b.id = i.batch_id \
             WHERE i.account = $1 AND i.state IN ({states}) AND b.paused = 0 AND b.cancelled = 0 \
             AND {condition} ORDER BY i.batch_id"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(account).bind(time);
        if let Holds::OfAction(action, _) = which {
            query = query.bind(action.as_str());
        }
        let rows = query.fetch_all(&mut **self).await?;
        let ids = rows
            .iter()
            .map(|row| Ok(row.try_get(0)?))
            .collect::<Result<Vec<String>, StoreError>>()?;
        for id in &ids {
            self.hold_batch(id, hold, now).await?;
        }
        Ok(ids)
    }

    /// After a complete read with another key than before: lets those of the account's batches go on
    /// whose events it showed, and holds the others. A batch that a person let go on since the key is
    /// another one is left alone. Gives how many go on and how many do not.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_key_change(
        &mut self,
        account: &str,
        since: i64,
        read_at: i64,
        now: i64,
    ) -> Result<(usize, usize), StoreError> {
        let rows = sqlx::query(
            "SELECT i.batch_id, MAX(b.paused), SUM(CASE WHEN EXISTS (SELECT 1 FROM events e \
             WHERE e.account = i.account AND e.event_id = i.event_id AND e.gone = 0 \
             AND e.missing_at IS NULL \
             AND (e.resource_id = i.resource_id OR i.resource_id = '')) THEN 0 ELSE 1 END) \
             FROM items i JOIN batches b ON b.id = i.batch_id \
             WHERE i.account = $1 AND i.state = 'queued' AND b.cancelled = 0 \
             AND (b.paused = 0 OR b.held = $4) AND COALESCE(b.resumed_at, -1) < $2 \
             AND b.created_at < $3 GROUP BY i.batch_id ORDER BY i.batch_id",
        )
        .bind(account)
        .bind(since)
        .bind(read_at)
        .bind(HoldReason::KeyChanged.as_str())
        .fetch_all(&mut **self)
        .await?;
        let (mut go_on, mut stay) = (0, 0);
        for row in &rows {
            let id: String = row.try_get(0)?;
            let is_held = row.try_get::<i64, _>(1)? != 0;
            if row.try_get::<i64, _>(2)? > 0 {
                let hold = Hold {
                    reason: HoldReason::EventNotShown,
                    code: None,
                };
                self.hold_batch(&id, &hold, now).await?;
                stay += 1;
            } else if is_held {
                self.release_batch(&id, now).await?;
                go_on += 1;
            }
        }
        Ok((go_on, stay))
    }

    /// Lets a batch go on that waited for a read with another key, and says so in its items' lives.
    async fn release_batch(&mut self, id: &str, now: i64) -> Result<(), StoreError> {
        self.touch_batch(id, now).await?;
        self.credit_pause(id, now).await?;
        sqlx::query(
            "UPDATE batches SET paused = 0, paused_at = NULL, held = NULL, held_code = NULL, \
             held_at = NULL WHERE id = $1",
        )
        .bind(id)
        .execute(&mut **self)
        .await?;
        let rows = sqlx::query(
            "UPDATE items SET steps = steps + 1, updated_at = $2 \
             WHERE batch_id = $1 AND state = 'queued' RETURNING place",
        )
        .bind(id)
        .bind(now)
        .fetch_all(&mut **self)
        .await?;
        let indexes = rows
            .iter()
            .map(|row| row::index(row.try_get(0)?))
            .collect::<Result<Vec<_>, StoreError>>()?;
        for indexes in indexes.chunks(super::index_ranges::MAX_ITEMS) {
            self.write_steps(
                id,
                indexes,
                Some("its event was seen with the account's new key"),
                None,
            )
            .await?;
        }
        let by = Caller::proxy(ProxyPart::Journal);
        self.write_batch_step(id, BatchStepKind::Released, &by, None, now)
            .await?;
        self.note(Change::new(Topic::Batch, id));
        Ok(())
    }
}

impl Db {
    /// Holds what accounts have to send and no person let go on since a time: in a transaction of its
    /// own, in the order in which batches are locked.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn hold_accounts(
        &self,
        accounts: &[&str],
        resumed_since: i64,
        hold: &Hold,
        now: i64,
    ) -> Result<usize, StoreError> {
        if accounts.is_empty() {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        let mut text =
            "SELECT DISTINCT i.batch_id FROM items i JOIN batches b ON b.id = i.batch_id \
                        WHERE i.state = 'queued' AND b.paused = 0 AND b.cancelled = 0 \
                        AND COALESCE(b.resumed_at, -1) < $1 AND i.account IN ("
                .to_owned();
        sql::list(&mut text, 1, accounts.len());
        text.push_str(") ORDER BY i.batch_id");
        let mut query = sqlx::query(AssertSqlSafe(text)).bind(resumed_since);
        for account in accounts {
            query = query.bind(*account);
        }
        let rows = query.fetch_all(&mut *tx).await?;
        for row in &rows {
            let id: String = row.try_get(0)?;
            tx.hold_batch(&id, hold, now).await?;
        }
        tx.commit().await?;
        Ok(rows.len())
    }
}
