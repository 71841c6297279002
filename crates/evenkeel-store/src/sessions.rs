//! The connections: how many there are for what, how each is set up, and when one is used no more.

use std::time::Duration;

use sqlx::{Connection as _, Executor as _, any::AnyPoolOptions};
use tokio::time::timeout;

use crate::{DatabaseKind, servers};

/// How long a connection is waited for: as long as a person waits for an answer.
const ACQUIRE: Duration = Duration::from_secs(5);

/// How long an idle connection may take to say that it can be used; longer, and its other end is
/// taken to be gone.
const ANSWER: Duration = Duration::from_secs(2);

/// WAL: readers and the writer do not wait for each other. FULL: a commit is on the disk when it
/// returns, which is what the journal stands on. 8 MB of pages a connection: `SQLite`'s own 2 MB hold
/// less than the largest page of events reads, which then reads all of it from the file again.
const SQLITE_SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                            PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                            PRAGMA cache_size = -8000;";

/// A role or a database may have set `synchronous_commit` off: the journal stands on it. A proxy
/// that is stopped within a transaction must not hold its locks for long, as the others wait for
/// them: no transaction waits for anything but the database, and they wait a little longer.
const POSTGRES_SETUP: &str = "SET synchronous_commit = on; SET lock_timeout = '15s'; \
                              SET statement_timeout = '30s'; \
                              SET idle_in_transaction_session_timeout = '10s'; \
                              SET client_min_messages = warning;";

/// Whoever looks has gone before that.
const POSTGRES_LOOK: &str = "SET statement_timeout = '10s'; \
                             SET idle_in_transaction_session_timeout = '10s'; \
                             SET client_min_messages = warning;";

/// What connections are for. Each has its own, so that none waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// What people ask for, which may take a while, and come in crowds.
    Look(DatabaseKind),
    /// What is read before something is sent, or settled.
    Read(DatabaseKind),
    /// What is written, and on PostgreSQL what is read for that.
    Write(DatabaseKind),
}

impl Use {
    fn kind(self) -> DatabaseKind {
        match self {
            Self::Look(kind) | Self::Read(kind) | Self::Write(kind) => kind,
        }
    }

    fn most(self) -> u32 {
        match self {
            Self::Look(DatabaseKind::Sqlite) => 4,
            Self::Read(DatabaseKind::Sqlite) => 2,
            // SQLite has one writer, and a queue in the pool is fairer than its lock.
            Self::Write(DatabaseKind::Sqlite) => 1,
            Self::Look(DatabaseKind::Postgres) => 6,
            Self::Read(DatabaseKind::Postgres) | Self::Write(DatabaseKind::Postgres) => 8,
        }
    }
}

/// What each connection begins with.
pub(crate) fn setup(purpose: Use) -> &'static str {
    match purpose {
        Use::Look(DatabaseKind::Postgres) => POSTGRES_LOOK,
        Use::Read(DatabaseKind::Postgres) | Use::Write(DatabaseKind::Postgres) => POSTGRES_SETUP,
        Use::Look(DatabaseKind::Sqlite)
        | Use::Read(DatabaseKind::Sqlite)
        | Use::Write(DatabaseKind::Sqlite) => SQLITE_SETUP,
    }
}

pub(crate) fn pool(purpose: Use) -> AnyPoolOptions {
    let setup = setup(purpose);
    let options = AnyPoolOptions::new()
        .max_connections(purpose.most())
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(setup).await.map(|_| ()) })
        });
    match purpose.kind() {
        // SQLite ends a transaction by itself when its disk is full, and sqlx then takes the connection
        // to be inside of one for ever: such a connection could not begin another. A database in memory
        // ends with its connection, and a file's costs nothing to keep.
        DatabaseKind::Sqlite => options
            .before_acquire(|connection, _| {
                let is_free = !connection.is_in_transaction();
                Box::pin(async move { Ok(is_free) })
            })
            .min_connections(u32::from(purpose == Use::Write(DatabaseKind::Sqlite)))
            .idle_timeout(None)
            .max_lifetime(None),
        // A session may outlive what its server is: it was begun on one that took no writes, or stands
        // on one that has become a standby. Both go on for as long as it does, so it is given up.
        DatabaseKind::Postgres => options.before_acquire(|connection, _| {
            Box::pin(async move {
                if connection.is_in_transaction() {
                    return Ok(false);
                }
                let role = timeout(ANSWER, servers::role(connection)).await;
                Ok(role.is_ok_and(|role| role.is_ok()))
            })
        }),
    }
}
