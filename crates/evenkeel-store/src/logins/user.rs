//! Users that log in by a name and a password.

use std::fmt;

use evenkeel_api::{Accounts, Actor, Caller, Grants, Right};
use evenkeel_audit::Entry;
use sqlx::Row as _;

use super::{NewSession, SecretHash, forget_old};
use crate::{Db, StoreError, Tx};

/// What is kept of a password: a slow hash with its parameters and its salt (PHC). Whoever makes one knows how.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// One that was made elsewhere.
    #[must_use]
    pub fn of_text(text: String) -> Self {
        Self(text)
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A user that is made. Times are ms since the Unix epoch.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What they log in by.
    pub name: String,
    /// Of what only they know.
    pub password: PasswordHash,
    /// What they may do.
    pub grants: Grants,
    /// When they were made.
    pub made_at: i64,
}

/// A user. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// What they log in by.
    pub name: String,
    /// What they may do.
    pub grants: Grants,
    /// Since when they may not log in, if so.
    pub disabled_at: Option<i64>,
    /// When they were made.
    pub made_at: i64,
    /// When their password was last set.
    pub password_at: i64,
    /// When they last logged in.
    pub logged_in_at: Option<i64>,
}

/// What a password is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPassword {
    /// It.
    pub hash: PasswordHash,
    /// Whether its owner may not log in.
    pub is_disabled: bool,
}

