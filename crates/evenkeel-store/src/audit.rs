//! The audit: each act is recorded in its own transaction, in one chain a store. No record, no act.

use evenkeel_api::{Caller, ProxyPart};
use evenkeel_audit::{Entry, Head, Sealed, kind};
use sqlx::{AssertSqlSafe, Row as _};

use crate::{Db, StoreError, StoreErrorKind, Tx, sql};

/// How many records one statement writes: three parameters each.
const ROWS: usize = 200;

/// How far a store's chain has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The store's id.
    pub store: String,
    /// The last record.
    pub head: Head,
}

fn odd(what: impl std::fmt::Display) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, format!("the audit: {what}"))
}

fn number(seq: i64) -> Result<u64, StoreError> {
    u64::try_from(seq).map_err(odd)
}

impl Db {
    /// Gives the store an id, and begins its chain with it, unless it has one.
    pub(crate) async fn begin_audit(&self, id: &str, now: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let given = sqlx::query("UPDATE audit_head SET store = $1 WHERE id = 1 AND store IS NULL")
            .bind(id)
            .execute(&mut *tx)
            .await?;
        if given.rows_affected() == 0 {
            return Ok(());
        }
        let begun = Entry::new(kind::BEGUN, &Caller::proxy(ProxyPart::Server), now);
        tx.audit(begun.with("store", id));
        tx.commit().await?;
        Ok(())
    }

    /// Records what changes nothing else in the store.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record(&self, entry: Entry) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.audit(entry);
        tx.commit().await?;
        Ok(())
    }

    /// How far the chain has come.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn audit_head(&self) -> Result<AuditHead, StoreError> {
        let row = sqlx::query("SELECT seq, hash, store FROM audit_head WHERE id = 1")
            .fetch_one(self.reader())
            .await?;
        let store: Option<String> = row.try_get(2)?;
        Ok(AuditHead {
            store: store.ok_or_else(|| odd("the store has no id"))?,
            head: Head {
                seq: number(row.try_get(0)?)?,
                hash: row.try_get(1)?,
            },
        })
    }

    /// At most so many records after one of them, in their order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn audit_after(&self, after: u64, limit: u32) -> Result<Vec<Sealed>, StoreError> {
        let sql = "SELECT seq, hash, record FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2";
        self.sealed(sql, after, limit).await
    }

    /// At most so many records before one of them, the newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn audit_before(&self, before: u64, limit: u32) -> Result<Vec<Sealed>, StoreError> {
        let sql = "SELECT seq, hash, record FROM audit WHERE seq < $1 ORDER BY seq DESC LIMIT $2";
        self.sealed(sql, before, limit).await
    }

    async fn sealed(
        &self,
        sql: &'static str,
        from: u64,
        limit: u32,
    ) -> Result<Vec<Sealed>, StoreError> {
        let rows = sqlx::query(sql)
            .bind(i64::try_from(from).unwrap_or(i64::MAX))
            .bind(i64::from(limit))
            .fetch_all(self.reader())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Sealed {
                    seq: number(row.try_get(0)?)?,
                    hash: row.try_get(1)?,
                    record: row.try_get(2)?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Records an act with what else the transaction does: if it cannot be recorded, none of it happens.
    pub fn audit(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// The last thing before the commit, after the changes have their numbers: every other writer waits, so that
    /// there is one order.
    pub(crate) async fn write_audit(&mut self) -> Result<(), StoreError> {
        let entries = std::mem::take(&mut self.entries);
        if entries.is_empty() {
            return Ok(());
        }
        let row =
            sqlx::query("UPDATE audit_head SET seq = seq + $1 WHERE id = 1 RETURNING seq, hash")
                .bind(i64::try_from(entries.len()).map_err(odd)?)
                .fetch_one(&mut **self)
                .await?;
        let last = number(row.try_get(0)?)?;
        let mut head = Head {
            seq: last.saturating_sub(entries.len() as u64),
            hash: row.try_get(1)?,
        };
        for entries in entries.chunks(ROWS) {
            let sql = format!(
                "INSERT INTO audit (seq, hash, record) VALUES {}",
                sql::rows(entries.len(), 3)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for entry in entries {
                let sealed = head.seal(entry).map_err(odd)?;
                query = query
                    .bind(i64::try_from(sealed.seq).map_err(odd)?)
                    .bind(sealed.hash)
                    .bind(sealed.record);
            }
            query.execute(&mut **self).await?;
        }
        sqlx::query("UPDATE audit_head SET hash = $1 WHERE id = 1")
            .bind(head.hash)
            .execute(&mut **self)
            .await?;
        Ok(())
    }
}
