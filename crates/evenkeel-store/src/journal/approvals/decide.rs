//! What a second person says: yes, no, or that there is none to be asked.

use evenkeel_api::{
    ApprovalState, BatchStepKind, Caller, ItemReason, ItemState, MayNotApprove, MetRule,
};
use evenkeel_audit::Entry;
use sqlx::{AssertSqlSafe, Row as _};

use super::{Standing, shown};
use crate::{
    Change, Db, StoreError, Topic, Tx,
    journal::{Expected, NextState, row, steps::actor},
    sql,
};

/// A yes. Times are ms since the Unix epoch.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// Who decides.
    pub by: &'a Caller,
    /// The plan that they looked at.
    pub plan: &'a str,
    /// The rules that the batch meets by now.
    pub rules: &'a [MetRule],
    /// The proxy that has the password in its memory, if one was given.
    pub password_at: Option<&'a str>,
    /// Until when something of it has to be sent.
    pub expires_at: i64,
    /// When.
    pub now: i64,
}

/// The kind of a yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approved<'a> {
    /// A second person looked at it.
    BySecondPerson,
    /// Nobody could be asked, for this reason.
    WithoutOne(&'a str),
}

/// Why a decision does not count.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// There is no such batch.
    #[error("there is no such batch")]
    Missing,
    /// It waits for no approval, or not any more.
    #[error("the batch waits for no approval")]
    NotWaiting,
    /// What would be sent is not what was looked at.
    #[error("what would be sent is not what was looked at")]
    PlanChanged,
    /// Whoever decides is not the second person.
    #[error("a second person is needed")]
    SecondPersonNeeded(MayNotApprove),
    /// Whoever decides is not logged in as themselves.
    #[error("a person is needed")]
    NotAPerson,
    /// Items take a password, and none was given.
    #[error("a password is needed")]
    PasswordNeeded,
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ApprovalError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Db {
    /// Lets a batch be sent that waits for an approval: once, as it was looked at, and only by somebody who may decide.
    ///
    /// # Errors
    /// Why it does not count; then nothing is changed.
    pub async fn approve_batch(
        &self,
        id: &str,
        kind: Approved<'_>,
        decision: &Decision<'_>,
    ) -> Result<(), ApprovalError> {
        let (by, now) = (decision.by, decision.now);
        let mut tx = self.begin().await?;
        let standing = tx.waiting(id, now).await?;
        let (state, step, reason) = match kind {
            Approved::BySecondPerson => {
                require_second(&standing, by)?;
                (ApprovalState::Approved, BatchStepKind::Approved, None)
            }
            Approved::WithoutOne(reason) => {
                require_person(by)?;
                let step = BatchStepKind::BreakGlass;
                (ApprovalState::BrokenGlass, step, Some(reason))
            }
        };
        // Anew from the rows: it is what will be sent, whatever was written down when it was asked for.
        let plan = tx.plan_of(id).await?;
        if plan != standing.plan || plan != decision.plan {
            return Err(ApprovalError::PlanChanged);
        }
        if standing.asks_password && decision.password_at.is_none() {
            return Err(ApprovalError::PasswordNeeded);
        }
        tx.set_approval(id, state).await?;
        tx.write_decision(id, by, reason, now).await?;
        sqlx::query("UPDATE batch_approvals SET expires_at = $2, rules = $3 WHERE batch_id = $1")
            .bind(id)
            .bind(decision.expires_at)
            .bind(shown::rules_text(decision.rules)?)
            .execute(&mut *tx)
            .await?;
        if standing.asks_password {
            sqlx::query(
                "UPDATE items SET password_at = $2 WHERE batch_id = $1 AND password_at IS NOT NULL \
                 AND state = 'unapproved'",
            )
            .bind(id)
            .bind(decision.password_at)
            .execute(&mut *tx)
            .await?;
        }
        tx.add_batch_step(id, step, by, reason, now).await?;
        let entry = Entry::new(format!("batch.{}", step.as_str()), by, now)
            .with("batch", id)
            .with("account", &standing.account)
            .with("plan", &plan)
            .with("rules", decision.rules)
            .with("ordered_by", actor(standing.ordered_by.clone())?)
            .with("expires_at", decision.expires_at)
            .with("reason", reason);
        tx.audit(entry);
        let to = NextState {
            by: Some(by),
            ..NextState::state(ItemState::Queued)
        };
        if tx.move_all(id, &[ItemState::Unapproved], &to, now).await? == 0 {
            return Err(ApprovalError::NotWaiting);
        }
        tx.note(Change::new(Topic::Batch, id));
        tx.commit().await?;
        Ok(())
    }

    /// Says that a batch that waits for an approval is not to be sent. Whoever may say yes may say no, also to their own.
    ///
    /// # Errors
    /// When it waits for none, or the database refuses.
    pub async fn refuse_batch(
        &self,
        id: &str,
        reason: &str,
        by: &Caller,
        now: i64,
    ) -> Result<(), ApprovalError> {
        let mut tx = self.begin().await?;
        let standing = tx.waiting(id, now).await?;
        require_person(by)?;
        tx.set_approval(id, ApprovalState::Refused).await?;
        tx.write_decision(id, by, Some(reason), now).await?;
        let step = BatchStepKind::ApprovalRefused;
        tx.add_batch_step(id, step, by, Some(reason), now).await?;
        let entry = Entry::new("batch.approval_refused", by, now)
            .with("batch", id)
            .with("account", &standing.account)
            .with("plan", &standing.plan)
            .with("reason", reason);
        tx.audit(entry);
        let to = NextState {
            by: Some(by),
            ..NextState::state(ItemState::NotSent).because(ItemReason::ApprovalRefused)
        };
        tx.move_all(id, &[ItemState::Unapproved], &to, now).await?;
        tx.note(Change::new(Topic::Batch, id));
        tx.commit().await?;
        Ok(())
    }
}

