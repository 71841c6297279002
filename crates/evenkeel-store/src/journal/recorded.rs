//! What the audit has of batches and their items.

use evenkeel::DataPolicy;
use evenkeel_api::{Caller, ItemState, ProxyPart};
use evenkeel_audit::Entry;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Row as _};

use super::{NewBatch, NewItem, index_ranges, row};
use crate::{StoreError, StoreErrorKind, Tx, sql, text::hexadecimal};

/// An item as a record has it.
#[derive(Serialize)]
struct RecordedItem {
    index: u32,
    event_id: String,
    resource_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

/// What will be sent for a batch, as it is hashed.
#[derive(Serialize)]
struct Plan<'a> {
    account: &'a str,
    action: &'a str,
    cloud: &'a str,
    region: &'a str,
    items: Vec<PlanItem<'a>>,
}

#[derive(Serialize)]
struct PlanItem<'a> {
    event_id: &'a str,
    resource_id: &'a str,
    plan_at: Option<i64>,
    data_policy: Option<&'static str>,
    takes_password: bool,
}

impl Tx {
    /// Records that a batch is taken, and the hash of what will be sent for it, which it gives.
    pub(super) fn record_order(
        &mut self,
        batch: &NewBatch,
        items: &[NewItem],
    ) -> Result<String, StoreError> {
        let plan = plan(batch, items)?;
        let entry = Entry::new("batch.ordered", &batch.by, batch.created_at)
            .with("batch", &batch.id)
            .with("account", &batch.account)
            .with("action", batch.action.as_str())
            .with("cloud", &batch.destination.cloud)
            .with("region", &batch.destination.region)
            .with("total", items.len())
            .with("plan", &plan)
            .with("retry_of", &batch.retry_of);
        self.audit(entry);
        Ok(plan)
    }

    /// Records what items came to, as their rows have it by now: by whom, or by the journal itself, and what a person
    /// said about it.
    pub(super) async fn record_items(
        &mut self,
        batch_id: &str,
        indexes: &[u32],
        by: Option<&Caller>,
        note: Option<&str>,
        now: i64,
    ) -> Result<(), StoreError> {
        for indexes in indexes.chunks(index_ranges::MAX_ITEMS) {
            let mut text =
                "SELECT b.account, b.action, i.state, i.reason, i.code, i.place, i.event_id, \
                            i.resource_id, i.plan_at, i.data_policy, i.call_id, i.request_id \
                            FROM items i JOIN batches b ON b.id = i.batch_id \
                            WHERE i.batch_id = $1 AND i.place IN ("
                    .to_owned();
            sql::list(&mut text, 1, indexes.len());
            text.push_str(") ORDER BY i.place");
            let mut query = sqlx::query(AssertSqlSafe(text)).bind(batch_id);
            for index in indexes {
                query = query.bind(i64::from(*index));
            }
            let rows = query.fetch_all(&mut **self).await?;
            // One move brought all of them here.
            let Some(first) = rows.first() else { continue };
            let state = row::state(first.try_get(2)?)?;
            let items = rows
                .iter()
                .map(|row| {
                    Ok(RecordedItem {
                        index: row::index(row.try_get(5)?)?,
                        event_id: row.try_get(6)?,
                        resource_id: row.try_get(7)?,
                        plan_at: row.try_get(8)?,
                        data_policy: row.try_get(9)?,
                        call: row.try_get(10)?,
                        // The one of before, until there is an answer.
                        request_id: row
                            .try_get::<Option<String>, _>(11)?
                            .filter(|_| state != ItemState::Sending),
                    })
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            let journal = Caller::proxy(ProxyPart::Journal);
            let entry = Entry::new(format!("items.{state}"), by.unwrap_or(&journal), now)
                .with("batch", batch_id)
                .with("account", first.try_get::<String, _>(0)?)
                .with("action", first.try_get::<String, _>(1)?)
                .with("reason", first.try_get::<Option<String>, _>(3)?)
                .with("code", first.try_get::<Option<String>, _>(4)?)
                .with("note", note)
                .with("items", items);
            self.audit(entry);
        }
        Ok(())
    }
}

/// The hash of what will be sent.
fn plan(batch: &NewBatch, items: &[NewItem]) -> Result<String, StoreError> {
    let plan = Plan {
        account: &batch.account,
        action: batch.action.as_str(),
        cloud: &batch.destination.cloud,
        region: &batch.destination.region,
        items: items
            .iter()
            .map(|item| PlanItem {
                event_id: &item.event_id,
                resource_id: &item.resource_id,
                plan_at: item.plan_at,
                data_policy: item.data_policy.map(DataPolicy::as_str),
                takes_password: item.takes_password,
            })
            .collect(),
    };
    plan.hash()
}

impl Plan<'_> {
    fn hash(&self) -> Result<String, StoreError> {
        let text = serde_json::to_vec(self).map_err(|error| {
            StoreError::new(StoreErrorKind::Corrupt, format!("a plan: {error}"))
        })?;
        Ok(hexadecimal(Sha256::digest(text).into_iter()))
    }
}

impl Tx {
    /// The hash of what will be sent for a batch, as its rows have it by now.
    pub(super) async fn plan_of(&mut self, batch_id: &str) -> Result<String, StoreError> {
        let batch = sqlx::query("SELECT account, action, cloud, region FROM batches WHERE id = $1")
            .bind(batch_id)
            .fetch_one(&mut **self)
            .await?;
        let (account, action): (String, String) = (batch.try_get(0)?, batch.try_get(1)?);
        let cloud: Option<String> = batch.try_get(2)?;
        let region: Option<String> = batch.try_get(3)?;
        let rows = sqlx::query(
            "SELECT event_id, resource_id, plan_at, data_policy, password_at FROM items \
             WHERE batch_id = $1 ORDER BY place",
        )
        .bind(batch_id)
        .fetch_all(&mut **self)
        .await?;
        let texts = rows
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<Vec<(String, String)>, StoreError>>()?;
        let items = rows
            .iter()
            .zip(&texts)
            .map(|(row, (event_id, resource_id))| {
                Ok(PlanItem {
                    event_id,
                    resource_id,
                    plan_at: row.try_get(2)?,
                    data_policy: row::policy(row.try_get(3)?)?.map(DataPolicy::as_str),
                    takes_password: row.try_get::<Option<String>, _>(4)?.is_some(),
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        let plan = Plan {
            account: &account,
            action: &action,
            cloud: cloud.as_deref().unwrap_or_default(),
            region: region.as_deref().unwrap_or_default(),
            items,
        };
        plan.hash()
    }
}
