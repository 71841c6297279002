//! One list from its first page to its last, as decisions: what to ask next, how long to wait, when
//! to stop. It sends nothing itself.

use std::collections::HashSet;

use evenkeel::{Cursor, Event, Operation, Response, Scope};
use evenkeel_api::FailureCode;

use super::failure::SyncFailure;
use crate::upstream::SendError;

/// How many events a page is asked for: every cloud serves it, and of some it is the most.
pub(crate) const PAGE_SIZE: u32 = 100;
/// 2,000,000 events, where a page has 100: a list that goes on after that is not read further, and that is told.
const MOST_PAGES: u32 = 20_000;
const MOST_WAITS: u32 = 8;
const MOST_RETRIES: u32 = 2;
/// So many pages in a row with nothing new on them may be passed.
const MOST_STALE: u32 = 2;
/// How much of a marker is shown: it is the cloud's, and may be anything.
const MARKER_SHOWN: usize = 64;
const FIRST_WAIT_MS: u64 = 1_000;
const LONGEST_WAIT_MS: u64 = 60_000;

/// What to do after an answer.
#[derive(Debug)]
pub(crate) enum Step {
    /// Take these in, then ask [`Paginator::operation`].
    More(Vec<Event>),
    /// Take these in; that was all.
    Done(Vec<Event>),
    /// Ask the same again after this time.
    Wait { ms: u64, failure: SyncFailure },
    /// There is no going on.
    Failed(SyncFailure),
}

/// Where a list is.
pub(crate) struct Paginator {
    scope: Scope,
    operation: Operation,
    seen: HashSet<(String, String)>,
    /// The markers of the pages that were read, this one's among them.
    markers: HashSet<String>,
    marker: Option<String>,
    /// The marker by which the list turned back to a page that was read.
    circle: Option<String>,
    /// How many pages in a row had nothing that was not seen before.
    stale: u32,
    pages: u32,
    most_pages: u32,
    /// Whether the list went on after the last page that is read.
    is_bounded: bool,
    waits: u32,
    retries: u32,
    /// How many events there are, where the cloud says so.
    total: Option<u64>,
    /// Whether that changed from one page to another.
    is_moving: bool,
    /// Whether it may have lacked something on its way.
    doubtful: bool,
}

/// Says that a list of so many events is not read to its end, where that is known before it is.
pub(crate) fn beyond(total: u64) -> Option<String> {
    let most = u64::from(MOST_PAGES) * u64::from(PAGE_SIZE);
    (total > most).then(|| {
        format!("the cloud counts {total} events in one list: what comes after the first {most} is not read")
    })
}

impl Paginator {
    pub(crate) fn new(scope: Scope, operation: Operation) -> Self {
        Self {
            scope,
            operation,
            seen: HashSet::new(),
            markers: HashSet::new(),
            marker: None,
            circle: None,
            stale: 0,
            pages: 0,
            most_pages: MOST_PAGES,
            is_bounded: false,
            waits: 0,
            retries: 0,
            total: None,
            is_moving: false,
            doubtful: false,
        }
    }

