//! Whoever logs in at a provider of identities. What they may do follows from the groups that it says they are in, and
//! stands in one place: a login with other groups, or a start with another configuration, changes it for all of their
//! sessions, and for what they ordered and is not sent yet.

use std::collections::HashMap;

use evenkeel_api::{Caller, Grants, Principal};
use evenkeel_audit::Entry;
use sqlx::Row as _;

use super::{NewSession, SecretHash, forget_old};
use crate::{Db, StoreError, Tx};

/// Who somebody is at a provider, what it says that they are in, and what that lets them do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRights {
    /// The provider.
    pub issuer: String,
    /// Who, there.
    pub subject: String,
    /// What the provider says that they are in.
    pub groups: Vec<String>,
    /// What that lets them do.
    pub grants: Grants,
}

/// A subject as it is kept: the two are who it is.
pub(crate) fn subject_id(principal: &Principal) -> Option<String> {
    match principal {
        Principal::Subject {
            issuer, subject, ..
        } => Some(id_of(issuer, subject)),
        _ => None,
    }
}

fn id_of(issuer: &str, subject: &str) -> String {
    // Texts: they can be written.
    serde_json::to_string(&[issuer, subject]).unwrap_or_default()
}

impl Db {
    /// Uses up a login that came back from a provider; false where it was used up before. It is known until a time, in ms
    /// since the Unix epoch: from then on nobody takes it for good any more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn spend_round_trip(
        &self,
        hash: &SecretHash,
        now: i64,
        ends_at: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM spent_round_trips WHERE ends_at <= $1")
            .bind(now)
            .execute(&mut *tx)
            .await?;
        let spent = sqlx::query(
            "INSERT INTO spent_round_trips (hash, ends_at) VALUES ($1, $2) \
             ON CONFLICT (hash) DO NOTHING",
        )
        .bind(hash.as_str())
        .bind(ends_at)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(spent.rows_affected() == 1)
    }

    /// Begins a session of somebody whom a provider knows, with what they may do now; that is then what all of their
    /// sessions may. The session that was there before in the same browser ends.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin_subject_session(
        &self,
        session: &NewSession,
        rights: &SubjectRights,
        before: Option<&SecretHash>,
        by: &Caller,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        forget_old(&mut tx, session.began_at).await?;
        session.begin(&mut tx, &rights.grants, before, by).await?;
        let id = id_of(&rights.issuer, &rights.subject);
        sqlx::query("UPDATE sessions SET subject = $1 WHERE id = $2")
            .bind(id.as_str())
            .bind(session.id.as_str())
            .execute(&mut *tx)
            .await?;
        keep(&mut tx, &id, rights, session.began_at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Keeps that somebody was not let in, and why. Whom a provider knows and who may do nothing here loses what they had:
    /// their sessions end.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn refuse_login(
        &self,
        reason: &str,
        nothing: Option<&SubjectRights>,
        by: &Caller,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let mut refused = Entry::new("login.refused", by, now).with("reason", reason);
        if let Some(rights) = nothing {
            let id = id_of(&rights.issuer, &rights.subject);
            let ended = keep(&mut tx, &id, rights, now).await?;
            refused = refused.with("sessions_ended", ended);
        }
        tx.audit(refused);
        tx.commit().await?;
        Ok(())
    }

    /// Has everybody whom a provider knows do what the configuration lets them by now; it is given the provider and the
    /// groups. How many may do something else than before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn grant_subjects(
        &self,
        grants: impl Fn(&str, &[String]) -> Grants + Send,
        by: &Caller,
        now: i64,
    ) -> Result<usize, StoreError> {
        let mut tx = self.begin().await?;
        let rows = sqlx::query("SELECT id, in_groups, grants FROM subjects")
            .fetch_all(&mut *tx)
            .await?;
        let mut changed = HashMap::new();
        for row in &rows {
            let (id, groups, had): (String, String, String) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let groups: Vec<String> = serde_json::from_str(&groups).unwrap_or_default();
            let [issuer, _]: [String; 2] = serde_json::from_str(&id).unwrap_or_default();
            let has = grants(&issuer, &groups);
            if has.to_text() != had {
                changed.insert(id, has);
            }
        }
        for (id, grants) in &changed {
            let ended = set(&mut tx, id, grants).await?;
            let changed = Entry::new("login.rights_changed", by, now);
            tx.audit(
                changed
                    .with("subject", id)
                    .with("grants", grants)
                    .with("sessions_ended", ended),
            );
        }
        tx.commit().await?;
        Ok(changed.len())
    }
}

/// Keeps what a provider says of somebody; how many of their sessions it ends.
async fn keep(tx: &mut Tx, id: &str, rights: &SubjectRights, now: i64) -> Result<u64, StoreError> {
    // Texts: they can be written.
    let groups = serde_json::to_string(&rights.groups).unwrap_or_default();
    sqlx::query(
        "INSERT INTO subjects (id, in_groups, grants, said_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id) DO UPDATE SET in_groups = $2, grants = $3, said_at = $4",
    )
    .bind(id)
    .bind(groups)
    .bind(rights.grants.to_text())
    .bind(now)
    .execute(&mut **tx)
    .await?;
    set(tx, id, &rights.grants).await
}

/// Sets what somebody may do, by all of their sessions. Who may do nothing has none: it would not even end.
async fn set(tx: &mut Tx, id: &str, grants: &Grants) -> Result<u64, StoreError> {
    for sql in [
        "UPDATE subjects SET grants = $2 WHERE id = $1",
        "UPDATE sessions SET grants = $2 WHERE subject = $1",
    ] {
        sqlx::query(sql)
            .bind(id)
            .bind(grants.to_text())
            .execute(&mut **tx)
            .await?;
    }
    if grants.iter().next().is_some() {
        return Ok(0);
    }
    let ended = sqlx::query("DELETE FROM sessions WHERE subject = $1")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(ended.rows_affected())
}
