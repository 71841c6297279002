//! One call that acts, from the written intent to its ending.

use std::{sync::Arc, time::Duration};

use evenkeel::Chunk;
use evenkeel_store::Lease;

use tokio::sync::watch;

use super::{Journal, classify::Ending};
use crate::{
    account::Account,
    call_failure::{CallFailure, GivenUp},
    upstream::Upstream,
};

/// How long the question may take whether the lease is still ours.
const LEASE_CHECK: Duration = Duration::from_secs(5);

/// A call whose intent is so far from the clock's time is given up: the cloud might take its signature
/// for old.
const OFF_TIME_MS: i64 = 60_000;

/// What a call needs.
pub(super) struct Call {
    pub(super) journal: Arc<Journal>,
    pub(super) account: Arc<Account>,
    pub(super) lease: Lease,
    pub(super) chunk: Chunk,
    /// The time in the intent, which the signature bears.
    pub(super) signed_at: i64,
    /// Whether the proxy is told to end.
    pub(super) stop: watch::Receiver<bool>,
}

impl Call {
    /// Makes it, in a task of its own that nobody cuts off.
    pub(super) async fn make(self) -> Ending {
        let ended = tokio::spawn(self.run()).await;
        ended.unwrap_or(Err(CallFailure::Interrupted))
    }

    async fn run(self) -> Ending {
        fail_point!("journal::before_sign");
        let journal = &self.journal;
        let request = self.chunk.operation.request(&self.account.scope());
        let signed = journal
            .upstream
            .sign(&self.account, &request, self.signed_at)?;
        drop(request);
        fail_point!("journal::signed");
        // INVARIANT: after signing. Whoever takes the lease over afterwards knows the time of every
        // signature that may still leave, because it stands in the intent.
        match tokio::time::timeout(LEASE_CHECK, journal.store.holds(&self.lease)).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => return Err(GivenUp::LeaseLost.into()),
            Ok(Err(_)) | Err(_) => return Err(GivenUp::StoreSilent.into()),
        }
        fail_point!("journal::lease_checked");
        let off = journal.clock.now_ms().saturating_sub(self.signed_at);
        if off.saturating_abs() > OFF_TIME_MS {
            return Err(GivenUp::OffTime.into());
        }
        if *self.stop.borrow() {
            return Err(GivenUp::Stopping.into());
        }
        fail_point!("journal::before_call");
        let answer = Upstream::dispatch(&self.account, signed).await;
        fail_point!("journal::answered");
        Ok(answer?)
    }
}
