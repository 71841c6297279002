//! What a dead proxy left behind.

use evenkeel_api::{Caller, ItemReason, ItemState, ProxyPart};
use evenkeel_audit::{Entry, kind};
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use super::{
    Expected, NextState,
    queue::LAST_SNAPSHOT,
    row::{self, SIGNATURE_LIFE_MS},
};
use crate::{Db, StoreError, Tx};

/// So many changes are passed over when a backup is restored: more than any store makes after one.
const RESTORED_CHANGES: i64 = 1_000_000_000_000;

impl Db {
    /// Settles what proxies that are no longer alive had in hand: their leases are free, what they
    /// were sending is `unknown`, and what waited for a password in their memory is `not_sent`.
    /// Gives how many items moved.
    ///
    /// # Errors
    /// When the database refuses; asked again, it goes on where it was.
    pub async fn recover(&self, now: i64) -> Result<usize, StoreError> {
        let clock = self.clock();
        let dead = |owner: &str| {
            format!(
                "NOT EXISTS (SELECT 1 FROM proxies p WHERE p.id = {owner} AND p.alive_until > {clock})"
            )
        };
        let mut tx = self.begin().await?;
        sqlx::query(AssertSqlSafe(format!(
            "UPDATE leases SET owner = NULL, token = token + 1, wanted_by = NULL \
             WHERE owner IS NOT NULL AND {}",
            dead("owner")
        )))
        .execute(&mut *tx)
        .await?;
        // Whoever sends holds the account's lease until every answer is written down.
        let rows = sqlx::query(
            "SELECT i.batch_id, i.place FROM items i WHERE i.state = 'sending' AND NOT EXISTS \
             (SELECT 1 FROM leases l WHERE l.name = 'send:' || i.account AND l.owner IS NOT NULL) \
             ORDER BY i.batch_id, i.place",
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut moved = tx.lose_sending(&rows, now).await?;
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT i.batch_id, i.place FROM items i \
             WHERE i.state = 'queued' AND i.password_at IS NOT NULL AND {} \
             ORDER BY i.batch_id, i.place",
            dead("i.password_at")
        )))
        .fetch_all(&mut *tx)
        .await?;
        let to = NextState::state(ItemState::NotSent).because(ItemReason::PasswordLost);
        moved += tx.move_rows(&rows, &[ItemState::Queued], &to, now).await?;
        sqlx::query(AssertSqlSafe(format!(
            "DELETE FROM proxies WHERE alive_until < {clock} - 86400000"
        )))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(moved)
    }
}

impl Db {
    /// After the store was restored from a backup: what was still open in it may have been sent since,
    /// so all of it is `unknown` and, as far as its signatures go, was signed just now. What took a
    /// password still does, from the memory of a proxy that is gone. So may have been what the backup
    /// knows nothing of: nothing at all is sent until no signature from before can be taken any more.
    /// Gives how many items that are.
    ///
    /// # Errors
    /// When the database refuses; asked again, it happens once more.
    pub async fn restored(&self, now: i64) -> Result<usize, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM proxies").execute(&mut *tx).await?;
        // Whoever has seen changes that the backup knows nothing of is not to take others for the ones that follow.
        sqlx::query("UPDATE change_head SET seq = seq + $1, pruned = seq + $1 WHERE id = 1")
            .bind(RESTORED_CHANGES)
            .execute(&mut *tx)
            .await?;
        sqlx::query("UPDATE leases SET owner = NULL, token = token + 1, wanted_by = NULL")
            .execute(&mut *tx)
            .await?;
        let dead_at = now.saturating_add(SIGNATURE_LIFE_MS);
        sqlx::query("UPDATE journal_rest SET until = $1 WHERE id = 1")
            .bind(dead_at)
            .execute(&mut *tx)
            .await?;
        let rows = sqlx::query(
            "SELECT batch_id, place FROM items \
             WHERE state IN ('unapproved', 'queued', 'sending', 'unknown') ORDER BY batch_id, place",
        )
        .fetch_all(&mut *tx)
        .await?;
        // What the backup knows of an event is from before anything that was sent since.
        let sql = format!(
            "UPDATE items SET signed_at = $1, alive_until = $3, call_id = $2, \
             before_state = COALESCE(before_state, (SELECT m.state {LAST_SNAPSHOT})), \
             before_at = CASE WHEN before_state IS NULL THEN (SELECT m.not_before {LAST_SNAPSHOT}) \
             ELSE before_at END WHERE state IN ('unapproved', 'queued', 'sending', 'unknown')"
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(now)
            // As after any call: who saw an item so can tell whether it is still so.
            .bind(format!("restored-{now}"))
            .bind(dead_at)
            .execute(&mut *tx)
            .await?;
        let to = NextState::state(ItemState::Unknown).because(ItemReason::Restored);
        let open = [
            ItemState::Unapproved,
            ItemState::Queued,
            ItemState::Sending,
            ItemState::Unknown,
        ];
        tx.end_approvals().await?;
        // First: what follows in the chain is of this store, whatever another one has from here on.
        let restored = Entry::new(kind::RESTORED, &Caller::proxy(ProxyPart::Restore), now);
        tx.audit(restored.with("items", rows.len()));
        let moved = tx.move_rows(&rows, &open, &to, now).await?;
        tx.commit().await?;
        Ok(moved)
    }
}

impl Tx {
    /// An account's items that are sending, and whose sender is known to be gone, become `unknown`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lose_account(&mut self, account: &str, now: i64) -> Result<usize, StoreError> {
        let rows = sqlx::query(
            "SELECT batch_id, place FROM items WHERE account = $1 AND state = 'sending' \
             ORDER BY batch_id, place",
        )
        .bind(account)
        .fetch_all(&mut **self)
        .await?;
        self.lose_sending(&rows, now).await
    }

    async fn lose_sending(&mut self, rows: &[AnyRow], now: i64) -> Result<usize, StoreError> {
        let to = NextState::state(ItemState::Unknown).because(ItemReason::SenderLost);
        self.move_rows(rows, &[ItemState::Sending], &to, now).await
    }

    /// Moves the items that rows of batch and index name, sorted by batch.
    async fn move_rows(
        &mut self,
        rows: &[AnyRow],
        from: &[ItemState],
        to: &NextState<'_>,
        now: i64,
    ) -> Result<usize, StoreError> {
        let items = rows
            .iter()
            .map(|row| Ok((row.try_get::<String, _>(0)?, row::index(row.try_get(1)?)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let mut moved = 0;
        for batch in items.chunk_by(|one, other| one.0 == other.0) {
            let Some((id, _)) = batch.first() else {
                continue;
            };
            let indexes: Vec<u32> = batch.iter().map(|(_, index)| *index).collect();
            let from = Expected {
                states: from,
                call: None,
            };
            moved += self.move_items(id, &indexes, from, to, now).await?.len();
        }
        Ok(moved)
    }
}
