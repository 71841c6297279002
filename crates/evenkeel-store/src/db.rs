//! The connections.

use std::{
    sync::{Arc, Once},
    time::Duration,
};

use sqlx::{
    Any, AnyConnection, Connection as _, Executor as _, Pool,
    any::{AnyConnectOptions, AnyPoolOptions},
};
use tokio::sync::watch;

use crate::{StoreError, StoreErrorKind, StoreUrl, Tx, lock::FileLock, migration};

/// How long a connection is waited for: as long as a person waits for an answer.
const ACQUIRE: Duration = Duration::from_secs(5);

/// How many connections read a file at a time, and how many a PostgreSQL gets in all.
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 12;

/// WAL: readers and the writer do not wait for each other. FULL: a commit is on the disk when it
/// returns, which is what the journal stands on.
const SQLITE_SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                            PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

/// A role or a database may have set `synchronous_commit` off: the journal stands on it. A proxy
/// that is stopped within a transaction must not hold its locks for long, as the others wait for
/// them: no transaction waits for anything but the database, and they wait a little longer.
const POSTGRES_SETUP: &str = "SET synchronous_commit = on; SET lock_timeout = '15s'; \
                              SET statement_timeout = '30s'; \
                              SET idle_in_transaction_session_timeout = '10s'; \
                              SET client_min_messages = warning;";

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file, for one proxy.
    Sqlite,
    /// A server, for several.
    Postgres,
}

/// The store. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: Kind,
    place: String,
    reader: Pool<Any>,
    writer: Pool<Any>,
    heads: Arc<Heads>,
    _lock: Option<FileLock>,
}

/// The highest change that this process knows of.
#[derive(Debug)]
pub(crate) struct Heads(watch::Sender<i64>);

impl Heads {
    pub(crate) fn reached(&self, head: i64) {
        self.0.send_if_modified(|known| {
            let is_new = head > *known;
            if is_new {
                *known = head;
            }
            is_new
        });
    }
}

impl Db {
    /// Connects, and brings the schema up to date. A file is made if there is none, and belongs to
    /// this process until it is closed.
    ///
    /// # Errors
    /// When it cannot be reached or written, is in use, or is not of this version.
    pub async fn open(url: &StoreUrl) -> Result<Self, StoreError> {
        Self::connect(url).await.map_err(|error| {
            if error.kind() == StoreErrorKind::Url || error.kind() == StoreErrorKind::InUse {
                error
            } else {
                error.at(url)
            }
        })
    }

    async fn connect(url: &StoreUrl) -> Result<Self, StoreError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let lock = url.path().map(FileLock::take).transpose()?;
        let options: AnyConnectOptions = url.to_driver()?.parse()?;
        let kind = url.kind();
        // A pool would try again and in the end say only that it took too long.
        let mut first = AnyConnection::connect_with(&options).await?;
        first.execute(setup(kind)).await?;
        first.close().await?;
        let (reader, writer) = match kind {
            // One writer: SQLite has no more, and a queue in the pool is fairer than its lock.
            Kind::Sqlite => {
                let writer = pool(kind, 1).connect_with(options.clone()).await?;
                let reader = if url.is_memory() {
                    // Each further connection would be a database of its own.
                    writer.clone()
                } else {
                    pool(kind, SQLITE_READERS).connect_lazy_with(options)
                };
                (reader, writer)
            }
            Kind::Postgres => {
                let both = pool(kind, POSTGRES_CONNECTIONS)
                    .connect_with(options)
                    .await?;
                (both.clone(), both)
            }
        };
        migration::migrator().run(&writer).await?;
        let db = Self {
            inner: Arc::new(Inner {
                kind,
                place: url.to_string(),
                reader,
                writer,
                heads: Arc::new(Heads(watch::Sender::new(0))),
                _lock: lock,
            }),
        };
        if kind == Kind::Sqlite {
            // The file is ours, so whoever was alive before is not.
            let mut tx = db.begin().await?;
            tx.execute("DELETE FROM proxies").await?;
            tx.commit().await?;
        }
        db.look().await?;
        Ok(db)
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// Where it is, without a password.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.inner.place
    }

    /// For statements that only read. Not inside a [`Tx`] of the same task: read through that.
    #[must_use]
    pub fn reader(&self) -> &Pool<Any> {
        &self.inner.reader
    }

    /// Begins to write. On SQLite all writers of the process wait for each other.
    ///
    /// # Errors
    /// When there is no connection in time.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let begin = match self.inner.kind {
            // The lock at once: a transaction that reads first could not get it any more.
            Kind::Sqlite => "BEGIN IMMEDIATE",
            Kind::Postgres => "BEGIN",
        };
        #[cfg(feature = "failpoints")]
        self.trouble().await?;
        let inner = self.inner.writer.begin_with(begin).await?;
        Ok(Tx::new(inner, Arc::clone(&self.inner.heads)))
    }

    /// Runs what a test says, on the connection that writes: `PRAGMA max_page_count` and the like.
    #[cfg(feature = "failpoints")]
    async fn trouble(&self) -> Result<(), StoreError> {
        if let Some(Some(sql)) = fail::eval("store::trouble", |sql| sql) {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
                .execute(&self.inner.writer)
                .await?;
        }
        Ok(())
    }

    /// Tells the number of the last change as soon as this process knows it: at once for its own
    /// ones, for those of other processes when it [looks](Self::look).
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.inner.heads.0.subscribe()
    }

    /// Looks for changes that other processes made.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn look(&self) -> Result<i64, StoreError> {
        let head = self.head().await?;
        self.inner.heads.reached(head);
        Ok(head)
    }

    /// Waits for what is open and lets go of the database. On SQLite this also folds the
    /// write-ahead log into the file.
    pub async fn close(&self) {
        self.inner.reader.close().await;
        self.inner.writer.close().await;
    }
}

fn setup(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => SQLITE_SETUP,
        Kind::Postgres => POSTGRES_SETUP,
    }
}

fn pool(kind: Kind, most: u32) -> AnyPoolOptions {
    let setup = setup(kind);
    let options = AnyPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(ACQUIRE)
        .after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(setup).await.map(|_| ()) })
        })
        // SQLite ends a transaction by itself when its disk is full, and sqlx then takes the connection
        // to be inside of one for ever: such a connection could not begin another.
        .before_acquire(|connection, _| {
            let is_free = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_free) })
        });
    match kind {
        // A database in memory ends with its connection, and a file's costs nothing to keep.
        Kind::Sqlite => options
            .min_connections(most.min(1))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false),
        Kind::Postgres => options,
    }
}
