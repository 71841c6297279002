//! Tokens of tools.

use evenkeel_api::{Caller, Grants};
use evenkeel_audit::Entry;
use sqlx::{Row as _, any::AnyRow};

use super::{EXACT_MS, SecretHash};
use crate::{Db, StoreError};

/// A token that is made. Times are ms since the Unix epoch.
#[derive(Debug, Clone)]
pub struct NewApiToken {
    /// What stays of it wherever it is named: another one of its name is another token.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Of what the tool shows.
    pub hash: SecretHash,
    /// Whose it is.
    pub principal: String,
    /// What who shows it may do.
    pub grants: Grants,
    /// When it was made.
    pub made_at: i64,
    /// When it is good no more.
    pub ends_at: i64,
}

/// A token. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// What stays of it wherever it is named.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub principal: String,
    /// What who shows it may do.
    pub grants: Grants,
    /// When it was made.
    pub made_at: i64,
    /// When it is good no more.
    pub ends_at: i64,
    /// When it was last used, to within a minute.
    pub used_at: Option<i64>,
}

const COLUMNS: &str = "id, name, principal, made_at, ends_at, used_at, grants";

impl Db {
    /// Keeps a new token; false where there is one of its name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_api_token(
        &self,
        token: &NewApiToken,
        by: &Caller,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let added = sqlx::query(
            "INSERT INTO api_tokens (id, name, hash, principal, made_at, ends_at, grants) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING",
        )
        .bind(token.id.as_str())
        .bind(token.name.as_str())
        .bind(token.hash.as_str())
        .bind(token.principal.as_str())
        .bind(token.made_at)
        .bind(token.ends_at)
        .bind(token.grants.to_text())
        .execute(&mut *tx)
        .await?;
        let is_added = added.rows_affected() == 1;
        if is_added {
            let entry = Entry::new("token.added", by, token.made_at);
            tx.audit(
                entry
                    .with("token", &token.id)
                    .with("name", &token.name)
                    .with("grants", &token.grants)
                    .with("ends_at", token.ends_at),
            );
        }
        tx.commit().await?;
        Ok(is_added)
    }

    /// The tokens by name, those too that are over.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn api_tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM api_tokens ORDER BY name"));
        let rows = sqlx::query(sql).fetch_all(self.reader()).await?;
        rows.iter().map(read).collect()
    }

    /// The token of what a tool shows, if it is good at a time.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn api_token(
        &self,
        hash: &SecretHash,
        now: i64,
    ) -> Result<Option<ApiToken>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM api_tokens WHERE hash = $1 AND ends_at > $2"
        ));
        let row = sqlx::query(sql)
            .bind(hash.as_str())
            .bind(now)
            .fetch_optional(self.reader())
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Keeps that a token is used.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn use_api_token(&self, token: &ApiToken, now: i64) -> Result<(), StoreError> {
        if token.used_at.is_some_and(|used| now - used < EXACT_MS) {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        // Never back: of two requests the later may be written first.
        sqlx::query(
            "UPDATE api_tokens SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at < $2)",
        )
        .bind(token.id.as_str())
        .bind(now)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives a token other rights, at once; whether there is one of that name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn grant_api_token(
        &self,
        name: &str,
        grants: &Grants,
        by: &Caller,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let row = sqlx::query("UPDATE api_tokens SET grants = $2 WHERE name = $1 RETURNING id")
            .bind(name)
            .bind(grants.to_text())
            .fetch_optional(&mut *tx)
            .await?;
        let Some(row) = row else {
            return Ok(false);
        };
        let id: String = row.try_get(0)?;
        let entry = Entry::new("token.granted", by, now);
        tx.audit(
            entry
                .with("token", id)
                .with("name", name)
                .with("grants", grants),
        );
        tx.commit().await?;
        Ok(true)
    }

    /// Ends a token; whether there was one of that name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn revoke_api_token(
        &self,
        name: &str,
        by: &Caller,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let revoked = sqlx::query("DELETE FROM api_tokens WHERE name = $1 RETURNING id")
            .bind(name)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(row) = &revoked {
            let id: String = row.try_get(0)?;
            let entry = Entry::new("token.revoked", by, now);
            tx.audit(entry.with("token", id).with("name", name));
        }
        tx.commit().await?;
        Ok(revoked.is_some())
    }
}

fn read(row: &AnyRow) -> Result<ApiToken, StoreError> {
    Ok(ApiToken {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        principal: row.try_get(2)?,
        made_at: row.try_get(3)?,
        ends_at: row.try_get(4)?,
        used_at: row.try_get(5)?,
        grants: Grants::of_text(row.try_get(6)?),
    })
}
