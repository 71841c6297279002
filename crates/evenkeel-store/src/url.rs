//! Where the store is.

mod postgres;
mod roots;

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Kind, StoreError, StoreErrorKind};
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
    place: Place,
    takes_any_server: bool,
}

#[derive(Clone, PartialEq, Eq)]
enum Place {
    Memory,
    File(PathBuf),
    Postgres(Box<PostgresUrl>),
}

impl StoreUrl {
    fn of(place: Place) -> Self {
        Self {
            place,
            takes_any_server: false,
        }
    }

    /// A file of SQLite's.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::of(Place::File(path.into()))
    }

    /// A database in memory that ends with the process.
    #[must_use]
    pub fn memory() -> Self {
        Self::of(Place::Memory)
    }

    /// Whether it may say, by its `sslmode`, that a server in the network need not show that it is
    /// the one that is meant: whoever answers then is given the password.
    #[must_use]
    pub fn allow_unverified_server(mut self, allowed: bool) -> Self {
        self.takes_any_server = allowed;
        self
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.place {
            Place::Memory | Place::File(_) => Kind::Sqlite,
            Place::Postgres(_) => Kind::Postgres,
        }
    }

    /// The file, where it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Memory | Place::Postgres(_) => None,
        }
    }

    /// Whether it holds a password, as user information or as a parameter.
    #[must_use]
    pub fn has_password(&self) -> bool {
        match &self.place {
            Place::Postgres(url) => url.has_password(),
            Place::Memory | Place::File(_) => false,
        }
    }

    /// The servers of a PostgreSQL in the order in which they are tried, each with its URL as the
    /// driver takes it, which holds the password. None where it is no PostgreSQL.
    pub(crate) fn servers(
        &self,
        environment: Environment<'_>,
    ) -> Result<Vec<(Server, String)>, StoreError> {
        let Place::Postgres(url) = &self.place else {
            return Ok(Vec::new());
        };
        let asked = url.sslmode(environment);
        let roots = roots::of(url.roots.clone().or_else(|| environment("PGSSLROOTCERT")))?;
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
    let text = path
        .to_str()
        .ok_or_else(|| wrong("the file's name is not UTF-8"))?;
    let path = utf8_percent_encode(text, PATH);
    // It is there already, and belongs to this process.
    Ok(format!("sqlite:{path}?mode=rw"))
}

fn wrong(what: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Url, what)
}

