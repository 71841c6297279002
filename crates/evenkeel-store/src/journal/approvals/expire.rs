//! Approvals that nobody gave in time, or that were not used in time.

use evenkeel_api::{ApprovalState, BatchStepKind, Caller, ItemReason, ItemState, ProxyPart};
use evenkeel_audit::Entry;
use sqlx::Row as _;

use crate::{Change, Db, StoreError, Topic, Tx, journal::NextState};

/// What can still be called off.
const OPEN: [ItemState; 2] = [ItemState::Unapproved, ItemState::Queued];

impl Db {
    /// Ends what waited for an approval, or had one of which nothing was sent, until a time that is over. Gives the
    /// batches.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn expire_approvals(&self, now: i64) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(
            "SELECT a.batch_id FROM batch_approvals a JOIN batches b ON b.id = a.batch_id \
             WHERE a.used_at IS NULL AND a.expires_at <= $1 \
             AND b.approval IN ('waiting', 'approved', 'broken_glass') AND EXISTS \
             (SELECT 1 FROM items i WHERE i.batch_id = b.id AND i.state IN ('unapproved', 'queued')) \
             ORDER BY a.batch_id",
        )
        .bind(now)
        .fetch_all(self.own_reader())
        .await?;
        let mut expired = Vec::new();
        // Each in a transaction of its own: mostly there is none.
        for row in rows {
            let id: String = row.try_get(0)?;
            let mut tx = self.begin().await?;
            if tx.expire(&id, now).await? {
                tx.commit().await?;
                expired.push(id);
            }
        }
        Ok(expired)
    }
}

impl Tx {
    async fn expire(&mut self, id: &str, now: i64) -> Result<bool, StoreError> {
        // INVARIANT: after the batch's row is locked. Somebody may have decided, or a sender begun, since.
        self.touch_batch(id, now).await?;
        let Some(standing) = self.approval(id).await? else {
            return Ok(false);
        };
        let is_open = standing.state == ApprovalState::Waiting || standing.state.lets_send();
        if !is_open || standing.used_at.is_some() || standing.expires_at > now {
            return Ok(false);
        }
        self.set_approval(id, ApprovalState::Expired).await?;
        let by = Caller::proxy(ProxyPart::Journal);
        self.add_batch_step(id, BatchStepKind::ApprovalExpired, &by, None, now)
            .await?;
        let entry = Entry::new("batch.approval_expired", &by, now)
            .with("batch", id)
            .with("account", &standing.account)
            .with("plan", &standing.plan);
        self.audit(entry);
        let to = NextState::state(ItemState::NotSent).because(ItemReason::ApprovalExpired);
        self.move_all(id, &OPEN, &to, now).await?;
        self.note(Change::new(Topic::Batch, id));
        Ok(true)
    }
}
