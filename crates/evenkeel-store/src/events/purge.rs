//! Forgetting what is long gone.

use std::collections::BTreeMap;

use sqlx::Row as _;

use super::{
    kept::add_counts,
    listing::{Forgotten, forgotten},
    record::FacetKey,
};
use crate::{Db, StoreError};

/// How many events one transaction forgets: others write in between.
const AT_ONCE: i64 = 500;

impl Db {
    /// Forgets events that were gone before a time (ms since the Unix epoch), with their lives;
    /// gives how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn purge_events(&self, gone_before: i64) -> Result<u64, StoreError> {
        let mut purged = 0;
        loop {
            let mut tx = self.begin().await?;
            // One statement: of two proxies that do this, each counts what it took away itself.
            let rows = sqlx::query(
                "DELETE FROM events WHERE n IN (SELECT n FROM events \
                 WHERE gone_at < $1 AND gone = 1 ORDER BY gone_at LIMIT $2) \
                 RETURNING account, provider, state, kind, level, label, event_id, resource_id",
            )
            .bind(gone_before)
            .bind(AT_ONCE)
            .fetch_all(&mut *tx)
            .await?;
            if rows.is_empty() {
                return Ok(purged);
            }
            let mut counts: BTreeMap<String, BTreeMap<FacetKey, i64>> = BTreeMap::new();
            let mut names = Vec::with_capacity(rows.len());
            for row in &rows {
                names.push(Forgotten {
                    account: row.try_get(0)?,
                    event_id: row.try_get(6)?,
                    resource_id: row.try_get(7)?,
                });
                let facet_key = FacetKey {
                    provider: row.try_get(1)?,
                    state: row.try_get(2)?,
                    kind: row.try_get(3)?,
                    level: row.try_get(4)?,
                    label: row.try_get(5)?,
                    gone: true,
                };
                let account = counts.entry(row.try_get(0)?).or_default();
                *account.entry(facet_key).or_default() -= 1;
            }
            for (account, counts) in &counts {
                add_counts(&mut tx, account, counts).await?;
            }
            tx.note(forgotten(&names));
            tx.commit().await?;
            purged += u64::try_from(rows.len()).unwrap_or_default();
        }
    }
}
