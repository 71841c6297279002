//! What is known of an account's queue as a whole: when it was last sent from, and with which key.

use sqlx::Row as _;

use crate::{Db, StoreError, Tx};

/// An account's queue. Times are ms since the Unix epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queue {
    /// When an item of it was last sent.
    pub sent_at: Option<i64>,
    /// A digest of the id of the key that it is sent with.
    pub key: Option<String>,
    /// Since when the key is another one than before, if it ever was.
    pub key_since: Option<i64>,
    /// When a complete read ended that had begun after that.
    pub read_at: Option<i64>,
}

impl Queue {
    /// Since when the account has a key with which its events were not all read yet.
    #[must_use]
    pub fn unread_since(&self) -> Option<i64> {
        self.key_since.filter(|_| self.read_at.is_none())
    }
}

impl Tx {
    /// The account's queue, with the key that it is sent with from now on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn queue(&mut self, account: &str, key: &str, now: i64) -> Result<Queue, StoreError> {
        let row = sqlx::query(
            "SELECT sent_at, key_digest, key_since, read_at FROM queues WHERE account = $1",
        )
        .bind(account)
        .fetch_optional(&mut **self)
        .await?;
        let known = match row {
            None => Queue::default(),
            Some(row) => Queue {
                sent_at: row.try_get(0)?,
                key: row.try_get(1)?,
                key_since: row.try_get(2)?,
                read_at: row.try_get(3)?,
            },
        };
        if known.key.as_deref() == Some(key) {
            return Ok(known);
        }
        // The first key is no other one.
        let is_another = known.key.is_some();
        let queue = Queue {
            sent_at: known.sent_at,
            key: Some(key.to_owned()),
            key_since: is_another.then_some(now),
            read_at: None,
        };
        sqlx::query(
            "INSERT INTO queues (account, key_digest, key_since) VALUES ($1, $2, $3) \
             ON CONFLICT (account) DO UPDATE SET key_digest = excluded.key_digest, \
             key_since = excluded.key_since, read_at = NULL",
        )
        .bind(account)
        .bind(key)
        .bind(queue.key_since)
        .execute(&mut **self)
        .await?;
        Ok(queue)
    }

    /// Writes down that an item of the account's queue is being sent.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_sent(&mut self, account: &str, now: i64) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO queues (account, sent_at) VALUES ($1, $2) \
             ON CONFLICT (account) DO UPDATE SET sent_at = excluded.sent_at",
        )
        .bind(account)
        .bind(now)
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Writes down that a complete read with this key has ended, and since when the key is another one,
    /// if this is the first such read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_read(
        &mut self,
        account: &str,
        key: &str,
        began_at: i64,
        now: i64,
    ) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query(
            "UPDATE queues SET read_at = $4 WHERE account = $1 AND key_digest = $2 \
             AND key_since <= $3 AND read_at IS NULL RETURNING key_since",
        )
        .bind(account)
        .bind(key)
        .bind(began_at)
        .bind(now)
        .fetch_optional(&mut **self)
        .await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }
}

impl Db {
    /// The account's queue, with the key that it is read with from now on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn queue(&self, account: &str, key: &str, now: i64) -> Result<Queue, StoreError> {
        let mut tx = self.begin().await?;
        let queue = tx.queue(account, key, now).await?;
        tx.commit().await?;
        Ok(queue)
    }
}
