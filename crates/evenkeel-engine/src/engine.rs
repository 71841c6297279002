//! All that works by itself, put together: it reads the accounts, sends batches, and finds out what became of
//! them. Nobody has to ask it by HTTP.

use std::{sync::Arc, time::Duration};

use evenkeel_store::{DatabaseKind, Db, StoreError};
use tokio::{sync::watch, task::JoinSet, time::timeout};

use crate::{
    account::Account,
    approval::Policy,
    clock::Clock,
    counts::KnownCounts,
    ending::{GRACE, end_soon_after, ended, pause},
    heartbeat,
    inventory::{self, Inventory, InventoryOptions},
    journal::{Journal, JournalOptions, JournalParts},
    keys::Keys,
    network::Network,
    notifier::Notifier,
    reconcile::Reconciler,
    sync::{SyncOptions, SyncRunner},
    sync_requests::SyncRequests,
    texts::KnownTexts,
    upstream::{Upstream, UpstreamError},
};

/// How often a PostgreSQL is asked what other proxies changed.
const LOOK: Duration = Duration::from_millis(500);

/// How long until events that could not be grouped are tried again.
const REGROUP: Duration = Duration::from_secs(5);

/// What an engine is made of.
#[derive(Debug)]
pub struct EngineParts {
    /// The accounts, in the order in which they are shown.
    pub accounts: Vec<Account>,
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

/// The accounts, the way to their clouds, the store, and who fills and sends it.
#[derive(Debug)]
pub struct Engine {
    /// The accounts, in the order in which they are shown.
    pub accounts: Vec<Arc<Account>>,
    /// The way to the clouds, for reads.
    pub upstream: Upstream,
    /// The clock that everything goes by.
    pub clock: Clock,
    /// Where events and batches are kept.
    pub store: Db,
    /// What is known of the keys.
    pub keys: Arc<Keys>,
    /// Who asks for an early read of an account's list does it here.
    pub requests: Arc<SyncRequests>,
    /// Wakes the workers.
    pub notifier: Arc<Notifier>,
    /// What sends batches.
    pub journal: Arc<Journal>,
    /// The counts of events.
    pub counts: KnownCounts,
    /// Their texts.
    pub texts: KnownTexts,
    /// The operator's own inventory.
    pub inventory: Option<Arc<Inventory>>,
    /// The label that events are grouped by.
    pub group_by: Option<String>,
    /// Which batches a second person has to approve.
    pub policy: Arc<Policy>,
    /// Held by whoever decides about one.
    pub(crate) deciding: tokio::sync::Mutex<()>,
    /// Tells everything that goes on by itself, streams among it, to come to an end.
    pub stop: watch::Sender<bool>,
    sync_runner: Arc<SyncRunner>,
    /// This process among those that share the store.
    proxy_id: String,
    /// How long after its last sign of life a proxy is dead.
    lease: Duration,
}

impl Engine {
    /// Puts the parts together, with this way to the clouds.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn over(network: &Network, parts: EngineParts) -> Result<Self, UpstreamError> {
        let EngineParts {
            accounts,
            upstream_timeout,
            clock,
            store,
            sync,
            journal,
            inventory,
            group_by,
            policy,
        } = parts;
        let policy = Arc::new(policy);
        let accounts: Vec<Arc<Account>> = accounts.into_iter().map(Into::into).collect();
        let ids = accounts.iter().map(|account| account.id().to_owned());
        let inventory = inventory.map(|options| Inventory::new(options, ids.collect()).into());
        let upstream = Upstream::over(network, upstream_timeout)?.with_clock(clock.clone());
        let acts = Upstream::for_acts(network, journal.call_timeout)?
            .with_clock(clock.clone())
            .with_metrics(upstream.metrics().clone());
        let proxy_id = heartbeat::new_id();
        let lease = journal.lease;
        let keys = Keys::new(clock.clone());
        let notifier = Arc::new(Notifier::new(&accounts));
        let requests = Arc::new(SyncRequests::new(&accounts, store.clone(), clock.clone()));
        let reconciler = Arc::new(Reconciler::new(
            store.clone(),
            clock.clone(),
            Arc::clone(&notifier),
        ));
        let sync_runner = Arc::new(SyncRunner {
            options: sync,
            accounts: accounts.clone(),
            upstream: upstream.clone(),
            store: store.clone(),
            clock: clock.clone(),
            proxy_id: proxy_id.clone(),
            keys: Arc::clone(&keys),
            requests: Arc::clone(&requests),
            reconciler: Arc::clone(&reconciler),
            notifier: Arc::clone(&notifier),
        });
        let journal = Arc::new(Journal::new(JournalParts {
            options: journal,
            accounts: accounts.clone(),
            upstream: acts,
            store: store.clone(),
            clock: clock.clone(),
            proxy_id: proxy_id.clone(),
            keys: Arc::clone(&keys),
            policy: Arc::clone(&policy),
            requests: Arc::clone(&requests),
            reconciler,
            notifier: Arc::clone(&notifier),
        }));
        Ok(Self {
            accounts,
            upstream,
            clock,
            store,
            keys,
            requests,
            notifier,
            journal,
            counts: KnownCounts::default(),
            texts: KnownTexts::default(),
            inventory,
            group_by,
            policy,
            deciding: tokio::sync::Mutex::default(),
            stop: watch::Sender::new(false),
            sync_runner,
            proxy_id,
            lease,
        })
    }

