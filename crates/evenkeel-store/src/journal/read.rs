//! Batches and items as they are shown.

mod summary;

use evenkeel::{DataPolicy, Timestamp};
use evenkeel_api::{
    Accounts, Attempt, Batch, BatchSummary, EventItem, IssueView, Item, ItemDetail, ItemPage,
    ItemReason,
};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::row::{self, ITEM};
use super::{maintenance, steps};
use crate::{Db, StoreError, StoreErrorKind, resources::known, sql, text::key};
use summary::{BATCH, summaries};

/// How many items a batch is shown with.
const FIRST: u32 = 1000;

/// Which batches, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchQuery {
    /// Of these accounts.
    pub accounts: Accounts,
    /// Older than this one.
    pub before: Option<String>,
    /// At most so many.
    pub limit: u32,
}

impl BatchQuery {
    /// The newest of accounts.
    #[must_use]
    pub fn of(accounts: Accounts, limit: u32) -> Self {
        Self {
            accounts,
            before: None,
            limit,
        }
    }
}

/// Of the items that were rejected or never left, those that a retry sends again. Where another item acts on the
/// event, a second one is what was just refused.
fn retryable() -> String {
    let left_out: Vec<String> = ItemReason::ALL
        .into_iter()
        .filter(|reason| reason.leaves_event_to_another())
        .map(|reason| format!("'{reason}'"))
        .collect();
    format!(
        "state IN ('rejected', 'not_sent') AND retried_in IS NULL AND (reason IS NULL \
         OR reason NOT IN ({}))",
        left_out.join(", ")
    )
}

/// An item that may be sent again as part of a new batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedItem {
    /// The event.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
    /// When the cloud is to act, ms since the Unix epoch; nothing is now.
    pub plan_at: Option<i64>,
    /// Migrations only.
    pub data_policy: Option<DataPolicy>,
    /// Its index in its batch.
    pub index: u32,
    /// Whether it took the batch's password.
    pub took_password: bool,
}

async fn summary_of(
    reader: &mut AnyConnection,
    id: &str,
) -> Result<Option<BatchSummary>, StoreError> {
    let sql = format!("SELECT {BATCH} FROM batches WHERE id = $1");
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(id)
        .fetch_all(&mut *reader)
        .await?;
    Ok(summaries(reader, &rows).await?.pop())
}

async fn items_of(
    reader: &mut AnyConnection,
    id: &str,
    after: Option<u32>,
    limit: u32,
) -> Result<ItemPage, StoreError> {
    let sql = format!(
        "SELECT {ITEM}, {} FROM items WHERE batch_id = $1 AND place > $2 ORDER BY place LIMIT $3",
        maintenance::column()
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(id)
        .bind(after.map_or(-1, i64::from))
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *reader)
        .await?;
    let mut items = rows.iter().map(row::item).collect::<Result<Vec<_>, _>>()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|item| item.index);
    tell_resources(reader, id, &mut items).await?;
    Ok(ItemPage { items, next })
}

/// Says of items what is known of their resources.
async fn tell_resources(
    reader: &mut AnyConnection,
    batch: &str,
    items: &mut [Item],
) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT account FROM batches WHERE id = $1")
        .bind(batch)
        .fetch_optional(&mut *reader)
        .await?;
    let Some(row) = row else {
        return Ok(());
    };
    let account: String = row.try_get(0)?;
    let ids: Vec<String> = items.iter().map(|item| key(&item.resource_id)).collect();
    let knowledge = known(reader, Some(&account), &ids).await?;
    for (item, id) in items.iter_mut().zip(&ids) {
        item.resource = knowledge.of(&account, id).told();
    }
    Ok(())
}

