//! Whether resources have disks of their hosts, where a cloud tells it by a look-up of its own. Names do not wait for it:
//! what cannot be read now is read later.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel::{LocalDisks, ResourceRecord, Tells};
use evenkeel_api::FailureCode;

use super::{Broken, NameReader};
use crate::sync::{
    failure::SyncFailure,
    schedule::{self, Ended},
};

/// What a look-up has still to tell.
#[derive(Debug, Default)]
pub(super) struct Unread {
    resources: BTreeSet<String>,
    /// How many readings failed in a row.
    failures: i64,
    not_before: i64,
}

/// How long what disks say is kept for names that cannot be read.
const KEPT_MS: i64 = 3_600_000;

impl NameReader {
    /// Has look-ups of disks say what they know of resources. Without evidence nobody has a word: a *no* takes a reading
    /// that came to its end, a *yes* one disk.
    pub(super) async fn read_disks(&mut self, ids: &[String]) -> Result<(), Broken> {
        for (number, facts) in self.working(Tells::LocalDisks) {
            let known = &self.disks;
            let wanted: Vec<String> = ids
                .iter()
                .filter(|id| !known.contains_key(*id))
                .cloned()
                .collect();
            if wanted.is_empty() || !self.may_read(number) {
                continue;
            }
            let is_all = facts.all_from.is_some_and(|from| wanted.len() >= from);
            let parts: Vec<Option<&[String]>> = if is_all {
                vec![None]
            } else {
                let parts = wanted.chunks(facts.ids_per_call.max(1));
                parts.map(Some).collect()
            };
            let mut failed = None;
            for part in parts {
                let asked = part.unwrap_or(&wanted);
                let mut told: BTreeMap<String, LocalDisks> = BTreeMap::new();
                let mut take = |disk: ResourceRecord| {
                    // Both are sorted, and the ids of a region's disks may be many.
                    if asked.binary_search(&disk.id).is_ok() {
                        let so_far = told.get(&disk.id).copied();
                        let both = so_far.map_or(disk.local_disks, |it| it.and(disk.local_disks));
                        told.insert(disk.id, both);
                    }
                };
                let read = self.call(facts, part, &mut take).await;
                if matches!(read, Ok(true)) {
                    let silent = asked.iter().filter(|id| !told.contains_key(*id));
                    let silent: Vec<String> = silent.cloned().collect();
                    told.extend(silent.into_iter().map(|id| (id, LocalDisks::Unknown)));
                } else {
                    told.retain(|_, disks| *disks == LocalDisks::Yes);
                }
                self.disks.append(&mut told);
                if let Err(failure) = read {
                    failed = Some(failure);
                    break;
                }
            }
            match failed {
                None => self.is_read(number),
                Some(failure) => self.is_not_read(number, failure, &wanted).await?,
            }
        }
        Ok(())
    }

    /// What was read so long ago that it is not to be written down any more.
    pub(super) fn forget_disks(&mut self, now: i64) {
        if self.disks.is_empty() {
            self.disks_since = now;
        } else if now - self.disks_since > KEPT_MS {
            self.disks.clear();
        }
    }

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

    fn may_read(&self, number: usize) -> bool {
        let lookup = self.lookups.get(number);
        lookup.is_some_and(|lookup| self.now() >= lookup.unread.not_before)
    }

    fn is_read(&mut self, number: usize) {
        if let Some(lookup) = self.lookups.get_mut(number) {
            lookup.refused = 0;
            lookup.unread.failures = 0;
        }
    }

    /// Leaves what did not come for later, and a look-up that is refused off.
    async fn is_not_read(
        &mut self,
        number: usize,
        failure: SyncFailure,
        wanted: &[String],
    ) -> Result<(), Broken> {
        let now = self.now();
        let poll_ms = self.sync.poll_ms;
        let Some(lookup) = self.lookups.get_mut(number) else {
            return Ok(());
        };
        let unread = &mut lookup.unread;
        let missing = wanted.iter().filter(|id| !self.disks.contains_key(*id));
        unread.resources.extend(missing.cloned());
        unread.failures = unread.failures.saturating_add(1);
        let ended = Ended::Failed {
            failure: &failure,
            times: unread.failures,
        };
        unread.not_before = now.saturating_add(schedule::wait(ended, poll_ms));
        match failure.code() {
            FailureCode::Denied | FailureCode::Refused | FailureCode::Unreadable => {
                self.failed(number, failure).await
            }
            code => {
                let account = self.sync.account.id();
                tracing::info!(account, ?code, %failure, "local disks are not read for now");
                Ok(())
            }
        }
    }
}
