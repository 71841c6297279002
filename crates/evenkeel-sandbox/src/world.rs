//! Everything that changes while the sandbox runs, behind one lock that is never held for long.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use evenkeel_sign::Credentials;

use crate::{
    Config, FaultPlanError, Keys, StateError,
    clock::Clock,
    cloud::Cloud,
    fault::{self, Fault, Faults},
    fleet::{self, Fleet},
    nonce::Nonces,
    state,
    tally::Tally,
};

/// How far a client's clock may be off; RPC v1 has its own limit.
pub(crate) const MAX_SKEW_MS: i64 = 15 * 60 * 1000;

/// A running sandbox's configuration and state.
#[derive(Debug)]
pub(crate) struct World {
    config: Config,
    keys: Keys,
    clock: Clock,
    origin: Mutex<Origin>,
    inner: Mutex<Inner>,
}

/// What a sandbox starts from, and starts over from.
#[derive(Debug, Default, Clone)]
struct Origin {
    /// A state document instead of the seed.
    state: Option<Arc<[u8]>>,
    faults: Vec<Fault>,
}

/// What changes.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) fleet: Fleet,
    pub(crate) faults: Faults,
    pub(crate) tally: Tally,
    pub(crate) nonces: Nonces,
}

impl World {
    pub(crate) fn new(config: Config, keys: Keys) -> Self {
        let clock = Clock::new(config.clock);
        let inner = Mutex::new(Inner::new(config, clock.now()));
        Self {
            config,
            keys,
            clock,
            origin: Mutex::default(),
            inner,
        }
    }

    /// The state, for one short look or change.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere leaves simulated events at worst.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
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

    /// The cloud's key of this id.
    pub(crate) fn credentials(&self, cloud: Cloud, access_key_id: &str) -> Option<Credentials> {
        let keys = &self.keys;
        let (id, secret, temporary) = match cloud {
            Cloud::Ens => (
                &keys.ens_access_key_id,
                &keys.ens_access_key_secret,
                &keys.ens_temporary,
            ),
            Cloud::HuaweiEcs => (
                &keys.huawei_access_key,
                &keys.huawei_secret_key,
                &keys.huawei_temporary,
            ),
        };
        if id == access_key_id {
            Some(Credentials::new(id.as_str(), secret.as_str()))
        } else if temporary.access_key_id == access_key_id {
            let key = Credentials::new(access_key_id, temporary.secret.as_str());
            Some(key.with_security_token(temporary.security_token.as_str()))
        } else {
            None
        }
    }

    /// Starts with a fault plan.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn start_with_faults(&self, plan: &[u8]) -> Result<(), FaultPlanError> {
        let faults = fault::parse(plan)?;
        self.origin().faults.clone_from(&faults);
        self.lock().faults.add(faults, self.now());
        Ok(())
    }

    /// Starts with an exported state instead of the seed's fleet.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn start_with_state(&self, text: &[u8]) -> Result<(), StateError> {
        self.import(text)?;
        self.origin().state = Some(text.into());
        Ok(())
    }

    fn origin(&self) -> MutexGuard<'_, Origin> {
        self.origin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the fleet by an exported one. A virtual clock goes to where it stood then; with the machine's the
    /// events are moved, so that each stands to now as it stood to then.
    ///
    /// # Errors
    /// What is wrong with the document; nothing has changed then.
    pub(crate) fn import(&self, text: &[u8]) -> Result<(), StateError> {
        let fleet = self.read(text)?;
        self.lock().fleet = fleet;
        Ok(())
    }

    fn read(&self, text: &[u8]) -> Result<Fleet, StateError> {
        let imported = state::import(text, fleet::step_ms(self.config))?;
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
        Ok(Fleet::of(imported.ens, imported.huawei, shift))
    }

    /// Starts over as it was started: a virtual clock where it stood, the fleet of the seed or of the given state, the
    /// faults that it was started with, nothing counted, no nonce used.
    pub(crate) fn reset(&self) {
        self.clock.reset();
        let Origin { state, faults } = self.origin().clone();
        // Made before the lock is taken: a large fleet takes a moment.
        let read = state.and_then(|text| self.read(&text).ok());
        let now = self.now();
        let mut fresh = match read {
            Some(fleet) => Inner::of(self.config, fleet),
            None => Inner::new(self.config, now),
        };
        fresh.faults.add(faults, now);
        *self.lock() = fresh;
    }
}

impl Inner {
    fn new(config: Config, now: i64) -> Self {
        Self::of(config, Fleet::generate(config, now))
    }

    fn of(config: Config, fleet: Fleet) -> Self {
        Self {
            fleet,
            faults: Faults::new(config.seed),
            tally: Tally::default(),
            nonces: Nonces::default(),
        }
    }
}
