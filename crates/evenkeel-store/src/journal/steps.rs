//! What is done about a batch as a whole, and by whom.

use std::{collections::HashMap, fmt::Write as _};

use evenkeel::Timestamp;
use evenkeel_api::{Actor, BatchStep, BatchStepKind, Caller};
use evenkeel_audit::Entry;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::{StoreError, StoreErrorKind, Tx, sql};

/// How many steps a batch is shown with.
const SHOWN: i64 = 20;

/// An actor as it is kept.
pub(super) fn actor_text(actor: &Actor) -> Result<String, StoreError> {
    serde_json::to_string(actor).map_err(|error| odd(&error))
}

/// The actor of a column.
pub(super) fn actor(text: Option<String>) -> Result<Option<Actor>, StoreError> {
    text.map(|text| serde_json::from_str(&text).map_err(|error| odd(&error)))
        .transpose()
}

fn odd(error: &serde_json::Error) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, format!("an actor: {error}"))
}

impl Tx {
    /// Adds a step to a batch's life, and records it. The batch's row is locked already.
    pub(super) async fn write_batch_step(
        &mut self,
        batch_id: &str,
        kind: BatchStepKind,
        by: &Caller,
        detail: Option<&str>,
        now: i64,
    ) -> Result<(), StoreError> {
        self.add_batch_step(batch_id, kind, by, detail, now).await?;
        let entry = Entry::new(format!("batch.{}", kind.as_str()), by, now);
        self.audit(entry.with("batch", batch_id).with("detail", detail));
        Ok(())
    }

    /// Adds a step to a batch's life, for whoever records it with more than that. The batch's row is locked already.
    pub(super) async fn add_batch_step(
        &mut self,
        batch_id: &str,
        kind: BatchStepKind,
        by: &Caller,
        detail: Option<&str>,
        now: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO batch_steps (batch_id, step, kind, at, done_by, detail) \
             SELECT $1, COALESCE(MAX(step), 0) + 1, $2, $3, $4, $5 FROM batch_steps \
             WHERE batch_id = $1",
        )
        .bind(batch_id)
        .bind(kind.as_str())
        .bind(now)
        .bind(actor_text(&by.actor)?)
        .bind(detail)
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}

/// The last steps of batches, oldest first.
pub(super) async fn of_batches(
    reader: &mut AnyConnection,
    ids: &[String],
) -> Result<HashMap<String, Vec<BatchStep>>, StoreError> {
    let mut text = "SELECT batch_id, kind, at, done_by, detail FROM batch_steps s \
                    WHERE s.batch_id IN ("
        .to_owned();
    sql::list(&mut text, 0, ids.len());
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        ") AND s.step > (SELECT MAX(m.step) FROM batch_steps m WHERE m.batch_id = s.batch_id) - {SHOWN} \
         ORDER BY s.batch_id, s.step"
    );
    let mut query = sqlx::query(AssertSqlSafe(text));
    for id in ids {
        query = query.bind(id.as_str());
    }
    let mut steps: HashMap<String, Vec<BatchStep>> = HashMap::new();
    for row in query.fetch_all(&mut *reader).await? {
        let kind: String = row.try_get(1)?;
        let step = BatchStep {
            kind: BatchStepKind::parse(&kind),
            at: Timestamp::from_millis(row.try_get(2)?),
            by: actor(row.try_get(3)?)?,
            detail: row.try_get(4)?,
        };
        steps.entry(row.try_get(0)?).or_default().push(step);
    }
    Ok(steps)
}
