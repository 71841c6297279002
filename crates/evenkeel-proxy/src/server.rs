//! Listening, and stopping in good order.

mod accept;
mod connection;
mod limits;
mod place;
mod wire;

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use evenkeel_store::{Db, Kind};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
    task::JoinSet,
    time::timeout,
};

use crate::{
    account::Account,
    app::App,
    clock::Clock,
    collector::{Collector, CollectorConfig},
    console::Console,
    counts::KnownCounts,
    ending::{GRACE, end_soon_after, ended},
    journal::{Journal, JournalOptions},
    network::Network,
    presence,
    router::router,
    routes::{
        body::Bodies,
        stream::{Hub, StreamOptions},
    },
    upstream::{Upstream, UpstreamError},
};

pub(crate) use connection::{Beyond, Peer};
pub use limits::ServerLimits;

/// How much the system keeps for a client that does not take it, in bytes. More, and who never
/// reads is found out late.
const SEND_BUFFER: u32 = 256 * 1024;
/// How many clients may wait to be taken.
const BACKLOG: u32 = 1_024;

/// How often a PostgreSQL is asked what other proxies changed.
const LOOK: Duration = Duration::from_millis(500);

/// What a proxy is made of.
#[derive(Debug)]
pub struct Parts {
    /// The accounts, in the order in which they are shown.
    pub accounts: Vec<Account>,
    /// The console's files.
    pub console: Console,
    /// How long a cloud may take to answer.
    pub upstream_timeout: Duration,
    /// The clock that everything goes by.
    pub clock: Clock,
    /// Where events and batches are kept.
    pub store: Db,
    /// How the accounts are read.
    pub collector: CollectorConfig,
    /// How batches are sent.
    pub journal: JournalOptions,
}

/// The signing proxy with its console, ready to serve.
#[derive(Debug)]
pub struct Proxy {
    app: Arc<App>,
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
    bind(address).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ListenError::Taken(address),
        _ => ListenError::Refused { address, source },
    })
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

impl Proxy {
    /// Puts the parts together; the clouds are called directly.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(parts: Parts) -> Result<Self, UpstreamError> {
        Self::over(&Network::direct(), parts)
    }

    /// Puts the parts together, with this way to the clouds.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn over(network: &Network, parts: Parts) -> Result<Self, UpstreamError> {
        let accounts: Vec<Arc<Account>> = parts.accounts.into_iter().map(Into::into).collect();
        let upstream =
            Upstream::over(network, parts.upstream_timeout)?.with_clock(parts.clock.clone());
        let acts = Upstream::for_acts(network, parts.journal.call_timeout)?
            .with_clock(parts.clock.clone());
        let proxy_id = presence::new_id();
        let collector = Collector::new(
            parts.collector,
            &accounts,
            parts.store.clone(),
            parts.clock.clone(),
            proxy_id.clone(),
        );
        let collector = Arc::new(collector);
        let journal = Journal::new(
            parts.journal,
            &accounts,
            Arc::clone(&collector),
            acts,
            parts.store.clone(),
            parts.clock.clone(),
            proxy_id.clone(),
        );
        let app = App {
            accounts,
            upstream,
            console: parts.console,
            clock: parts.clock,
            store: parts.store,
            collector,
            journal: Arc::new(journal),
            counts: KnownCounts::default(),
            limits: ServerLimits::default(),
            hub: Hub::default(),
            bodies: Bodies::new(&ServerLimits::default()),
            proxy_id,
            stop: watch::Sender::new(false),
        };
        Ok(Self { app: Arc::new(app) })
    }

    /// Keeps to other bounds.
    #[must_use]
    pub fn with_limits(mut self, limits: ServerLimits) -> Self {
        // INVARIANT: nobody shares it before the router is made.
        if let Some(app) = Arc::get_mut(&mut self.app) {
            app.limits = limits.fitting();
            app.bodies = Bodies::new(&app.limits);
        }
        self
    }

    /// Tells streams sooner or later.
    #[must_use]
    pub fn with_streams(mut self, options: StreamOptions) -> Self {
        // INVARIANT: nobody shares it before the router is made.
        if let Some(app) = Arc::get_mut(&mut self.app) {
            app.hub = Hub::new(options);
        }
        self
    }

    /// The accounts, whose keys may be read again.
    #[must_use]
    pub fn accounts(&self) -> Vec<Arc<Account>> {
        self.app.accounts.clone()
    }

    /// The routes with all guards: for tests, and for a server of one's own on a loopback port.
    pub fn router(&self) -> axum::Router {
        router(Arc::clone(&self.app))
    }

    /// Starts what goes on by itself: reading the accounts, above all. It ends with
    /// [`Background::stop`].
    #[must_use]
    pub fn start(&self) -> Background {
        let app = &self.app;
        let mut tasks = JoinSet::new();
        tasks.spawn(background(Arc::clone(app)));
        Background {
            stop: app.stop.clone(),
            tasks,
        }
    }

    /// Answers until `shutdown` completes, then gives what is open a few seconds, and calls that act
    /// the time of their clouds.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) {
        let background = self.start();
        let (router, limits) = (self.router(), self.app.limits);
        accept::serve(listener, router, limits, self.app.stop.clone(), shutdown).await;
        background.stop().await;
        // A database that does not answer keeps nobody waiting.
        if timeout(GRACE, self.app.store.close()).await.is_err() {
            tracing::warn!("the store was not closed in time");
        }
    }
}

