//! Which keys the clouds refuse, and how many calls may be made with one now.
//!
//! A cloud that refuses a key refuses all that is signed with it, and some lock a key that is refused too
//! often. So a key that was refused rests, for every account that has it, acting and reading alike; and
//! one that was not taken lately is tried by one call, for which the others wait.

mod denial;
mod permit;
mod refusal;

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use evenkeel::Provider;
use evenkeel_sign::Credentials;
use sha2::{Digest as _, Sha256};
use tokio::{sync::watch, time::Instant};

use crate::{account::Account, clock::Clock};
pub use permit::CallPermit;
pub(crate) use refusal::REFUSED;
pub use refusal::{KeyAnswer, KeyFault, RestingKey};

/// How long a key that was taken for an act needs no trying before the next ones, ms.
const ACTS_MS: i64 = 60_000;
/// The same of reads, and for them whatever it was taken for.
const READS_MS: i64 = 10_000;
/// How long others wait for the one that tries a key which nobody has refused.
const PATIENCE: Duration = Duration::from_secs(5);
/// Huawei locks a key for five minutes after more than five bad signatures: there are never so many,
/// whoever asks for them.
const WINDOW_MS: i64 = 5 * 60_000;
const MOST_REFUSALS: usize = 4;
/// How long a read waits before it tries a refused key by itself: twice as long each time.
const FIRST_TRY_MS: i64 = 60_000;
const LONGEST_TRY_MS: i64 = 600_000;

/// Who wants to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The proxy by itself.
    Proxy,
    /// A person, at this time (ms since the Unix epoch).
    Person(i64),
}

/// How many calls that act may begin with a key now.
#[derive(Debug)]
pub(crate) enum Room {
    /// One, which tries the key.
    Trial(CallPermit),
    /// As many as there is room for.
    Free,
    /// None for now.
    None(HeldUp),
}

/// Until when no call that acts may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeldUp {
    /// Until the call has ended that tries the key.
    Trial,
    /// Until this time, ms since the Unix epoch.
    Until(i64),
}

/// One key of one cloud, whichever accounts have it.
type Name = (Provider, String);

/// All keys.
pub struct Keys {
    clock: Clock,
    states: Mutex<HashMap<Name, State>>,
    denials: Mutex<denial::Denials>,
    /// Counts what may let somebody go on who waits.
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    rest: Option<RestingKey>,
    /// The call that tries it, and since when.
    trial: Option<(u64, Instant)>,
    trials: u64,
    taken_at: Option<i64>,
    act_taken_at: Option<i64>,
    /// How often it was refused. An answer to a call that began before the last of these proves nothing
    /// against it.
    refused: u64,
    /// The last refusals.
    refusals: VecDeque<i64>,
}