    /// The account of that id.
    pub fn account(&self, id: &str) -> Option<&Arc<Account>> {
        self.accounts.iter().find(|account| account.id() == id)
    }

    /// Starts what goes on by itself. It ends with [`Background::stop`].
    #[must_use]
    pub fn start(self: &Arc<Self>) -> Background {
        let mut tasks = JoinSet::new();
        tasks.spawn(background(Arc::clone(self)));
        Background {
            stop: self.stop.clone(),
            tasks,
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

async fn background(engine: Arc<Engine>) {
    let stop = engine.stop.subscribe();
    // It is alive as long as a call of its own is open: until all else has ended. In a set, which
    // ends it when this is cut off.
    let mut heartbeat = JoinSet::new();
    let (store, id) = (engine.store.clone(), engine.proxy_id.clone());
    heartbeat.spawn(heartbeat::keep(store, id, engine.lease));
    let mut tasks = JoinSet::new();
    if engine.store.kind() == DatabaseKind::Postgres {
        tasks.spawn(look(engine.store.clone(), stop.clone()));
    }
    for account in &engine.accounts {
        let (notifier, account) = (Arc::clone(&engine.notifier), Arc::clone(account));
        tasks.spawn(hear_of_keys(notifier, account, stop.clone()));
    }
    tasks.spawn(group(Arc::clone(&engine), stop.clone()));
    tasks.spawn(Arc::clone(&engine.sync_runner).run(stop.clone()));
    let (store, clock) = (engine.store.clone(), engine.clock.clone());
    match &engine.inventory {
        Some(inventory) => {
            tasks.spawn(Arc::clone(inventory).watch(store, clock, stop.clone()));
        }
        None => {
            tasks.spawn(inventory::forget(store, stop.clone()));
        }
    }
    let mut journal = JoinSet::new();
    journal.spawn(Arc::clone(&engine.journal).run(stop.clone()));
    // Acts that have left get their answers; what only reads is cut off.
    tokio::join!(ended(&mut journal), end_soon_after(stop, &mut tasks),);
    heartbeat.shutdown().await;
    match timeout(GRACE, engine.store.leave(&engine.proxy_id)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "this proxy could not say that it ends"),
        Err(_) => tracing::warn!("this proxy could not say in time that it ends"),
    }
}

/// Has events be counted by the label that is configured, and shows with them what another proxy may have left.
async fn group(engine: Arc<Engine>, mut stop: watch::Receiver<bool>) {
    let grouped = async || {
        let store = &engine.store;
        store.group_events_by(engine.group_by.as_deref()).await?;
        while store.refresh_resources().await? {}
        Ok::<_, StoreError>(())
    };
    while let Err(error) = grouped().await {
        tracing::warn!(%error, "events are not grouped by their label yet");
        if !pause(REGROUP, &mut stop).await {
            return;
        }
    }
}

/// What waits for an account's key is looked at again once it is another one.
async fn hear_of_keys(
    notifier: Arc<Notifier>,
    account: Arc<Account>,
    mut stop: watch::Receiver<bool>,
) {
    let mut changes = account.key_changes();
    loop {
        tokio::select! {
            Ok(()) = changes.changed() => notifier.wake_sender(account.id()),
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
