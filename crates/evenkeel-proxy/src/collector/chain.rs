//! One list from its first page to its last, as decisions: what to ask next, how long to wait, when
//! to stop. It sends nothing itself.

use std::collections::HashSet;

use evenkeel::{Event, Operation, Response, Scope};
use evenkeel_api::FailureCode;

use super::failure::Failure;
use crate::upstream::SendError;

/// 200,000 events: a list that goes on after that is walked in circles.
const MOST_PAGES: u32 = 2_000;
const MOST_WAITS: u32 = 8;
const MOST_RETRIES: u32 = 2;
const FIRST_WAIT_MS: u64 = 1_000;
const LONGEST_WAIT_MS: u64 = 60_000;

/// What to do after an answer.
#[derive(Debug)]
pub(crate) enum Step {
    /// Take these in, then ask [`Chain::operation`].
    More(Vec<Event>),
    /// Take these in; that was all.
    Done(Vec<Event>),
    /// Ask the same again after this time.
    Wait { ms: u64, failure: Failure },
    /// There is no going on.
    Failed(Failure),
}

/// Where a list is.
pub(crate) struct Chain {
    scope: Scope,
    operation: Operation,
    seen: HashSet<(String, String)>,
    pages: u32,
    waits: u32,
    retries: u32,
    /// How many events there are, where the cloud says so.
    total: Option<u64>,
    /// Whether it may have lacked something on its way.
    doubtful: bool,
}

