//! PostgreSQL's index for a search, by the extension `pg_trgm`: only with it a search finds a word without
//! reading every event, and not every server has it or lets its users have it.
//!
//! The statements that search are the same with and without the index.

use sqlx::{Any, AnyConnection, AssertSqlSafe, Pool, Row as _};

use crate::{StoreError, StoreErrorKind};

const NAME: &str = "events_by_trigrams";

/// How many kB of what was written last stand beside the index, in no order: every search reads them. The
/// server's 4 MB are as much as ten thousand events.
const PENDING: u32 = 128;

/// One at a time: of two proxies that start, the other finds it made.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7308332146920171635)";

/// Of many events it takes longer than a statement may otherwise.
const LIMITS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'";

/// Makes the index where there is none. Where that cannot be the log says why and what helps; searches find
/// the same without it.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn prepare(writer: &Pool<Any>) -> Result<(), StoreError> {
    if exists(&mut *writer.acquire().await?).await? {
        return Ok(());
    }
    match make(writer).await {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == StoreErrorKind::Unreachable => Err(error),
        Err(error) => {
            let why = error.detail();
            tracing::warn!(
                "`pg_trgm` cannot be used ({why}): every search reads all events until the owner of the server has \
                 run `CREATE EXTENSION pg_trgm` in this database, and Evenkeel is started again"
            );
            Ok(())
        }
    }
}

async fn exists(connection: &mut AnyConnection) -> Result<bool, StoreError> {
    // An index that was not made to its end is used by no search.
    let row = sqlx::query(
        "SELECT COUNT(*) FROM pg_index WHERE indexrelid = to_regclass($1) AND indisvalid",
    )
    .bind(NAME)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get::<i64, _>(0)? > 0)
}

async fn make(writer: &Pool<Any>) -> Result<(), StoreError> {
    let mut tx = writer.begin().await?;
    sqlx::raw_sql(LIMITS).execute(&mut *tx).await?;
    sqlx::query(LOCK).execute(&mut *tx).await?;
    if exists(&mut tx).await? {
        return Ok(());
    }
    let mut place = schema(&mut tx).await?;
    if place.is_none() {
        sqlx::query("CREATE EXTENSION pg_trgm")
            .execute(&mut *tx)
            .await?;
        place = schema(&mut tx).await?;
    }
    // The extension may be in a schema that the session does not look into.
    let schema = place.unwrap_or_default().replace('"', "\"\"");
    let text = format!(
        "CREATE INDEX {NAME} ON events USING gin \
         (search \"{schema}\".gin_trgm_ops, words \"{schema}\".gin_trgm_ops) \
         WITH (gin_pending_list_limit = {PENDING})"
    );
    sqlx::query(AssertSqlSafe(text)).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Where the extension is.
async fn schema(connection: &mut AnyConnection) -> Result<Option<String>, StoreError> {
    let row = sqlx::query(
        "SELECT CAST(n.nspname AS TEXT) FROM pg_extension x \
         JOIN pg_namespace n ON n.oid = x.extnamespace WHERE x.extname = 'pg_trgm'",
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| row.try_get(0))
        .transpose()
        .map_err(Into::into)
}
