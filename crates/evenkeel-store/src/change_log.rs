//! The changes in the order in which they became visible.

use sqlx::Row as _;

use crate::{Change, Changes, Db, StoreError, Topic};

impl Db {
    /// The number of the last change.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn head(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT seq FROM change_head WHERE id = 1")
            .fetch_one(self.reader())
            .await?;
        Ok(row.try_get(0)?)
    }

    /// At most `limit` changes after number `after`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn changes_after(&self, after: i64, limit: i64) -> Result<Changes, StoreError> {
        // One statement: what is pruned meanwhile is then missing and known to be.
        let rows = sqlx::query(
            "SELECT h.seq, h.pruned, c.seq, c.topic, c.subject, c.detail \
             FROM change_head h LEFT JOIN \
             (SELECT seq, topic, subject, detail FROM changes WHERE seq > $1 ORDER BY seq LIMIT $2) c \
             ON 1 = 1 WHERE h.id = 1 ORDER BY c.seq",
        )
        .bind(after)
        .bind(limit)
        .fetch_all(self.reader())
        .await?;
        let mut changes = Vec::with_capacity(rows.len());
        // Not the head, which may have gone on since these rows were read.
        let mut reached = after;
        for row in rows {
            let (head, pruned): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            // A head before `after`: the database is another one, or was restored.
            if after < pruned || after > head {
                return Ok(Changes::Reset { head });
            }
            let Some(seq) = row.try_get::<Option<i64>, _>(2)? else {
                continue;
            };
            reached = seq;
            let topic: String = row.try_get(3)?;
            // A topic of a later version is none of ours.
            if let Some(topic) = Topic::parse(&topic) {
                let subject = row.try_get(4)?;
                let detail = row.try_get(5)?;
                changes.push((
                    seq,
                    Change {
                        topic,
                        subject,
                        detail,
                    },
                ));
            }
        }
        Ok(Changes::Rows { changes, reached })
    }

    /// Forgets all but the last `keep` changes; who is further behind is told to load anew.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn prune_changes(&self, keep: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE change_head SET pruned = seq - $1 WHERE id = 1 AND pruned < seq - $1")
            .bind(keep)
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "DELETE FROM changes WHERE seq <= (SELECT pruned FROM change_head WHERE id = 1)",
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}
