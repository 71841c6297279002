//! What a batch is without its items: what its row says, and what its items come to.

use std::collections::HashMap;

use evenkeel::Timestamp;
use evenkeel_api::{BatchCounts, BatchHold, BatchState, BatchSummary, HoldReason};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _, any::AnyRow};

use super::retryable;
use crate::{
    StoreError,
    journal::{approvals, maintenance, row, steps},
    sql,
};

/// The columns that a summary is read from.
pub(super) const BATCH: &str = "id, account, action, created_at, updated_at, retry_of, paused, cancelled, total, \
     held, held_code, held_at, ordered_by, approval, \
     COALESCE(cloud, (SELECT e.provider FROM events e WHERE e.account = batches.account LIMIT 1)) AS cloud";

/// The batches at these rows with their counts.
pub(super) async fn summaries(
    reader: &mut AnyConnection,
    rows: &[AnyRow],
) -> Result<Vec<BatchSummary>, StoreError> {
    let ids = rows
        .iter()
        .map(|row| Ok(row.try_get(0)?))
        .collect::<Result<Vec<String>, StoreError>>()?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut counts_of = counts(reader, &ids).await?;
    let mut stages = maintenance::of_batches(reader, &ids).await?;
    let mut retried_by = retries(reader, &ids).await?;
    let mut steps_of = steps::of_batches(reader, &ids).await?;
    // Most need none.
    let mut asked = Vec::new();
    for (row, id) in rows.iter().zip(&ids) {
        if row.try_get::<Option<String>, _>("approval")?.is_some() {
            asked.push(id.clone());
        }
    }
    let mut approvals = approvals::of_batches(reader, &asked).await?;
    rows.iter()
        .zip(&ids)
        .map(|(row, id)| {
            let action = row::action(row.try_get(2)?)?;
            let (counts, retryable) = counts_of.remove(id).unwrap_or_default();
            let paused = row.try_get::<i64, _>(6)? != 0;
            Ok(BatchSummary {
                id: id.clone(),
                account: row.try_get(1)?,
                provider: row::provider(row.try_get("cloud")?, action)?,
                action,
                created_at: Timestamp::from_millis(row.try_get(3)?),
                by: steps::actor(row.try_get("ordered_by")?)?,
                steps: steps_of.remove(id).unwrap_or_default(),
                updated_at: Timestamp::from_millis(row.try_get(4)?),
                retry_of: row.try_get(5)?,
                retried_by: retried_by.remove(id).unwrap_or_default(),
                paused,
                held: hold(row)?.filter(|_| paused),
                cancelled: row.try_get::<i64, _>(7)? != 0,
                approval: approvals.remove(id),
                state: state_of(&counts, paused),
                counts,
                maintenance: stages.remove(id).unwrap_or_default(),
                retryable,
                total: u64::try_from(row.try_get::<i64, _>(8)?).unwrap_or_default(),
            })
        })
        .collect()
}

/// Items by state, and how many of them a retry sends again.
async fn counts(
    reader: &mut AnyConnection,
    ids: &[String],
) -> Result<HashMap<String, (BatchCounts, u64)>, StoreError> {
    let mut sql = format!(
        "SELECT batch_id, state, COUNT(*), SUM(CASE WHEN {} THEN 1 ELSE 0 END) \
             FROM items WHERE batch_id IN (",
        retryable()
    );
    sql::list(&mut sql, 0, ids.len());
    sql.push_str(") GROUP BY batch_id, state");
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(id.as_str());
    }
    let number = |row: &AnyRow, column: usize| -> Result<u64, StoreError> {
        Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default())
    };
    let mut counts: HashMap<String, (BatchCounts, u64)> = HashMap::new();
    for row in query.fetch_all(&mut *reader).await? {
        let state = row::state(row.try_get(1)?)?;
        let (of, retryable) = counts.entry(row.try_get(0)?).or_default();
        *of.get_mut(state) = number(&row, 2)?;
        *retryable += number(&row, 3)?;
    }
    Ok(counts)
}

async fn retries(
    reader: &mut AnyConnection,
    ids: &[String],
) -> Result<HashMap<String, Vec<String>>, StoreError> {
    let mut sql = "SELECT retry_of, id FROM batches WHERE retry_of IN (".to_owned();
    sql::list(&mut sql, 0, ids.len());
    sql.push_str(") ORDER BY id");
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(id.as_str());
    }
    let mut retries: HashMap<String, Vec<String>> = HashMap::new();
    for row in query.fetch_all(&mut *reader).await? {
        retries
            .entry(row.try_get(0)?)
            .or_default()
            .push(row.try_get(1)?);
    }
    Ok(retries)
}

/// Why the proxy holds the batch of a row of [`BATCH`].
fn hold(row: &AnyRow) -> Result<Option<BatchHold>, StoreError> {
    let Some(reason) = row.try_get::<Option<String>, _>(9)? else {
        return Ok(None);
    };
    Ok(Some(BatchHold {
        reason: HoldReason::parse(&reason),
        code: row.try_get(10)?,
        since: Timestamp::from_millis(row.try_get::<Option<i64>, _>(11)?.unwrap_or_default()),
    }))
}

fn state_of(counts: &BatchCounts, paused: bool) -> BatchState {
    let total = counts.total();
    if counts.sending > 0 {
        BatchState::Sending
    } else if counts.unapproved > 0 {
        BatchState::Unapproved
    } else if counts.queued > 0 && paused {
        BatchState::Paused
    } else if counts.queued == total && total > 0 {
        BatchState::Queued
    } else if counts.queued > 0 {
        BatchState::Sending
    } else if counts.unknown > 0 {
        BatchState::Resting
    } else {
        BatchState::Done
    }
}
