//! Where the server listens: a port, or a Unix socket.

#[cfg(unix)]
mod unix;

use std::{
    fmt, io,
    net::{AddrParseError, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

use tokio::net::{TcpListener, TcpSocket};

use super::socket::Socket;
use crate::{peer::LinkEnd, reach::Reach};

/// How much the system keeps for a client that does not take it, in bytes. More, and who never
/// reads is found out late.
const SEND_BUFFER: u32 = 256 * 1024;
/// How many clients may wait to be taken.
const BACKLOG: u32 = 1_024;

const UNIX: &str = "unix:";

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenAddress {
    /// At an address and a port.
    Tcp(SocketAddr),
    /// At a Unix socket of that name, written `unix:/run/evenkeel/evenkeel.sock`.
    Unix(PathBuf),
}

/// Why a text is no such place.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ListenAddressError {
    /// It is no address with a port.
    #[error("must be an address and a port, like `127.0.0.1:8080`, or `unix:` and a path")]
    Malformed(#[from] AddrParseError),
    /// The path depends on the folder in which one is.
    #[error("must be `unix:` and a path from the root on, like `unix:/run/evenkeel/evenkeel.sock`")]
    Relative,
}

impl FromStr for ListenAddress {
    type Err = ListenAddressError;

    fn from_str(text: &str) -> Result<Self, ListenAddressError> {
        let Some(path) = text.strip_prefix(UNIX).map(PathBuf::from) else {
            return Ok(Self::Tcp(text.parse()?));
        };
        if path.is_absolute() && path.file_name().is_some() {
            Ok(Self::Unix(path))
        } else {
            Err(ListenAddressError::Relative)
        }
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "{UNIX}{}", path.display()),
        }
    }
}

/// Why it cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Other machines could reach it.
    #[error(
        "refusing to listen on {address}, which other machines reach: {}; give what is missing (docs/serving.md), or use a \
         loopback address such as 127.0.0.1:8080 (and `ssh -L 8080:127.0.0.1:8080` from elsewhere)",
        missing.join("; ")
    )]
    BeyondLoopback {
        /// Where it was to listen.
        address: SocketAddr,
        /// What there would have to be, in words.
        missing: Vec<&'static str>,
    },
    /// The port or the socket is taken.
    #[error("{0} is taken by another program: stop it, or choose another with --listen")]
    Taken(ListenAddress),
    /// What stands there is no socket of a proxy that has ended.
    #[error("{0} is there and is no socket: it is left as it is; choose another with --listen")]
    NoSocket(ListenAddress),
    /// What comes by the file system goes through no network.
    #[error(
        "{0} is a Unix socket, where no TLS is spoken: leave `[server.tls]` out, or listen on a port"
    )]
    TlsOnSocket(ListenAddress),
    /// The system refuses.
    #[error("cannot listen on {address}: {source}")]
    Refused {
        /// Where.
        address: ListenAddress,
        /// What the system says.
        source: io::Error,
    },
}

/// Takes connections.
#[derive(Debug)]
pub struct Listener {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(unix::SocketFile),
}

impl Listener {
    /// Where it listens; a port that was left to the system is known by now.
    ///
    /// # Errors
    /// When the system has forgotten.
    pub fn address(&self) -> io::Result<ListenAddress> {
        match &self.kind {
            Kind::Tcp(listener) => Ok(ListenAddress::Tcp(listener.local_addr()?)),
            #[cfg(unix)]
            Kind::Unix(file) => Ok(ListenAddress::Unix(file.path().to_owned())),
        }
    }

    /// The next connection, and who is at its other end.
    pub(super) async fn accept(&self) -> io::Result<(Socket, LinkEnd)> {
        match &self.kind {
            Kind::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                let address = peer.ip().to_canonical();
                Ok((Socket::Tcp(stream), LinkEnd::Address(address)))
            }
            #[cfg(unix)]
            Kind::Unix(file) => Ok((Socket::Unix(file.accept().await?), LinkEnd::Unix)),
        }
    }
}

/// Whether it may listen there: beyond loopback only where everybody has to log in, browsers know what it is called, and
/// nobody reads along; and not by TLS on a socket.
///
/// # Errors
/// Why not.
pub fn check_listen(
    address: &ListenAddress,
    reach: &Reach,
    asks_login: bool,
) -> Result<(), ListenError> {
    match address {
        ListenAddress::Unix(_) if reach.tls.is_some() => {
            Err(ListenError::TlsOnSocket(address.clone()))
        }
        ListenAddress::Unix(_) => Ok(()),
        ListenAddress::Tcp(address) => {
            let missing = missing_beyond_loopback(reach, asks_login);
            if address.ip().to_canonical().is_loopback() || missing.is_empty() {
                return Ok(());
            }
            let address = *address;
            Err(ListenError::BeyondLoopback { address, missing })
        }
    }
}

/// Takes a port, of which 0 picks a free one, or a Unix socket.
///
/// # Errors
/// When it [may not](check_listen), or the place cannot be had.
pub async fn listen(
    address: &ListenAddress,
    reach: &Reach,
    asks_login: bool,
) -> Result<Listener, ListenError> {
    check_listen(address, reach, asks_login)?;
    let kind = match address {
        ListenAddress::Tcp(address) => Kind::Tcp(listen_tcp(*address)?),
        #[cfg(unix)]
        ListenAddress::Unix(path) => Kind::Unix(unix::bind(path, reach.socket_mode).await?),
        #[cfg(not(unix))]
        ListenAddress::Unix(_) => {
            let (address, source) = (address.clone(), io::ErrorKind::Unsupported.into());
            return Err(ListenError::Refused { address, source });
        }
    };
    Ok(Listener { kind })
}

fn listen_tcp(address: SocketAddr) -> Result<TcpListener, ListenError> {
    let place = ListenAddress::Tcp(address);
    bind(address).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ListenError::Taken(place),
        _ => ListenError::Refused {
            address: place,
            source,
        },
    })
}

/// What there is not, and has to be where other machines reach it.
fn missing_beyond_loopback(reach: &Reach, asks_login: bool) -> Vec<&'static str> {
    let needs = [
        (asks_login, "without an account nobody has to log in"),
        (
            !reach.public_urls.is_empty(),
            "there is no `public_url`, which browsers are to know it by",
        ),
        (
            reach.tls.is_some() || !reach.trusted_proxies.is_empty(),
            "without `[server.tls]`, or `trusted_proxies` of which one takes TLS off, what is sent can be read and changed \
             on its way, logins with it",
        ),
    ];
    let missing = needs.into_iter().filter(|(is_there, _)| !is_there);
    missing.map(|(_, words)| words).collect()
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // As the standard library does, so that a restart need not wait for old connections.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Connections inherit it.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_port_or_a_path_from_the_root_on() {
        for text in [
            "127.0.0.1:8080",
            "[::1]:0",
            "unix:/run/evenkeel/evenkeel.sock",
        ] {
            assert_eq!(text.parse::<ListenAddress>().unwrap().to_string(), text);
        }
        for text in [
            "unix:evenkeel.sock",
            "unix:",
            "unix:/",
            "/run/x.sock",
            "8080",
            "localhost:80",
        ] {
            assert!(text.parse::<ListenAddress>().is_err(), "{text}");
        }
    }
}
