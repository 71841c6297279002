//! One account's sync runs, one after the other, by one proxy at a time.

mod names;
mod read;

use std::{sync::Arc, time::Duration};

use evenkeel_api::{AccountPhase, FailureCode};
use evenkeel_store::{Hold, Lease, Reach, StoreError, SyncRun, SyncStatus};
use tokio::{sync::watch, task::JoinSet};

use super::{
    SyncRunner,
    failure::SyncFailure,
    limit::Limit,
    lists_off::ListsOff,
    schedule::{self, Due, Ended},
};
use crate::{account::Account, ending::pause, sync_requests::SyncRequest};

use names::{NameReader, Turn};

/// How long until the account is tried to be had, or the store to be written to, again.
const RETRY: Duration = Duration::from_secs(5);

/// Syncs one account.
#[derive(Clone)]
pub(crate) struct AccountSync {
    pub(crate) runner: Arc<SyncRunner>,
    pub(crate) account: Arc<Account>,
    pub(crate) limit: Arc<Limit>,
    pub(crate) poll_ms: i64,
    pub(crate) request: watch::Receiver<SyncRequest>,
    /// Counts the changes of the account's key.
    pub(crate) key_changes: watch::Receiver<u64>,
    /// The digest of the key that this proxy read its lists with last.
    pub(crate) read_with: Option<String>,
    pub(crate) stop: watch::Receiver<bool>,
}

/// Why a sync run did not come to its end.
enum Broken {
    Failed(SyncFailure),
    /// Another proxy syncs the account now.
    Lost,
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self::Failed(SyncFailure::store(&error))
    }
}

/// A sync run that came to the list's end.
struct End {
    run: SyncRun,
    reach: Reach,
    sure: bool,
    /// What it plainly lacked.
    shortfall: Option<SyncFailure>,
    /// What it did without.
    off: ListsOff,
    /// The digest of the key that it began with.
    key: String,
}

impl AccountSync {
    /// Until told to stop.
    pub(crate) async fn run(mut self) {
        let name = format!("collect:{}", self.account.id());
        loop {
            let lease = match self
                .runner
                .store
                .acquire(&name, &self.runner.proxy_id)
                .await
            {
                Ok(lease) => lease,
                Err(error) => {
                    tracing::warn!(account = self.account.id(), %error, "the account is not read");
                    None
                }
            };
            if let Some(lease) = lease {
                self.run_while_held(&lease).await;
            }
            if !pause(RETRY, &mut self.stop).await {
                return;
            }
        }
    }

