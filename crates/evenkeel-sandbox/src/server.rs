//! Listens on one port for the clouds and the controls.

use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::{
    Config, FaultPlanError, SnapshotError,
    answer::DropConnection,
    control, service,
    state::SandboxState,
    wire::{Reset, Wire},
};

/// How long open calls may take to finish once the sandbox is told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// A sandbox that has its port and its fleet, and answers once [`Sandbox::serve`] is awaited.
#[derive(Debug)]
pub struct Sandbox {
    listener: TcpListener,
    local_addr: SocketAddr,
    state: Arc<SandboxState>,
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
        let state = Arc::new(SandboxState::new(config));
        let router = service::router()
            .merge(control::router())
            .with_state(Arc::clone(&state));
        Ok(Self {
            listener,
            local_addr,
            state,
            router,
        })
    }

    /// Starts with a fault plan in force: JSON, as `POST /_sandbox/faults` takes it. A reset restores it.
    ///
    /// # Errors
    /// What is wrong with the plan, and where.
    pub fn start_with_faults(&self, plan: &[u8]) -> Result<(), FaultPlanError> {
        self.state.start_with_faults(plan)
    }

    /// Starts with these events instead of the seed's: JSON, as `GET /_sandbox/state` gives it. A reset restores them.
    ///
    /// # Errors
    /// What is wrong with the document, and where.
    pub fn start_with_state(&self, state: &[u8]) -> Result<(), SnapshotError> {
        self.state.start_with_state(state)
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// The clouds' time, in ms since the Unix epoch: for who runs beside it and is to go by the same clock.
    pub fn clock(&self) -> impl Fn() -> i64 + Clone + Send + Sync + use<> {
        let state = Arc::clone(&self.state);
        move || state.clock().now()
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
    let reset = Reset::default();
    let wire = Wire::new(stream, reset.clone());
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (router, reset) = (router.clone(), reset.clone());
        async move { answer(router, request.map(Body::new), &reset).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(wire), service);
    let connection = graceful.watch(connection);
    // A broken connection is the client's news, not ours.
    tokio::spawn(async move {
        let _ = connection.await;
    });
}

/// Asks the router; an error makes hyper end the connection without an answer.
async fn answer(router: Router, request: Request, reset: &Reset) -> io::Result<Response> {
    // In a task of its own: a client that gives up does not undo what it has ordered.
    let response = match tokio::spawn(router.oneshot(request)).await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(error) => return Err(io::Error::other(error)),
    };
    match response.extensions().get::<DropConnection>() {
        None => Ok(response),
        Some(how) => {
            if *how == DropConnection::Reset {
                reset.ask();
            }
            Err(io::Error::other("there is no answer, on purpose"))
        }
    }
}
