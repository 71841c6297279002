//! What only one proxy may do at a time, and who does it.
//!
//! A proxy is alive as long as it says so in time, by the database's clock. A [`Lease`] bears a
//! token that grows with every change of hands: a write that checks it in its own transaction
//! ([`Tx::holds`]) cannot come from a proxy that has been replaced.

use sqlx::{AssertSqlSafe, Row as _};

use crate::{DatabaseKind, Db, StoreError, Tx};

/// The right to do something, until somebody else has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lease {
    /// What it is about.
    pub name: String,
    /// Whose it is.
    pub owner: String,
    /// Which change of hands gave it.
    pub token: i64,
}

impl Db {
    /// The database's time as an expression.
    pub(crate) fn clock(&self) -> String {
        let clock = match self.kind() {
            DatabaseKind::Sqlite => "CAST((julianday('now') - 2440587.5) * 86400000 AS BIGINT)",
            DatabaseKind::Postgres => {
                "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
            }
        };
        // Tests step it by so many ms.
        #[cfg(feature = "failpoints")]
        if let Some(Some(ms)) = fail::eval("store::clock", |ms| ms) {
            return format!("({clock} + ({ms}))");
        }
        clock.to_owned()
    }

    /// The database's own time, ms since the Unix epoch: what several processes agree on. A file
    /// belongs to one process, and its time is this machine's.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn time(&self) -> Result<i64, StoreError> {
        let sql = format!("SELECT {}", self.clock());
        let row = sqlx::query(AssertSqlSafe(sql))
            .fetch_one(self.own_reader())
            .await?;
        Ok(row.try_get(0)?)
    }

    /// Says that a proxy is alive for so many ms more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn beat(&self, proxy: &str, ms: i64) -> Result<(), StoreError> {
        let clock = self.clock();
        let sql = format!(
            "INSERT INTO proxies (id, alive_until) VALUES ($1, {clock} + $2) \
             ON CONFLICT (id) DO UPDATE SET alive_until = {clock} + $2"
        );
        let mut tx = self.begin().await?;
        sqlx::query(AssertSqlSafe(sql))
            .bind(proxy)
            .bind(ms)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Says that a proxy ends: what it holds is free.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn leave(&self, proxy: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM proxies WHERE id = $1")
            .bind(proxy)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a lease that nobody alive holds, or that this proxy holds already; the token is new
    /// either way.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn acquire(&self, name: &str, proxy: &str) -> Result<Option<Lease>, StoreError> {
        let mut tx = self.begin().await?;
        let lease = self.acquire_in(&mut tx, name, proxy).await?;
        tx.commit().await?;
        Ok(lease)
    }

    /// Takes a lease as [`Self::acquire`] does, together with what else the transaction does.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn acquire_in(
        &self,
        tx: &mut Tx,
        name: &str,
        proxy: &str,
    ) -> Result<Option<Lease>, StoreError> {
        let clock = self.clock();
        let sql = format!(
            "INSERT INTO leases (name, owner, token) VALUES ($1, $2, 1) \
             ON CONFLICT (name) DO UPDATE SET owner = $2, token = leases.token + 1, wanted_by = NULL \
             WHERE leases.owner IS NULL OR leases.owner = $2 OR NOT EXISTS \
             (SELECT 1 FROM proxies p WHERE p.id = leases.owner AND p.alive_until > {clock}) \
             RETURNING token"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(name)
            .bind(proxy)
            .fetch_optional(&mut **tx)
            .await?;
        row.map(|row| {
            Ok(Lease {
                name: name.to_owned(),
                owner: proxy.to_owned(),
                token: row.try_get(0)?,
            })
        })
        .transpose()
    }

    /// Whether the lease is still its owner's, and the owner alive.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn holds(&self, lease: &Lease) -> Result<bool, StoreError> {
        let clock = self.clock();
        let sql = format!(
            "SELECT 1 FROM leases l JOIN proxies p ON p.id = l.owner \
             WHERE l.name = $1 AND l.owner = $2 AND l.token = $3 AND p.alive_until > {clock}"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(lease.name.as_str())
            .bind(lease.owner.as_str())
            .bind(lease.token)
            .fetch_optional(self.own_reader())
            .await?;
        Ok(row.is_some())
    }

    /// Gives a lease back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE leases SET owner = NULL, wanted_by = NULL \
             WHERE name = $1 AND owner = $2 AND token = $3",
        )
        .bind(lease.name.as_str())
        .bind(lease.owner.as_str())
        .bind(lease.token)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Asks whoever holds a lease to give it back soon.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn want(&self, name: &str, proxy: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE leases SET wanted_by = $2 WHERE name = $1 AND owner IS NOT NULL AND owner <> $2",
        )
        .bind(name)
        .bind(proxy)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The proxies that are alive.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn proxies(&self) -> Result<Vec<String>, StoreError> {
        let sql = format!(
            "SELECT id FROM proxies WHERE alive_until > {} ORDER BY id",
            self.clock()
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .fetch_all(self.own_reader())
            .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

/// What a lease's row says inside a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It is still ours.
    Ours,
    /// It is still ours, and another proxy asks for it.
    Wanted,
    /// Another proxy has it, or had it.
    Lost,
}

impl Tx {
    /// Whether the lease is still its owner's; if so nobody can take it before this commits.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn holds(&mut self, lease: &Lease) -> Result<Hold, StoreError> {
        let row = sqlx::query(
            "UPDATE leases SET token = token WHERE name = $1 AND owner = $2 AND token = $3 \
             RETURNING wanted_by",
        )
        .bind(lease.name.as_str())
        .bind(lease.owner.as_str())
        .bind(lease.token)
        .fetch_optional(&mut **self)
        .await?;
        let Some(row) = row else {
            return Ok(Hold::Lost);
        };
        let wanted_by: Option<String> = row.try_get(0)?;
        Ok(match wanted_by {
            Some(_) => Hold::Wanted,
            None => Hold::Ours,
        })
    }
}
