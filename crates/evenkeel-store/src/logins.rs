//! Who may ask: sessions of browsers, tokens of tools, and the codes that sessions begin with. What their
//! owners show is kept as a hash alone, so that who reads the database is nobody by it.

mod code;
mod session;
mod subject;
mod token;
mod user;

use std::{collections::HashMap, fmt};

use evenkeel_api::Grants;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use subtle::ConstantTimeEq as _;

use crate::{Db, StoreError, Tx};
pub use code::{LoginCodes, Redeemed};
pub use session::{NewSession, Session};
pub use subject::SubjectRights;
pub(crate) use subject::subject_id;
pub use token::{ApiToken, NewApiToken};
pub(crate) use user::accounts_of_user;
pub use user::{NewUser, PasswordHash, User, UserPassword};

/// How exactly a last use is kept: a write a minute is enough, and one a request too many.
const EXACT_MS: i64 = 60_000;

/// The SHA-256 of a secret that nobody can guess, such as 256 random bits: what is hashed slowly is what people
/// think of.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash(String);

impl SecretHash {
    /// The hash of a secret.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        let digest = Sha256::digest(secret.as_bytes());
        Self(format!("{digest:x}"))
    }

    fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is that one, in a time that does not tell how much of it is.
    fn is(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

impl Db {
    /// All sessions and tokens that are good at a time, by id, with what each may do; a session is if it was used
    /// after `seen_after`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_logins(
        &self,
        now: i64,
        seen_after: i64,
    ) -> Result<HashMap<String, Grants>, StoreError> {
        let rows = sqlx::query(
            "SELECT s.id, COALESCE(u.grants, s.grants) FROM sessions s \
             LEFT JOIN users u ON u.name = s.user_name \
             WHERE s.ends_at > $1 AND s.seen_at > $2 AND u.disabled_at IS NULL \
             UNION ALL SELECT id, grants FROM api_tokens WHERE ends_at > $1",
        )
        .bind(now)
        .bind(seen_after)
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, Grants::of_text(row.try_get(1)?))))
            .collect()
    }
}

/// Removes the codes and sessions whose time is over.
async fn forget_old(tx: &mut Tx, now: i64) -> Result<(), StoreError> {
    for table in [
        "DELETE FROM login_codes WHERE ends_at <= $1",
        "DELETE FROM sessions WHERE ends_at <= $1",
    ] {
        sqlx::query(table).bind(now).execute(&mut **tx).await?;
    }
    Ok(())
}
