//! Listening, and stopping in good order.

mod accept;
mod connection;
mod handshake;
mod listener;
mod recorded;
mod served;
mod slot;
mod socket;
mod tls;
mod wire;

use std::{future::Future, sync::Arc, time::Duration};

use evenkeel_engine::{
    Account, Background, Checkpoints, Clock, Engine, EngineParts, GRACE, Inventory,
    InventoryOptions, JournalOptions, Network, Policy, SyncOptions, UpstreamError,
};
use evenkeel_store::{Db, StoreError};
use tokio::time::timeout;

use served::Served;

use crate::{
    app::App,
    body::Bodies,
    console::Console,
    last_listing::LastListing,
    limits::ServerLimits,
    login::{CodeDisplay, LoginCode, LoginCodeError, Logins},
    oidc::Oidc,
    rates::Rates,
    reach::Reach,
    request_counts::RequestCounts,
    router::router,
    stream::{Hub, StreamOptions},
};
pub use listener::{
    ListenAddress, ListenAddressError, ListenError, Listener, check_listen, listen,
};
pub use tls::{Tls, TlsError};

/// What a proxy is made of.
#[derive(Debug)]
pub struct ProxyParts {
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
    pub sync: SyncOptions,
    /// How batches are sent.
    pub journal: JournalOptions,
    /// The operator's own inventory.
    pub inventory: Option<InventoryOptions>,
    /// The label that events are grouped by.
    pub group_by: Option<String>,
    /// Which batches a second person has to approve.
    pub policy: Policy,
}

/// The signing proxy with its console, ready to serve.
#[derive(Debug)]
pub struct Proxy {
    app: Arc<App>,
    checkpoints: Option<Arc<Checkpoints>>,
    tls: Option<Arc<Tls>>,
}