/// What goes on by itself.
#[derive(Debug)]
pub struct Background {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Background {
    /// Ends it: what is under way is left in order, what this proxy held is free for others.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.tasks.join_all().await;
    }
}

async fn background(app: Arc<App>) {
    let stop = app.stop.subscribe();
    // It is alive as long as a call of its own is open: until all else has ended. In a set, which
    // ends it when this is cut off.
    let mut presence = JoinSet::new();
    let (store, id, lease) = (app.store.clone(), app.proxy_id.clone(), app.journal.lease());
    presence.spawn(presence::keep(store, id, lease));
    let mut tasks = JoinSet::new();
    if app.store.kind() == Kind::Postgres {
        tasks.spawn(look(app.store.clone(), stop.clone()));
    }
    for account in &app.accounts {
        let (journal, account) = (Arc::clone(&app.journal), Arc::clone(account));
        tasks.spawn(hear_of_keys(journal, account, stop.clone()));
    }
    let collector = Arc::clone(&app.collector);
    let (accounts, upstream) = (app.accounts.clone(), app.upstream.clone());
    tasks.spawn(collector.run(accounts, upstream, Arc::clone(&app.journal), stop.clone()));
    let mut journal = JoinSet::new();
    journal.spawn(Arc::clone(&app.journal).run(stop.clone()));
    // Acts that have left get their answers; what only reads is cut off.
    tokio::join!(ended(&mut journal), end_soon_after(stop, &mut tasks),);
    presence.shutdown().await;
    match timeout(GRACE, app.store.leave(&app.proxy_id)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "this proxy could not say that it ends"),
        Err(_) => tracing::warn!("this proxy could not say in time that it ends"),
    }
}

/// What waits for an account's key is looked at again once it is another one.
async fn hear_of_keys(
    journal: Arc<Journal>,
    account: Arc<Account>,
    mut stop: watch::Receiver<bool>,
) {
    let mut changes = account.key_changes();
    loop {
        tokio::select! {
            Ok(()) = changes.changed() => journal.wake(account.id()),
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// What other proxies change is told here too.
async fn look(store: Db, mut stop: watch::Receiver<bool>) {
    while tokio::time::timeout(LOOK, stop.wait_for(|stop| *stop))
        .await
        .is_err()
    {
        // A database that does not answer is told of by whoever needs it.
        let _ = store.look().await;
    }
}
