//! How each account's sync goes, as every proxy shows it.

use evenkeel::Timestamp;
use evenkeel_api::{
    AccountFailure, AccountPhase, AccountStatus, FailureCode, PartOff, WalkProgress,
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::Row as _;

use crate::{Change, Db, StoreError, Topic, Tx};

/// How an account's sync goes. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncStatus {
    /// The account.
    pub account: String,
    /// What its sync is at.
    pub phase: AccountPhase,
    /// When the last sync run ended that came to the list's end.
    pub updated_at: Option<i64>,
    /// When the last sync run ended that surely lacked nothing.
    pub swept_at: Option<i64>,
    /// When the last such sync run ended that was one unbroken list.
    pub whole_at: Option<i64>,
    /// When it is synced next.
    pub next_at: Option<i64>,
    /// The sync run under way.
    pub progress: Option<SyncProgress>,
    /// What went wrong last.
    pub error: Option<AccountFailure>,
    /// Why names are off. It is [written](Tx::save_names_off) by whoever reads them.
    pub names_off: Option<PartOff>,
    /// Why lists are off that the rest is read without.
    pub lists_off: Option<PartOff>,
    /// How many sync runs failed in a row.
    pub failures: i64,
    /// When somebody asked for an early sync run.
    pub asked_at: Option<i64>,
    /// Until when sync runs come more often.
    pub quick_until: Option<i64>,
}

/// A sync run under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncProgress {
    /// When it began.
    pub since: i64,
    /// The events read so far.
    pub events: u64,
    /// How many there are, where the cloud says.
    pub total: Option<u64>,
}

const COLUMNS: &str = "account, phase, updated_at, swept_at, whole_at, next_at, walk_since, \
                       walk_events, walk_total, error_code, error_detail, error_at, \
                       error_provider_code, error_request_id, failures, asked_at, quick_until, \
                       names_off, lists_off";

impl SyncStatus {
    /// An account that has not been synced yet.
    #[must_use]
    pub fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            phase: AccountPhase::Waiting,
            updated_at: None,
            swept_at: None,
            whole_at: None,
            next_at: None,
            progress: None,
            error: None,
            names_off: None,
            lists_off: None,
            failures: 0,
            asked_at: None,
            quick_until: None,
        }
    }

    /// As it is shown, with the number of its events.
    #[must_use]
    pub fn status(&self, events: u64) -> AccountStatus {
        AccountStatus {
            account: self.account.clone(),
            phase: self.phase,
            updated_at: self.updated_at.map(Timestamp::from_millis),
            next_at: self.next_at.map(Timestamp::from_millis),
            walk: self.progress.map(|run| WalkProgress {
                since: Timestamp::from_millis(run.since),
                events: run.events,
                total: run.total,
            }),
            error: self.error.clone(),
            names_off: self.names_off.clone(),
            lists_off: self.lists_off.clone(),
            events,
        }
    }

    fn of(row: &sqlx::any::AnyRow) -> Result<Self, StoreError> {
        let unsigned = |column: usize| -> Result<Option<u64>, StoreError> {
            let number: Option<i64> = row.try_get(column)?;
            Ok(number.map(|number| u64::try_from(number).unwrap_or_default()))
        };
        let part_off = |column: usize| -> Result<Option<PartOff>, StoreError> {
            let json: Option<String> = row.try_get(column)?;
            Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
        };
        let progress = match row.try_get::<Option<i64>, _>(6)? {
            None => None,
            Some(since) => Some(SyncProgress {
                since,
                events: unsigned(7)?.unwrap_or_default(),
                total: unsigned(8)?,
            }),
        };
        let error = match row.try_get::<Option<String>, _>(9)? {
            None => None,
            Some(code) => Some(AccountFailure {
                code: parse(&code).unwrap_or(FailureCode::Other),
                detail: row.try_get::<Option<String>, _>(10)?.unwrap_or_default(),
                at: Timestamp::from_millis(row.try_get::<Option<i64>, _>(11)?.unwrap_or_default()),
                provider_code: row.try_get(12)?,
                request_id: row.try_get(13)?,
            }),
        };
        Ok(Self {
            account: row.try_get(0)?,
            phase: parse(&row.try_get::<String, _>(1)?).unwrap_or(AccountPhase::Waiting),
            updated_at: row.try_get(2)?,
            swept_at: row.try_get(3)?,
            whole_at: row.try_get(4)?,
            next_at: row.try_get(5)?,
            progress,
            error,
            names_off: part_off(17)?,
            lists_off: part_off(18)?,
            failures: row.try_get(14)?,
            asked_at: row.try_get(15)?,
            quick_until: row.try_get(16)?,
        })
    }

    /// Writes it down and notes the change. What others ask for (`asked_at`, `quick_until`) is
    /// theirs and stays as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn save(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let error = self.error.as_ref();
        // PostgreSQL's texts have no NUL, and a cloud may write anything.
        let text = |text: &str| text.replace('\0', "\u{fffd}");
        sqlx::query(
            "INSERT INTO collecting (account, phase, updated_at, swept_at, whole_at, next_at, \
             walk_since, walk_events, walk_total, error_code, error_detail, error_at, \
             error_provider_code, error_request_id, failures, lists_off) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
             ON CONFLICT (account) DO UPDATE SET phase = excluded.phase, \
             updated_at = excluded.updated_at, swept_at = excluded.swept_at, \
             whole_at = excluded.whole_at, next_at = excluded.next_at, \
             walk_since = excluded.walk_since, walk_events = excluded.walk_events, \
             walk_total = excluded.walk_total, error_code = excluded.error_code, \
             error_detail = excluded.error_detail, error_at = excluded.error_at, \
             error_provider_code = excluded.error_provider_code, \
             error_request_id = excluded.error_request_id, failures = excluded.failures, \
             lists_off = excluded.lists_off",
        )
        .bind(self.account.as_str())
        .bind(name(&self.phase))
        .bind(self.updated_at)
        .bind(self.swept_at)
        .bind(self.whole_at)
        .bind(self.next_at)
        .bind(self.progress.map(|run| run.since))
        .bind(self.progress.map(|run| signed(run.events)))
        .bind(self.progress.and_then(|run| run.total).map(signed))
        .bind(error.map(|error| name(&error.code)))
        .bind(error.map(|error| text(&error.detail)))
        .bind(error.map(|error| error.at.as_millis()))
        .bind(error.and_then(|error| error.provider_code.as_deref().map(text)))
        .bind(error.and_then(|error| error.request_id.as_deref().map(text)))
        .bind(self.failures)
        .bind(written(self.lists_off.as_ref()))
        .execute(&mut **tx)
        .await?;
        tx.note(Change::new(Topic::Account, self.account.as_str()));
        Ok(())
    }
}

