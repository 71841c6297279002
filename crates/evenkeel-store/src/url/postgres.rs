//! The URL of a PostgreSQL, taken apart: the driver knows one server only, says in no words what it
//! does not know, and takes any answer for the server's.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::wrong;
use crate::StoreError;

/// What is handed on to the driver as it is.
const HANDED_ON: &[&str] = &[
    "application_name",
    "dbname",
    "options",
    "password",
    "ssl-cert",
    "ssl-key",
    "sslcert",
    "sslkey",
    "statement-cache-capacity",
    "user",
];
const KNOWN: &str = "`host`, `hostaddr`, `port`, `dbname`, `user`, `password`, `sslmode`, `sslrootcert`, \
                     `sslcert`, `sslkey`, `target_session_attrs`, `application_name`, `options`, \
                     `statement-cache-capacity`";

/// Reads a variable of the environment; passed in so that tests need no global state.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A URL of a PostgreSQL. What a parameter says comes before what stands ahead of it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PostgresUrl {
    /// As it is shown.
    shown: String,
    user: Option<String>,
    password: Option<String>,
    database: Option<String>,
    /// As named ahead of the parameters.
    named: Vec<Server>,
    /// As a parameter names them.
    hosts: Vec<String>,
    ports: Vec<u16>,
    sslmode: Option<String>,
    pub(super) roots: Option<String>,
    others: Vec<(String, String)>,
}

/// Where one server is; nothing is what the driver finds on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Server {
    host: Option<String>,
    port: Option<u16>,
}

