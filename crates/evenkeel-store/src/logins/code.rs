//! Codes that begin a session, once, for whoever sees them where they are shown.

use evenkeel_api::{Actor, Caller, Grants};
use evenkeel_audit::Entry;
use sqlx::Row as _;

use super::{NewSession, SecretHash, forget_old};
use crate::{Db, StoreError, Tx};

/// How many wrong tries end every code that is open.
const MOST_WRONG: i64 = 5;

/// What became of a code that somebody showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redeemed {
    /// It was one, and is none any more: the session has begun.
    Begun,
    /// It is none: it never was, was used, or is too old.
    Wrong(LoginCodes),
}

/// How it stands with the codes after a wrong one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginCodes {
    /// As before.
    AsBefore,
    /// There were some, and this was one wrong try too many: none is good any more.
    Ended,
}

impl Db {
    /// Keeps a new code, made by somebody, until a time, and what the session that it begins may do.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_login_code(
        &self,
        hash: &SecretHash,
        grants: &Grants,
        by: &Caller,
        now: i64,
        ends_at: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        forget_old(&mut tx, now).await?;
        let made = Entry::new("login.code_made", by, now);
        tx.audit(made.with("ends_at", ends_at).with("grants", grants));
        sqlx::query(
            "INSERT INTO login_codes (hash, ends_at, wrong, grants) VALUES ($1, $2, 0, $3)",
        )
        .bind(hash.as_str())
        .bind(ends_at)
        .bind(grants.to_text())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Begins a session for a code, which is used up by it; the session that was there before in the same
    /// browser ends. `by` is whose request it is, as the code would have them; a wrong one makes them nobody.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn redeem_login_code(
        &self,
        code: &SecretHash,
        session: &NewSession,
        before: Option<&SecretHash>,
        by: &Caller,
    ) -> Result<Redeemed, StoreError> {
        let mut tx = self.begin().await?;
        forget_old(&mut tx, session.began_at).await?;
        // All of them, so that the time it takes tells nothing of any.
        let rows = sqlx::query("SELECT hash, grants FROM login_codes")
            .fetch_all(&mut *tx)
            .await?;
        let mut grants = None;
        for row in &rows {
            if code.is(row.try_get(0)?) {
                grants = Some(row.try_get(1)?);
            }
        }
        // Of two who show it at one time, one takes it.
        if let Some(grants) = grants
            && take(&mut tx, code).await?
        {
            let grants = Grants::of_text(grants);
            session.begin(&mut tx, &grants, before, by).await?;
            tx.commit().await?;
            return Ok(Redeemed::Begun);
        }
        sqlx::query("UPDATE login_codes SET wrong = wrong + 1")
            .execute(&mut *tx)
            .await?;
        let ended = sqlx::query("DELETE FROM login_codes WHERE wrong >= $1")
            .bind(MOST_WRONG)
            .execute(&mut *tx)
            .await?;
        let nobody = Caller {
            actor: Actor::NOBODY,
            ..by.clone()
        };
        let refused = Entry::new("login.refused", &nobody, session.began_at);
        tx.audit(
            refused
                .with("reason", "wrong_code")
                .with("codes_ended", ended.rows_affected()),
        );
        tx.commit().await?;
        Ok(Redeemed::Wrong(match ended.rows_affected() {
            0 => LoginCodes::AsBefore,
            _ => LoginCodes::Ended,
        }))
    }
}

async fn take(tx: &mut Tx, code: &SecretHash) -> Result<bool, StoreError> {
    let taken = sqlx::query("DELETE FROM login_codes WHERE hash = $1")
        .bind(code.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(taken.rows_affected() == 1)
}
