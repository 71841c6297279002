//! Databases for tests: each test has its own, made when it begins and gone when it ends.
//!
//! SQLite's is a file. PostgreSQL's is made on the server that `EVENKEEL_TEST_POSTGRES` names, which
//! `cargo xtask test` and `cargo xtask postgres -- cargo test …` start. Without one the PostgreSQL
//! half of a test is left out, and a line on stderr says so; where `CI` is set, the test fails instead.
//!
//! ```no_run
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! for database in evenkeel_testdb::both().await {
//!     println!("{} is at {}", database.kind(), database.url());
//! }
//! # }
//! ```
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that gets no database has failed"
)]

use std::{env, fmt, io::Write as _, path::PathBuf, sync::Once, thread};

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, postgres::PgConnectOptions};
use tempfile::TempDir;
use url::Url;
use uuid::Uuid;

const SERVER: &str = "EVENKEEL_TEST_POSTGRES";
const PROGRAMS: &str = "EVENKEEL_TEST_POSTGRES_PROGRAMS";
const MISSING: &str = "not run on PostgreSQL: `EVENKEEL_TEST_POSTGRES` names no server; \
                       `cargo xtask postgres -- cargo test …` starts one";
const FILE: &str = "evenkeel.db";

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl fmt::Display for DatabaseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// An empty database; it is gone when this is dropped, with all connections to it.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(TempDir),
    Server {
        admin: Box<PgConnectOptions>,
        name: String,
    },
}

impl TestDatabase {
    /// A file in a folder of its own; the file is not there yet.
    ///
    /// # Panics
    /// When the folder cannot be made.
    pub fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let file = folder.path().join(FILE);
        Self {
            url: format!("sqlite:{}", file.display()),
            place: Place::Folder(folder),
        }
    }

    /// A database on the tests' server; `None` where there is no server.
    ///
    /// # Panics
    /// When there is one, and it makes no database; and without one where `CI` is set, because a half
    /// that is left out passes as easily as one that holds.
    pub async fn postgres() -> Option<Self> {
        let Ok(server) = env::var(SERVER) else {
            assert!(env::var_os("CI").is_none(), "{MISSING}");
            say_once();
            return None;
        };
        let mut url = Url::parse(&server)
            .unwrap_or_else(|error| panic!("`{SERVER}` is not a URL of a PostgreSQL: {error}"));
        let admin = PgConnectOptions::from_url(&url)
            .unwrap_or_else(|error| panic!("`{SERVER}` is not a URL of a PostgreSQL: {error}"));
        let name = format!("test_{}", Uuid::new_v4().simple());
        // Not `template1`: nobody may be connected to what is copied.
        execute(&admin, format!("CREATE DATABASE {name} TEMPLATE template0"))
            .await
            .unwrap_or_else(|error| panic!("the server of `{SERVER}` makes no database: {error}"));
        url.set_path(&name);
        Some(Self {
            url: url.into(),
            place: Place::Server {
                admin: Box::new(admin),
                name,
            },
        })
    }

    /// As the store takes it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// SQLite's file, which need not be there yet.
    pub fn file(&self) -> Option<PathBuf> {
        match &self.place {
            Place::Folder(folder) => Some(folder.path().join(FILE)),
            Place::Server { .. } => None,
        }
    }

    /// Which database it is.
    pub fn kind(&self) -> DatabaseKind {
        match self.place {
            Place::Folder(_) => DatabaseKind::Sqlite,
            Place::Server { .. } => DatabaseKind::Postgres,
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Place::Server { admin, name } = &self.place else {
            return;
        };
        let (admin, statement) = (admin.clone(), format!("DROP DATABASE {name} WITH (FORCE)"));
        // A runtime of its own: the test's may be at its end, and is busy with this.
        let dropped = thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(sqlx::Error::Io)?
                .block_on(execute(&admin, statement))
        });
        match dropped.join() {
            Ok(Ok(())) => {}
            // A second panic would hide what the test has to say.
            failed => say(&format!("database `{name}` was not dropped: {failed:?}")),
        }
    }
}

/// One of each: SQLite's always, PostgreSQL's where there is a server.
///
/// # Panics
/// When one cannot be made.
pub async fn both() -> Vec<TestDatabase> {
    let mut databases = vec![TestDatabase::sqlite()];
    databases.extend(TestDatabase::postgres().await);
    databases
}

/// A program of the server's version, such as `pg_dump`; the one on PATH where no folder is named.
pub fn program(name: &str) -> PathBuf {
    env::var_os(PROGRAMS).map_or_else(|| name.into(), |folder| PathBuf::from(folder).join(name))
}

async fn execute(server: &PgConnectOptions, statement: String) -> sqlx::Result<()> {
    let mut connection = server.connect().await?;
    // The only part that is not fixed is a name of hexadecimal digits.
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    connection.close().await
}

fn say_once() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        say(MISSING);
    });
}

/// Past libtest, which keeps back what a passing test prints.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
