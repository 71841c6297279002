//! One reader of changes for all streams: it reads and writes each message once, while anybody
//! listens.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use evenkeel_api::Accounts;
use evenkeel_engine::Engine;
use evenkeel_store::{Changes, StoreError};
use tokio::{
    sync::{Notify, Semaphore, watch},
    time::{Instant, sleep_until},
};

use super::{
    StreamOptions,
    messages::MessageWriter,
    ring::{Found, Ring},
    slot::Slots,
};

/// How many changes are read at a time.
const AT_ONCE: i64 = 1_000;
/// How many clients that are far behind read from the store at a time.
const BEHIND_AT_ONCE: usize = 4;
/// How long the store may be away before the streams end, in tries of a second.
pub(super) const STORE_PATIENCE: u32 = 10;

/// What all streams share.
#[derive(Debug)]
pub(crate) struct Hub {
    engine: Arc<Engine>,
    options: StreamOptions,
    slots: Slots,
    state: Mutex<State>,
    /// Rings when there is something new.
    bell: watch::Sender<()>,
    /// Rings when somebody has gone.
    gone: Notify,
    /// For those who are further behind than the ring reaches.
    pub(super) behind: Semaphore,
}

#[derive(Debug, Default)]
struct State {
    ring: Ring,
    listeners: usize,
    /// How many of them take what is compressed.
    packers: usize,
    /// Who reads, by number.
    reader: Option<u64>,
    readers: u64,
    /// How often everybody had to load anew.
    resets: u64,
    /// How often reading ended with clients still there.
    breaks: u64,
}

/// What there is for a client.
#[derive(Debug)]
pub(super) enum HubUpdate {
    Found(Found),
    /// Load anew: the order goes on after this change.
    Reset(i64),
    /// Nothing more is read.
    Broken,
}

/// Where a client stands.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) after: i64,
    /// The accounts that it is told of.
    pub(super) accounts: Accounts,
    resets: u64,
    breaks: u64,
}

impl Hub {
    pub(crate) fn new(options: StreamOptions, engine: Arc<Engine>) -> Self {
        Self {
            engine,
            options,
            slots: Slots::default(),
            state: Mutex::default(),
            bell: watch::Sender::new(()),
            gone: Notify::new(),
            behind: Semaphore::new(BEHIND_AT_ONCE),
        }
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn slots(&self) -> &Slots {
        &self.slots
    }

    pub(super) fn options(&self) -> &StreamOptions {
        &self.options
    }

    /// One more listens from a change on. The first one has the changes read.
    pub(super) fn join(
        hub: &Arc<Self>,
        after: i64,
        accounts: Accounts,
        packs: bool,
    ) -> (Standing, watch::Receiver<()>) {
        let mut state = hub.state();
        state.listeners += 1;
        state.packers += usize::from(packs);
        if state.reader.is_none() {
            state.readers += 1;
            state.reader = Some(state.readers);
            let head = *hub.engine.store.watch().borrow();
            state.ring.begin(head);
            tokio::spawn(read(Reading {
                hub: Arc::clone(hub),
                number: state.readers,
            }));
        }
        let standing = Standing {
            after,
            accounts,
            resets: state.resets,
            breaks: state.breaks,
        };
        (standing, hub.bell.subscribe())
    }

    /// One listens no more.
    pub(super) fn leave(&self, packs: bool) {
        let mut state = self.state();
        state.listeners = state.listeners.saturating_sub(1);
        state.packers = state.packers.saturating_sub(usize::from(packs));
        if state.listeners == 0 {
            self.gone.notify_one();
        }
    }

    /// Whether a place in the order is one that the ring knows.
    pub(super) fn knows(&self, after: i64) -> bool {
        self.state().ring.knows(after)
    }

    /// Where the ring begins.
    pub(super) fn start(&self) -> i64 {
        self.state().ring.start()
    }

    /// What there is for a client, who goes on from there.
    pub(super) fn update(&self, standing: &mut Standing) -> HubUpdate {
        let state = self.state();
        if state.breaks != standing.breaks {
            return HubUpdate::Broken;
        }
        if state.resets != standing.resets {
            standing.resets = state.resets;
            // What was told since is told from there on.
            standing.after = state.ring.start();
            return HubUpdate::Reset(standing.after);
        }
        let found = state.ring.after(standing.after, &standing.accounts);
        if let Found::Next(next) = &found {
            standing.after = next.to;
        }
        HubUpdate::Found(found)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Whatever broke, it left the ring whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reader; however it ends, nobody waits for it any more.
struct Reading {
    hub: Arc<Hub>,
    number: u64,
}

impl Drop for Reading {
    fn drop(&mut self) {
        let hub = &self.hub;
        let mut state = hub.state();
        if state.reader == Some(self.number) {
            state.reader = None;
            state.breaks += 1;
            hub.bell.send_replace(());
        }
    }
}

impl Reading {
    /// Whether nobody listens; then whoever comes next has the changes read anew.
    fn is_over(&self) -> bool {
        let mut state = self.hub.state();
        if state.listeners > 0 {
            return false;
        }
        state.reader = None;
        true
    }

    /// Tells the next changes.
    async fn pass(&self) -> Result<(), StoreError> {
        let hub = &self.hub;
        let after = hub.state().ring.reached();
        let (rows, reached) = match hub.engine.store.changes_after(after, AT_ONCE).await? {
            Changes::Reset { head } => {
                let mut state = hub.state();
                state.ring.begin(head);
                state.resets += 1;
                hub.bell.send_replace(());
                return Ok(());
            }
            Changes::Rows { changes, reached } => (changes, reached),
        };
        if reached == after {
            return Ok(());
        }
        let frame = Arc::new(MessageWriter::new(&hub.engine).frame(rows).await?);
        let mut packed = None;
        if hub.state().packers > 0 {
            let packing = Arc::clone(&frame);
            // Not on the thread that serves others. Without it each client packs for itself.
            packed = tokio::task::spawn_blocking(move || Arc::new(packing.pack()))
                .await
                .ok();
        }
        let frame = Arc::unwrap_or_clone(frame);
        let most = hub.options.ring;
        hub.state().ring.push(frame, packed, reached, most);
        hub.bell.send_replace(());
        Ok(())
    }
}

/// Reads while anybody listens.
async fn read(reading: Reading) {
    let hub = Arc::clone(&reading.hub);
    let mut stop = hub.engine.stop.subscribe();
    let mut heads = hub.engine.store.watch();
    let mut failures = 0;
    loop {
        let started = Instant::now();
        let pause = match reading.pass().await {
            Ok(()) => {
                failures = 0;
                hub.options.gather
            }
            Err(error) => {
                failures += 1;
                if failures > STORE_PATIENCE {
                    tracing::warn!(%error, "the streams end: the store is away");
                    return;
                }
                Duration::from_secs(1)
            }
        };
        let after = hub.state().ring.reached();
        let next = async {
            if failures == 0 && heads.wait_for(|head| *head > after).await.is_err() {
                // The store is closed.
                std::future::pending::<()>().await;
            }
            sleep_until(started + pause).await;
        };
        tokio::select! {
            () = next => {}
            _ = stop.wait_for(|stop| *stop) => return,
            () = hub.gone.notified() => {
                if reading.is_over() {
                    return;
                }
            }
        }
    }
}
