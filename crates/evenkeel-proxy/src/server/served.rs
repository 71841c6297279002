//! What each connection gets.

use axum::Router;
use tokio_rustls::TlsAcceptor;

use crate::limits::ServerLimits;

/// What is served to each connection.
#[derive(Clone)]
pub(super) struct Served {
    pub(super) router: Router,
    /// Where TLS is spoken, by what.
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) limits: ServerLimits,
}
