//! Events by name.

use evenkeel::{Event, Timestamp};
use evenkeel_api::EventSnapshot;
use sqlx::{AssertSqlSafe, Row as _};

use super::{StoredBody, packed::Packed};
use crate::{Db, StoreError, StoreErrorKind, sql, text::key};

/// How many names one statement asks for.
const NAMES: usize = 500;

/// What an event is known by besides its account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The event.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
}

/// An event and its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLife {
    /// The event.
    pub event: StoredBody,
    /// What it is known by.
    pub identity: Identity,
    /// Its life, oldest first.
    pub snapshots: Vec<EventSnapshot>,
}

/// The events, each as one text, and whatever else is asked for.
fn select(more: &str) -> String {
    format!(
        "SELECT {}{more} FROM events e JOIN event_bodies b ON b.n = e.n",
        StoredBody::column()
    )
}

fn body(row: &sqlx::any::AnyRow) -> Result<StoredBody, StoreError> {
    StoredBody::of(&mut Packed(row.try_get(0)?))
}

impl Db {
    /// An event with its life. Without a resource: the one that changed last, if there are several
    /// of that id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn event_life(
        &self,
        account: &str,
        event_id: &str,
        resource_id: Option<&str>,
    ) -> Result<Option<EventLife>, StoreError> {
        let text = format!(
            "{} WHERE e.account = $1 AND e.event_id = $2 \
             AND ($3 = 0 OR e.resource_id = $4) ORDER BY e.changed_at DESC, e.n LIMIT 1",
            select(", e.event_id, e.resource_id")
        );
        let row = sqlx::query(AssertSqlSafe(text))
            .bind(key(account))
            .bind(key(event_id))
            .bind(i64::from(resource_id.is_some()))
            .bind(key(resource_id.unwrap_or_default()))
            .fetch_optional(self.reader())
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let event = body(&row)?;
        let identity = Identity {
            event_id: row.try_get(1)?,
            resource_id: row.try_get(2)?,
        };
        let snapshots = self.snapshots(event.n).await?;
        Ok(Some(EventLife {
            event,
            identity,
            snapshots,
        }))
    }

    async fn snapshots(&self, n: i64) -> Result<Vec<EventSnapshot>, StoreError> {
        let rows = sqlx::query(
            "SELECT at, state, not_before, not_after, started_at, finished_at \
             FROM event_moments WHERE n = $1 ORDER BY step",
        )
        .bind(n)
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                let time = |column: usize| -> Result<Option<Timestamp>, StoreError> {
                    let millis: Option<i64> = row.try_get(column)?;
                    Ok(millis.map(Timestamp::from_millis))
                };
                Ok(EventSnapshot {
                    at: Timestamp::from_millis(row.try_get(0)?),
                    state: row.try_get(1)?,
                    not_before: time(2)?,
                    not_after: time(3)?,
                    started_at: time(4)?,
                    finished_at: time(5)?,
                })
            })
            .collect()
    }

    /// The events of these numbers, in no order; those that are not there any more are left out.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn events_by_number(&self, numbers: &[i64]) -> Result<Vec<StoredBody>, StoreError> {
        let mut events = Vec::with_capacity(numbers.len());
        for numbers in numbers.chunks(NAMES) {
            let mut text = format!("{} WHERE e.n IN (", select(""));
            sql::list(&mut text, 0, numbers.len());
            text.push(')');
            let mut query = sqlx::query(AssertSqlSafe(text));
            for n in numbers {
                query = query.bind(*n);
            }
            for row in &query.fetch_all(self.reader()).await? {
                events.push(body(row)?);
            }
        }
        Ok(events)
    }

    /// The events of these ids that an account has, as they were last seen: what the core's rules
    /// about events are given.
    ///
    /// # Errors
    /// When the database refuses, or holds what is no event.
    pub async fn events_by_id(
        &self,
        account: &str,
        ids: &[&str],
    ) -> Result<Vec<Event>, StoreError> {
        let mut events = Vec::with_capacity(ids.len());
        for ids in ids.chunks(NAMES) {
            let mut text = format!(
                "{} WHERE e.gone = 0 AND e.account = $1 AND e.event_id IN (",
                select("")
            );
            sql::list(&mut text, 1, ids.len());
            text.push(')');
            let mut query = sqlx::query(AssertSqlSafe(text)).bind(key(account));
            for id in ids {
                query = query.bind(key(id));
            }
            for row in &query.fetch_all(self.reader()).await? {
                let body = body(row)?;
                let event = serde_json::from_str(body.event_json()).map_err(|error| {
                    let detail = format!("event {} cannot be read: {error}", body.n);
                    StoreError::new(StoreErrorKind::Corrupt, detail)
                })?;
                events.push(event);
            }
        }
        Ok(events)
    }
}