impl Db {
    /// A batch without its items.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn batch_summary(&self, id: &str) -> Result<Option<BatchSummary>, StoreError> {
        summary_of(&mut *self.snapshot().await?, id).await
    }

    /// A batch with the first of its items.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn batch(&self, id: &str) -> Result<Option<Batch>, StoreError> {
        // Its counts and its items are of one time.
        let mut snapshot = self.snapshot().await?;
        let Some(summary) = summary_of(&mut snapshot, id).await? else {
            return Ok(None);
        };
        let row = sqlx::query("SELECT issues FROM batches WHERE id = $1")
            .bind(id)
            .fetch_one(&mut *snapshot)
            .await?;
        let issues: String = row.try_get(0)?;
        let issues: Vec<IssueView> = serde_json::from_str(&issues).map_err(|error| {
            StoreError::new(
                StoreErrorKind::Corrupt,
                format!("a batch's warnings: {error}"),
            )
        })?;
        let items = items_of(&mut snapshot, id, None, FIRST).await?.items;
        Ok(Some(Batch {
            summary,
            issues,
            items,
        }))
    }

    /// Batches, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn batches(&self, query: &BatchQuery) -> Result<Vec<BatchSummary>, StoreError> {
        let mut sql = format!("SELECT {BATCH} FROM batches WHERE id < $1");
        if let Accounts::These(these) = &query.accounts {
            if these.is_empty() {
                return Ok(Vec::new());
            }
            sql.push_str(" AND account IN (");
            sql::list(&mut sql, 2, these.len());
            sql.push(')');
        }
        sql.push_str(" ORDER BY id DESC LIMIT $2");
        // Ids are hexadecimal: all sort before `~`... unless a collation says otherwise, as
        // PostgreSQL's may; `z` comes last in every one.
        let mut rows = sqlx::query(AssertSqlSafe(sql))
            .bind(query.before.as_deref().unwrap_or("z"))
            .bind(i64::from(query.limit));
        if let Accounts::These(these) = &query.accounts {
            for account in these {
                rows = rows.bind(account.as_str());
            }
        }
        let mut snapshot = self.snapshot().await?;
        let rows = rows.fetch_all(&mut *snapshot).await?;
        summaries(&mut snapshot, &rows).await
    }

    /// Items of a batch by index, after one of them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn batch_items(
        &self,
        id: &str,
        after: Option<u32>,
        limit: u32,
    ) -> Result<ItemPage, StoreError> {
        items_of(&mut *self.snapshot().await?, id, after, limit).await
    }

    /// Items of a batch at these indexes, at most 200.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn batch_items_at(&self, id: &str, indexes: &[u32]) -> Result<Vec<Item>, StoreError> {
        let indexes: Vec<u32> = indexes
            .iter()
            .take(super::index_ranges::MAX_ITEMS)
            .copied()
            .collect();
        if indexes.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = format!(
            "SELECT {ITEM}, {} FROM items WHERE batch_id = $1 AND place IN (",
            maintenance::column()
        );
        sql::list(&mut sql, 1, indexes.len());
        sql.push_str(") ORDER BY place");
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(id);
        for index in indexes {
            query = query.bind(i64::from(index));
        }
        let mut snapshot = self.snapshot().await?;
        let rows = query.fetch_all(&mut *snapshot).await?;
        let mut items = rows.iter().map(row::item).collect::<Result<Vec<_>, _>>()?;
        tell_resources(&mut snapshot, id, &mut items).await?;
        Ok(items)
    }

    /// An item with its life.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn batch_item(&self, id: &str, index: u32) -> Result<Option<ItemDetail>, StoreError> {
        let Some(item) = self.batch_items_at(id, &[index]).await?.pop() else {
            return Ok(None);
        };
        let row = sqlx::query("SELECT created_at, ordered_by FROM batches WHERE id = $1")
            .bind(id)
            .fetch_one(self.reader())
            .await?;
        let mut history = vec![Attempt {
            attempt: 0,
            state: evenkeel_api::ItemState::Queued,
            at: Timestamp::from_millis(row.try_get(0)?),
            by: steps::actor(row.try_get(1)?)?,
            signed_at: None,
            status: None,
            request_id: None,
            detail: None,
            answer: None,
        }];
        let rows = sqlx::query(
            "SELECT s.attempt, s.state, s.at, s.detail, s.call_id, \
             c.signed_at, c.status, c.request_id, c.answer, s.done_by \
             FROM item_steps s LEFT JOIN calls c ON c.id = s.call_id \
             WHERE s.batch_id = $1 AND s.place = $2 ORDER BY s.step",
        )
        .bind(id)
        .bind(i64::from(index))
        .fetch_all(self.reader())
        .await?;
        let mut told: Option<String> = None;
        for row in &rows {
            let call: Option<String> = row.try_get(4)?;
            let state = row::state(row.try_get(1)?)?;
            // The answer belongs to the step that it caused: the first after the call left.
            let is_intent = state == evenkeel_api::ItemState::Sending;
            let tells = !is_intent && call.is_some() && told != call;
            if tells {
                told.clone_from(&call);
            }
            let status: Option<i64> = row.try_get(6)?;
            history.push(Attempt {
                attempt: row::index(row.try_get(0)?)?,
                state,
                at: Timestamp::from_millis(row.try_get(2)?),
                by: steps::actor(row.try_get(9)?)?,
                signed_at: row
                    .try_get::<Option<i64>, _>(5)?
                    .filter(|_| is_intent || tells)
                    .map(Timestamp::from_millis),
                status: status
                    .filter(|_| tells)
                    .and_then(|status| u16::try_from(status).ok()),
                request_id: row.try_get::<Option<String>, _>(7)?.filter(|_| tells),
                detail: row.try_get(3)?,
                answer: row.try_get::<Option<String>, _>(8)?.filter(|_| tells),
            });
        }
        Ok(Some(ItemDetail { item, history }))
    }

    /// The items that were rejected or never left and are not sent again yet, by index; not those whose event
    /// another item acts on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn failed_items(&self, id: &str) -> Result<Vec<FailedItem>, StoreError> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT event_id, resource_id, plan_at, data_policy, place, password_at FROM items \
             WHERE batch_id = $1 AND {} ORDER BY place",
            retryable()
        )))
        .bind(id)
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                let password_at: Option<String> = row.try_get(5)?;
                Ok(FailedItem {
                    event_id: row.try_get(0)?,
                    resource_id: row.try_get(1)?,
                    plan_at: row.try_get(2)?,
                    data_policy: row::policy(row.try_get(3)?)?,
                    index: row::index(row.try_get(4)?)?,
                    took_password: password_at.is_some(),
                })
            })
            .collect()
    }

    /// What batches did about an event, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn event_items(
        &self,
        account: &str,
        event_id: &str,
        resource_id: &str,
    ) -> Result<Vec<EventItem>, StoreError> {
        let rows = sqlx::query(
            "SELECT i.batch_id, i.place, b.action, i.state, i.updated_at \
             FROM items i JOIN batches b ON b.id = i.batch_id \
             WHERE i.account = $1 AND i.event_id = $2 AND (i.resource_id = $3 OR i.resource_id = '') \
             ORDER BY i.batch_id DESC, i.place DESC LIMIT 100",
        )
        .bind(account)
        .bind(event_id)
        .bind(resource_id)
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(EventItem {
                    batch_id: row.try_get(0)?,
                    index: row::index(row.try_get(1)?)?,
                    action: row::action(row.try_get(2)?)?,
                    state: row::state(row.try_get(3)?)?,
                    updated_at: Timestamp::from_millis(row.try_get(4)?),
                })
            })
            .collect()
    }
}
