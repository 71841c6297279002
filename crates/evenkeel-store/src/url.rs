//! Where the store is.

mod postgres;
mod roots;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{DatabaseKind, StoreError, StoreErrorKind};
use postgres::PostgresUrl;
pub(crate) use postgres::{Environment, Server};

/// A certificate for the server's own name, by a CA that is trusted.
const SURE: &str = "verify-full";

/// What stands for itself in the path of a URL.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'_')
    .remove(b'-');

/// Where the store is: `sqlite:PATH`, `sqlite::memory:` or `postgres://…`. Shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl {
    location: Location,
    takes_any_server: bool,
    is_restored: bool,
    trusted: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
enum Location {
    Memory,
    File(PathBuf),
    Postgres(Box<PostgresUrl>),
}

impl StoreUrl {
    fn of(location: Location) -> Self {
        Self {
            location,
            takes_any_server: false,
            is_restored: false,
            trusted: None,
        }
    }

    /// A file of SQLite's.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::of(Location::File(path.into()))
    }

    /// A database in memory that ends with the process.
    #[must_use]
    pub fn memory() -> Self {
        Self::of(Location::Memory)
    }

    /// Whether it may say, by its `sslmode`, that a server in the network need not show that it is
    /// the one that is meant: whoever answers then is given the password.
    #[must_use]
    pub fn allow_unverified_server(mut self, allowed: bool) -> Self {
        self.takes_any_server = allowed;
        self
    }

    /// A PEM file of CAs that are trusted where the URL names none.
    #[must_use]
    pub fn trusting(mut self, ca_file: Option<&Path>) -> Self {
        self.trusted = ca_file.map(|path| path.display().to_string());
        self
    }

    /// Whether what is there may be a backup that was restored: whoever opens it says then, by
    /// [`crate::Db::restored`], that nothing in it is certain any more.
    #[must_use]
    pub fn restored(mut self, is_restored: bool) -> Self {
        self.is_restored = is_restored;
        self
    }

    pub(crate) fn is_restored(&self) -> bool {
        self.is_restored
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        match self.location {
            Location::Memory | Location::File(_) => DatabaseKind::Sqlite,
            Location::Postgres(_) => DatabaseKind::Postgres,
        }
    }

    /// The file, where it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.location {
            Location::File(path) => Some(path),
            Location::Memory | Location::Postgres(_) => None,
        }
    }

    /// Whether it holds a password, as user information or as a parameter.
    #[must_use]
    pub fn has_password(&self) -> bool {
        match &self.location {
            Location::Postgres(url) => url.has_password(),
            Location::Memory | Location::File(_) => false,
        }
    }

    /// The servers of a PostgreSQL in the order in which they are tried, each with its URL as the
    /// driver takes it, which holds the password. None where it is no PostgreSQL.
    pub(crate) fn servers(
        &self,
        environment: Environment<'_>,
    ) -> Result<Vec<(Server, String)>, StoreError> {
        let Location::Postgres(url) = &self.location else {
            return Ok(Vec::new());
        };
        let asked = url.sslmode(environment);
        let named = url
            .roots
            .clone()
            .or_else(|| environment("PGSSLROOTCERT"))
            .or_else(|| self.trusted.clone());
        let roots = roots::of(named)?;
        roots::check_key(url.key().or(environment("PGSSLKEY").as_deref()))?;
        let servers = url.servers(environment)?.into_iter().map(|server| {
            let mode = self.mode(&server, asked.as_deref(), url.roots.is_some())?;
            let driver = url.to_driver(&server, mode, roots.as_deref());
            Ok((server, driver))
        });
        servers.collect()
    }

    /// How sure of a server the driver has to be before it says who it is.
    fn mode<'m>(
        &self,
        server: &Server,
        asked: Option<&'m str>,
        has_roots: bool,
    ) -> Result<Option<&'m str>, StoreError> {
        if server.is_socket() {
            // No PostgreSQL speaks TLS there, and the folder's rights say who may listen.
            return Ok(Some("disable"));
        }
        match asked {
            Some(SURE) => Ok(Some(SURE)),
            Some(weak @ ("disable" | "allow" | "prefer" | "require" | "verify-ca")) => {
                if server.is_here() || self.takes_any_server {
                    return Ok(Some(weak));
                }
                Err(wrong(&format!(
                    "with `sslmode={weak}` whoever answers for `{server}` is given the password: leave it out, \
                     which is `{SURE}`, or say `allow_unverified_server = true` in `[store]` too"
                )))
            }
            Some(_) => Err(wrong(
                "`sslmode` must be `verify-full`, or for a socket or this machine `disable`, `prefer` or `require`",
            )),
            None if server.is_here() && !has_roots => Ok(None),
            None => Ok(Some(SURE)),
        }
    }
}

/// A file of SQLite's as the driver takes it.
pub(crate) fn driver_file(path: &Path) -> Result<String, StoreError> {
    // It is there already, and belongs to this process.
    file_as(path, "rw")
}

/// The same, for whoever only reads it.
pub(crate) fn driver_file_to_read(path: &Path) -> Result<String, StoreError> {
    file_as(path, "ro")
}

fn file_as(path: &Path, mode: &str) -> Result<String, StoreError> {
    let text = path
        .to_str()
        .ok_or_else(|| wrong("the file's name is not UTF-8"))?;
    let path = utf8_percent_encode(text, PATH);
    Ok(format!("sqlite:{path}?mode={mode}"))
}

fn wrong(what: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Url, what)
}

impl FromStr for StoreUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let url = PostgresUrl::parse(text)?;
            return Ok(Self::of(Location::Postgres(Box::new(url))));
        }
        let Some(rest) = text.strip_prefix("sqlite:") else {
            // The text is not shown: it may hold a password.
            return Err(wrong(
                "it must be `sqlite:PATH` or `postgres://USER@HOST/DATABASE`",
            ));
        };
        if rest == ":memory:" {
            return Ok(Self::memory());
        }
        let path = rest.strip_prefix("//").unwrap_or(rest);
        if path.is_empty() {
            return Err(wrong("`sqlite:` must be followed by a path"));
        }
        Ok(Self::file(path))
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Location::Memory => f.write_str("sqlite::memory:"),
            Location::File(path) => write!(f, "sqlite:{}", path.display()),
            Location::Postgres(url) => url.fmt(f),
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
}
