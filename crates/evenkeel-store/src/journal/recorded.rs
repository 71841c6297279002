//! What the audit has of batches and their items.

use evenkeel::DataPolicy;
use evenkeel_api::{Caller, ItemState, ProxyPart};
use evenkeel_audit::Entry;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Row as _};

use super::{NewBatch, NewItem, index_ranges, row};
use crate::{StoreError, Tx, sql, text::hexadecimal};

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
    /// Records that a batch is taken, and what will be sent for it.
    pub(super) fn record_order(&mut self, batch: &NewBatch, items: &[NewItem]) {
        let entry = Entry::new("batch.ordered", &batch.by, batch.created_at)
            .with("batch", &batch.id)
            .with("account", &batch.account)
            .with("action", batch.action.as_str())
            .with("cloud", &batch.destination.cloud)
            .with("region", &batch.destination.region)
            .with("total", items.len())
            .with("plan", plan(batch, items))
            .with("retry_of", &batch.retry_of);
        self.audit(entry);
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
fn plan(batch: &NewBatch, items: &[NewItem]) -> Option<String> {
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
    let text = serde_json::to_vec(&plan).ok()?;
    Some(hexadecimal(Sha256::digest(text).into_iter()))
}