impl PostgresUrl {
    /// Reads `postgres://USER:PASSWORD@HOST:PORT,HOST:PORT/DATABASE?NAME=VALUE`. No error shows any
    /// part of it but names of parameters.
    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("postgres", text));
        if rest.contains('#') {
            return Err(wrong("a `#` in it must be written `%23`"));
        }
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        if query.contains('@') {
            return Err(wrong(
                "a `?` in the name or password must be written `%3F`, and an `@` in a parameter `%40`",
            ));
        }
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        if database.contains('@') {
            return Err(wrong("a `/` in the name or password must be written `%2F`"));
        }
        let (user, hosts) = match authority.rsplit_once('@') {
            Some((user, hosts)) => (Some(user), hosts),
            None => (None, authority),
        };
        let (name, password) = match user {
            Some(user) => match user.split_once(':') {
                Some((name, password)) => (Some(name), Some(password)),
                None => (Some(user), None),
            },
            None => (None, None),
        };
        let mut shown = format!("{scheme}://");
        if let Some(name) = name {
            shown.push_str(name);
            shown.push('@');
        }
        shown.push_str(hosts);
        if place.contains('/') {
            shown.push('/');
            shown.push_str(database);
        }
        let decoded = |text: &str| decode(text).map(|text| (!text.is_empty()).then_some(text));
        let mut url = Self {
            shown,
            user: decoded(name.unwrap_or_default())?,
            password: decoded(password.unwrap_or_default())?,
            database: decoded(database)?,
            named: servers(hosts)?,
            hosts: Vec::new(),
            ports: Vec::new(),
            sslmode: None,
            roots: None,
            others: Vec::new(),
        };
        url.parameters(query)?;
        Ok(url)
    }

    fn parameters(&mut self, query: &str) -> Result<(), StoreError> {
        let mut by = None;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name)?;
            let value = decode(&value.replace('+', " "))?;
            match name.as_str() {
                "host" | "hostaddr" => {
                    if by.is_some_and(|by| by != name)
                        || name == "hostaddr" && !self.named.is_empty()
                    {
                        return Err(wrong(
                            "it names a server both by `hostaddr` and by its host: one of them is enough",
                        ));
                    }
                    by = Some(name);
                    self.hosts = value.split(',').map(str::to_owned).collect();
                }
                "port" => {
                    let ports = value.split(',').map(port);
                    self.ports = ports.collect::<Result<_, _>>()?;
                }
                "sslmode" | "ssl-mode" => self.sslmode = Some(value),
                "sslrootcert" | "ssl-root-cert" | "ssl-ca" => self.roots = Some(value),
                "target_session_attrs" => writable(&value)?,
                _ if HANDED_ON.contains(&name.as_str()) || name.starts_with("options[") => {
                    self.others.push((name, value));
                }
                _ => {
                    return Err(wrong(&format!(
                        "there is no parameter `{name}`; there are {KNOWN}"
                    )));
                }
            }
        }
        Ok(())
    }

    /// Whether it holds a password, as user information or as a parameter.
    pub(super) fn has_password(&self) -> bool {
        self.password.is_some() || self.others.iter().any(|(name, _)| name == "password")
    }

    /// The file of this client's key, if it has one.
    pub(super) fn key(&self) -> Option<&str> {
        let named = self.others.iter().rev();
        let mut named = named.filter(|(name, _)| matches!(name.as_str(), "sslkey" | "ssl-key"));
        named.next().map(|(_, path)| path.as_str())
    }

    /// The servers in the order in which they are tried.
    pub(super) fn servers(&self, environment: Environment<'_>) -> Result<Vec<Server>, StoreError> {
        let mut servers = if !self.hosts.is_empty() {
            self.at(&self.hosts)
        } else if !self.named.is_empty() {
            self.named.clone()
        } else {
            let hosts = environment("PGHOSTADDR").or_else(|| environment("PGHOST"));
            let hosts: Vec<String> = hosts
                .filter(|hosts| !hosts.is_empty())
                .map(|hosts| hosts.split(',').map(str::to_owned).collect())
                .unwrap_or_default();
            if hosts.is_empty() {
                vec![Server::default()]
            } else {
                self.at(&hosts)
            }
        };
        let ports = match environment("PGPORT").filter(|ports| !ports.is_empty()) {
            Some(ports) if self.ports.is_empty() => {
                ports.split(',').map(port).collect::<Result<Vec<_>, _>>()?
            }
            _ => self.ports.clone(),
        };
        if ports.len() > 1 && ports.len() != servers.len() {
            return Err(wrong("it names as many ports as servers, or one"));
        }
        for (number, server) in servers.iter_mut().enumerate() {
            let port = ports.get(number).or_else(|| ports.first()).copied();
            // The environment has no say where the URL says it.
            server.port = if self.ports.is_empty() {
                server.port.or(port)
            } else {
                port
            };
        }
        Ok(servers)
    }

    /// Hosts of a parameter, with the port that stands ahead of it.
    fn at(&self, hosts: &[String]) -> Vec<Server> {
        let port = match self.named.as_slice() {
            [one] => one.port,
            _ => None,
        };
        let server = |host: &String| Server {
            host: Some(host.clone()),
            port,
        };
        hosts.iter().map(server).collect()
    }

    /// How sure of the server it is to be, by the URL or the environment.
    pub(super) fn sslmode(&self, environment: Environment<'_>) -> Option<String> {
        let mode = self.sslmode.clone().or_else(|| environment("PGSSLMODE"));
        mode.map(|mode| mode.to_ascii_lowercase())
            .filter(|mode| !mode.is_empty())
    }

    /// As the driver takes it for one server; holds the password.
    pub(super) fn to_driver(
        &self,
        server: &Server,
        sslmode: Option<&str>,
        roots: Option<&str>,
    ) -> String {
        let port = server.port.map(|port| port.to_string());
        let fixed = [
            ("host", server.host.as_deref()),
            ("port", port.as_deref()),
            ("user", self.user.as_deref()),
            ("password", self.password.as_deref()),
            ("dbname", self.database.as_deref()),
        ];
        let last = [("sslmode", sslmode), ("sslrootcert", roots)];
        let others = self
            .others
            .iter()
            .map(|(name, value)| (name.as_str(), Some(value.as_str())));
        let pairs: Vec<String> = fixed
            .into_iter()
            .chain(others)
            .chain(last)
            .filter_map(|(name, value)| {
                let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
                value.map(|value| format!("{}={}", encode(name), encode(value)))
            })
            .collect();
        format!("postgres:///?{}", pairs.join("&"))
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Server {
    pub(super) fn is_socket(&self) -> bool {
        self.host.as_ref().is_some_and(|host| host.starts_with('/'))
    }

    /// Whether nothing between this process and it can be anybody else's: a socket, or loopback.
    pub(super) fn is_here(&self) -> bool {
        let Some(host) = &self.host else {
            return true;
        };
        if self.is_socket() || host.eq_ignore_ascii_case("localhost") {
            return true;
        }
        host.parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.host.as_deref().unwrap_or("this machine"))?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

/// `a:5432,b,[::1]:5433`
fn servers(hosts: &str) -> Result<Vec<Server>, StoreError> {
    if hosts.is_empty() {
        return Ok(Vec::new());
    }
    hosts
        .split(',')
        .map(|text| {
            let (host, number) = match text.strip_prefix('[') {
                Some(rest) => {
                    let (host, rest) = rest
                        .split_once(']')
                        .ok_or_else(|| wrong("an IPv6 address in it has no `]`"))?;
                    (host, rest.strip_prefix(':').unwrap_or_default())
                }
                None => text.split_once(':').unwrap_or((text, "")),
            };
            if host.is_empty() {
                return Err(wrong("a server in it has no name"));
            }
            Ok(Server {
                host: Some(decode(host)?),
                port: (!number.is_empty()).then(|| port(number)).transpose()?,
            })
        })
        .collect()
}

fn port(text: &str) -> Result<u16, StoreError> {
    // It is not shown: it may be a part of a password.
    text.parse().map_err(|_| {
        wrong(
            "a port in it is none; a `:`, `/`, `?`, `#` or `@` in a password must be percent-encoded",
        )
    })
}

/// The store is written, so any server that is not is the wrong one.
fn writable(attributes: &str) -> Result<(), StoreError> {
    match attributes {
        "any" | "read-write" | "primary" => Ok(()),
        "read-only" | "standby" | "prefer-standby" => Err(wrong(
            "`target_session_attrs` must be `read-write`: the store is written",
        )),
        _ => Err(wrong(
            "`target_session_attrs` must be `any`, `read-write` or `primary`",
        )),
    }
}

fn decode(text: &str) -> Result<String, StoreError> {
    percent_decode_str(text)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| wrong("it is not UTF-8 where it is percent-encoded"))
}
