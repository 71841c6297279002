//! Taking a batch: all of it or nothing, once for each key.

use evenkeel::{Action, DataPolicy};
use evenkeel_api::{ApprovalState, BatchStepKind, Caller, ItemState, MetRule, Principal};
use sqlx::{AssertSqlSafe, Row as _};

use super::{Destination, index_ranges, orderers::owned, steps::actor_text};
use crate::{Change, Db, StoreError, Topic, Tx, sql};

/// How many items one statement writes, and how many parameters each has of its own.
const ROWS: usize = 500;
const OWN: usize = 7;

/// What a batch is taken with that needs an approval. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApproval {
    /// The rules that ask for it.
    pub rules: Vec<MetRule>,
    /// Until when somebody has to say something.
    pub expires_at: i64,
}

/// Who has the password of an item that waits: nobody yet.
const NOBODY: &str = "";

/// A batch to be taken. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBatch {
    /// Its id: a UUID of version 7, so that batches sort by age.
    pub id: String,
    /// The account.
    pub account: String,
    /// The action.
    pub action: Action,
    /// When it is taken.
    pub created_at: i64,
    /// Who orders it.
    pub by: Caller,
    /// The batch whose failed items it sends again.
    pub retry_of: Option<String>,
    /// The indexes of those items there.
    pub retried: Vec<u32>,
    /// Where its calls go.
    pub destination: Destination,
    /// What makes it one batch of whoever orders it, however often they ask for it.
    pub idempotency_key: String,
    /// What was asked for, without the password.
    pub body_digest: String,
    /// The warnings it is taken with, as JSON.
    pub issues: String,
    /// The proxy that has the password in its memory, if there is one.
    pub password_at: Option<String>,
    /// What it needs of a second person, if it does: until then nothing of it is sent, and nobody has its password.
    pub approval: Option<NewApproval>,
}

/// An item of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// The event.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
    /// When the cloud is to act; nothing is now.
    pub plan_at: Option<i64>,
    /// Migrations only.
    pub data_policy: Option<DataPolicy>,
    /// Whether it takes the batch's password.
    pub takes_password: bool,
    /// Not to be sent before this.
    pub due_at: i64,
}

/// What became of the wish for a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// It is there now.
    New,
    /// It was there already, under this id.
    Same(String),
    /// The key belongs to another wish.
    Conflict,
    /// What it was to send again is not as it was: it is sent again elsewhere by now, or it did not fail.
    Changed,
}

