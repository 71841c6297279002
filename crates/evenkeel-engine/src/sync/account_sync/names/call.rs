//! One call of a look-up, page by page, and what its pages come to together.

use std::{sync::Arc, time::Instant};

use evenkeel::{LocalDisks, ResourceLookup, ResourceRecord};

use super::{NameReader, Turn};
use crate::{
    call_failure::CallFailure,
    keys::{Asker, KeyAnswer},
    metrics::CallClass,
    sync::failure::SyncFailure,
};

/// The most pages of one call about resources, and of one about everything: a list that has no end is left.
const MOST_PAGES: usize = 50;
const MOST_PAGES_OF_ALL: usize = 400;

impl NameReader {
    /// Calls a look-up for resources, or for everything, page by page; `take` gets what it tells. Gives whether it came to
    /// its end.
    pub(super) async fn call(
        &mut self,
        lookup: &ResourceLookup,
        ids: Option<&[String]>,
        take: &mut (dyn FnMut(ResourceRecord) + Send),
    ) -> Result<bool, SyncFailure> {
        let (account, runner) = (Arc::clone(&self.sync.account), &self.sync.runner);
        let scope = account.scope();
        let rest_ms = 2_000 / i64::from(runner.options.calls_per_second.get());
        let mut page: Option<String> = None;
        let most = ids.map_or(MOST_PAGES_OF_ALL, |_| MOST_PAGES);
        for _ in 0..most {
            let is_ours = |turn: &Turn| matches!(turn, Turn::Names(_));
            if self.turns.wait_for(is_ours).await.is_err() {
                return Err(CallFailure::Interrupted.into());
            }
            self.sync.limit.wait().await;
            let begun_at = runner.clock.now_ms();
            let permit = runner
                .keys
                .read(&account, Asker::Proxy)
                .await
                .map_err(|rest| CallFailure::resting(&rest, begun_at))?;
            let request = match ids {
                Some(ids) => lookup.request(ids, page.as_deref(), &scope),
                None => lookup.request_all(page.as_deref(), &scope),
            };
            let begun = Instant::now();
            let answer = runner.upstream.send(&account, &request).await;
            let took = begun.elapsed();
            let read = answer.map_err(CallFailure::from).and_then(|answer| {
                lookup
                    .read(&answer, page.as_deref())
                    .map_err(CallFailure::from)
            });
            permit.answered(match &read {
                Ok(_) => KeyAnswer::Taken,
                Err(failure) => failure.key_answer(),
            });
            let class = CallClass::of(read.as_ref().err().map(|it| it.kind().as_str()));
            let metrics = runner.upstream.metrics();
            metrics.call(account.id(), lookup.name, took, class);
            // Lists find room whenever they begin.
            runner
                .clock
                .sleep_until(begun_at.saturating_add(rest_ms))
                .await;
            let read = read?;
            read.records.into_iter().for_each(&mut *take);
            let turns_back = read.next.is_some() && read.next == page;
            page = read.next;
            if page.is_none() || turns_back {
                return Ok(!turns_back);
            }
        }
        Ok(false)
    }
}

/// Adds what a page tells of a resource to what others told.
pub(super) fn add(record: &mut ResourceRecord, told: ResourceRecord) {
    let ResourceRecord {
        id: _,
        name,
        zone,
        status,
        tags,
        local_disks,
    } = told;
    record.name = name.or_else(|| record.name.take());
    record.zone = zone.or_else(|| record.zone.take());
    record.status = status.or_else(|| record.status.take());
    record.tags.extend(tags);
    if local_disks != LocalDisks::Unknown {
        record.local_disks = local_disks;
    }
}
