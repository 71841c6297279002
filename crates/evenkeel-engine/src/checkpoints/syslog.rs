//! Tells a syslog of checkpoints, as [RFC 5424](https://www.rfc-editor.org/rfc/rfc5424) has a message.

use std::{fmt, io, str::FromStr};

use evenkeel_audit::Checkpoint;
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpStream, UdpSocket},
};

use crate::io_error_text::io_error_text;

/// The facility *security* (10), the severity *notice* (5).
const PRIORITY: u8 = 10 * 8 + 5;
/// What syslogs listen on.
const UDP_PORT: u16 = 514;
const TCP_PORT: u16 = 601;

/// Where a syslog listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyslogAddress {
    /// `udp://HOST[:PORT]`, a datagram a message
    Udp(String, u16),
    /// `tcp://HOST[:PORT]`, each message with its length before it ([RFC 6587](https://www.rfc-editor.org/rfc/rfc6587))
    Tcp(String, u16),
    /// `unix:PATH`, such as `unix:/dev/log`
    Unix(String),
}

/// A text is no address of a syslog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be `udp://HOST[:PORT]`, `tcp://HOST[:PORT]` or `unix:PATH`")]
pub struct SyslogAddressError;

impl FromStr for SyslogAddress {
    type Err = SyslogAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("unix:") {
            let is_path = path.starts_with('/') && cfg!(unix);
            return is_path
                .then(|| Self::Unix(path.to_owned()))
                .ok_or(SyslogAddressError);
        }
        let url: reqwest::Url = text.parse().map_err(|_| SyslogAddressError)?;
        let is_more = !matches!(url.path(), "" | "/")
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty();
        let host = url.host_str().filter(|host| !host.is_empty() && !is_more);
        let host = host.ok_or(SyslogAddressError)?;
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        match url.scheme() {
            "udp" => Ok(Self::Udp(host, url.port().unwrap_or(UDP_PORT))),
            "tcp" => Ok(Self::Tcp(host, url.port().unwrap_or(TCP_PORT))),
            _ => Err(SyslogAddressError),
        }
    }
}

impl fmt::Display for SyslogAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Udp(host, port) => write!(f, "{host}:{port} by UDP"),
            Self::Tcp(host, port) => write!(f, "{host}:{port} by TCP"),
            Self::Unix(path) => f.write_str(path),
        }
    }
}

impl SyslogAddress {
    /// Tells it of a checkpoint. By UDP and a socket of this machine nobody says whether it was heard.
    pub(super) async fn tell(&self, checkpoint: &Checkpoint, line: &str) -> Result<(), String> {
        let message = message(checkpoint, line);
        let told = match self {
            Self::Udp(host, port) => datagram(host, *port, &message).await,
            Self::Tcp(host, port) => stream(host, *port, &message).await,
            Self::Unix(path) => local(path, &message).await,
        };
        told.map_err(|error| io_error_text(error.kind()))
    }
}

/// The machine's name is left to the syslog, which knows where it comes from.
fn message(checkpoint: &Checkpoint, line: &str) -> String {
    let (at, process) = (checkpoint.at, std::process::id());
    format!("<{PRIORITY}>1 {at} - evenkeel {process} audit-checkpoint - {line}")
}

async fn datagram(host: &str, port: u16, message: &str) -> io::Result<()> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in tokio::net::lookup_host((host, port)).await? {
        let own = if address.is_ipv4() {
            "0.0.0.0:0"
        } else {
            "[::]:0"
        };
        let sent = async {
            let socket = UdpSocket::bind(own).await?;
            socket.send_to(message.as_bytes(), address).await.map(drop)
        };
        match sent.await {
            Ok(()) => return Ok(()),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn stream(host: &str, port: u16, message: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect((host, port)).await?;
    let framed = format!("{} {message}", message.len());
    stream.write_all(framed.as_bytes()).await?;
    stream.shutdown().await
}

#[cfg(unix)]
async fn local(path: &str, message: &str) -> io::Result<()> {
    let socket = tokio::net::UnixDatagram::unbound()?;
    socket.send_to(message.as_bytes(), path).await.map(drop)
}

#[cfg(not(unix))]
#[expect(clippy::unused_async, reason = "as it is where there are such sockets")]
async fn local(_: &str, _: &str) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_with_a_port_or_a_path() {
        let parse = |text: &str| text.parse::<SyslogAddress>();
        assert_eq!(
            parse("udp://logs.example"),
            Ok(SyslogAddress::Udp("logs.example".to_owned(), 514))
        );
        assert_eq!(
            parse("tcp://[::1]:99"),
            Ok(SyslogAddress::Tcp("::1".to_owned(), 99))
        );
        assert_eq!(
            parse("unix:/dev/log"),
            Ok(SyslogAddress::Unix("/dev/log".to_owned()))
        );
        for odd in [
            "",
            "logs.example",
            "udp://",
            "udp://a/b",
            "tcp://u@a",
            "tls://a",
            "unix:log",
            "udp://a?b",
        ] {
            assert_eq!(parse(odd), Err(SyslogAddressError), "{odd}");
        }
    }
}
