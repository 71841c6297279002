//! What changed: a name of each thing, in the order in which the changes became visible.

use sqlx::Row as _;

use crate::{Db, StoreError};

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// An event; the subject names it.
    Event,
    /// An account's state; the subject is its id.
    Account,
    /// A batch; the subject is its id.
    Batch,
    /// Items of a batch; the subject is the batch's id, the detail says which.
    Items,
}

impl Topic {
    const ALL: [Self; 4] = [Self::Event, Self::Account, Self::Batch, Self::Items];

    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Account => "account",
            Self::Batch => "batch",
            Self::Items => "items",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == text)
    }
}

/// A change: what it is about, not what it is now; that is read when it is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// The kind of thing.
    pub topic: Topic,
    /// Which one.
    pub subject: String,
    /// What of it, where that matters.
    pub detail: Option<String>,
}

impl Change {
    /// A change of a whole thing.
    pub fn new(topic: Topic, subject: impl Into<String>) -> Self {
        Self {
            topic,
            subject: subject.into(),
            detail: None,
        }
    }

    /// Says what of it changed.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// What changed after a place in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// What is new.
    Rows {
        /// In order, with their numbers.
        changes: Vec<(i64, Change)>,
        /// The last number that was looked at, from which to go on: beyond the last of `changes`
        /// where others follow that this version has no word for.
        reached: i64,
    },
    /// The place is no longer (or not yet) in the order: load everything anew, then go on at the
    /// head.
    Reset {
        /// The last number given.
        head: i64,
    },
}

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
