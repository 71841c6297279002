//! The one that sends for an account: it takes the account's lease, writes intents, makes the calls
//! and writes down what came of them.

mod see;
mod turn;

use std::{collections::HashMap, sync::Arc, time::Duration};

use evenkeel::Provider;
use evenkeel_store::{Lease, StoreError, journal::send_lease};
use tokio::{sync::watch, task::JoinSet};

use super::{
    Journal, Wakes,
    call::Call,
    finished::{Finished, Flying},
    verdict::{self, Ending, Pause},
};
use crate::account::Account;
use turn::Started;

/// How long the store is left alone after it refused: longer each time, up to the second.
const REFUSED: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

pub(super) struct Sender {
    journal: Arc<Journal>,
    account: Arc<Account>,
    lease: Option<Lease>,
    flying: HashMap<String, Flying>,
    calls: JoinSet<(String, Ending)>,
    finished: Vec<Finished>,
    /// A write failed, and may have happened all the same: intents may stand there without a call.
    is_unsure: bool,
    /// The account rests until then, ms since the Unix epoch, after so many pauses in a row.
    pause_until: i64,
    pauses: u32,
    refusals: u32,
}

/// What a turn came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
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
    pub(super) fn new(journal: Arc<Journal>, account: Arc<Account>) -> Self {
        Self {
            journal,
            account,
            lease: None,
            flying: HashMap::new(),
            calls: JoinSet::new(),
            finished: Vec::new(),
            is_unsure: false,
            pause_until: 0,
            pauses: 0,
            refusals: 0,
        }
    }

    /// Sends until told to stop; then open calls end, and their endings are written down.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            while let Some(ended) = self.calls.try_join_next() {
                self.take_in(ended.ok());
            }
            let is_stopping = *stop.borrow();
            match self.step(is_stopping).await {
                Ok(true) => self.refusals = 0,
                Ok(false) => break,
                Err(error) => {
                    self.is_unsure = true;
                    self.rest_after(&error, is_stopping, &mut stop).await;
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
        if let Some(lease) = self.lease.take()
            && let Err(error) = self.journal.store.release(&lease).await
        {
            tracing::debug!(%error, "the lease will run out");
        }
    }

    /// One step; `false` when there is nothing left to stop for.
    async fn step(&mut self, is_stopping: bool) -> Result<bool, StoreError> {
        let is_clear = self.flying.is_empty() && self.finished.is_empty();
        if is_stopping && is_clear {
            return Ok(false);
        }
        if self.lease.is_none() && is_clear && !self.take_lease().await? {
            return Ok(true);
        }
        let room = if is_stopping { 0 } else { self.room() };
        let turn = self.turn(room).await?;
        match turn {
            Turn::Busy => {}
            Turn::Lost => self.lease = None,
            Turn::Idle | Turn::Wanted => {
                if self.flying.is_empty()
                    && let Some(lease) = self.lease.take()
                {
                    self.journal.store.release(&lease).await?;
                    if turn == Turn::Wanted {
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
        if due.is_none_or(|due| due > now) || self.pause_until > now {
            return Ok(false);
        }
        let name = send_lease(self.account.id());
        let mut tx = journal.store.begin().await?;
        let lease = journal
            .store
            .acquire_in(&mut tx, &name, &journal.proxy_id)
            .await?;
        let Some(lease) = lease else {
            drop(tx);
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
        let most = match self.account.provider() {
            Provider::Ens => 1,
            Provider::HuaweiEcs => self.journal.options.huawei_calls.max(1),
        };
        most.saturating_sub(self.flying.len())
    }

    /// Leaves the account alone for a while.
    fn rest(&mut self, pause: Pause, now: i64, chance: u8) {
        self.pauses = self.pauses.saturating_add(1);
        let wait = verdict::wait(pause, self.pauses, chance);
        let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        self.pause_until = self.pause_until.max(now.saturating_add(wait));
        let account = self.account.id();
        tracing::info!(account, ?pause, wait_ms = wait, "the account rests");
    }

    fn begin(&mut self, started: Started) {
        let Some(lease) = self.lease.clone() else {
            return;
        };
        let call = Call {
            journal: Arc::clone(&self.journal),
            account: Arc::clone(&self.account),
            lease,
            chunk: started.flying.chunk.clone(),
            signed_at: started.signed_at,
        };
        let id = started.call_id.clone();
        self.flying.insert(started.call_id, started.flying);
        self.calls.spawn(async move { (id, call.make().await) });
    }

    fn take_in(&mut self, ended: Option<(String, Ending)>) {
        // A call's own task is never cut off, and its panic is an ending of its own.
        let Some((call_id, ending)) = ended else {
            return;
        };
        let Some(flying) = self.flying.remove(&call_id) else {
            return;
        };
        let now = self.journal.clock.now_ms();
        if let Ending::NeverLeft(why) = ending {
            tracing::warn!(
                account = self.account.id(),
                why,
                "a call was given up before it left"
            );
        }
        let finished = Finished::new(call_id, flying, &ending, &self.account, now);
        if finished.refuses_key {
            let account = self.account.id();
            tracing::warn!(
                account,
                batch = finished.batch_id,
                "the cloud refuses the account's key; the batch is paused"
            );
        }
        if let Some(pause) = finished.pause {
            let chance = finished.call_id.as_bytes().last().copied();
            self.rest(pause, now, chance.unwrap_or_default());
        } else {
            self.pauses = 0;
        }
        self.finished.push(finished);
    }

    async fn rest_after(
        &mut self,
        error: &StoreError,
        is_stopping: bool,
        stop: &mut watch::Receiver<bool>,
    ) {
        self.refusals = self.refusals.saturating_add(1);
        let account = self.account.id();
        tracing::warn!(account, %error, "the journal cannot be written; nothing is sent until it can");
        let (first, most) = REFUSED;
        let rest = (first * (1 << self.refusals.min(6))).min(most);
        if is_stopping {
            tokio::time::sleep(first).await;
        } else {
            super::pause(rest, stop).await;
        }
    }

    /// Waits until there may be something to do.
    async fn wait(&mut self, stop: &mut watch::Receiver<bool>) {
        if !self.finished.is_empty() {
            return;
        }
        let journal = Arc::clone(&self.journal);
        let is_stopping = *stop.borrow();
        let is_full = self.room() == 0;
        let until = if is_full {
            None
        } else {
            self.next_time().await
        };
        let bell = async {
            match journal.wakes.get(self.account.id()) {
                Some(Wakes { sender, .. }) if !is_full => sender.notified().await,
                _ => std::future::pending().await,
            }
        };
        let time = async {
            match until {
                Some(until) => journal.clock.sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(ended) = self.calls.join_next() => self.take_in(ended.ok()),
            () = bell => {}
            () = time => {}
            _ = stop.wait_for(|stop| *stop), if !is_stopping => {}
            // Whatever a bell missed.
            () = tokio::time::sleep(journal.options.poll * 5), if self.flying.is_empty() => {}
        }
    }

    /// When the next item is due, with this account's rest; with a lease in hand and no rest: now.
    async fn next_time(&self) -> Option<i64> {
        let due = self
            .journal
            .store
            .next_due(
                self.account.id(),
                &self.account.destination(),
                &self.journal.proxy_id,
            )
            .await
            .ok()??;
        Some(due.max(self.pause_until))
    }
}
