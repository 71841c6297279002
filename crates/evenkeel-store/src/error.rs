//! What the database refused, in kinds that say what to do.

use std::{error::Error, fmt};

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// The URL names no store.
    Url,
    /// No store may be kept there.
    Location,
    /// Another process holds the file.
    InUse,
    /// The file was moved, removed or replaced while it was open.
    Replaced,
    /// The file was not closed in order, and the log that it was written with is gone.
    Torn,
    /// The server does not show that it is the one that is meant.
    Untrusted,
    /// The database does not answer.
    Unreachable,
    /// Another writer held it for too long.
    Busy,
    /// What is asked for takes too long to find.
    Slow,
    /// There is no room.
    Full,
    /// It may not be written to.
    ReadOnly,
    /// The file is no database, or damaged.
    Corrupt,
    /// The schema is not this version's.
    Schema,
    /// Somebody asked for a move that an item does not make: a mistake of this program.
    ForbiddenMove,
    /// Anything else.
    Other,
}

/// A failure of the store: what, why, and what to do. Shows no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    kind: StoreErrorKind,
    detail: String,
}

impl StoreError {
    /// A failure of a kind, with its cause in words.
    pub fn new(kind: StoreErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }

    /// The cause in words.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// Whether the same may work later without anybody changing the program or its configuration.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self.kind,
            StoreErrorKind::Unreachable
                | StoreErrorKind::Replaced
                | StoreErrorKind::Untrusted
                | StoreErrorKind::Busy
                | StoreErrorKind::Slow
                | StoreErrorKind::Full
                | StoreErrorKind::ReadOnly
        )
    }

    pub(crate) fn at(mut self, place: &impl fmt::Display) -> Self {
        self.detail = format!("{place}: {}", self.detail);
        self
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail = &self.detail;
        match self.kind {
            StoreErrorKind::Url => write!(f, "the store's URL cannot be used: {detail}"),
            StoreErrorKind::Location => write!(f, "the store cannot be kept there: {detail}"),
            StoreErrorKind::InUse => write!(
                f,
                "the store is in use by another evenkeel ({detail}): stop that one; several proxies share a PostgreSQL, not a file"
            ),
            StoreErrorKind::Replaced => write!(
                f,
                "the store is no longer the file that was opened ({detail}): put that back, or stop evenkeel, and start it with the file that is meant"
            ),
            StoreErrorKind::Torn => write!(
                f,
                "the store was not closed in order, and what was written last is gone ({detail}): put that back beside it; if the store is a backup, or another program has folded it in, say --restored"
            ),
            StoreErrorKind::Untrusted => write!(
                f,
                "the store's server does not show that it is the one that is meant ({detail}): give it a certificate for its name, and name the CA with `sslrootcert=FILE`"
            ),
            StoreErrorKind::Unreachable => {
                write!(
                    f,
                    "the store cannot be reached ({detail}): see that the database runs"
                )
            }
            StoreErrorKind::Busy => write!(
                f,
                "the store is kept busy by another writer ({detail}): try again"
            ),
            StoreErrorKind::Slow => write!(
                f,
                "the store takes too long to find that ({detail}): search for fewer words, or narrow the filters"
            ),
            StoreErrorKind::Full => {
                write!(f, "the store is full ({detail}): make room on its disk")
            }
            StoreErrorKind::ReadOnly => write!(
                f,
                "the store may not be written to ({detail}): give this user the right to write"
            ),
            StoreErrorKind::Corrupt => write!(
                f,
                "the store is damaged or no database of evenkeel's ({detail}): restore a backup, or move it away"
            ),
            StoreErrorKind::Schema => write!(
                f,
                "the store belongs to another version of evenkeel ({detail}): use that version, or restore a backup"
            ),
            StoreErrorKind::ForbiddenMove => write!(
                f,
                "the store refuses a mistake of evenkeel's own, and nothing of it is written ({detail}): report it, and restart evenkeel"
            ),
            StoreErrorKind::Other => write!(f, "the store failed: {detail}"),
        }
    }
}

impl Error for StoreError {}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let kind = match &error {
            sqlx::Error::Tls(_) => StoreErrorKind::Untrusted,
            // The handshake's errors are wrapped into those of its socket.
            sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                StoreErrorKind::Untrusted
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => StoreErrorKind::Unreachable,
            sqlx::Error::Database(error) => error
                .code()
                .map_or(StoreErrorKind::Other, |code| kind_of(&code)),
            _ => StoreErrorKind::Other,
        };
        let detail = match &error {
            sqlx::Error::PoolTimedOut => "no connection in time".to_owned(),
            sqlx::Error::Io(error) => error.to_string(),
            sqlx::Error::Tls(error) => error.to_string(),
            sqlx::Error::Database(error) => error.message().to_owned(),
            // It would quote the URL.
            sqlx::Error::Configuration(_) => "the URL is not understood".to_owned(),
            error => error.to_string(),
        };
        Self { kind, detail }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::Execute(error) => error.into(),
            MigrateError::ExecuteMigration(error, version) => {
                let error = Self::from(error);
                Self::new(error.kind, format!("migration {version}: {}", error.detail))
            }
            error => Self::new(StoreErrorKind::Schema, error.to_string()),
        }
    }
}

/// SQLite's result codes are numbers (the low byte is the primary one), PostgreSQL's five signs.
/// <https://www.sqlite.org/rescode.html>, <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn kind_of(code: &str) -> StoreErrorKind {
    if code.len() < 5
        && let Ok(number) = code.parse::<i32>()
    {
        return match number & 0xff {
            5 | 6 => StoreErrorKind::Busy,
            8 | 3 => StoreErrorKind::ReadOnly,
            10 | 14 => StoreErrorKind::Unreachable,
            11 | 26 => StoreErrorKind::Corrupt,
            13 => StoreErrorKind::Full,
            _ => StoreErrorKind::Other,
        };
    }
    match code {
        "25006" | "42501" => StoreErrorKind::ReadOnly,
        // Serialization, deadlock and lock time-outs.
        "40001" | "40P01" | "55P03" => StoreErrorKind::Busy,
        "57014" => StoreErrorKind::Slow,
        "53100" => StoreErrorKind::Full,
        "3D000" | "28000" | "28P01" => StoreErrorKind::Unreachable,
        "58030" | "XX001" | "XX002" => StoreErrorKind::Corrupt,
        _ if code.starts_with("08") || code.starts_with("57P") || code.starts_with("53") => {
            StoreErrorKind::Unreachable
        }
        _ => StoreErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_codes_of_both_databases() {
        for (code, kind) in [
            ("5", StoreErrorKind::Busy),
            ("517", StoreErrorKind::Busy),
            ("13", StoreErrorKind::Full),
            ("8", StoreErrorKind::ReadOnly),
            ("1032", StoreErrorKind::ReadOnly),
            ("26", StoreErrorKind::Corrupt),
            ("53100", StoreErrorKind::Full),
            ("53300", StoreErrorKind::Unreachable),
            ("57P01", StoreErrorKind::Unreachable),
            ("08006", StoreErrorKind::Unreachable),
            ("40P01", StoreErrorKind::Busy),
            ("57014", StoreErrorKind::Slow),
            ("25006", StoreErrorKind::ReadOnly),
            ("23505", StoreErrorKind::Other),
        ] {
            assert_eq!(kind_of(code), kind, "{code}");
        }
    }
}
