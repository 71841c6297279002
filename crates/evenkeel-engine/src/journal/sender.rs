//! The one that sends for an account: it takes the account's lease, writes intents, makes the calls
//! and writes down what came of them.

mod cycle;
mod gate;
mod observe;
mod policy;
mod result;
mod wait;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use evenkeel::Action;
use evenkeel_store::{Lease, StoreError, journal::send_lease};
use tokio::{sync::watch, task::JoinSet, time::Instant};

use super::{
    Journal,
    call::Call,
    classify::{self, BackOff, Ending},
    finished::{Finished, InFlightCall},
};
use crate::{
    account::Account,
    ending,
    keys::{CallPermit, HeldUp},
};
use cycle::Started;

/// How long the store is left alone after it refused: longer each time, up to the second.
const REFUSED: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// After so many refusals in a row the proxy says that it is not ready.
const SILENT: u32 = 5;
/// The same after a call that was given up before it left.
const GIVEN_UP: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));
/// No rest is longer; one that seems to be was written before the clock was put back.
const LONGEST_REST_MS: i64 = 15 * 60_000;
/// How much longer than a cloud's time-out an open call gets once the proxy is told to end.
const AFTER_TIMEOUT: Duration = Duration::from_secs(1);

pub(super) struct Sender {
    journal: Arc<Journal>,
    account: Arc<Account>,
    stop: watch::Receiver<bool>,
    /// Once it is told to stop: until when open calls may end.
    stop_by: Option<Instant>,
    lease: Option<Lease>,
    in_flight: HashMap<String, OpenCall>,
    calls: JoinSet<(String, Ending)>,
    finished: Vec<Finished>,
    /// A write failed, and may have happened all the same: intents may stand there without a call.
    is_unsure: bool,
    /// The account rests until then, ms since the Unix epoch, after so many in a row.
    back_off_until: i64,
    back_offs: u32,
    refusals: u32,
    /// The lease may be another proxy's by now, or this one is taken for dead: it is dropped.
    is_doubtful: bool,
    /// So many calls in a row were given up before they left; nothing is begun before that moment. By
    /// the machine's own count, because a clock that leaps is what brings it about.
    given_up: u32,
    again_at: Option<Instant>,
    /// Nothing may be begun because of the key.
    held_up: Option<HeldUp>,
    key_changes: watch::Receiver<u64>,
    /// Another proxy has the account: a bell tells when to look again.
    is_elsewhere: bool,
    /// Items whose last signature was too old when it came: one more, and the key is called refused.
    made_anew: HashSet<(String, u32)>,
    /// When the events were looked at of items whose calls name no event, ms since the Unix epoch.
    looked_at: HashMap<(String, u32), i64>,
    /// Since when the account has the key for which its batches were looked through.
    looked_through: Option<i64>,
    /// What was held against the policy and needs no approval.
    cleared: policy::Cleared,
}

/// A call under way.
struct OpenCall {
    call: InFlightCall,
    action: Action,
    signed_at: i64,
    begun: std::time::Instant,
    permit: CallPermit,
}

/// What a cycle came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cycle {
    /// There was something to do, or is.
    Busy,
    /// There is nothing to send.
    Idle,
    /// Another proxy asks for the account.
    Wanted,
    /// Another proxy has it.
    Lost,
}

impl Sender {
    pub(super) fn new(
        journal: Arc<Journal>,
        account: Arc<Account>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self {
            key_changes: journal.keys.changes(),
            journal,
            account,
            stop,
            stop_by: None,
            lease: None,
            in_flight: HashMap::new(),
            calls: JoinSet::new(),
            finished: Vec::new(),
            is_unsure: false,
            back_off_until: 0,
            back_offs: 0,
            refusals: 0,
            is_doubtful: false,
            given_up: 0,
            again_at: None,
            held_up: None,
            is_elsewhere: false,
            made_anew: HashSet::new(),
            looked_at: HashMap::new(),
            looked_through: None,
            cleared: policy::Cleared::default(),
        }
    }