/// A person who is logged in as themselves: what has a token is a tool, whoever it belongs to.
fn require_person(by: &Caller) -> Result<(), ApprovalError> {
    let is_one = by.actor.login.is_a_persons();
    is_one.then_some(()).ok_or(ApprovalError::NotAPerson)
}

fn require_second(standing: &Standing, by: &Caller) -> Result<(), ApprovalError> {
    let ordered_by = actor(standing.ordered_by.clone())?;
    let may = by.actor.may_approve(ordered_by.as_ref());
    may.map_err(ApprovalError::SecondPersonNeeded)
}

impl Tx {
    /// Locks a batch that waits for an approval, in time.
    async fn waiting(&mut self, id: &str, now: i64) -> Result<Standing, ApprovalError> {
        let row = sqlx::query("SELECT 1 FROM batches WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut **self)
            .await?;
        if row.is_none() {
            return Err(ApprovalError::Missing);
        }
        // INVARIANT: after the batch's row is locked. Another one may have decided since it was looked at.
        self.touch_batch(id, now).await?;
        let standing = self.approval(id).await?.ok_or(ApprovalError::NotWaiting)?;
        if standing.state != ApprovalState::Waiting || standing.expires_at <= now {
            return Err(ApprovalError::NotWaiting);
        }
        Ok(standing)
    }

    /// Moves all of a batch's items that are in these states; gives how many.
    pub(in crate::journal) async fn move_all(
        &mut self,
        id: &str,
        states: &[ItemState],
        to: &NextState<'_>,
        now: i64,
    ) -> Result<usize, StoreError> {
        let mut text = "SELECT place FROM items WHERE batch_id = $1 AND state IN (".to_owned();
        sql::list(&mut text, 1, states.len());
        text.push_str(") ORDER BY place");
        let query = sqlx::query(AssertSqlSafe(text)).bind(id);
        let query = states
            .iter()
            .fold(query, |query, it| query.bind(it.as_str()));
        let rows = query.fetch_all(&mut **self).await?;
        let indexes = rows
            .iter()
            .map(|row| row::index(row.try_get(0)?))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let from = Expected { states, call: None };
        Ok(self.move_items(id, &indexes, from, to, now).await?.len())
    }
}