impl Db {
    /// Keeps a new user; false where there is one of that name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_user(&self, user: &NewUser, by: &Caller) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let added = sqlx::query(
            "INSERT INTO users (name, password, grants, made_at, password_at) \
             VALUES ($1, $2, $3, $4, $4) ON CONFLICT (name) DO NOTHING",
        )
        .bind(user.name.as_str())
        .bind(user.password.as_str())
        .bind(user.grants.to_text())
        .bind(user.made_at)
        .execute(&mut *tx)
        .await?;
        let is_added = added.rows_affected() == 1;
        if is_added {
            let entry = Entry::new("user.added", by, user.made_at);
            tx.audit(entry.with("user", &user.name).with("grants", &user.grants));
        }
        tx.commit().await?;
        Ok(is_added)
    }

    /// The users by name, those too that may not log in.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        let sql = "SELECT name, grants, disabled_at, made_at, password_at, logged_in_at \
                   FROM users ORDER BY name";
        let rows = sqlx::query(sql).fetch_all(self.reader()).await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(User {
                name: row.try_get(0)?,
                grants: Grants::of_text(row.try_get(1)?),
                disabled_at: row.try_get(2)?,
                made_at: row.try_get(3)?,
                password_at: row.try_get(4)?,
                logged_in_at: row.try_get(5)?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Whether there is anybody who may log in by a name and a password.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn has_users(&self) -> Result<bool, StoreError> {
        let sql = "SELECT name FROM users WHERE disabled_at IS NULL LIMIT 1";
        let row = sqlx::query(sql).fetch_optional(self.reader()).await?;
        Ok(row.is_some())
    }

    /// What the password of a user is compared with, if there is one of that name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn user_password(&self, name: &str) -> Result<Option<UserPassword>, StoreError> {
        let row = sqlx::query("SELECT password, disabled_at FROM users WHERE name = $1")
            .bind(name)
            .fetch_optional(self.reader())
            .await?;
        let read = |row: sqlx::any::AnyRow| {
            let disabled_at: Option<i64> = row.try_get(1)?;
            Ok(UserPassword {
                hash: PasswordHash(row.try_get(0)?),
                is_disabled: disabled_at.is_some(),
            })
        };
        row.map(read).transpose()
    }

    /// Begins a session of a user whose password was found to be the one of `compared`; false where that was changed or
    /// its owner disabled meanwhile. The session that was there before in the same browser ends.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin_user_session(
        &self,
        session: &NewSession,
        user: &str,
        compared: &PasswordHash,
        before: Option<&SecretHash>,
        by: &Caller,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        forget_old(&mut tx, session.began_at).await?;
        let row = sqlx::query(
            "UPDATE users SET logged_in_at = $3 \
             WHERE name = $1 AND password = $2 AND disabled_at IS NULL RETURNING grants",
        )
        .bind(user)
        .bind(compared.as_str())
        .bind(session.began_at)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else {
            return Ok(false);
        };
        let grants = Grants::of_text(row.try_get(0)?);
        session.begin(&mut tx, &grants, before, by).await?;
        sqlx::query("UPDATE sessions SET user_name = $2 WHERE id = $1")
            .bind(session.id.as_str())
            .bind(user)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Records that somebody was not let in. What was typed as a name is recorded where it is a user's alone: people
    /// type passwords there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn refuse_user(
        &self,
        user: Option<&str>,
        by: &Caller,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let nobody = Caller {
            actor: Actor::NOBODY,
            ..by.clone()
        };
        let refused = Entry::new("login.refused", &nobody, now);
        tx.audit(refused.with("reason", "wrong_password").with("user", user));
        tx.commit().await?;
        Ok(())
    }

    /// Gives a user other rights, at once; whether there is one of that name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn grant_user(
        &self,
        name: &str,
        grants: &Grants,
        by: &Caller,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let granted = sqlx::query("UPDATE users SET grants = $2 WHERE name = $1")
            .bind(name)
            .bind(grants.to_text())
            .execute(&mut *tx)
            .await?;
        let is_one = granted.rows_affected() == 1;
        if is_one {
            let entry = Entry::new("user.granted", by, now);
            tx.audit(entry.with("user", name).with("grants", grants));
        }
        tx.commit().await?;
        Ok(is_one)
    }

    /// Lets a user log in no more, and ends their sessions; whether there is one of that name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn disable_user(
        &self,
        name: &str,
        by: &Caller,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        // Since when, however often it is said.
        let sql = "UPDATE users SET disabled_at = COALESCE(disabled_at, $2) WHERE name = $1";
        let disabled = sqlx::query(sql)
            .bind(name)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        let is_one = disabled.rows_affected() == 1;
        if is_one {
            let ended = end_sessions(&mut tx, name, None).await?;
            let entry = Entry::new("user.disabled", by, now);
            tx.audit(entry.with("user", name).with("sessions_ended", ended));
        }
        tx.commit().await?;
        Ok(is_one)
    }

    /// Lets a user log in again; whether there is one of that name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enable_user(&self, name: &str, by: &Caller, now: i64) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let enabled = sqlx::query("UPDATE users SET disabled_at = NULL WHERE name = $1")
            .bind(name)
            .execute(&mut *tx)
            .await?;
        let is_one = enabled.rows_affected() == 1;
        if is_one {
            tx.audit(Entry::new("user.enabled", by, now).with("user", name));
        }
        tx.commit().await?;
        Ok(is_one)
    }

    /// Gives a user another password and ends their sessions but the one of that id; whether there is one of that
    /// name, whose password, if any is named, was still the one of `compared`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_user_password(
        &self,
        name: &str,
        password: &PasswordHash,
        compared: Option<&PasswordHash>,
        but_session: Option<&str>,
        by: &Caller,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let sql = "UPDATE users SET password = $2, password_at = $3 \
                   WHERE name = $1 AND ($4 = '' OR password = $4)";
        let set = sqlx::query(sql)
            .bind(name)
            .bind(password.as_str())
            .bind(now)
            .bind(compared.map_or("", PasswordHash::as_str))
            .execute(&mut *tx)
            .await?;
        let is_one = set.rows_affected() == 1;
        if is_one {
            let ended = end_sessions(&mut tx, name, but_session).await?;
            let entry = Entry::new("user.password_set", by, now);
            tx.audit(entry.with("user", name).with("sessions_ended", ended));
        }
        tx.commit().await?;
        Ok(is_one)
    }
}

async fn end_sessions(tx: &mut Tx, user: &str, but: Option<&str>) -> Result<u64, StoreError> {
    // No session has the id of none.
    let ended = sqlx::query("DELETE FROM sessions WHERE user_name = $1 AND id <> $2")
        .bind(user)
        .bind(but.unwrap_or_default())
        .execute(&mut **tx)
        .await?;
    Ok(ended.rows_affected())
}

/// The accounts for which a user has a right now.
pub(crate) async fn accounts_of_user(
    tx: &mut Tx,
    name: &str,
    right: Right,
) -> Result<Accounts, StoreError> {
    let sql = "SELECT grants FROM users WHERE name = $1 AND disabled_at IS NULL";
    let row = sqlx::query(sql)
        .bind(name)
        .fetch_optional(&mut **tx)
        .await?;
    let grants = match row {
        Some(row) => Grants::of_text(row.try_get(0)?),
        None => Grants::default(),
    };
    Ok(grants.accounts(right))
}
