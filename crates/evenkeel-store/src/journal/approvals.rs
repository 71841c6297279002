//! Approvals: what waits for a second person, what they say, and whether it still holds when something is sent.
//!
//! A batch that needs one is taken with its items `unapproved`, from where no statement sends; all that changes an
//! approval does so after it has locked the batch's row.

mod decide;
mod expire;
mod hold_good;
mod planned;
mod policy;
mod shown;

use evenkeel_api::{ApprovalState, Caller};
use evenkeel_audit::Entry;
use sqlx::Row as _;

use super::{NewApproval, NewBatch};
use crate::{StoreError, Tx};

pub use decide::{ApprovalError, Approved, Decision};
pub use planned::PlannedBatch;
pub(super) use shown::of_batches;

/// An approval as it stands while its batch's row is locked, or within one transaction.
struct Standing {
    state: ApprovalState,
    plan: String,
    asks_password: bool,
    expires_at: i64,
    used_at: Option<i64>,
    decided_by: Option<String>,
    ordered_by: Option<String>,
    account: String,
}

impl Tx {
    /// The approval of a batch; nothing where it needs none.
    async fn approval(&mut self, batch_id: &str) -> Result<Option<Standing>, StoreError> {
        let row = sqlx::query(
            "SELECT b.approval, a.plan, a.asks_password, a.expires_at, a.used_at, \
             a.decided_by, b.ordered_by, b.account FROM batches b \
             JOIN batch_approvals a ON a.batch_id = b.id \
             WHERE b.id = $1 AND b.approval IS NOT NULL",
        )
        .bind(batch_id)
        .fetch_optional(&mut **self)
        .await?;
        row.map(|row| {
            let state: String = row.try_get(0)?;
            Ok(Standing {
                state: ApprovalState::parse(&state),
                plan: row.try_get(1)?,
                asks_password: row.try_get::<i64, _>(2)? != 0,
                expires_at: row.try_get(3)?,
                used_at: row.try_get(4)?,
                decided_by: row.try_get(5)?,
                ordered_by: row.try_get(6)?,
                account: row.try_get(7)?,
            })
        })
        .transpose()
    }

    /// Writes down what is asked of a second person about a batch that is taken.
    pub(super) async fn ask_approval(
        &mut self,
        batch: &NewBatch,
        asked: &NewApproval,
        plan: &str,
        asks_password: bool,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO batch_approvals (batch_id, plan, rules, asks_password, expires_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(batch.id.as_str())
        .bind(plan)
        .bind(shown::rules_text(&asked.rules)?)
        .bind(i64::from(asks_password))
        .bind(asked.expires_at)
        .execute(&mut **self)
        .await?;
        let entry = Entry::new("batch.approval_asked", &batch.by, batch.created_at)
            .with("batch", &batch.id)
            .with("account", &batch.account)
            .with("plan", plan)
            .with("rules", &asked.rules)
            .with("expires_at", asked.expires_at);
        self.audit(entry);
        Ok(())
    }

    /// Writes how an approval stands. The batch's row is locked.
    async fn set_approval(
        &mut self,
        batch_id: &str,
        state: ApprovalState,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE batches SET approval = $2 WHERE id = $1")
            .bind(batch_id)
            .bind(state.as_str())
            .execute(&mut **self)
            .await?;
        Ok(())
    }

    /// Writes down who decided. The batch's row is locked.
    async fn write_decision(
        &mut self,
        batch_id: &str,
        by: &Caller,
        reason: Option<&str>,
        now: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE batch_approvals SET decided_by = $2, decided_at = $3, reason = $4 \
             WHERE batch_id = $1",
        )
        .bind(batch_id)
        .bind(super::steps::actor_text(&by.actor)?)
        .bind(now)
        .bind(reason)
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// A batch that is called off waits for nobody any more, and what was not used yet is not used. Its row is locked.
    pub(super) async fn call_off_approval(&mut self, batch_id: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE batches SET approval = $2 WHERE id = $1 AND approval IN ('waiting', 'approved') \
             AND EXISTS (SELECT 1 FROM batch_approvals a WHERE a.batch_id = batches.id \
             AND a.used_at IS NULL)",
        )
        .bind(batch_id)
        .bind(ApprovalState::Cancelled.as_str())
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// In a store that was restored from a copy nothing waits any more: what did may have been approved and sent since.
    pub(super) async fn end_approvals(&mut self) -> Result<(), StoreError> {
        sqlx::query("UPDATE batches SET approval = $1 WHERE approval = 'waiting'")
            .bind(ApprovalState::Expired.as_str())
            .execute(&mut **self)
            .await?;
        Ok(())
    }
}
