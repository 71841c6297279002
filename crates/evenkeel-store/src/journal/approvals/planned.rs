//! A batch as it would be sent.

use evenkeel::Action;
use evenkeel_api::{ApprovalState, MetRule};
use sqlx::Row as _;

use super::shown;
use crate::{
    Db, StoreError,
    journal::{NewItem, row},
};

/// A batch with all of its items.
#[derive(Debug, Clone)]
pub struct PlannedBatch {
    /// The account.
    pub account: String,
    /// The action.
    pub action: Action,
    /// Whether it sends items of an earlier one again.
    pub is_retry: bool,
    /// The items, in their order.
    pub items: Vec<NewItem>,
    /// How its approval stands, and which rules asked for it; nothing where it needs none.
    pub approval: Option<(ApprovalState, Vec<MetRule>)>,
}

impl Db {
    /// A batch as it would be sent.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn planned_batch(&self, id: &str) -> Result<Option<PlannedBatch>, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let row = sqlx::query(
            "SELECT b.account, b.action, b.retry_of, b.approval, a.rules FROM batches b \
             LEFT JOIN batch_approvals a ON a.batch_id = b.id WHERE b.id = $1",
        )
        .bind(id)
        .fetch_optional(&mut *snapshot)
        .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let state: Option<String> = row.try_get(3)?;
        let rules: Option<String> = row.try_get(4)?;
        let approval = state
            .map(|state| {
                let rules = rules.as_deref().map(shown::rules).transpose()?;
                Ok::<_, StoreError>((ApprovalState::parse(&state), rules.unwrap_or_default()))
            })
            .transpose()?;
        let rows = sqlx::query(
            "SELECT event_id, resource_id, plan_at, data_policy, password_at, due_at FROM items \
             WHERE batch_id = $1 ORDER BY place",
        )
        .bind(id)
        .fetch_all(&mut *snapshot)
        .await?;
        let items = rows
            .iter()
            .map(|row| {
                Ok(NewItem {
                    event_id: row.try_get(0)?,
                    resource_id: row.try_get(1)?,
                    plan_at: row.try_get(2)?,
                    data_policy: row::policy(row.try_get(3)?)?,
                    takes_password: row.try_get::<Option<String>, _>(4)?.is_some(),
                    due_at: row.try_get(5)?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Some(PlannedBatch {
            account: row.try_get(0)?,
            action: row::action(row.try_get(1)?)?,
            is_retry: row.try_get::<Option<String>, _>(2)?.is_some(),
            items,
            approval,
        }))
    }
}
