//! Reads an account's list, page by page, to its end.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use evenkeel::{Operation, first_pages};
use evenkeel_api::{AccountPhase, FailureCode};
use evenkeel_store::{Lease, Reach, SyncProgress, SyncRun, SyncStatus};

use super::{AccountSync, Broken, End, keep};
use crate::{
    keys::{self, Asker},
    sync::{
        failure::SyncFailure,
        lists_off::ListsOff,
        paginator::PAGE_SIZE,
        reader::{ReadContext, ReaderMessage, Readers},
        window,
    },
};

/// How often a long list is read in one unbroken sync run: windows show nothing that was never published.
const WHOLE_MS: i64 = 3_600_000;
/// How often a sync run says how far it is.
const REPORT: Duration = Duration::from_secs(1);

impl AccountSync {
    pub(super) async fn read(&self, row: &mut SyncStatus, lease: &Lease) -> Result<End, Broken> {
        let now = self.runner.clock.now_ms();
        let mut run = SyncRun::begin(&self.runner.store, self.account.id()).await?;
        let key = keys::digest(&self.account);
        let (all, mut off) = self.lists(row, &key, now);
        let queue = self
            .runner
            .store
            .queue(self.account.id(), &key, now)
            .await?;
        // What was ordered with another key waits for it.
        let whole_is_due =
            queue.unread_since().is_some() || row.whole_at.is_none_or(|at| now - at >= WHOLE_MS);
        let mut lists = Vec::new();
        if !whole_is_due {
            lists = window::parts(&all, &run.published());
        }
        let reach = if lists.is_empty() {
            lists = all;
            Reach::Whole
        } else {
            Reach::Published
        };
        begin(row, now);
        if row.updated_at.is_none() {
            self.save(row, lease).await?;
        }
        let context = self.read_context();
        let mut left = lists.len();
        let mut readers = Readers::start(&context, lists);
        let (mut sure, mut shortfall) = (true, None);
        let mut reported = Instant::now();
        while left > 0 {
            match readers.next().await {
                Some(ReaderMessage::Page {
                    events,
                    total,
                    asked_at,
                    cloud_at,
                }) => {
                    let mut tx = self.runner.store.begin().await?;
                    let found = run
                        .take(&mut tx, &events, self.runner.clock.now_ms())
                        .await?;
                    row.phase = AccountPhase::Walking;
                    row.next_at = None;
                    if let Some(progress) = &mut row.progress {
                        progress.events = run.seen();
                        progress.total = total.filter(|_| reach == Reach::Whole);
                    }
                    // Nothing to write is nothing to commit: a steady list costs the disk nothing.
                    if found.wrote || reported.elapsed() >= REPORT {
                        row.save(&mut tx).await?;
                        keep(&mut tx, lease).await?;
                        tx.commit().await?;
                        reported = Instant::now();
                    } else {
                        drop(tx);
                    }
                    self.runner
                        .reconciler
                        .page(&self.account, &events, asked_at, cloud_at)
                        .await?;
                }
                Some(ReaderMessage::Waiting { until, failure }) => {
                    if failure.code() == FailureCode::Throttled {
                        row.phase = AccountPhase::Throttled;
                        row.next_at = Some(until);
                        self.save(row, lease).await?;
                    }
                }
                Some(ReaderMessage::End {
                    sure: this,
                    shortfall: lacks,
                }) => {
                    sure &= this;
                    shortfall = shortfall.or(lacks);
                    left -= 1;
                }
                Some(ReaderMessage::Off { list, failure }) => {
                    off.denied(list, &failure, self.runner.clock.now_ms());
                    left -= 1;
                }
                Some(ReaderMessage::Failed(failure)) => return Err(Broken::Failed(failure)),
                None => {
                    let failure = SyncFailure::list(FailureCode::Other, "the reading was cut off");
                    return Err(Broken::Failed(failure));
                }
            }
        }
        Ok(End {
            run,
            reach,
            sure,
            shortfall,
            off,
            key,
        })
    }

    /// What is to be read with a key, and what is left out.
    fn lists(&self, row: &SyncStatus, key: &str, now: i64) -> (Vec<Operation>, ListsOff) {
        let mut all = first_pages(self.account.provider(), PAGE_SIZE);
        let asked_at = self.request.borrow().asked_at;
        // Another key may have what the one before lacked, and who begins does not know which one that was.
        let is_same = self.read_with.as_deref() == Some(key);
        let told = row.lists_off.as_ref().filter(|_| is_same);
        let off = ListsOff::take_from(&mut all, told, asked_at, now);
        (all, off)
    }

    fn read_context(&self) -> ReadContext {
        ReadContext {
            account: Arc::clone(&self.account),
            upstream: self.runner.upstream.clone(),
            limit: Arc::clone(&self.limit),
            clock: self.runner.clock.clone(),
            keys: Arc::clone(&self.runner.keys),
            asker: match self.request.borrow().asked_at {
                Some(at) => Asker::Person(at),
                None => Asker::Proxy,
            },
        }
    }
}

/// Says that a sync run is under way from now on.
fn begin(row: &mut SyncStatus, now: i64) {
    row.progress = Some(SyncProgress {
        since: now,
        events: 0,
        total: None,
    });
    row.phase = AccountPhase::Walking;
    row.next_at = None;
}
