//! The listener: one port for both clouds and the controls.

use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request, response::Response, routing::get};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::{Config, Keys, answer::DropConnection, control, ens, huawei, world::World};

/// How long open calls may take to finish once the sandbox is told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// A sandbox that has its port and its fleet, and answers once [`Sandbox::serve`] is awaited.
#[derive(Debug)]
pub struct Sandbox {
    listener: TcpListener,
    local_addr: SocketAddr,
    keys: Keys,
    router: Router,
}

impl Sandbox {
    /// Takes the port (0 picks a free one) and generates the fleet.
    ///
    /// # Errors
    /// When the address is not a loopback one (the keys are public, so nobody else may reach the
    /// sandbox), or when the port cannot be had.
    pub async fn bind(addr: SocketAddr, config: Config) -> io::Result<Self> {
        if !addr.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("`{addr}` is not a loopback address: the sandbox's keys are public"),
            ));
        }
        let listener = TcpListener::bind(addr).await?;
        let local_addr = listener.local_addr()?;
        let keys = Keys::default();
        let world = Arc::new(World::new(config, keys.clone()));
        let router = Router::new()
            .route("/", get(ens::handle).post(ens::handle))
            .merge(control::router())
            .fallback(huawei::handle)
            .with_state(world);
        Ok(Self {
            listener,
            local_addr,
            keys,
            router,
        })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// The keys it accepts.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Answers until `shutdown` completes, then lets open calls finish for two seconds.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send) {
        let graceful = GracefulShutdown::new();
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => converse(stream, self.router.clone(), &graceful),
                    // Out of file descriptors and the like: waiting helps, spinning does not.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
            }
        }
        drop(self.listener);
        let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    }
}

/// Speaks HTTP/1.1 on one connection, in a task of its own.
fn converse(stream: TcpStream, router: Router, graceful: &GracefulShutdown) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move { answer(router, request.map(Body::new)).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    // A broken connection is the client's news, not ours.
    tokio::spawn(async move {
        let _ = connection.await;
    });
}

/// The router's answer; an error makes hyper close the connection without one.
async fn answer(router: Router, request: Request) -> io::Result<Response> {
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if response.extensions().get::<DropConnection>().is_some() {
        return Err(io::Error::other("the answer is lost on purpose"));
    }
    Ok(response)
}