impl Db {
    /// What a key of somebody stands for already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn batch_of_key(
        &self,
        owner: &Principal,
        key: &str,
        digest: &str,
    ) -> Result<Option<Created>, StoreError> {
        let row = sqlx::query("SELECT id, body_digest FROM batches WHERE idempotency_key = $1")
            .bind(owned(key, owner))
            .fetch_optional(self.reader())
            .await?;
        row.map(|row| {
            let known: String = row.try_get(1)?;
            Ok(if known == digest {
                Created::Same(row.try_get(0)?)
            } else {
                Created::Conflict
            })
        })
        .transpose()
    }

    /// Takes a batch with its items, in one transaction, unless its key is taken.
    ///
    /// # Errors
    /// When the database refuses; asked again with the same key, it happens once.
    pub async fn create_batch(
        &self,
        batch: &NewBatch,
        items: &[NewItem],
    ) -> Result<Created, StoreError> {
        let mut tx = self.begin().await?;
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let result = sqlx::query(
            "INSERT INTO batches (id, account, action, created_at, updated_at, retry_of, \
             idempotency_key, body_digest, paused, cancelled, issues, total, cloud, region, ordered_by, \
             approval) VALUES ($1, $2, $3, $4, $4, $5, $6, $7, 0, 0, $8, $9, $10, $11, $12, $13) \
             ON CONFLICT (idempotency_key) DO NOTHING",
        )
        .bind(batch.id.as_str())
        .bind(batch.account.as_str())
        .bind(batch.action.as_str())
        .bind(batch.created_at)
        .bind(batch.retry_of.as_deref())
        .bind(owned(&batch.idempotency_key, &batch.by.actor.who))
        .bind(batch.body_digest.as_str())
        .bind(batch.issues.as_str())
        .bind(total)
        .bind(batch.destination.cloud.as_str())
        .bind(batch.destination.region.as_str())
        .bind(actor_text(&batch.by.actor)?)
        .bind(batch.approval.as_ref().map(|_| ApprovalState::Waiting.as_str()))
        .execute(&mut *tx)
        .await?;
        if result.rows_affected() == 0 {
            drop(tx);
            let known = self
                .batch_of_key(
                    &batch.by.actor.who,
                    &batch.idempotency_key,
                    &batch.body_digest,
                )
                .await?;
            return Ok(known.unwrap_or(Created::Conflict));
        }
        if let Some(earlier) = &batch.retry_of
            && !tx.take_over(earlier, batch).await?
        {
            return Ok(Created::Changed);
        }
        let (state, password_at) = match &batch.approval {
            Some(_) => (ItemState::Unapproved, Some(NOBODY)),
            None => (ItemState::Queued, batch.password_at.as_deref()),
        };
        let mut index: i64 = 0;
        for rows in items.chunks(ROWS) {
            // What is the same for all stands once, before the rows.
            let values = insert_values(rows.len(), state);
            let sql = format!(
                "INSERT INTO items (batch_id, account, updated_at, place, event_id, resource_id, \
                 plan_at, data_policy, password_at, state, attempts, steps, due_at) VALUES {values}"
            );
            let mut query = sqlx::query(AssertSqlSafe(sql))
                .bind(batch.id.as_str())
                .bind(batch.account.as_str())
                .bind(batch.created_at);
            for item in rows {
                query = query
                    .bind(index)
                    .bind(item.event_id.as_str())
                    .bind(item.resource_id.as_str())
                    .bind(item.plan_at)
                    .bind(item.data_policy.map(DataPolicy::as_str))
                    .bind(password_at.filter(|_| item.takes_password))
                    .bind(item.due_at);
                index += 1;
            }
            query.execute(&mut *tx).await?;
        }
        let plan = tx.record_order(batch, items)?;
        if let Some(asked) = &batch.approval {
            let asks_password = items.iter().any(|item| item.takes_password);
            tx.ask_approval(batch, asked, &plan, asks_password).await?;
        }
        tx.note(Change::new(Topic::Batch, batch.id.as_str()));
        // Whoever looks at their events learns that an order waits.
        let indexes = 0..u32::try_from(items.len()).unwrap_or(u32::MAX);
        tx.note_items(&batch.id, indexes.collect());
        if let Some(earlier) = &batch.retry_of {
            // It shows which batches retry it.
            tx.note(Change::new(Topic::Batch, earlier.as_str()));
        }
        tx.commit().await?;
        Ok(Created::New)
    }
}

impl Tx {
    /// Marks the items of an earlier batch that this one sends again: each is sent again once. Whether
    /// all of them still are to be.
    async fn take_over(&mut self, earlier: &str, batch: &NewBatch) -> Result<bool, StoreError> {
        self.touch_batch(earlier, batch.created_at).await?;
        for indexes in batch.retried.chunks(index_ranges::MAX_ITEMS) {
            let mut sql = "UPDATE items SET retried_in = $2 WHERE batch_id = $1 \
                           AND state IN ('rejected', 'not_sent') AND retried_in IS NULL \
                           AND place IN ("
                .to_owned();
            sql::list(&mut sql, 2, indexes.len());
            sql.push(')');
            let mut query = sqlx::query(AssertSqlSafe(sql))
                .bind(earlier)
                .bind(batch.id.as_str());
            for index in indexes {
                query = query.bind(i64::from(*index));
            }
            let marked = query.execute(&mut **self).await?.rows_affected();
            if marked != indexes.len() as u64 {
                return Ok(false);
            }
        }
        let (by, id, now) = (&batch.by, batch.id.as_str(), batch.created_at);
        self.write_batch_step(earlier, BatchStepKind::Retried, by, Some(id), now)
            .await?;
        Ok(true)
    }
}

/// Three parameters that all rows share, then seven a row; an item that is taken has no life yet.
fn insert_values(rows: usize, state: ItemState) -> String {
    let rows: Vec<String> = (0..rows)
        .map(|row| {
            let mut text = String::new();
            sql::list(&mut text, 3 + row * OWN, OWN - 1);
            format!(
                "($1, $2, $3, {text}, '{state}', 0, 0, ${})",
                3 + (row + 1) * OWN
            )
        })
        .collect();
    rows.join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn rows_share_their_first_parameters() {
        assert_eq!(
            super::insert_values(2, super::ItemState::Queued),
            "($1, $2, $3, $4, $5, $6, $7, $8, $9, 'queued', 0, 0, $10), \
             ($1, $2, $3, $11, $12, $13, $14, $15, $16, 'queued', 0, 0, $17)"
        );
    }
}
