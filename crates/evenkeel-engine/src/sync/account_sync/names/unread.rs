//! What a look-up has still to tell, where the others went on without it: what cannot be read now is read later.

use std::collections::BTreeSet;

use super::{Broken, NameReader, Off};
use crate::sync::{
    failure::SyncFailure,
    schedule::{self, Ended},
};

/// From how many failures in a row on it is said: one may be over by the next call.
const SAID_FROM: i64 = 2;

/// What a look-up has still to tell.
#[derive(Debug, Default)]
pub(super) struct Unread {
    resources: BTreeSet<String>,
    /// How many readings failed in a row.
    failures: i64,
    not_before: i64,
    /// What is said of it.
    said: Option<Off>,
}

impl Unread {
    /// Why it is not read, where that lasts.
    pub(super) fn said(&self) -> Option<&Off> {
        self.said.as_ref()
    }
}

impl NameReader {
    /// Adds what is still to be read and may be tried again, as far as there are open events of it.
    pub(super) async fn add_unread(
        &mut self,
        due: &mut Vec<String>,
        now: i64,
    ) -> Result<(), Broken> {
        let mut unread = BTreeSet::new();
        for lookup in &mut self.lookups {
            if lookup.off.is_none() && now >= lookup.unread.not_before {
                unread.append(&mut lookup.unread.resources);
            }
        }
        if unread.is_empty() {
            return Ok(());
        }
        let open = self.due(i64::MAX).await?;
        unread.retain(|id| open.binary_search(id).is_ok());
        unread.extend(std::mem::take(due));
        *due = unread.into_iter().collect();
        Ok(())
    }

    /// Whether a look-up may be made now: one that failed a short while ago may not.
    pub(super) fn may_read(&self, number: usize) -> bool {
        let lookup = self.lookups.get(number);
        lookup.is_some_and(|lookup| self.now() >= lookup.unread.not_before)
    }

    pub(super) fn is_read(&mut self, number: usize) {
        if let Some(lookup) = self.lookups.get_mut(number) {
            lookup.refused = 0;
            lookup.unread.failures = 0;
            lookup.unread.said = None;
        }
    }

    /// Leaves what a look-up has to tell of these for later.
    pub(super) fn leave(&mut self, number: usize, ids: impl IntoIterator<Item = String>) {
        if let Some(lookup) = self.lookups.get_mut(number) {
            lookup.unread.resources.extend(ids);
        }
    }

    /// Has a look-up that failed rest, for longer each time.
    pub(super) fn rest(&mut self, number: usize, failure: &SyncFailure) {
        let (now, poll_ms) = (self.now(), self.sync.poll_ms);
        let Some(lookup) = self.lookups.get_mut(number) else {
            return;
        };
        let unread = &mut lookup.unread;
        unread.failures = unread.failures.saturating_add(1);
        let ended = Ended::Failed {
            failure,
            times: unread.failures,
        };
        unread.not_before = now.saturating_add(schedule::wait(ended, poll_ms));
        if unread.failures >= SAID_FROM {
            unread.said.get_or_insert_with(|| Off {
                at: now,
                failure: failure.clone(),
            });
        }
        let (account, name) = (self.sync.account.id(), lookup.facts.name);
        tracing::info!(account, lookup = name, code = ?failure.code(), %failure, "a look-up is left for later");
    }
}
