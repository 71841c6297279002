//! The commands of an operator: pause, go on, call off, and say what became of an item.

use evenkeel_api::{BatchStepKind, Caller, ItemReason, ItemState, SettleAs, SettledBy};
use sqlx::Row as _;

use super::{Expected, NextState};
use crate::{Change, Db, StoreError, Topic, Tx};

/// Why a command is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is no such batch, or it has no such item.
    #[error("there is no such batch or item")]
    Missing,
    /// The item is not unknown.
    #[error("the item is not unknown")]
    NotUnknown,
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl std::convert::From<sqlx::Error> for CommandError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Db {
    /// Holds a batch, or lets it go on: what is sending goes on in any case.
    ///
    /// # Errors
    /// When there is no such batch, or the database refuses.
    pub async fn pause_batch(
        &self,
        id: &str,
        paused: bool,
        by: &Caller,
        now: i64,
    ) -> Result<(), CommandError> {
        let mut tx = self.begin().await?;
        require(&mut tx, id, now).await?;
        let kind = if paused {
            BatchStepKind::Paused
        } else {
            BatchStepKind::Resumed
        };
        tx.write_batch_step(id, kind, by, None, now).await?;
        if !paused {
            tx.credit_pause(id, now).await?;
        }
        // What the proxy held it for is answered by a person now.
        sqlx::query(
            "UPDATE batches SET paused_at = CASE WHEN $2 = 0 THEN NULL WHEN paused = 1 THEN paused_at ELSE $3 END, \
             paused = $2, held = NULL, held_code = NULL, held_at = NULL, \
             resumed_at = CASE WHEN $2 = 0 THEN $3 ELSE resumed_at END WHERE id = $1",
        )
        .bind(id)
        .bind(i64::from(paused))
        .bind(now)
        .execute(&mut *tx)
        .await?;
        tx.note(Change::new(Topic::Batch, id));
        tx.commit().await?;
        Ok(())
    }

    /// Calls off what has not left: what waits, for its turn or for an approval, becomes `not_sent`.
    ///
    /// # Errors
    /// When there is no such batch, or the database refuses.
    pub async fn cancel_batch(&self, id: &str, by: &Caller, now: i64) -> Result<(), CommandError> {
        let mut tx = self.begin().await?;
        require(&mut tx, id, now).await?;
        tx.write_batch_step(id, BatchStepKind::Cancelled, by, None, now)
            .await?;
        sqlx::query("UPDATE batches SET cancelled = 1 WHERE id = $1")
            .bind(id)
            .execute(&mut *tx)
            .await?;
        tx.call_off_approval(id).await?;
        let to = NextState {
            by: Some(by),
            ..NextState::state(ItemState::NotSent).because(ItemReason::Cancelled)
        };
        let open = [ItemState::Unapproved, ItemState::Queued];
        tx.move_all(id, &open, &to, now).await?;
        tx.note(Change::new(Topic::Batch, id));
        tx.commit().await?;
        Ok(())
    }

    /// Takes a person's word for what became of an unknown item.
    ///
    /// # Errors
    /// When there is no such item, it is not unknown, or the database refuses.
    pub async fn settle_item(
        &self,
        id: &str,
        index: u32,
        settle_as: SettleAs,
        note: Option<&str>,
        by: &Caller,
        now: i64,
    ) -> Result<(), CommandError> {
        let mut tx = self.begin().await?;
        require(&mut tx, id, now).await?;
        let from = Expected {
            states: &[ItemState::Unknown],
            call: None,
        };
        let state = match settle_as {
            SettleAs::Accepted => ItemState::Accepted,
            SettleAs::NotSent => ItemState::NotSent,
        };
        let to = NextState {
            reason: Some(ItemReason::Settled),
            settled_by: Some(SettledBy::Person),
            message: note,
            detail: note,
            by: Some(by),
            ..NextState::state(state)
        };
        let moved = tx.move_items(id, &[index], from, &to, now).await?;
        if moved.is_empty() {
            let row = sqlx::query("SELECT 1 FROM items WHERE batch_id = $1 AND place = $2")
                .bind(id)
                .bind(i64::from(index))
                .fetch_optional(&mut *tx)
                .await?;
            return Err(match row {
                Some(_) => CommandError::NotUnknown,
                None => CommandError::Missing,
            });
        }
        tx.commit().await?;
        Ok(())
    }
}

impl Tx {
    /// The time for which a batch was held is none in which its items were tried: before it goes on.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) async fn credit_pause(&mut self, id: &str, now: i64) -> Result<(), StoreError> {
        let row = sqlx::query("SELECT paused_at FROM batches WHERE id = $1 AND paused = 1")
            .bind(id)
            .fetch_optional(&mut **self)
            .await?;
        let paused_at: Option<i64> = row.map(|row| row.try_get(0)).transpose()?.flatten();
        let Some(paused_at) = paused_at else {
            return Ok(());
        };
        sqlx::query(
            "UPDATE items SET tried_at = CASE WHEN tried_at < $2 \
             THEN tried_at + ($3 - $2) ELSE $3 END \
             WHERE batch_id = $1 AND state = 'queued' AND tried_at IS NOT NULL",
        )
        .bind(id)
        .bind(paused_at.min(now))
        .bind(now)
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}

/// Locks the batch, if it is there.
async fn require(tx: &mut Tx, id: &str, now: i64) -> Result<(), CommandError> {
    let row = sqlx::query("SELECT 1 FROM batches WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    if row.is_none() {
        return Err(CommandError::Missing);
    }
    tx.touch_batch(id, now).await?;
    Ok(())
}
