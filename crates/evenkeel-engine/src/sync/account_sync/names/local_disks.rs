//! Whether resources have disks of their hosts, where a cloud tells it by a look-up of its own. Names do not wait for it:
//! what cannot be read now is read later.

use std::collections::BTreeMap;

use evenkeel::{LocalDisks, ResourceRecord, Tells};

use super::{Broken, NameReader, is_passing};
use crate::sync::failure::SyncFailure;

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

    /// Leaves what did not come for later, and a look-up that is refused off.
    async fn is_not_read(
        &mut self,
        number: usize,
        failure: SyncFailure,
        wanted: &[String],
    ) -> Result<(), Broken> {
        let known = &self.disks;
        let missing = wanted.iter().filter(|id| !known.contains_key(*id));
        let missing: Vec<String> = missing.cloned().collect();
        self.leave(number, missing);
        self.rest(number, &failure);
        if is_passing(&failure) {
            return Ok(());
        }
        self.failed(number, failure).await
    }
}