    /// Sends until told to stop; then open calls end, and their endings are written down. What has not
    /// ended by then is unknown.
    pub(super) async fn run(mut self) {
        let mut stop = self.stop.clone();
        loop {
            while let Some(ended) = self.calls.try_join_next() {
                self.record_result(ended.ok());
            }
            let is_stopping = *stop.borrow();
            if is_stopping && self.stop_by.is_none() {
                let time = self.journal.options.call_timeout + AFTER_TIMEOUT;
                self.stop_by = Some(Instant::now() + time);
            }
            match self.step(is_stopping).await {
                Ok(true) => {
                    self.refusals = 0;
                    self.journal.note_silent(self.account.id(), None);
                }
                Ok(false) => break,
                Err(error) => {
                    self.is_unsure = true;
                    self.back_off_store(&error, is_stopping, &mut stop).await;
                    // Told to stop, and the store does not take it: what is `sending` will be found
                    // `unknown`, which is what it then is.
                    if is_stopping && self.refusals > 8 {
                        break;
                    }
                    continue;
                }
            }
            self.wait(&mut stop).await;
        }
        if !self.in_flight.is_empty()
            && let Err(error) = self.leave_open().await
        {
            tracing::debug!(%error, "who sends next will find what is still open");
        }
        if let Some(lease) = self.lease.take()
            && let Err(error) = self.journal.store.release(&lease).await
        {
            tracing::debug!(%error, "the lease will run out");
        }
    }

    /// One step; `false` when there is nothing left to stop for.
    async fn step(&mut self, is_stopping: bool) -> Result<bool, StoreError> {
        let is_clear = self.in_flight.is_empty() && self.finished.is_empty();
        let has_waited = self.is_over() && !self.in_flight.is_empty();
        if is_stopping && (is_clear || has_waited) {
            return Ok(false);
        }
        if self.lease.is_none() && is_clear && !self.take_lease().await? {
            return Ok(true);
        }
        let may_begin = !is_stopping && !self.is_doubtful && self.again_at.is_none();
        let room = if may_begin { self.room() } else { 0 };
        let cycle = self.run_cycle(room).await?;
        if self.is_doubtful {
            // Before anything else is begun: a hold that is in doubt would be so again.
            if self.in_flight.is_empty()
                && let Some(lease) = self.lease.take()
            {
                self.journal.store.release(&lease).await?;
            }
            return Ok(true);
        }
        match cycle {
            Cycle::Busy => {}
            Cycle::Lost => self.lease = None,
            Cycle::Idle | Cycle::Wanted => {
                if self.in_flight.is_empty()
                    && let Some(lease) = self.lease.take()
                {
                    self.journal.store.release(&lease).await?;
                    if cycle == Cycle::Wanted {
                        // The other one looks once a poll.
                        tokio::time::sleep(self.journal.options.poll * 2).await;
                    }
                }
            }
        }
        Ok(true)
    }

    /// Takes the account's lease if there is something to send.
    async fn take_lease(&mut self) -> Result<bool, StoreError> {
        let journal = Arc::clone(&self.journal);
        let now = journal.clock.now_ms();
        let due = journal
            .store
            .next_due(
                self.account.id(),
                &self.account.destination(),
                &journal.proxy_id,
            )
            .await?;
        if due.is_none_or(|due| due > now) || self.backs_off_at(now) || self.again_at.is_some() {
            return Ok(false);
        }
        if self.is_doubtful {
            // Perhaps nobody has heard of this proxy for too long: a clock was set, or the machine slept.
            let ms = i64::try_from(journal.options.lease.as_millis()).unwrap_or(i64::MAX);
            journal.store.beat(&journal.proxy_id, ms).await?;
            self.is_doubtful = false;
        }
        let name = send_lease(self.account.id());
        let mut tx = journal.store.begin().await?;
        let lease = journal
            .store
            .acquire_in(&mut tx, &name, &journal.proxy_id)
            .await?;
        let Some(lease) = lease else {
            drop(tx);
            self.is_elsewhere = true;
            if !journal.secrets.batches().is_empty() {
                // Nobody else can send what needs a password from this memory.
                journal.store.want(&name, &journal.proxy_id).await?;
            }
            return Ok(false);
        };
        // Whoever had it before, this process included, is not sending any more.
        tx.lose_account(self.account.id(), now).await?;
        fail_point!("journal::before_lease_commit");
        tx.commit().await?;
        fail_point!("journal::lease_taken");
        self.is_unsure = false;
        self.lease = Some(lease);
        Ok(true)
    }

