//! Where the store is.

use std::{fmt, path::PathBuf, str::FromStr};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Kind, StoreError, StoreErrorKind};

/// What stands for itself in the path of a URL.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'_')
    .remove(b'-');

/// Where the store is: `sqlite:PATH`, `sqlite::memory:` or `postgres://…`. Shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl(Place);

#[derive(Clone, PartialEq, Eq)]
enum Place {
    Memory,
    File(PathBuf),
    Postgres(String),
}

impl StoreUrl {
    /// A file of SQLite's.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Place::File(path.into()))
    }

    /// A database in memory that ends with the process.
    #[must_use]
    pub fn memory() -> Self {
        Self(Place::Memory)
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.0 {
            Place::Memory | Place::File(_) => Kind::Sqlite,
            Place::Postgres(_) => Kind::Postgres,
        }
    }

    /// The file, where it is one.
    #[must_use]
    pub fn path(&self) -> Option<&std::path::Path> {
        match &self.0 {
            Place::File(path) => Some(path),
            Place::Memory | Place::Postgres(_) => None,
        }
    }

    /// Whether it holds a password, as user information or as a parameter.
    #[must_use]
    pub fn has_password(&self) -> bool {
        let Place::Postgres(url) = &self.0 else {
            return false;
        };
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let user = place.rsplit_once('@').map_or("", |(user, _)| user);
        user.contains(':')
            || query
                .split('&')
                .any(|pair| pair.starts_with("password=") || pair.starts_with("sslpassword="))
    }

    pub(crate) fn is_memory(&self) -> bool {
        self.0 == Place::Memory
    }

    /// As the library takes it; holds the password.
    pub(crate) fn to_driver(&self) -> Result<String, StoreError> {
        match &self.0 {
            Place::Memory => Ok("sqlite::memory:".to_owned()),
            Place::File(path) => {
                let text = path.to_str().ok_or_else(|| {
                    StoreError::new(StoreErrorKind::Url, "the file's name is not UTF-8")
                })?;
                let path = utf8_percent_encode(text, PATH);
                Ok(format!("sqlite:{path}?mode=rwc"))
            }
            Place::Postgres(url) => Ok(url.clone()),
        }
    }
}

impl FromStr for StoreUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self(Place::Postgres(text.to_owned())));
        }
        let Some(rest) = text.strip_prefix("sqlite:") else {
            // The text is not shown: it may hold a password.
            return Err(StoreError::new(
                StoreErrorKind::Url,
                "it must be `sqlite:PATH` or `postgres://USER@HOST/DATABASE`",
            ));
        };
        if rest == ":memory:" {
            return Ok(Self(Place::Memory));
        }
        let path = rest.strip_prefix("//").unwrap_or(rest);
        if path.is_empty() {
            return Err(StoreError::new(
                StoreErrorKind::Url,
                "`sqlite:` must be followed by a path",
            ));
        }
        Ok(Self::file(path))
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Memory => f.write_str("sqlite::memory:"),
            Place::File(path) => write!(f, "sqlite:{}", path.display()),
            Place::Postgres(url) => f.write_str(&without_secrets(url)),
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
}

/// Neither the password nor the parameters, which may hold one too.
fn without_secrets(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let Some((user, host)) = rest.rsplit_once('@') else {
        return format!("{scheme}://{rest}");
    };
    let user = user.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_where_it_is_without_a_password() {
        for (text, shown) in [
            ("sqlite:/var/a b.db", "sqlite:/var/a b.db"),
            ("sqlite:///var/x.db", "sqlite:/var/x.db"),
            ("sqlite:rel.db", "sqlite:rel.db"),
            ("sqlite::memory:", "sqlite::memory:"),
            (
                "postgres://me:s3cret@db:5432/ek",
                "postgres://me@db:5432/ek",
            ),
            (
                "postgres://me:a@b@db/ek?password=s3cret",
                "postgres://me@db/ek",
            ),
            ("postgresql:///ek?host=/run/pg", "postgresql:///ek"),
        ] {
            let url: StoreUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), shown, "{text}");
            assert_eq!(format!("{url:?}"), format!("StoreUrl({shown})"));
        }
    }

    #[test]
    fn knows_whether_it_holds_a_password() {
        for (text, holds) in [
            ("postgres://me:s3cret@db/ek", true),
            ("postgres://me@db/ek?password=s3cret", true),
            ("postgres://me@db:5432/ek?sslmode=require", false),
            ("postgres:///ek?host=/run/pg:x", false),
            ("sqlite:/a:b@c.db", false),
        ] {
            assert_eq!(
                text.parse::<StoreUrl>().unwrap().has_password(),
                holds,
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_other_schemes_without_showing_them() {
        for text in ["mysql://u:s3cret@h/d", "", "sqlite:", "/var/x.db"] {
            let error = text.parse::<StoreUrl>().unwrap_err().to_string();
            assert!(!error.contains("s3cret"), "{error}");
            assert!(error.contains("sqlite:"), "{error}");
        }
    }

    #[test]
    fn keeps_signs_of_a_url_in_a_files_name() {
        let url = StoreUrl::file("/tmp/50% ?#.db");
        assert_eq!(
            url.to_driver().unwrap(),
            "sqlite:/tmp/50%25%20%3F%23.db?mode=rwc"
        );
    }
}