impl Keys {
    pub(crate) fn new(clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            clock,
            states: Mutex::default(),
            denials: Mutex::default(),
            changes: watch::Sender::new(0),
        })
    }

    /// Tells whenever a key is refused, taken again, or free to be tried by somebody else.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Whether, and why, the account's key is left alone.
    pub(crate) fn rest(&self, account: &Account) -> Option<RestingKey> {
        let rest = self.lock().get(&name(account))?.rest.clone()?;
        (*rest.refused == *account.credentials()).then_some(rest)
    }

    /// When the account's key was last taken, ms since the Unix epoch.
    pub(crate) fn taken_at(&self, account: &Account) -> Option<i64> {
        self.lock().get(&name(account))?.taken_at
    }

    /// How often the account's key was refused.
    pub(crate) fn refusals(&self, account: &Account) -> u64 {
        let states = self.lock();
        states.get(&name(account)).map_or(0, |state| state.refused)
    }

    /// How many calls that act may begin. Who acts with a key that rests has a person's word for it: what
    /// has none was held when there had been so many `refusals`.
    pub(crate) fn room(self: &Arc<Self>, account: &Account, refusals: u64) -> Room {
        let now = self.clock.now_ms();
        let mut states = self.lock();
        let state = states.entry(name(account)).or_default();
        state.meet(&account.credentials());
        if state.rest.is_some() {
            if state.refused != refusals {
                // Refused meanwhile: first what has no person's word is held.
                return Room::None(HeldUp::Until(now));
            }
            if state.trial.is_some() {
                return Room::None(HeldUp::Trial);
            }
            if let Some(until) = state.locked_until(now) {
                return Room::None(HeldUp::Until(until));
            }
        } else if is_lately(state.act_taken_at, now, ACTS_MS) {
            return Room::Free;
        } else if state.is_tried() {
            return Room::None(HeldUp::Trial);
        }
        let number = state.begin_trial();
        Room::Trial(CallPermit::new(
            self,
            account,
            state.refused,
            Some(number),
            true,
        ))
    }

    /// For a call that acts beside others.
    pub(crate) fn permit(self: &Arc<Self>, account: &Account) -> CallPermit {
        let refused = self
            .lock()
            .get(&name(account))
            .map_or(0, |state| state.refused);
        CallPermit::new(self, account, refused, None, true)
    }

    /// Waits until a read may begin.
    ///
    /// # Errors
    /// When the key rests.
    pub async fn read(
        self: &Arc<Self>,
        account: &Account,
        asker: Asker,
    ) -> Result<CallPermit, RestingKey> {
        let mut changes = self.changes();
        loop {
            let patience = match self.try_read(account, asker)? {
                Ok(permit) => return Ok(permit),
                Err(patience) => patience,
            };
            let _ = tokio::time::timeout(patience, changes.changed()).await;
        }
    }

    /// A pass, or how long to wait for one at most.
    fn try_read(
        self: &Arc<Self>,
        account: &Account,
        asker: Asker,
    ) -> Result<Result<CallPermit, Duration>, RestingKey> {
        let now = self.clock.now_ms();
        let mut states = self.lock();
        let state = states.entry(name(account)).or_default();
        state.meet(&account.credentials());
        if let Some(rest) = &state.rest {
            // A clock that was put back ends the wait, too.
            let is_time = now >= rest.next_at || now < rest.refused_at;
            let is_asked = matches!(asker, Asker::Person(at) if at >= rest.refused_at);
            if !(is_time || is_asked) || state.trial.is_some() || state.locked_until(now).is_some()
            {
                return Err(rest.clone());
            }
        } else if is_lately(state.taken_at, now, READS_MS) {
            return Ok(Ok(CallPermit::new(
                self,
                account,
                state.refused,
                None,
                false,
            )));
        } else if let Some((_, since)) = state.trial {
            let left = PATIENCE.saturating_sub(since.elapsed());
            if !left.is_zero() {
                return Ok(Err(left));
            }
        }
        let number = state.begin_trial();
        Ok(Ok(CallPermit::new(
            self,
            account,
            state.refused,
            Some(number),
            false,
        )))
    }

    /// Hears what an answer said; tells whether that is news for others.
    fn heard(&self, permit: &CallPermit, key_answer: KeyAnswer) -> bool {
        let CallPermit {
            name, with, is_act, ..
        } = permit;
        let now = self.clock.now_ms();
        let mut states = self.lock();
        let state = states.entry(name.clone()).or_default();
        match key_answer {
            KeyAnswer::Nothing => false,
            KeyAnswer::Taken if permit.refused < state.refused => false,
            KeyAnswer::Taken => {
                state.taken_at = Some(now);
                if *is_act {
                    state.act_taken_at = Some(now);
                }
                state.refusals.clear();
                let was_resting = state.rest.take().is_some();
                if was_resting {
                    tracing::info!(provider = %name.0, "a key that was refused is taken again");
                }
                was_resting
            }
            KeyAnswer::Refused(fault, code) => {
                state.taken_at = None;
                state.act_taken_at = None;
                state.refused = state.refused.wrapping_add(1);
                state.refusals.push_back(now);
                while state.refusals.len() > MOST_REFUSALS {
                    state.refusals.pop_front();
                }
                let times = state.rest.as_ref().map_or(0, |rest| rest.times);
                let wait = (FIRST_TRY_MS << times.min(10)).min(LONGEST_TRY_MS);
                if times == 0 {
                    tracing::warn!(provider = %name.0, code, "the cloud refuses a key; it rests for all of its accounts");
                }
                state.rest = Some(RestingKey {
                    refused: Arc::clone(with),
                    fault,
                    code,
                    refused_at: now,
                    next_at: now.saturating_add(wait),
                    times: times.saturating_add(1),
                });
                true
            }
        }
    }

    /// Hears that a trial has ended.
    fn ended(&self, name: &Name, trial: u64) {
        if let Some(state) = self.lock().get_mut(name)
            && state.trial.is_some_and(|(number, _)| number == trial)
        {
            state.trial = None;
        }
        self.notify();
    }

    fn notify(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Name, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The key may have another secret or token than the one that was refused.
    fn meet(&mut self, credentials: &Credentials) {
        if self
            .rest
            .as_ref()
            .is_some_and(|rest| *rest.refused != *credentials)
        {
            self.rest = None;
        }
    }

    fn begin_trial(&mut self) -> u64 {
        self.trials = self.trials.wrapping_add(1);
        self.trial = Some((self.trials, Instant::now()));
        self.trials
    }

    /// Whether somebody tries the key who is not overdue.
    fn is_tried(&self) -> bool {
        self.trial
            .is_some_and(|(_, since)| since.elapsed() < PATIENCE)
    }

    /// Until when one more refusal would be one too many.
    fn locked_until(&self, now: i64) -> Option<i64> {
        let first = *self.refusals.front()?;
        let until = first.saturating_add(WINDOW_MS);
        // A clock that was put back ends it, too.
        (self.refusals.len() >= MOST_REFUSALS && (first..until).contains(&now)).then_some(until)
    }
}

/// Whether that was at most so long ago. A clock that was put back says that it was not.
fn is_lately(at: Option<i64>, now: i64, ms: i64) -> bool {
    at.is_some_and(|at| (0..=ms).contains(&now.saturating_sub(at)))
}

fn name(account: &Account) -> Name {
    let id = account.credentials().access_key_id().to_owned();
    (account.provider(), id)
}

/// Those of the accounts that have this one's key, this one among them.
pub(crate) fn accounts_with_key<'a>(
    accounts: &'a [Arc<Account>],
    account: &Account,
) -> Vec<&'a str> {
    let key = name(account);
    accounts
        .iter()
        .filter(|other| name(other) == key)
        .map(|other| other.id())
        .collect()
}

/// What the store knows a key by: it tells another one, and not which one.
pub(crate) fn digest(account: &Account) -> String {
    let (provider, id) = name(account);
    let hash = Sha256::new()
        .chain_update(provider.as_str())
        .chain_update([0])
        .chain_update(id)
        .finalize();
    let mut hex = format!("{hash:x}");
    hex.truncate(32);
    hex
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The names hold the keys' ids.
        write!(f, "Keys({})", self.lock().len())
    }
}

#[cfg(test)]
mod tests;