    /// What to ask now.
    pub(crate) fn operation(&self) -> &Operation {
        &self.operation
    }

    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }

    /// Whether what it did not show is surely not listed: nothing came twice in the place of
    /// something else, and there are as many as the cloud says.
    pub(crate) fn is_sure(&self) -> bool {
        !self.doubtful
            && !self.is_bounded
            && self.circle.is_none()
            && self.total.is_none_or(|it| self.listed() >= it)
    }

    /// What a list that came to its end plainly lacks, for people. A list that merely moved while
    /// it was read lacks nothing that the next sync run would not show.
    pub(crate) fn shortfall(&self) -> Option<SyncFailure> {
        if let Some(marker) = &self.circle {
            let detail = format!(
                "the cloud's list turns in a circle, back to the marker `{}`: what else is on it is not known",
                marker.chars().take(MARKER_SHOWN).collect::<String>()
            );
            return Some(SyncFailure::list(FailureCode::Endless, detail));
        }
        if self.is_bounded {
            let detail = format!(
                "the cloud's list goes on after {} pages: the {} events on them are known, what else is on it is not",
                self.pages,
                self.listed()
            );
            return Some(SyncFailure::list(FailureCode::Endless, detail));
        }
        let (listed, total) = (self.listed(), self.total?);
        (listed < total && !self.is_moving).then(|| {
            let detail = format!("the cloud counts {total} events and lists {listed} of them");
            SyncFailure::list(FailureCode::Incomplete, detail)
        })
    }

    fn listed(&self) -> u64 {
        u64::try_from(self.seen.len()).unwrap_or(u64::MAX)
    }

    pub(crate) fn take(&mut self, answer: Result<Response, SendError>) -> Step {
        let page = match answer {
            Err(error) => return self.stumble(error.into()),
            Ok(response) => match self.operation.page(&self.scope, &response) {
                Err(error) => return self.stumble(error.into()),
                Ok(page) => page,
            },
        };
        let before = self.seen.len();
        let keys = page
            .events
            .iter()
            .map(|event| (event.id.clone(), event.resource_id.clone()));
        self.seen.extend(keys);
        let nothing_new = self.seen.len() == before && !page.events.is_empty();
        let mut next = self.operation.next(&page);
        if let Some(Cursor::Marker(marker)) = &page.next
            && self.markers.contains(marker)
        {
            // From here on it would only repeat what was read.
            self.circle = Some(marker.clone());
            next = None;
        } else if nothing_new {
            // The cloud repeats itself: asked again, it may go on.
            self.doubtful = true;
            let failure = SyncFailure::list(
                FailureCode::Unreadable,
                "the cloud sends a page again instead of the next one",
            );
            if self.retries < MOST_RETRIES {
                return self.stumble(failure);
            }
            self.stale += 1;
            if next.is_none() || self.stale > MOST_STALE {
                return Step::Failed(failure);
            }
        } else if page.repeats {
            self.circle.clone_from(&self.marker);
        }
        if !nothing_new {
            self.stale = 0;
        }
        if let (Some(earlier), Some(now)) = (self.total, page.total) {
            self.is_moving |= now != earlier;
            // What came off the list moved the rest up, over the edge of a page.
            self.doubtful |= now < earlier;
        }
        self.waits = 0;
        self.retries = 0;
        self.pages += 1;
        self.total = page.total.or(self.total);
        match next {
            Some(_) if self.pages >= self.most_pages => {
                self.is_bounded = true;
                Step::Done(page.events)
            }
            Some(next) => {
                self.operation = next;
                if let Some(Cursor::Marker(marker)) = page.next {
                    self.markers.insert(marker.clone());
                    self.marker = Some(marker);
                }
                Step::More(page.events)
            }
            None => Step::Done(page.events),
        }
    }

    /// Reading again is harmless, so what may pass is tried again before anyone is bothered.
    fn stumble(&mut self, failure: SyncFailure) -> Step {
        let ms = if failure.code() == FailureCode::Throttled {
            let own = (FIRST_WAIT_MS << self.waits.min(10)).min(LONGEST_WAIT_MS);
            let ms = failure.retry_after_ms().unwrap_or(own).max(1);
            // A long pause is for the sync run as a whole, and for others to see.
            if self.waits == MOST_WAITS || ms > LONGEST_WAIT_MS {
                return Step::Failed(failure);
            }
            self.waits += 1;
            ms
        } else {
            if !failure.is_passing() || self.retries == MOST_RETRIES {
                return Step::Failed(failure);
            }
            self.retries += 1;
            FIRST_WAIT_MS << (self.retries - 1)
        };
        Step::Wait { ms, failure }
    }
}

#[cfg(test)]
mod tests;
