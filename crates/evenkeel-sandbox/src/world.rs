//! Everything that changes while the sandbox runs, behind one lock that is never held for long.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use evenkeel_sign::Credentials;
use serde::Serialize;

use crate::{
    Config, Keys,
    cloud::{Cloud, Operation},
    fault::Faults,
    fleet::Fleet,
    time::now_ms,
};

/// How far a client's clock may be off; RPC v1 has its own limit.
pub(crate) const MAX_SKEW_MS: i64 = 15 * 60 * 1000;

/// A running sandbox's configuration and state.
#[derive(Debug)]
pub(crate) struct World {
    config: Config,
    keys: Keys,
    inner: Mutex<Inner>,
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
        Self {
            config,
            keys,
            inner: Mutex::new(Inner::new(config)),
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

    /// Starts over: the fleet of the seed, no faults, nothing counted, no nonce used.
    pub(crate) fn reset(&self) {
        // Made before the lock is taken: a large fleet takes a moment.
        let fresh = Inner::new(self.config);
        *self.lock() = fresh;
    }
}

impl Inner {
    fn new(config: Config) -> Self {
        Self {
            fleet: Fleet::generate(config, now_ms()),
            faults: Faults::default(),
            tally: Tally::default(),
            nonces: Nonces::default(),
        }
    }
}

/// The nonces that cannot be used again, with the time from which their date alone refuses them.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    used: HashMap<String, i64>,
    next_sweep: i64,
}

impl Nonces {
    /// Marks a nonce as used; false when it already was.
    pub(crate) fn claim(&mut self, nonce: &str, signed_at_ms: i64, now: i64, skew_ms: i64) -> bool {
        if now >= self.next_sweep {
            self.used.retain(|_, until| *until >= now);
            self.next_sweep = now + MAX_SKEW_MS;
        }
        let until = signed_at_ms.saturating_add(skew_ms + 1000);
        self.used.insert(nonce.to_owned(), until).is_none()
    }
}

/// What arrived: the proof, for tests, that nothing was sent twice.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    operations: BTreeMap<Operation, u64>,
    acts: BTreeMap<(Cloud, String), Acts>,
}

/// How often one event was acted on.
#[derive(Debug, Default, Clone, Copy, Serialize)]
struct Acts {
    /// Orders for it that arrived and were looked at.
    received: u64,
    /// Those that were carried out.
    accepted: u64,
}

/// The counts, as `GET /_sandbox/calls` shows them.
#[derive(Serialize)]
pub(crate) struct TallyView<'a> {
    operations: BTreeMap<&'static str, u64>,
    totals: Acts,
    events: Vec<EventActs<'a>>,
}

#[derive(Serialize)]
struct EventActs<'a> {
    provider: Cloud,
    event_id: &'a str,
    #[serde(flatten)]
    acts: Acts,
}

impl Tally {
    /// Counts a call whose signature held.
    pub(crate) fn call(&mut self, operation: Operation) {
        *self.operations.entry(operation).or_default() += 1;
    }

    /// Counts an order for an event.
    pub(crate) fn act(&mut self, cloud: Cloud, event_id: &str, accepted: bool) {
        let acts = self.acts.entry((cloud, event_id.to_owned())).or_default();
        acts.received += 1;
        acts.accepted += u64::from(accepted);
    }

    pub(crate) fn view(&self) -> TallyView<'_> {
        let mut totals = Acts::default();
        for acts in self.acts.values() {
            totals.received += acts.received;
            totals.accepted += acts.accepted;
        }
        TallyView {
            operations: self
                .operations
                .iter()
                .map(|(operation, count)| (operation.as_str(), *count))
                .collect(),
            totals,
            events: self
                .acts
                .iter()
                .map(|((provider, event_id), acts)| EventActs {
                    provider: *provider,
                    event_id,
                    acts: *acts,
                })
                .collect(),
        }
    }
}
