//! What a second person says about a batch that waits: it is looked at once more, by the rules of its action and by the
//! policy, and then decided by the store.

use std::sync::Arc;

use evenkeel::{Batch, BatchDraft, ItemDraft, Password, Report, Rules, Timestamp, When};
use evenkeel_api::{ApprovalState, Caller};
use evenkeel_store::{
    StoreError,
    journal::{ApprovalError, Approved, Decision, NewItem, PlannedBatch},
};

use crate::{
    approval::met,
    create_batch::{DestinationError, all_refused},
    engine::Engine,
};

/// Why a decision about a batch does not count.
#[derive(Debug)]
pub enum DecideError {
    /// The store says why.
    Approval(ApprovalError),
    /// The account leads elsewhere than when the batch was taken.
    Destination(DestinationError),
    /// By now it breaks the rules of its action.
    Invalid(Report),
    /// The policy lets nothing be sent without an approval.
    NoBreakGlass,
}

impl From<ApprovalError> for DecideError {
    fn from(error: ApprovalError) -> Self {
        Self::Approval(error)
    }
}

impl From<StoreError> for DecideError {
    fn from(error: StoreError) -> Self {
        Self::Approval(error.into())
    }
}

impl Engine {
    /// Lets a batch be sent that another one ordered: it waits, it is what was looked at, and nothing has changed about
    /// it that its rules refuse.
    ///
    /// # Errors
    /// Why it does not count; then nothing is sent.
    pub async fn approve(
        &self,
        id: &str,
        plan: &str,
        password: Option<Password>,
        by: &Caller,
    ) -> Result<(), DecideError> {
        self.decide(id, plan, password, by, Approved::BySecondPerson)
            .await
    }

    /// Has a batch sent that waits for an approval that nobody can give now, for a reason that stays.
    ///
    /// # Errors
    /// When the policy knows no such thing, or why else it does not count.
    pub async fn break_glass(
        &self,
        id: &str,
        plan: &str,
        password: Option<Password>,
        reason: &str,
        by: &Caller,
    ) -> Result<(), DecideError> {
        if !self.policy.view().break_glass {
            return Err(DecideError::NoBreakGlass);
        }
        self.decide(id, plan, password, by, Approved::WithoutOne(reason))
            .await?;
        tracing::error!(
            batch = id,
            by = ?by.actor.who,
            reason,
            "a batch is sent without the approval that it needs: the glass was broken"
        );
        Ok(())
    }

    /// Says that a batch is not to be sent.
    ///
    /// # Errors
    /// When it does not wait, or the store refuses.
    pub async fn reject(&self, id: &str, reason: &str, by: &Caller) -> Result<(), DecideError> {
        let now = self.clock.now_ms();
        Ok(self.store.refuse_batch(id, reason, by, now).await?)
    }

    async fn decide(
        &self,
        id: &str,
        plan: &str,
        password: Option<Password>,
        by: &Caller,
        kind: Approved<'_>,
    ) -> Result<(), DecideError> {
        // One at a time in this process: two that are given at once would each bring a password.
        let _one = self.deciding.lock().await;
        let planned = self.store.planned_batch(id).await?;
        let planned = planned.ok_or(ApprovalError::Missing)?;
        let Some((ApprovalState::Waiting, asked)) = &planned.approval else {
            return Err(ApprovalError::NotWaiting.into());
        };
        self.require_destination(id)
            .await
            .map_err(DecideError::Destination)?;
        let account = self.account(&planned.account).map(Arc::clone);
        let missing = || DestinationError::Missing(planned.account.clone());
        let account = account.ok_or_else(|| DecideError::Destination(missing()))?;
        let takes_password = planned.items.iter().any(|item| item.takes_password);
        if takes_password && password.is_none() {
            return Err(ApprovalError::PasswordNeeded.into());
        }
        let password = password.filter(|_| takes_password);
        let now = self.clock.now_ms();
        let provider = account.provider();
        self.check_again(&planned, provider, password.as_ref(), now)
            .await?;
        let of = (planned.account.as_str(), provider, planned.action);
        let mut rules = met(&self.policy, &self.store, of, &planned.items, now).await?;
        if rules.is_empty() {
            // What asked for it once is why it was asked for.
            rules.clone_from(asked);
        }
        let has_password = password.is_some();
        if let Some(password) = password {
            // Before the items can be sent: without it they would not be.
            self.journal.keep_password(id, password);
        }
        let decision = Decision {
            by,
            plan,
            rules: &rules,
            password_at: has_password.then(|| self.journal.proxy_id()),
            expires_at: self.policy.expires_at(now),
            now,
        };
        let decided = self.store.approve_batch(id, kind, &decision).await;
        if decided.is_err() && has_password {
            self.journal.forget_password(id);
        }
        decided?;
        self.notifier.wake_sender(&planned.account);
        Ok(())
    }

    /// The rules of the action, by the time and the events of now.
    async fn check_again(
        &self,
        planned: &PlannedBatch,
        provider: evenkeel::Provider,
        password: Option<&Password>,
        now: i64,
    ) -> Result<(), DecideError> {
        let draft = BatchDraft {
            account: planned.account.clone(),
            action: planned.action,
            items: planned.items.iter().map(draft_of).collect(),
            password: password.cloned(),
        };
        let ids: Vec<&str> = draft.items.iter().map(|it| it.event_id.as_str()).collect();
        let events = self.store.events_by_id(&planned.account, &ids).await?;
        let rules = Rules {
            now: Timestamp::from_millis(now),
            events: &events,
        };
        match Batch::parse(provider, &draft, &rules) {
            Ok(_) => Ok(()),
            // Of a retry, what can still be sent is, as when it was taken.
            Err(report) if planned.is_retry && !all_refused(&report, draft.items.len()) => Ok(()),
            Err(report) => Err(DecideError::Invalid(report)),
        }
    }
}

fn draft_of(item: &NewItem) -> ItemDraft {
    ItemDraft {
        event_id: item.event_id.clone(),
        resource_id: item.resource_id.clone(),
        when: Some(
            item.plan_at
                .map_or(When::Now, |at| When::At(Timestamp::from_millis(at))),
        ),
        data_policy: item.data_policy,
    }
}