    /// Syncs until told to stop, or until another proxy has the account.
    async fn run_while_held(&mut self, lease: &Lease) {
        let mut row = match self.load().await {
            Ok(row) => row,
            Err(error) => {
                tracing::warn!(account = self.account.id(), %error, "the account is not read");
                return;
            }
        };
        let failed_at = row.error.as_ref().map(|error| error.at.as_millis());
        let mut ended_at = row.updated_at.max(failed_at);
        let turn = watch::Sender::new(Turn::List);
        // In a set, which ends it with this.
        let mut names = JoinSet::new();
        if self.runner.options.names {
            let told = row.names_off.clone();
            names.spawn(NameReader::new(self, lease, turn.subscribe(), told).run());
        }
        let mut runs = 0;
        loop {
            if !self.wait(&row, ended_at).await {
                break;
            }
            turn.send_replace(Turn::List);
            let mut stop = self.stop.clone();
            let kept = tokio::select! {
                kept = self.run_once(&mut row, lease) => kept,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            if !kept {
                return;
            }
            ended_at = Some(self.runner.clock.now_ms());
            if row.error.is_none() {
                runs += 1;
                turn.send_replace(Turn::Names(runs));
            }
        }
        names.shutdown().await;
        if row.progress.take().is_some() {
            row.phase = resting(&row);
            let _ = self.save(&row, lease).await;
        }
        let _ = self.runner.store.release(lease).await;
    }

    async fn load(&self) -> Result<SyncStatus, StoreError> {
        let id = self.account.id();
        let mut rows = self.runner.store.sync_statuses().await?.into_iter();
        let found = rows.find(|row| row.account == id);
        let mut row = found.unwrap_or_else(|| SyncStatus::new(id));
        // Whoever was syncing it is not any more.
        if row.progress.take().is_some() {
            row.phase = resting(&row);
            row.next_at = None;
        }
        Ok(row)
    }

    /// Until the next sync run is due; tells whether to go on.
    async fn wait(&mut self, row: &SyncStatus, ended_at: Option<i64>) -> bool {
        let mut has_new_key = self.key_changes.has_changed().unwrap_or_default();
        self.key_changes.mark_unchanged();
        let keys = Arc::clone(&self.runner.keys);
        let mut changes = keys.changes();
        loop {
            let due = Due {
                next_at: row.next_at,
                ended_at,
                failed: row.error.as_ref().map(|error| &error.code),
                has_new_key,
                request: *self.request.borrow_and_update(),
                now: self.runner.clock.now_ms(),
            };
            let at = if self.has_key_news(row, ended_at) {
                due.now
            } else {
                due.at()
            };
            if at <= due.now {
                return !*self.stop.borrow();
            }
            tokio::select! {
                () = self.runner.clock.sleep_until(at) => {}
                Ok(()) = self.request.changed() => {}
                Ok(()) = self.key_changes.changed() => has_new_key = true,
                Ok(()) = changes.changed() => {}
                _ = self.stop.wait_for(|stop| *stop) => return false,
            }
        }
    }

    /// Whether others found out about the account's key what this account does not show yet: that it is
    /// refused, which is told without a call, or that it is taken again.
    fn has_key_news(&self, row: &SyncStatus, ended_at: Option<i64>) -> bool {
        let keys = &self.runner.keys;
        let told = row
            .error
            .as_ref()
            .filter(|error| matches!(error.code, FailureCode::Credentials | FailureCode::Clock));
        match (keys.rest(&self.account), told) {
            (Some(rest), None) => ended_at.is_none_or(|at| at <= rest.refused_at),
            (None, Some(error)) => keys
                .taken_at(&self.account)
                .is_some_and(|at| at >= error.at.as_millis()),
            _ => false,
        }
    }

    /// One sync run; tells whether the account is still ours.
    async fn run_once(&mut self, row: &mut SyncStatus, lease: &Lease) -> bool {
        let was_failing = row.error.is_some();
        let ended = match self.read(row, lease).await {
            Ok(end) => self.finish(row, lease, end).await,
            Err(broken) => Err(broken),
        };
        let failure = match ended {
            Ok(()) => {
                match &row.error {
                    None if was_failing => {
                        tracing::info!(account = self.account.id(), "the account is read again");
                    }
                    Some(error) if !was_failing => {
                        tracing::warn!(account = self.account.id(), code = ?error.code, detail = error.detail, "the account is not read whole");
                    }
                    _ => {}
                }
                return true;
            }
            Err(Broken::Lost) => return false,
            Err(Broken::Failed(failure)) => failure,
        };
        if !was_failing {
            tracing::warn!(account = self.account.id(), code = ?failure.code(), %failure, "the account cannot be read");
        }
        if failure.code() == FailureCode::Credentials {
            // Another key is a reason to read it again soon, which waiting sees.
            self.account.reread_after_refusal().await;
        }
        let now = self.runner.clock.now_ms();
        row.failures = row.failures.saturating_add(1);
        row.progress = None;
        row.error = Some(failure.shown(now));
        row.phase = resting(row);
        let ended = Ended::Failed {
            failure: &failure,
            times: row.failures,
        };
        row.next_at = Some(now.saturating_add(schedule::wait(ended, self.poll_ms)));
        match self.save(row, lease).await {
            Ok(()) => true,
            Err(Broken::Lost) => false,
            // It is known here, and written with the next sync run's news.
            Err(Broken::Failed(error)) => {
                tracing::warn!(account = self.account.id(), %error, "the store does not take it");
                true
            }
        }
    }

    async fn finish(
        &mut self,
        row: &mut SyncStatus,
        lease: &Lease,
        mut end: End,
    ) -> Result<(), Broken> {
        let now = self.runner.clock.now_ms();
        let mut tx = self.runner.store.begin().await?;
        let mut done = SyncStatus {
            phase: AccountPhase::Ok,
            updated_at: Some(now),
            progress: None,
            error: None,
            failures: 0,
            lists_off: end.off.told().cloned(),
            ..row.clone()
        };
        let mut missing = 0;
        if end.sure {
            end.run.leave(&mut tx, end.off.event_types()).await?;
            let gap = end
                .run
                .finish(&mut tx, end.reach, row.swept_at, now)
                .await?;
            missing = gap.missing;
            done.swept_at = Some(now);
            if end.reach == Reach::Whole {
                done.whole_at = Some(now);
            }
        }
        if let Some(shortfall) = &end.shortfall {
            // What came is shown and kept; that something is missing is told.
            done.error = Some(shortfall.shown(now));
            done.phase = AccountPhase::Failing;
        }
        let wait = schedule::wait(Ended::Done { missing }, self.poll_ms);
        done.next_at = Some(now.saturating_add(wait));
        done.save(&mut tx).await?;
        let began = row.progress.map_or(now, |progress| progress.since);
        if end.sure && end.reach == Reach::Whole {
            self.read_with_key(&mut tx, &end.key, began, now).await?;
        }
        keep(&mut tx, lease).await?;
        tx.commit().await?;
        self.runner.notifier.wake_sender(self.account.id());
        if let (None, Some(off)) = (&row.lists_off, &done.lists_off) {
            tracing::info!(account = self.account.id(), permissions = ?off.permissions, detail = off.failure.detail, "lists are off: the key may not read them");
        }
        *row = done;
        self.read_with = Some(end.key);
        Ok(())
    }

    /// The list was read whole: what was ordered with another key than this one goes on, or does not.
    async fn read_with_key(
        &self,
        tx: &mut evenkeel_store::Tx,
        key: &str,
        began: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        let account = self.account.id();
        if let Some(since) = tx.note_read(account, key, began, now).await? {
            let (go_on, stay) = tx.settle_key_change(account, since, now, now).await?;
            tracing::info!(
                account,
                go_on,
                stay,
                "the account was read whole with its new key: so many batches go on, so many wait for a person"
            );
        }
        Ok(())
    }

    async fn save(&self, row: &SyncStatus, lease: &Lease) -> Result<(), Broken> {
        let mut tx = self.runner.store.begin().await?;
        row.save(&mut tx).await?;
        keep(&mut tx, lease).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Nothing is written for an account that another proxy syncs.
async fn keep(tx: &mut evenkeel_store::Tx, lease: &Lease) -> Result<(), Broken> {
    match tx.holds(lease).await? {
        Hold::Ours | Hold::Wanted => Ok(()),
        Hold::Lost => Err(Broken::Lost),
    }
}

/// What an account is in that is not being synced.
fn resting(row: &SyncStatus) -> AccountPhase {
    match &row.error {
        Some(error) if error.code == FailureCode::Throttled => AccountPhase::Throttled,
        Some(_) => AccountPhase::Failing,
        None if row.updated_at.is_some() => AccountPhase::Ok,
        None => AccountPhase::Waiting,
    }
}
