//! Items whose end only the event's state can tell.

use evenkeel::Action;
use evenkeel_api::ItemState;
use sqlx::Row as _;

use super::row::{self, SIGNATURE_LIFE_MS};
use crate::{Db, StoreError};

/// An item that is accepted or unknown. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItem {
    /// Its batch.
    pub batch_id: String,
    /// Its place in it.
    pub place: u32,
    /// The event.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
    /// What its batch does.
    pub action: Action,
    /// When the cloud is to act; nothing is now.
    pub plan_at: Option<i64>,
    /// Accepted or unknown.
    pub state: ItemState,
    /// The last call.
    pub call_id: Option<String>,
    /// The time that its signature bears.
    pub signed_at: Option<i64>,
    /// How many calls were made for it.
    pub attempts: i64,
    /// Since when it is in its state.
    pub updated_at: i64,
    /// The event's state, as the cloud names it, and its time when the intent was written.
    pub before_state: Option<String>,
    /// The window's begin then.
    pub before_at: Option<i64>,
    /// Whether its batch has been called off.
    pub is_cancelled: bool,
}

impl OpenItem {
    /// From when on its last signature can be taken no more.
    #[must_use]
    pub fn may_resend_at(&self) -> Option<i64> {
        self.signed_at
            .map(|at| at.saturating_add(SIGNATURE_LIFE_MS))
    }
}

impl Db {
    /// The account's items that are unknown, or accepted since `since` and not yet seen to have
    /// worked; by batch and place.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_items(&self, account: &str, since: i64) -> Result<Vec<OpenItem>, StoreError> {
        let rows = sqlx::query(
            "SELECT i.batch_id, i.place, i.event_id, i.resource_id, b.action, i.plan_at, i.state, \
             i.call_id, i.signed_at, i.attempts, i.updated_at, i.before_state, i.before_at, \
             b.cancelled FROM items i JOIN batches b ON b.id = i.batch_id \
             WHERE i.account = $1 AND (i.state = 'unknown' \
             OR (i.state = 'accepted' AND i.updated_at >= $2)) ORDER BY i.batch_id, i.place",
        )
        .bind(account)
        .bind(since)
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(OpenItem {
                    batch_id: row.try_get(0)?,
                    place: row::place(row.try_get(1)?)?,
                    event_id: row.try_get(2)?,
                    resource_id: row.try_get(3)?,
                    action: row::action(row.try_get(4)?)?,
                    plan_at: row.try_get(5)?,
                    state: row::state(row.try_get(6)?)?,
                    call_id: row.try_get(7)?,
                    signed_at: row.try_get(8)?,
                    attempts: row.try_get(9)?,
                    updated_at: row.try_get(10)?,
                    before_state: row.try_get(11)?,
                    before_at: row.try_get(12)?,
                    is_cancelled: row.try_get::<i64, _>(13)? != 0,
                })
            })
            .collect()
    }
}
