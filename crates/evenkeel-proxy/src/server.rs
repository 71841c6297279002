//! Listening, and stopping without cutting anybody off.

use std::{future::Future, io, net::SocketAddr, time::Duration};

use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    account::Account,
    app::App,
    console::Console,
    router::router,
    upstream::{Upstream, UpstreamError},
};

/// How much longer than a cloud's answer may take an open request gets once the server is told to
/// stop: a call that has left gets its answer.
const GRACE: Duration = Duration::from_secs(5);

/// The signing proxy with its console, ready to serve.
#[derive(Debug)]
pub struct Proxy {
    router: axum::Router,
    upstream_timeout: Duration,
}

/// Why it cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Other machines could reach it.
    #[error(
        "refusing to listen on {0}: there is no login yet, so whoever reaches this port acts with your credentials; \
         use a loopback address such as 127.0.0.1:8080 (and `ssh -L 8080:127.0.0.1:8080` from elsewhere)"
    )]
    BeyondLoopback(SocketAddr),
    /// The port is taken.
    #[error("{0} is taken by another program: stop it, or choose another port with --listen")]
    Taken(SocketAddr),
    /// The system refuses.
    #[error("cannot listen on {address}: {source}")]
    Refused {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

/// Takes a port on this machine; port 0 picks a free one.
///
/// # Errors
/// When the address is not a loopback one, or the port cannot be had.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ListenError> {
    if !address.ip().is_loopback() {
        return Err(ListenError::BeyondLoopback(address));
    }
    TcpListener::bind(address)
        .await
        .map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => ListenError::Taken(address),
            _ => ListenError::Refused { address, source },
        })
}

impl Proxy {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(
        accounts: Vec<Account>,
        console: Console,
        upstream_timeout: Duration,
    ) -> Result<Self, UpstreamError> {
        Ok(Self {
            router: router(App {
                accounts: accounts.into_iter().map(Into::into).collect(),
                upstream: Upstream::new(upstream_timeout)?,
                console,
            }),
            upstream_timeout,
        })
    }

    /// The routes with all guards: for tests, and for a server of one's own on a loopback port.
    pub fn into_router(self) -> axum::Router {
        self.router
    }

    /// Answers until `shutdown` completes, then lets open requests finish.
    ///
    /// # Errors
    /// When the system takes the listener away.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let (stopping, stopped) = oneshot::channel();
        let server = axum::serve(listener, self.router).with_graceful_shutdown(async move {
            shutdown.await;
            let _ = stopping.send(());
        });
        let deadline = async {
            match stopped.await {
                Ok(()) => tokio::time::sleep(self.upstream_timeout + GRACE).await,
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            result = server.into_future() => result,
            () = deadline => Ok(()),
        }
    }
}