    /// How many calls may be begun.
    fn room(&self) -> usize {
        // A call of one item is short of work; one of many goes by itself.
        let most = match self.account.provider().most_items_per_call() {
            1 => self.journal.options.calls_at_once.max(1),
            _ => 1,
        };
        most.saturating_sub(self.in_flight.len())
    }

    /// Whether the account is left alone. A clock that was put back ends a rest.
    fn backs_off_at(&self, now: i64) -> bool {
        self.back_off_until > now && self.back_off_until <= now.saturating_add(LONGEST_REST_MS)
    }

    /// Whether open calls had all the time there is.
    fn is_over(&self) -> bool {
        self.stop_by.is_some_and(|by| Instant::now() >= by)
    }

    /// Told to end, and calls are still open: what they are about is unknown, for everybody to see.
    async fn leave_open(&mut self) -> Result<(), StoreError> {
        self.run_cycle(0).await?;
        if let Some(lease) = &self.lease {
            let now = self.journal.clock.now_ms();
            let mut tx = self.journal.store.begin().await?;
            if tx.holds(lease).await? != evenkeel_store::Hold::Lost {
                let items = tx.lose_account(self.account.id(), now).await?;
                tracing::warn!(
                    account = self.account.id(),
                    items,
                    "calls were still open at the end"
                );
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Leaves the account alone for a while.
    fn back_off(&mut self, reason: BackOff, now: i64, chance: u8) {
        self.back_offs = self.back_offs.saturating_add(1);
        let wait = classify::wait(reason, self.back_offs, chance);
        let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        self.back_off_until = self.back_off_until.max(now.saturating_add(wait));
        let account = self.account.id();
        tracing::info!(account, ?reason, wait_ms = wait, "the account rests");
    }

    fn begin(&mut self, started: Started) {
        let Some(lease) = self.lease.clone() else {
            return;
        };
        let call = Call {
            journal: Arc::clone(&self.journal),
            account: Arc::clone(&self.account),
            lease,
            chunk: started.call.chunk.clone(),
            signed_at: started.signed_at,
            stop: self.stop.clone(),
        };
        let id = started.call_id.clone();
        let open = OpenCall {
            call: started.call,
            action: started.action,
            signed_at: started.signed_at,
            begun: std::time::Instant::now(),
            permit: started.permit,
        };
        self.in_flight.insert(started.call_id, open);
        self.calls.spawn(async move { (id, call.make().await) });
    }

    async fn back_off_store(
        &mut self,
        error: &StoreError,
        is_stopping: bool,
        stop: &mut watch::Receiver<bool>,
    ) {
        self.refusals = self.refusals.saturating_add(1);
        let account = self.account.id();
        if self.refusals >= SILENT {
            self.journal.note_silent(account, Some(error.to_string()));
        }
        tracing::warn!(account, %error, "the journal cannot be written; nothing is sent until it can");
        let (first, most) = REFUSED;
        let rest = (first * (1 << self.refusals.min(6))).min(most);
        if is_stopping {
            tokio::time::sleep(first).await;
        } else {
            ending::pause(rest, stop).await;
        }
    }
}
