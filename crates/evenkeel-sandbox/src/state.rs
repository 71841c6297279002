//! Holds everything that changes while the sandbox runs, behind one lock that is never held for long.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, futures::Notified};

use crate::{
    Config, FaultPlanError, SnapshotError,
    call_counts::CallCounts,
    call_log::CallLog,
    clock::Clock,
    clouds,
    event::Event,
    fault::{self, Fault, Faults},
    fleet::{EventList, Fleet},
    nonce::Nonces,
    snapshot,
};

/// A running sandbox's configuration and state.
#[derive(Debug)]
pub(crate) struct SandboxState {
    config: Config,
    clock: Clock,
    nonces: Nonces,
    origin: Mutex<Origin>,
    inner: Mutex<Inner>,
    /// Tells the calls that a fault delays that it is over.
    let_go: Notify,
}

/// What a sandbox starts from, and a reset goes back to.
#[derive(Debug, Default, Clone)]
struct Origin {
    /// A state document instead of the seed.
    snapshot: Option<Arc<[u8]>>,
    faults: Vec<Fault>,
}

/// Everything that changes while the sandbox runs.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) fleet: Fleet,
    pub(crate) faults: Faults,
    pub(crate) counts: CallCounts,
    pub(crate) log: CallLog,
}

impl SandboxState {
    pub(crate) fn new(config: Config) -> Self {
        let clock = Clock::new(config.clock);
        let inner = Mutex::new(Inner::new(config, clock.now()));
        Self {
            config,
            clock,
            nonces: Nonces::default(),
            origin: Mutex::default(),
            inner,
            let_go: Notify::new(),
        }
    }

    /// Locks what changes, for one short look or change.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere leaves simulated events at worst.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn nonces(&self) -> &Nonces {
        &self.nonces
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The clouds' time, in ms since the epoch.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    pub(crate) fn config(&self) -> Config {
        self.config
    }

    /// Starts with a fault plan.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn start_with_faults(&self, plan: &[u8]) -> Result<(), FaultPlanError> {
        let faults = fault::parse(plan, &clouds::providers())?;
        self.origin().faults.clone_from(&faults);
        self.lock().faults.add(faults, self.now());
        Ok(())
    }

    /// Starts with an exported state instead of the seed's fleet.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn start_with_state(&self, text: &[u8]) -> Result<(), SnapshotError> {
        self.import(text)?;
        self.origin().snapshot = Some(text.into());
        Ok(())
    }

    /// Tells of the next time that faults are cleared, from this call on and not from when the answer is awaited: nothing
    /// in between is missed.
    pub(crate) fn let_go(&self) -> Notified<'_> {
        self.let_go.notified()
    }

    /// Clears all faults, and lets go of the calls that they delay.
    pub(crate) fn clear_faults(&self) {
        self.lock().faults.clear();
        self.let_go.notify_waiters();
    }

    fn origin(&self) -> MutexGuard<'_, Origin> {
        self.origin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the fleet by an exported one. A virtual clock goes to where it stood then; with the machine's the
    /// events are moved, so that each stands to now as it stood to then.
    ///
    /// # Errors
    /// What is wrong with the document; nothing has changed then.
    pub(crate) fn import(&self, text: &[u8]) -> Result<(), SnapshotError> {
        let fleet = self.read(text)?;
        self.lock().fleet = fleet;
        Ok(())
    }

    fn read(&self, text: &[u8]) -> Result<Fleet, SnapshotError> {
        let imported = snapshot::import(text, self.config.step_ms())?;
        let shift = match imported.now {
            Some(then) if self.clock.is_virtual() => {
                self.clock.put(then);
                0
            }
            Some(then) => {
                // The clouds write whole seconds, and so should what is moved.
                let shift = self.now() - then;
                shift - shift.rem_euclid(1000)
            }
            None => 0,
        };
        let shifted = |events: Vec<Event>| {
            EventList::new(
                events
                    .into_iter()
                    .map(|event| event.shifted(shift))
                    .collect(),
            )
        };
        let mut fleet: Fleet = imported
            .events
            .into_iter()
            .map(|(provider, events)| (provider, shifted(events)))
            .collect();
        for (provider, resources) in imported.resources {
            fleet.of(provider).resources = resources;
        }
        Ok(fleet)
    }

    /// Starts over as it was started: a virtual clock where it stood, the fleet of the seed or of the given state, the
    /// faults that it was started with, nothing counted, no nonce used, no call delayed.
    pub(crate) fn reset(&self) {
        self.clock.reset();
        let Origin { snapshot, faults } = self.origin().clone();
        // Made before the lock is taken: a large fleet takes a moment.
        let read = snapshot.and_then(|text| self.read(&text).ok());
        let now = self.now();
        let mut fresh = match read {
            Some(fleet) => Inner::of(self.config, fleet),
            None => Inner::new(self.config, now),
        };
        fresh.faults.add(faults, now);
        *self.lock() = fresh;
        self.nonces.clear();
        self.let_go.notify_waiters();
    }
}

impl Inner {
    fn new(config: Config, now: i64) -> Self {
        Self::of(config, clouds::generate(config, now))
    }

    fn of(config: Config, fleet: Fleet) -> Self {
        Self {
            fleet,
            faults: Faults::new(config.seed),
            counts: CallCounts::default(),
            log: CallLog::default(),
        }
    }
}
