//! How much of the journal is not over yet, for whoever watches the proxy.

use evenkeel_api::ItemState;
use sqlx::Row as _;

use super::row;
use crate::{Db, StoreError};

/// The items of an account in one state that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItems {
    /// Queued, sending or unknown.
    pub state: ItemState,
    /// How many.
    pub count: i64,
    /// Since when the first of them has been due, ms since the Unix epoch; in the future where none is.
    pub due_since: i64,
}

impl Db {
    /// The items of an account that are queued, being sent, or of which nobody knows what became; a state of which there
    /// are none is left out.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_items(&self, account: &str) -> Result<Vec<OpenItems>, StoreError> {
        // One that is due at once has no time of its own: it waits since its batch was taken.
        let rows = sqlx::query(
            "SELECT i.state, COUNT(*), \
             MIN(CASE WHEN i.due_at > b.created_at THEN i.due_at ELSE b.created_at END) \
             FROM items i JOIN batches b ON b.id = i.batch_id \
             WHERE i.account = $1 AND i.state IN ('queued', 'sending', 'unknown') GROUP BY i.state",
        )
        .bind(account)
        .fetch_all(self.reader())
        .await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(OpenItems {
                state: row::state(row.try_get(0)?)?,
                count: row.try_get(1)?,
                due_since: row.try_get(2)?,
            })
        };
        rows.iter().map(read).collect()
    }
}