impl Chain {
    pub(crate) fn new(scope: Scope, operation: Operation) -> Self {
        Self {
            scope,
            operation,
            seen: HashSet::new(),
            pages: 0,
            waits: 0,
            retries: 0,
            total: None,
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
        let seen = u64::try_from(self.seen.len()).unwrap_or(u64::MAX);
        !self.doubtful && self.total.is_none_or(|total| seen >= total)
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
        let next = self.operation.next(&page);
        if nothing_new {
            // The cloud repeats itself: asked again, it may go on.
            self.doubtful = true;
            let failure = Failure::new(
                FailureCode::Unreadable,
                "the cloud sends a page again instead of the next one",
            );
            if self.retries < MOST_RETRIES {
                return self.stumble(failure);
            }
            if next.is_none() {
                return Step::Failed(failure);
            }
        }
        if let (Some(earlier), Some(now)) = (self.total, page.total)
            && now < earlier
        {
            // What came off the list moved the rest up, over the edge of a page.
            self.doubtful = true;
        }
        self.waits = 0;
        self.retries = 0;
        self.pages += 1;
        self.total = page.total.or(self.total);
        match next {
            Some(_) if self.pages >= MOST_PAGES => Step::Failed(Failure::new(
                FailureCode::Endless,
                format!("the list does not end after {MOST_PAGES} pages"),
            )),
            Some(next) => {
                self.operation = next;
                Step::More(page.events)
            }
            None => Step::Done(page.events),
        }
    }

    /// Reading again is harmless, so what may pass is tried again before anyone is bothered.
    fn stumble(&mut self, failure: Failure) -> Step {
        let ms = if failure.code == FailureCode::Throttled {
            let own = (FIRST_WAIT_MS << self.waits.min(10)).min(LONGEST_WAIT_MS);
            let ms = failure.hint_ms.unwrap_or(own).max(1);
            // A long pause is for the walk as a whole, and for others to see.
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
mod tests {
    use evenkeel::{Provider, first_page};
    use serde_json::json;

    use super::*;

    fn chain(provider: Provider) -> Chain {
        let scope = Scope {
            account: "edge".to_owned(),
            project_id: None,
        };
        Chain::new(scope, first_page(provider, 100))
    }

    type Answer = Result<Response, SendError>;

    #[expect(clippy::unnecessary_wraps, reason = "what a chain takes")]
    fn answer(status: u16, body: &serde_json::Value) -> Answer {
        Ok(Response {
            status,
            headers: Vec::new(),
            body: body.to_string().into_bytes(),
        })
    }

    fn page(number: u32, total: u32, ids: std::ops::Range<u32>) -> Answer {
        let events: Vec<_> = ids
            .map(|id| json!({"EventId": format!("e-{id}"), "EventStatus": "Inquiring", "ResourceId": "i"}))
            .collect();
        let body = json!({"RequestId": "R", "PageNumber": number, "PageSize": 100, "TotalCount": total, "Events": events});
        answer(200, &body)
    }

    fn marked(ids: std::ops::Range<u32>, marker: Option<&str>) -> Answer {
        let events: Vec<_> = ids
            .map(|id| json!({"id": format!("{id}"), "state": "inquiring", "instance_id": "i"}))
            .collect();
        let body = json!({"events": events, "page_info": {"next_marker": marker}});
        answer(200, &body)
    }

    fn throttled() -> Answer {
        let body = json!({"RequestId": "R", "Code": "Throttling.User", "Message": "slow down"});
        answer(400, &body)
    }

    #[test]
    fn goes_from_page_to_page_until_all_are_there() {
        let mut chain = chain(Provider::Ens);
        assert!(
            matches!(chain.take(page(1, 101, 0..100)), Step::More(events) if events.len() == 100)
        );
        assert_eq!(chain.total(), Some(101));
        assert!(
            matches!(chain.take(page(2, 101, 100..101)), Step::Done(events) if events.len() == 1)
        );
        assert!(chain.is_sure());
    }

    #[test]
    fn a_page_that_comes_again_is_asked_for_again_and_leaves_a_doubt() {
        let mut chain = chain(Provider::Ens);
        assert!(matches!(chain.take(page(1, 150, 0..100)), Step::More(_)));
        assert!(matches!(
            chain.take(page(2, 150, 0..100)),
            Step::Wait { .. }
        ));
        assert!(matches!(chain.take(page(2, 150, 100..150)), Step::Done(_)));
        assert!(!chain.is_sure());
    }

    #[test]
    fn a_list_that_turns_in_circles_is_given_up() {
        let mut chain = chain(Provider::HuaweiEcs);
        assert!(matches!(
            chain.take(marked(0..100, Some("99"))),
            Step::More(_)
        ));
        for _ in 0..MOST_RETRIES {
            assert!(matches!(
                chain.take(marked(0..100, Some("99"))),
                Step::Wait { .. }
            ));
        }
        let step = chain.take(marked(0..100, Some("99")));
        assert!(matches!(step, Step::Failed(failure) if failure.code == FailureCode::Unreadable));
    }

    #[test]
    fn what_the_cloud_counts_and_does_not_show_leaves_a_doubt() {
        let mut chain = chain(Provider::Ens);
        assert!(matches!(chain.take(page(1, 200, 0..100)), Step::More(_)));
        assert!(matches!(chain.take(page(2, 200, 99..199)), Step::Done(_)));
        assert!(!chain.is_sure(), "199 of 200");
    }

    #[test]
    fn a_list_that_shrinks_under_way_leaves_a_doubt() {
        let mut chain = chain(Provider::Ens);
        assert!(matches!(chain.take(page(1, 201, 0..100)), Step::More(_)));
        // Event 5 is gone, and event 100 is on the first page now.
        assert!(matches!(chain.take(page(2, 200, 101..201)), Step::Done(_)));
        assert!(!chain.is_sure());
    }

    #[test]
    fn waits_longer_each_time_it_is_throttled_and_gives_up_in_the_end() {
        let mut chain = chain(Provider::Ens);
        let mut waits = Vec::new();
        let failure = loop {
            match chain.take(throttled()) {
                Step::Wait { ms, .. } => waits.push(ms),
                Step::Failed(failure) => break failure,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60].map(|s| s * 1000));
        assert_eq!(failure.code, FailureCode::Throttled);
    }

    #[test]
    fn keeps_to_the_hint_of_the_cloud() {
        for (hint, waits) in [("3000", true), ("600000", false)] {
            let mut response = throttled();
            if let Ok(response) = &mut response {
                response.headers = vec![("x-acs-retry-after".to_owned(), hint.to_owned())];
            }
            match chain(Provider::Ens).take(response) {
                Step::Wait { ms: 3_000, .. } if waits => {}
                Step::Failed(failure) if !waits => assert_eq!(failure.hint_ms, Some(600_000)),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn tries_again_what_may_pass_and_not_what_will_not() {
        let unavailable =
            json!({"RequestId": "R", "Code": "ServiceUnavailable", "Message": "down"});
        let mut chain = chain(Provider::Ens);
        for wait in [1_000, 2_000] {
            let step = chain.take(answer(503, &unavailable));
            assert!(matches!(step, Step::Wait { ms, .. } if ms == wait));
        }
        let step = chain.take(answer(503, &unavailable));
        assert!(matches!(step, Step::Failed(failure) if failure.code == FailureCode::Unavailable));
        let denied =
            json!({"RequestId": "R", "Code": "NoPermission", "Message": "Permission denied."});
        let step = chain.take(answer(400, &denied));
        assert!(matches!(step, Step::Failed(failure) if failure.code == FailureCode::Denied));
    }
}
