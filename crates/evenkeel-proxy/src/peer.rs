//! What the server tells a request's handlers about its connection, and what is made of it.

use std::net::IpAddr;

/// The connection that a request came on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) end: LinkEnd,
    pub(crate) scheme: Scheme,
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LinkEnd {
    /// One with an address.
    Address(IpAddr),
    /// One that may open the Unix socket.
    Unix,
    /// One in this process, which has the router in hand.
    InProcess,
}

impl Link {
    /// Without a connection.
    pub(crate) const IN_PROCESS: Self = Self {
        end: LinkEnd::InProcess,
        scheme: Scheme::Http,
    };

    /// The address at its other end, if there is one.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        match self.end {
            LinkEnd::Address(address) => Some(address),
            LinkEnd::Unix | LinkEnd::InProcess => None,
        }
    }
}

/// How a client's request travelled: to this server, or to the trusted proxy before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// To be read by whoever stood between.
    Http,
    /// By TLS.
    Https,
}

impl Scheme {
    /// As URLs write it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that goes without saying, as it would stand after a host.
    pub(crate) const fn default_port(self) -> &'static str {
        match self {
            Self::Http => ":80",
            Self::Https => ":443",
        }
    }
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// What addresses are told apart by: a home has as many of IPv6 as it likes in one network.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        address @ IpAddr::V4(_) => address,
    }
}

/// The request came on a connection beyond the bound.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beyond;
