//! A transaction that notes what it changes.

use std::{
    collections::HashSet,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use evenkeel_audit::Entry;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row as _, Transaction};

use crate::{Change, StoreError, heads::Heads};

/// How many changes one statement writes: four parameters each, far below any database's limit.
const ROWS: usize = 200;

/// A transaction. Dropped without [`Tx::commit`], it did nothing.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Any>,
    changes: Vec<Change>,
    noted: HashSet<Change>,
    heads: Arc<Heads>,
    /// What is to be recorded of it.
    pub(crate) entries: Vec<Entry>,
    /// Why it can only be dropped: something was asked of it that must not be.
    refused: Option<StoreError>,
}

impl Tx {
    pub(crate) fn new(inner: Transaction<'static, Any>, heads: Arc<Heads>) -> Self {
        Self {
            inner,
            changes: Vec::new(),
            noted: HashSet::new(),
            heads,
            entries: Vec::new(),
            refused: None,
        }
    }

    /// Lets nothing of it be committed any more, whatever becomes of the error.
    pub(crate) fn refuse(&mut self, error: StoreError) -> StoreError {
        self.refused.get_or_insert(error).clone()
    }

    /// Notes a change; the same one twice counts once.
    pub fn note(&mut self, change: Change) {
        if self.noted.insert(change.clone()) {
            self.changes.push(change);
        }
    }

    /// Makes it all true, and then known; gives the last change's number, if there was a change.
    ///
    /// # Errors
    /// When the database refuses. If the connection broke it may have happened all the same: who
    /// commits must be able to look, or to do the same again. And when something was refused in it.
    pub async fn commit(mut self) -> Result<Option<i64>, StoreError> {
        if let Some(error) = self.refused {
            return Err(error);
        }
        let head = self.number_changes().await?;
        self.write_audit().await?;
        self.inner.commit().await?;
        if let Some(head) = head {
            self.heads.reached(head);
        }
        Ok(head)
    }

    /// The last thing before the commit: from here on every other writer waits.
    async fn number_changes(&mut self) -> Result<Option<i64>, StoreError> {
        let count = i64::try_from(self.changes.len()).unwrap_or(i64::MAX);
        if count == 0 {
            return Ok(None);
        }
        let row = sqlx::query("UPDATE change_head SET seq = seq + $1 WHERE id = 1 RETURNING seq")
            .bind(count)
            .fetch_one(&mut *self.inner)
            .await?;
        let head: i64 = row.try_get(0)?;
        let mut seq = head - count;
        for changes in self.changes.chunks(ROWS) {
            let rows: Vec<_> = (0..changes.len())
                .map(|row| row * 4)
                .map(|at| format!("(${}, ${}, ${}, ${})", at + 1, at + 2, at + 3, at + 4))
                .collect();
            let sql = format!(
                "INSERT INTO changes (seq, topic, subject, detail) VALUES {}",
                rows.join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for change in changes {
                seq += 1;
                query = query
                    .bind(seq)
                    .bind(change.topic.as_str())
                    .bind(change.subject.as_str())
                    .bind(change.detail.as_deref());
            }
            query.execute(&mut *self.inner).await?;
        }
        Ok(Some(head))
    }
}

impl Deref for Tx {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }
}
