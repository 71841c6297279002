//! Sessions of browsers.

use evenkeel_api::{Caller, Grants, Login};
use evenkeel_audit::Entry;
use sqlx::{Row as _, any::AnyRow};

use super::{EXACT_MS, SecretHash, forget_old};
use crate::{Db, StoreError, Tx};

/// A session that begins. Times are ms since the Unix epoch.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// What it is called where it is listed.
    pub id: String,
    /// Of what the browser shows.
    pub hash: SecretHash,
    /// Whose it is.
    pub principal: String,
    /// How they logged in.
    pub login: Login,
    /// When it begins.
    pub began_at: i64,
    /// When it ends, however much it is used.
    pub ends_at: i64,
}

/// A session. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What it is called where it is listed.
    pub id: String,
    /// Whose it is.
    pub principal: String,
    /// How they had logged in.
    pub login: Login,
    /// When it began.
    pub began_at: i64,
    /// When it was last used, to within a minute.
    pub seen_at: i64,
    /// When it ends, however much it is used.
    pub ends_at: i64,
    /// What whoever has it may do now.
    pub grants: Grants,
}

/// The rights of a user are those that they have now.
const SESSIONS: &str = "SELECT s.id, s.principal, s.login, s.began_at, s.seen_at, s.ends_at, \
                        COALESCE(u.grants, s.grants) \
                        FROM sessions s LEFT JOIN users u ON u.name = s.user_name \
                        WHERE s.ends_at > $1 AND s.seen_at > $2 AND u.disabled_at IS NULL";

impl NewSession {
    /// Begins it, for so much, in place of the one that the same browser had.
    pub(super) async fn begin(
        &self,
        tx: &mut Tx,
        grants: &Grants,
        before: Option<&SecretHash>,
        by: &Caller,
    ) -> Result<(), StoreError> {
        let instead_of = match before {
            Some(before) => end(tx, before).await?,
            None => None,
        };
        // Words and texts: they can be written.
        let login = serde_json::to_string(&self.login).unwrap_or_default();
        sqlx::query(
            "INSERT INTO sessions (id, hash, principal, login, began_at, seen_at, ends_at, grants) \
             VALUES ($1, $2, $3, $4, $5, $5, $6, $7)",
        )
        .bind(self.id.as_str())
        .bind(self.hash.as_str())
        .bind(self.principal.as_str())
        .bind(login)
        .bind(self.began_at)
        .bind(self.ends_at)
        .bind(grants.to_text())
        .execute(&mut **tx)
        .await?;
        let begun = Entry::new("login.begun", by, self.began_at);
        tx.audit(
            begun
                .with("session", &self.id)
                .with("ends_at", self.ends_at)
                .with("grants", grants)
                .with("instead_of", instead_of),
        );
        Ok(())
    }
}

/// Ends the session that a browser had, and says which.
async fn end(tx: &mut Tx, session: &SecretHash) -> Result<Option<String>, StoreError> {
    let ended = sqlx::query("DELETE FROM sessions WHERE hash = $1 RETURNING id")
        .bind(session.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    ended.map(|row| Ok(row.try_get(0)?)).transpose()
}

impl Db {
    /// Begins a session of whoever has shown elsewhere who they are, for what they may do now; the session that was
    /// there before in the same browser ends.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin_session(
        &self,
        session: &NewSession,
        grants: &Grants,
        before: Option<&SecretHash>,
        by: &Caller,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        forget_old(&mut tx, session.began_at).await?;
        session.begin(&mut tx, grants, before, by).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The session of what a browser shows, if it is good at a time: not over, and used after `seen_after`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn session(
        &self,
        hash: &SecretHash,
        now: i64,
        seen_after: i64,
    ) -> Result<Option<Session>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("{SESSIONS} AND s.hash = $3"));
        let row = sqlx::query(sql)
            .bind(now)
            .bind(seen_after)
            .bind(hash.as_str())
            .fetch_optional(self.reader())
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Everybody's sessions that are good at a time, the newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sessions(&self, now: i64, seen_after: i64) -> Result<Vec<Session>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("{SESSIONS} ORDER BY s.began_at DESC, s.id"));
        let rows = sqlx::query(sql)
            .bind(now)
            .bind(seen_after)
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(read).collect()
    }

    /// How many sessions are good at a time: not over, and used after `seen_after`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn session_count(&self, now: i64, seen_after: i64) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) FROM sessions WHERE ends_at > $1 AND seen_at > $2")
            .bind(now)
            .bind(seen_after)
            .fetch_one(self.reader())
            .await?;
        Ok(row.try_get(0)?)
    }

    /// Keeps that a session is used.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn see_session(&self, session: &Session, now: i64) -> Result<(), StoreError> {
        if now - session.seen_at < EXACT_MS {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        // Never back: of two requests the later may be written first.
        sqlx::query("UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2")
            .bind(session.id.as_str())
            .bind(now)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends a session of somebody; whether there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_session(
        &self,
        principal: &str,
        id: &str,
        by: &Caller,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let ended = sqlx::query("DELETE FROM sessions WHERE id = $1 AND principal = $2")
            .bind(id)
            .bind(principal)
            .execute(&mut *tx)
            .await?;
        let is_ended = ended.rows_affected() > 0;
        if is_ended {
            tx.audit(Entry::new("login.ended", by, now).with("session", id));
        }
        tx.commit().await?;
        Ok(is_ended)
    }
}

fn read(row: &AnyRow) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.try_get(0)?,
        principal: row.try_get(1)?,
        // A way of tomorrow is one all the same.
        login: serde_json::from_str(row.try_get(2)?).unwrap_or(Login::Other),
        began_at: row.try_get(3)?,
        seen_at: row.try_get(4)?,
        ends_at: row.try_get(5)?,
        grants: Grants::of_text(row.try_get(6)?),
    })
}
