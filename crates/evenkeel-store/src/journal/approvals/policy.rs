//! Which policy the proxy had that was started last.

use evenkeel_api::{ApprovalPolicy, Caller, ProxyPart};
use evenkeel_audit::Entry;
use sqlx::Row as _;

use crate::{Db, StoreError};

impl Db {
    /// Records that the policy is another one than that of the proxy that was started before; whether it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_policy(&self, policy: &ApprovalPolicy, now: i64) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let row = sqlx::query("UPDATE approval_policy SET id = id WHERE id = 1 RETURNING version")
            .fetch_one(&mut *tx)
            .await?;
        let before: Option<String> = row.try_get(0)?;
        if before == policy.version {
            return Ok(false);
        }
        sqlx::query("UPDATE approval_policy SET version = $1 WHERE id = 1")
            .bind(policy.version.as_deref())
            .execute(&mut *tx)
            .await?;
        let entry = Entry::new("policy.changed", &Caller::proxy(ProxyPart::Server), now)
            .with("before", before)
            .with("version", &policy.version)
            .with("rules", &policy.rules)
            .with("expires_s", policy.expires_s)
            .with("break_glass", policy.break_glass);
        tx.audit(entry);
        tx.commit().await?;
        Ok(true)
    }
}
