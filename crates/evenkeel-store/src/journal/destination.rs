//! Where an account's calls go. A batch is for where its account led when it was taken: an account that
//! leads elsewhere by now sends nothing of it there.

use evenkeel_api::HoldReason;
use sqlx::Row as _;

use super::Hold;
use crate::{Db, StoreError};

/// A cloud, a project of it, and a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The provider with its endpoint and project. Accounts that share it see the same events.
    pub cloud: String,
    /// The region, as it is configured.
    pub region: String,
}

/// Of a batch `b`: whether it is for the destination whose parts are these parameters.
pub(super) fn is_for(cloud: usize, region: usize) -> String {
    format!("(b.cloud IS NULL OR (b.cloud = ${cloud} AND b.region = ${region}))")
}

impl Db {
    /// Where a batch goes, with its account; nothing of the first where it was never written down.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn batch_destination(
        &self,
        id: &str,
    ) -> Result<Option<(String, Option<Destination>)>, StoreError> {
        let row = sqlx::query("SELECT account, cloud, region FROM batches WHERE id = $1")
            .bind(id)
            .fetch_optional(self.reader())
            .await?;
        row.map(|row| {
            let (cloud, region): (Option<String>, Option<String>) =
                (row.try_get(1)?, row.try_get(2)?);
            let destination = cloud
                .zip(region)
                .map(|(cloud, region)| Destination { cloud, region });
            Ok((row.try_get(0)?, destination))
        })
        .transpose()
    }

    /// Binds an account's batches that never were to where it leads now, and holds those with anything
    /// open that are for elsewhere. Gives how many are held by this.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn bind_batches(
        &self,
        account: &str,
        to: &Destination,
        now: i64,
    ) -> Result<usize, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE batches SET cloud = $2, region = $3 WHERE account = $1 AND cloud IS NULL",
        )
        .bind(account)
        .bind(to.cloud.as_str())
        .bind(to.region.as_str())
        .execute(&mut *tx)
        .await?;
        let rows = sqlx::query(
            "SELECT DISTINCT i.batch_id FROM items i JOIN batches b ON b.id = i.batch_id \
             WHERE i.account = $1 AND i.state IN ('queued', 'sending', 'unknown') \
             AND b.paused = 0 AND b.cancelled = 0 AND (b.cloud <> $2 OR b.region <> $3) \
             ORDER BY i.batch_id",
        )
        .bind(account)
        .bind(to.cloud.as_str())
        .bind(to.region.as_str())
        .fetch_all(&mut *tx)
        .await?;
        let hold = Hold {
            reason: HoldReason::AccountMoved,
            code: None,
        };
        for row in &rows {
            let id: String = row.try_get(0)?;
            tx.hold_batch(&id, &hold, now).await?;
        }
        tx.commit().await?;
        Ok(rows.len())
    }
}
