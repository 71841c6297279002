//! Approvals as they are shown.

use std::collections::HashMap;

use evenkeel::Timestamp;
use evenkeel_api::{Approval, ApprovalState, MetRule};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::{StoreError, StoreErrorKind, journal::steps::actor, sql};

fn odd(error: &serde_json::Error) -> StoreError {
    StoreError::new(
        StoreErrorKind::Corrupt,
        format!("the rules of an approval: {error}"),
    )
}

/// Rules as they are kept.
pub(super) fn rules(text: &str) -> Result<Vec<MetRule>, StoreError> {
    serde_json::from_str(text).map_err(|error| odd(&error))
}

pub(super) fn rules_text(rules: &[MetRule]) -> Result<String, StoreError> {
    serde_json::to_string(rules).map_err(|error| odd(&error))
}

/// The approvals of those of these batches that need one.
pub(in crate::journal) async fn of_batches(
    reader: &mut AnyConnection,
    ids: &[String],
) -> Result<HashMap<String, Approval>, StoreError> {
    let mut all = HashMap::new();
    if ids.is_empty() {
        return Ok(all);
    }
    let mut text =
        "SELECT a.batch_id, b.approval, a.plan, a.rules, a.asks_password, a.expires_at, \
                    a.used_at, a.decided_by, a.decided_at, a.reason FROM batch_approvals a \
                    JOIN batches b ON b.id = a.batch_id \
                    WHERE b.approval IS NOT NULL AND a.batch_id IN ("
            .to_owned();
    sql::list(&mut text, 0, ids.len());
    text.push(')');
    let mut query = sqlx::query(AssertSqlSafe(text));
    for id in ids {
        query = query.bind(id.as_str());
    }
    for row in query.fetch_all(&mut *reader).await? {
        let state: String = row.try_get(1)?;
        let met: String = row.try_get(3)?;
        let time = |column: usize| -> Result<Option<Timestamp>, StoreError> {
            let at: Option<i64> = row.try_get(column)?;
            Ok(at.map(Timestamp::from_millis))
        };
        let approval = Approval {
            state: ApprovalState::parse(&state),
            plan: row.try_get(2)?,
            rules: rules(&met)?,
            asks_password: row.try_get::<i64, _>(4)? != 0,
            // Whoever shows it knows who asks.
            may_approve: None,
            may_not_because: None,
            expires_at: Timestamp::from_millis(row.try_get(5)?),
            used_at: time(6)?,
            decided_by: actor(row.try_get(7)?)?,
            decided_at: time(8)?,
            reason: row.try_get(9)?,
        };
        all.insert(row.try_get(0)?, approval);
    }
    Ok(all)
}
