//! Forgetting what is long gone.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Row as _};

use super::{record::Cell, sweep::add_counts};
use crate::{Db, StoreError, sql};

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
            let rows = sqlx::query(
                "SELECT n, account, provider, state, kind, level FROM events \
                 WHERE gone_at < $1 AND gone = 1 ORDER BY gone_at LIMIT $2",
            )
            .bind(gone_before)
            .bind(AT_ONCE)
            .fetch_all(&mut *tx)
            .await?;
            let mut counts: BTreeMap<String, BTreeMap<Cell, i64>> = BTreeMap::new();
            let mut numbers: Vec<i64> = Vec::with_capacity(rows.len());
            for row in &rows {
                let cell = Cell {
                    provider: row.try_get(2)?,
                    state: row.try_get(3)?,
                    kind: row.try_get(4)?,
                    level: row.try_get(5)?,
                    gone: true,
                };
                numbers.push(row.try_get(0)?);
                let account = counts.entry(row.try_get(1)?).or_default();
                *account.entry(cell).or_default() -= 1;
            }
            if numbers.is_empty() {
                return Ok(purged);
            }
            let mut text = "DELETE FROM events WHERE n IN (".to_owned();
            sql::list(&mut text, 0, numbers.len());
            text.push(')');
            let mut query = sqlx::query(AssertSqlSafe(text));
            for n in &numbers {
                query = query.bind(*n);
            }
            query.execute(&mut *tx).await?;
            for (account, counts) in &counts {
                add_counts(&mut tx, account, counts).await?;
            }
            tx.commit().await?;
            purged += u64::try_from(numbers.len()).unwrap_or_default();
        }
    }
}