impl Proxy {
    /// Puts the parts together; the clouds are called directly.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(parts: ProxyParts) -> Result<Self, UpstreamError> {
        Self::over(&Network::direct(), parts)
    }

    /// Puts the parts together, with this way to the clouds.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn over(network: &Network, parts: ProxyParts) -> Result<Self, UpstreamError> {
        let engine = EngineParts {
            accounts: parts.accounts,
            upstream_timeout: parts.upstream_timeout,
            clock: parts.clock,
            store: parts.store,
            sync: parts.sync,
            journal: parts.journal,
            inventory: parts.inventory,
            group_by: parts.group_by,
            policy: parts.policy,
        };
        let engine = Arc::new(Engine::over(network, engine)?);
        let app = App {
            console: parts.console,
            reach: Reach::default(),
            logins: Logins::new(&engine),
            limits: ServerLimits::default(),
            hub: Arc::new(Hub::new(StreamOptions::default(), Arc::clone(&engine))),
            bodies: Bodies::new(&ServerLimits::default()),
            rates: Rates::new(&ServerLimits::default()),
            request_counts: RequestCounts::default(),
            last_listing: LastListing::default(),
            engine,
        };
        Ok(Self {
            app: Arc::new(app),
            checkpoints: None,
            tls: None,
        })
    }

    /// Keeps to other bounds.
    #[must_use]
    pub fn with_limits(mut self, limits: ServerLimits) -> Self {
        // INVARIANT: nobody shares it before the router is made.
        if let Some(app) = Arc::get_mut(&mut self.app) {
            app.limits = limits.fitting();
            app.bodies = Bodies::new(&app.limits);
            app.rates = Rates::new(&app.limits);
        }
        self
    }

    /// Is known by these names, and takes these proxies' word.
    #[must_use]
    pub fn with_reach(mut self, reach: Reach) -> Self {
        // INVARIANT: nobody shares it before the router is made.
        if let Some(app) = Arc::get_mut(&mut self.app) {
            app.reach = reach;
        }
        self
    }

    /// Speaks TLS, where there is a certificate.
    #[must_use]
    pub fn with_tls(mut self, tls: Option<Tls>) -> Self {
        self.tls = tls.map(Arc::new);
        self
    }

    /// Its certificate, which may be read again.
    #[must_use]
    pub fn tls(&self) -> Option<Arc<Tls>> {
        self.tls.clone()
    }

    /// Tells streams sooner or later.
    #[must_use]
    pub fn with_streams(mut self, options: StreamOptions) -> Self {
        // INVARIANT: nobody shares it before the router is made.
        if let Some(app) = Arc::get_mut(&mut self.app) {
            app.hub = Arc::new(Hub::new(options, Arc::clone(&app.engine)));
        }
        self
    }

    /// Lets those in whom a provider of identities knows.
    #[must_use]
    pub fn with_oidc(mut self, oidc: Option<Oidc>) -> Self {
        // INVARIANT: nobody shares it before the router is made.
        if let Some(app) = Arc::get_mut(&mut self.app) {
            app.logins.oidc = oidc.map(Arc::new);
        }
        self
    }

    /// Has everybody whom a provider knows do what the configuration lets them by now.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn grant_subjects(&self) -> Result<usize, StoreError> {
        self.app.logins.grant_subjects().await
    }

    /// Shows login codes to whoever is at the machine.
    #[must_use]
    pub fn with_code_display(mut self, show: impl Fn(&LoginCode) + Send + Sync + 'static) -> Self {
        // INVARIANT: nobody shares it before the router is made.
        if let Some(app) = Arc::get_mut(&mut self.app) {
            app.logins.display = Some(CodeDisplay(Arc::new(show)));
        }
        self
    }

    /// Ships checkpoints of the audit while it serves, and a last one when it ends.
    #[must_use]
    pub fn with_checkpoints(mut self, checkpoints: Option<Checkpoints>) -> Self {
        self.checkpoints = checkpoints.map(Arc::new);
        self
    }

    /// Whether everybody is asked who they are: as soon as there is an account beside the embedded sandbox's.
    #[must_use]
    pub fn asks_login(&self) -> bool {
        self.app.logins.is_asked()
    }

    /// Shows a new login code.
    ///
    /// # Errors
    /// When there is none to be had.
    pub async fn show_login_code(&self) -> Result<(), LoginCodeError> {
        self.app.logins.show_code().await
    }

    /// The accounts, whose keys may be read again.
    #[must_use]
    pub fn accounts(&self) -> Vec<Arc<Account>> {
        self.app.engine.accounts.clone()
    }

    /// The operator's own inventory, which may be read again.
    #[must_use]
    pub fn inventory(&self) -> Option<Arc<Inventory>> {
        self.app.engine.inventory.clone()
    }

    /// The routes with all guards: for tests, and for a server of one's own on a loopback port.
    pub fn router(&self) -> axum::Router {
        router(Arc::clone(&self.app))
    }

    /// Starts what goes on by itself: reading the accounts, above all. It ends with
    /// [`Background::stop`].
    #[must_use]
    pub fn start(&self) -> Background {
        self.app.engine.start()
    }

    /// Answers until `shutdown` completes, then gives what is open a few seconds, and calls that act
    /// the time of their clouds.
    pub async fn serve(
        self,
        listener: Listener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) {
        let background = self.start();
        let engine = &self.app.engine;
        let shipping = self.checkpoints.clone().map(|checkpoints| {
            let (store, clock) = (engine.store.clone(), engine.clock.clone());
            tokio::spawn(checkpoints.run(store, clock, engine.stop.subscribe()))
        });
        let served = Served {
            router: self.router(),
            tls: self.tls.as_ref().map(|tls| tls.acceptor()),
            limits: self.app.limits,
        };
        let certificates = self
            .tls
            .map(|tls| tokio::spawn(tls.watch(engine.stop.subscribe())));
        accept::serve(listener, served, engine.stop.clone(), shutdown).await;
        if let Some(certificates) = certificates {
            let _ = certificates.await;
        }
        background.stop().await;
        if let Some(shipping) = shipping {
            shipping.abort();
        }
        let record = async {
            recorded::stop(engine).await;
            if let Some(checkpoints) = &self.checkpoints {
                checkpoints.ship(&engine.store, &engine.clock).await;
            }
        };
        // A place that does not answer keeps the store from being closed no longer than a database would.
        if timeout(GRACE, record).await.is_err() {
            tracing::warn!("that the proxy was stopped was not recorded, or not shipped, in time");
        }
        // A database that does not answer keeps nobody waiting.
        if timeout(GRACE, engine.store.close()).await.is_err() {
            tracing::warn!("the store was not closed in time");
        }
    }
}
