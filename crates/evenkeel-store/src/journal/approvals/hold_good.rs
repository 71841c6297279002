//! Whether an approval still holds, looked at in the transaction that writes the intent.

use evenkeel_api::{ApprovalState, ItemReason, Right};

use super::Standing;
use crate::{
    StoreError, Tx,
    journal::{orderers::Holder, steps::actor},
};

impl Tx {
    /// Why a batch may not be sent although it is its turn; nothing where it needs no approval, or has one that holds.
    pub(in crate::journal) async fn void_approval(
        &mut self,
        batch_id: &str,
        now: i64,
    ) -> Result<Option<ItemReason>, StoreError> {
        let Some(standing) = self.approval(batch_id).await? else {
            // It is said that it needs one, and nothing is known of it.
            return Ok(Some(ItemReason::ApprovalVoid));
        };
        if let Some(reason) = self.ended(batch_id, &standing, now).await? {
            return Ok(Some(reason));
        }
        let holds = self.may_still(&standing).await?;
        Ok((!holds).then_some(ItemReason::ApprovalVoid))
    }

    /// Uses the approval of a batch whose intent is about to be written; whether there is one to be used. The batch's row
    /// is locked.
    pub(in crate::journal) async fn use_approval(
        &mut self,
        batch_id: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let Some(standing) = self.approval(batch_id).await? else {
            return Ok(false);
        };
        if self.ended(batch_id, &standing, now).await?.is_some() {
            return Ok(false);
        }
        if standing.used_at.is_none() {
            sqlx::query("UPDATE batch_approvals SET used_at = $2 WHERE batch_id = $1")
                .bind(batch_id)
                .bind(now)
                .execute(&mut **self)
                .await?;
        }
        Ok(true)
    }

    /// Why an approval lets nothing be sent, whoever gave it: it is none, or until something was sent under it, its time is
    /// over or the plan another one.
    async fn ended(
        &mut self,
        batch_id: &str,
        standing: &Standing,
        now: i64,
    ) -> Result<Option<ItemReason>, StoreError> {
        if !standing.state.lets_send() {
            return Ok(Some(ItemReason::ApprovalVoid));
        }
        if standing.used_at.is_some() {
            return Ok(None);
        }
        if standing.expires_at <= now {
            return Ok(Some(ItemReason::ApprovalExpired));
        }
        let is_other = self.plan_of(batch_id).await? != standing.plan;
        Ok(is_other.then_some(ItemReason::ApprovalVoid))
    }

    /// Whether whoever decided may still decide so, whether they are logged in or not.
    async fn may_still(&mut self, standing: &Standing) -> Result<bool, StoreError> {
        let Some(by) = actor(standing.decided_by.clone())? else {
            return Ok(false);
        };
        let ordered_by = actor(standing.ordered_by.clone())?;
        let (may, right) = match standing.state {
            ApprovalState::BrokenGlass => (by.login.is_a_persons(), Right::Order),
            _ => (by.may_approve(ordered_by.as_ref()).is_ok(), Right::Approve),
        };
        if !may {
            return Ok(false);
        }
        // Whoever is at the machine has had the right, as where they order: a code ends, and is granted nothing else.
        let Some(holder) = Holder::of(by) else {
            return Ok(true);
        };
        let accounts = self.accounts_of(&holder, right).await?;
        Ok(accounts.has(&standing.account))
    }
}
