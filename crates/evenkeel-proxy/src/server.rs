//! Listening, and stopping without cutting anybody off.

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use evenkeel_store::{Db, Kind};
use tokio::{net::TcpListener, sync::Semaphore, sync::oneshot, sync::watch, task::JoinSet};

use crate::{
    account::Account,
    app::App,
    clock::Clock,
    collector::{Collector, CollectorConfig},
    console::Console,
    counts::KnownCounts,
    journal::{Journal, JournalOptions},
    network::Network,
    presence,
    router::router,
    routes::stream::{MOST_STREAMS, StreamOptions},
    upstream::{Upstream, UpstreamError},
};

/// How much longer than a cloud's answer may take an open request gets once the server is told to
/// stop: a call that has left gets its answer.
const GRACE: Duration = Duration::from_secs(5);

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
            streams: Arc::new(Semaphore::new(MOST_STREAMS)),
            stream: StreamOptions::default(),
            proxy_id,
            stop: watch::Sender::new(false),
        };
        Ok(Self {
            app: Arc::new(app),
            upstream_timeout: parts.upstream_timeout,
        })
    }

    /// Is more or less patient with those who take a stream.
    #[must_use]
    pub fn with_streams(mut self, options: StreamOptions) -> Self {
        // INVARIANT: nobody shares it before the router is made.
        if let Some(app) = Arc::get_mut(&mut self.app) {
            app.stream = options;
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
        let background = self.start();
        let stop = self.app.stop.clone();
        let server = axum::serve(listener, self.router()).with_graceful_shutdown(async move {
            shutdown.await;
            // Streams end now: as open requests they would be waited for.
            stop.send_replace(true);
            let _ = stopping.send(());
        });
        let deadline = async {
            match stopped.await {
                Ok(()) => tokio::time::sleep(self.upstream_timeout + GRACE).await,
                Err(_) => std::future::pending().await,
            }
        };
        let result = tokio::select! {
            result = server.into_future() => result,
            () = deadline => Ok(()),
        };
        background.stop().await;
        self.app.store.close().await;
        result
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
    tasks.spawn(Arc::clone(&app.journal).run(stop.clone()));
    tasks.spawn(collector.run(accounts, upstream, Arc::clone(&app.journal), stop));
    tasks.join_all().await;
    presence.shutdown().await;
    if let Err(error) = app.store.leave(&app.proxy_id).await {
        tracing::warn!(%error, "this proxy could not say that it ends");
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
