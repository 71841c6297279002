//! What the server tells a request's handlers about its connection.

use std::net::IpAddr;

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The request came on a connection beyond the bound.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beyond;