impl Tx {
    /// Writes down why the names of an account's resources are off, or that they are not, and notes the change.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn save_names_off(
        &mut self,
        account: &str,
        off: Option<&PartOff>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO collecting (account, phase, failures, names_off) VALUES ($1, $2, 0, $3) \
             ON CONFLICT (account) DO UPDATE SET names_off = excluded.names_off",
        )
        .bind(account)
        .bind(name(&AccountPhase::Waiting))
        .bind(written(off))
        .execute(&mut **self)
        .await?;
        self.note(Change::new(Topic::Account, account));
        Ok(())
    }
}

impl Db {
    /// How the sync of every account goes that was ever read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sync_statuses(&self) -> Result<Vec<SyncStatus>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM collecting ORDER BY account");
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(SyncStatus::of).collect()
    }

    /// Asks for an early sync run of an account.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn request_sync(&self, account: &str, at: i64) -> Result<(), StoreError> {
        self.write_request(account, Some(at), None).await
    }

    /// Asks for more sync runs of an account until a time.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn request_frequent_syncs(
        &self,
        account: &str,
        until: i64,
    ) -> Result<(), StoreError> {
        self.write_request(account, None, Some(until)).await
    }

    async fn write_request(
        &self,
        account: &str,
        asked_at: Option<i64>,
        quick_until: Option<i64>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO collecting (account, phase, failures, asked_at, quick_until) \
             VALUES ($1, $2, 0, $3, $4) ON CONFLICT (account) DO UPDATE SET \
             asked_at = COALESCE(excluded.asked_at, collecting.asked_at), \
             quick_until = COALESCE(excluded.quick_until, collecting.quick_until)",
        )
        .bind(account)
        .bind(name(&AccountPhase::Waiting))
        .bind(asked_at)
        .bind(quick_until)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// As JSON, which has no NUL.
fn written(off: Option<&PartOff>) -> Option<String> {
    off.and_then(|off| serde_json::to_string(off).ok())
}

/// The word that JSON has for it.
fn name<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

fn parse<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}