impl FromStr for StoreUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let url = PostgresUrl::parse(text)?;
            return Ok(Self::of(Place::Postgres(Box::new(url))));
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
        match &self.place {
            Place::Memory => f.write_str("sqlite::memory:"),
            Place::File(path) => write!(f, "sqlite:{}", path.display()),
            Place::Postgres(url) => url.fmt(f),
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
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
        assert_eq!(
            driver_file(Path::new("/tmp/50% ?#.db")).unwrap(),
            "sqlite:/tmp/50%25%20%3F%23.db?mode=rw"
        );
    }

    /// The servers of a URL as the driver takes them, or why not.
    fn servers(text: &str, variables: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let environment = |name: &str| {
            let known = variables.iter().find(|(known, _)| *known == name)?;
            Some(known.1.to_owned())
        };
        let url: StoreUrl = text
            .parse()
            .map_err(|error: StoreError| error.to_string())?;
        let servers = url
            .servers(&environment)
            .map_err(|error| error.to_string())?;
        Ok(servers
            .into_iter()
            .map(|(_, driver)| {
                let (_, pairs) = driver.split_once('?').unwrap();
                let pairs = percent_encoding::percent_decode_str(pairs);
                pairs.decode_utf8().unwrap().into_owned()
            })
            .collect())
    }

    #[test]
    fn over_a_network_a_server_shows_who_it_is_and_here_it_need_not() {
        for (text, mode) in [
            ("postgres://db/ek", "sslmode=verify-full"),
            ("postgres://10.0.0.5/ek", "sslmode=verify-full"),
            ("postgres://[fd00::5]/ek", "sslmode=verify-full"),
            ("postgres://localhost.evil.test/ek", "sslmode=verify-full"),
            ("postgres:///ek?host=db", "sslmode=verify-full"),
            ("postgres:///ek?hostaddr=10.0.0.5", "sslmode=verify-full"),
            ("postgres://localhost/ek?host=db", "sslmode=verify-full"),
            (
                "postgres://db/ek?sslmode=VERIFY-FULL",
                "sslmode=verify-full",
            ),
            ("postgres://localhost/ek", ""),
            ("postgres://127.0.0.1/ek", ""),
            ("postgres://[::1]/ek", ""),
            ("postgres:///ek", ""),
            ("postgres://localhost/ek?sslmode=require", "sslmode=require"),
            ("postgres:///ek?host=/run/pg", "sslmode=disable"),
            ("postgres://%2Frun%2Fpg/ek", "sslmode=disable"),
        ] {
            let found = servers(text, &[]).unwrap();
            let found = found[0].split('&').find(|pair| pair.starts_with("sslmode"));
            assert_eq!(found.unwrap_or_default(), mode, "{text}");
        }
        let found = servers("postgres:///ek", &[("PGHOST", "db")]).unwrap();
        assert!(found[0].contains("sslmode=verify-full"), "{found:?}");
    }

    #[test]
    fn refuses_to_give_the_password_to_whoever_answers() {
        for weak in ["disable", "allow", "prefer", "require", "verify-ca"] {
            let text = format!("postgres://me:s3cret@db/ek?sslmode={weak}");
            let said = servers(&text, &[]).unwrap_err();
            assert!(
                said.contains(&format!("`sslmode={weak}`"))
                    && said.contains("allow_unverified_server")
                    && !said.contains("s3cret"),
                "{said}"
            );
            servers("postgres://db/ek", &[("PGSSLMODE", weak)]).unwrap_err();
            // Said twice, it is meant.
            let url: StoreUrl = text.parse().unwrap();
            let url = url.allow_unverified_server(true);
            let found = url.servers(&|_| None).unwrap();
            assert!(found[0].1.contains("sslmode="), "{weak}");
        }
        servers("postgres://db/ek?sslmode=strong", &[]).unwrap_err();
        // One that is not here is enough.
        servers("postgres://localhost,db/ek?sslmode=prefer", &[]).unwrap_err();
    }

    #[test]
    fn takes_several_servers_in_order() {
        assert_eq!(
            servers(
                "postgres://me:p%40w@a:1,[::1]:2,localhost/ek?sslmode=verify-full&options[x]=1+2",
                &[("PGPORT", "7")]
            )
            .unwrap(),
            [
                "host=a&port=1&user=me&password=p@w&dbname=ek&options[x]=1 2&sslmode=verify-full",
                "host=::1&port=2&user=me&password=p@w&dbname=ek&options[x]=1 2&sslmode=verify-full",
                "host=localhost&port=7&user=me&password=p@w&dbname=ek&options[x]=1 2&sslmode=verify-full",
            ]
        );
        assert_eq!(
            servers("postgres://h:5/ek?host=/a,/b", &[]).unwrap(),
            [
                "host=/a&port=5&dbname=ek&sslmode=disable",
                "host=/b&port=5&dbname=ek&sslmode=disable"
            ]
        );
        assert_eq!(
            servers("postgres:///ek?host=/a,/b&port=1,2", &[]).unwrap(),
            [
                "host=/a&port=1&dbname=ek&sslmode=disable",
                "host=/b&port=2&dbname=ek&sslmode=disable"
            ]
        );
        servers("postgres:///ek?host=/a,/b&port=1,2,3", &[]).unwrap_err();
    }

    #[test]
    fn says_what_it_does_not_understand_and_shows_no_part_of_a_password() {
        for (text, words) in [
            ("postgres://db/ek?pasword=s3cret", "no parameter `pasword`"),
            (
                "postgres://db/ek?channel_binding=require",
                "`channel_binding`",
            ),
            (
                "postgres://db/ek?target_session_attrs=standby",
                "the store is written",
            ),
            (
                "postgres://db/ek?target_session_attrs=s3cret",
                "`read-write` or `primary`",
            ),
            ("postgres://me:s3cret/x@db/ek", "%2F"),
            ("postgres://me:1234/s3cret@db/ek", "%2F"),
            ("postgres://me:s3c?ret@db/ek", "%3F"),
            ("postgres://me:12?s3cret@db/ek", "%3F"),
            ("postgres://me:p@x?s3cret=1@db/ek", "%3F"),
            ("postgres://me:s3cret@db/ek#s3cret", "%23"),
            ("postgres://me@db,/ek", "has no name"),
            ("postgres://me@db:70000/ek", "a port in it is none"),
            ("postgres://db/ek?hostaddr=10.0.0.5", "both by `hostaddr`"),
        ] {
            let said = text.parse::<StoreUrl>().unwrap_err().to_string();
            assert!(said.contains(words), "{text}: {said}");
            assert!(!said.contains("s3cret") && !said.contains("s3c"), "{said}");
        }
    }
}
