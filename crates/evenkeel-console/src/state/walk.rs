//! The walk through an account's pages, as decisions: what to ask next, how long to wait, when to stop. It sends nothing
//! itself.

use std::collections::HashSet;

use evenkeel::{
    ErrorClass, Event, Operation, Provider, Response, Scope, first_page,
};

use super::failure::{Failure, FailureClass};
use super::table::EventKey;
use crate::api::Problem;

/// Both clouds serve it; Huawei's most.
pub const PAGE_SIZE: u32 = 100;
/// 200,000 events: an account that goes on after that is walking in circles.
const MOST_PAGES: u32 = 2_000;
const MOST_WAITS: u32 = 8;
const MOST_RETRIES: u32 = 2;
const FIRST_WAIT_MS: u64 = 1_000;
const LONGEST_WAIT_MS: u64 = 60_000;

/// What to do after an answer.
#[derive(Debug)]
pub enum Step {
    /// Take these in, then ask [`Walk::operation`].
    More(Vec<Event>),
    /// Take these in; that was all.
    Done(Vec<Event>),
    /// Ask the same again after this time.
    Wait {
        ms: u64,
        throttled: bool,
    },
    Failed(Failure),
}

/// Where one account's walk is.
pub struct Walk {
    scope: Scope,
    operation: Operation,
    seen: HashSet<EventKey>,
    pages: u32,
    waits: u32,
    retries: u32,
    /// How many events there are, where the cloud says so.
    pub total: Option<u64>,
}

impl Walk {
    pub fn new(provider: Provider, scope: Scope) -> Self {
        Self {
            scope,
            operation: first_page(provider, PAGE_SIZE),
            seen: HashSet::new(),
            pages: 0,
            waits: 0,
            retries: 0,
            total: None,
        }
    }

    /// What to ask now.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    pub fn loaded(&self) -> usize {
        self.seen.len()
    }

    pub fn take(&mut self, answer: Result<Response, Problem>) -> Step {
        let response = match answer {
            Ok(response) => response,
            Err(problem) => return self.stumble(problem.into()),
        };
        let page = match self.operation.page(&self.scope, &response) {
            Ok(page) => page,
            Err(error) if error.class() == Some(ErrorClass::Throttled) => {
                return self.wait(error.retry_after_ms(), error.into());
            }
            Err(error) => return self.stumble(error.into()),
        };
        self.waits = 0;
        self.retries = 0;
        self.pages += 1;
        self.total = page.total.or(self.total);
        let before = self.seen.len();
        self.seen.extend(page.events.iter().map(EventKey::of));
        // A page with nothing new means that the cloud repeats itself.
        let fresh = self.seen.len() > before && self.pages < MOST_PAGES;
        match self.operation.next(&page).filter(|_| fresh) {
            Some(next) => {
                self.operation = next;
                Step::More(page.events)
            }
            None => Step::Done(page.events),
        }
    }

    fn wait(&mut self, hint: Option<u64>, failure: Failure) -> Step {
        if self.waits == MOST_WAITS {
            return Step::Failed(failure);
        }
        let own = (FIRST_WAIT_MS << self.waits).min(LONGEST_WAIT_MS);
        self.waits += 1;
        Step::Wait {
            ms: hint.unwrap_or(own).min(LONGEST_WAIT_MS),
            throttled: true,
        }
    }

    /// Reading again is harmless, so a stumble that may pass is tried again before anyone is bothered.
    fn stumble(&mut self, failure: Failure) -> Step {
        let passing = matches!(
            failure.class,
            FailureClass::Unavailable | FailureClass::CloudTimeout | FailureClass::CloudUnreachable
        );
        if !passing || self.retries == MOST_RETRIES {
            return Step::Failed(failure);
        }
        let ms = FIRST_WAIT_MS << self.retries;
        self.retries += 1;
        Step::Wait {
            ms,
            throttled: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk() -> Walk {
        Walk::new(
            Provider::Ens,
            Scope {
                account: "edge".to_owned(),
                project_id: None,
            },
        )
    }

    fn answer(status: u16, body: &str) -> Response {
        Response {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn page(number: u32, total: u32, ids: &[u32]) -> Response {
        let events: Vec<_> = ids
            .iter()
            .map(|id| {
                format!(
                    r#"{{"EventId":"e-{id}","EventStatus":"Inquiring","EventType":"Disk:Stalled","ResourceId":"d-{id}"}}"#
                )
            })
            .collect();
        answer(
            200,
            &format!(
                r#"{{"RequestId":"R","PageNumber":{number},"PageSize":100,"TotalCount":{total},"Events":[{}]}}"#,
                events.join(",")
            ),
        )
    }

    const THROTTLED: &str = r#"{"RequestId":"R","Code":"Throttling.User","Message":"slow down"}"#;

    #[test]
    fn goes_from_page_to_page_until_all_are_there() {
        let mut walk = walk();
        let first: Vec<u32> = (0..100).collect();
        assert!(
            matches!(walk.take(Ok(page(1, 101, &first))), Step::More(events) if events.len() == 100)
        );
        assert_eq!(walk.total, Some(101));
        assert!(
            matches!(walk.take(Ok(page(2, 101, &[100]))), Step::Done(events) if events.len() == 1)
        );
        assert_eq!(walk.loaded(), 101);
    }

    #[test]
    fn stops_when_the_cloud_repeats_itself() {
        let mut walk = walk();
        let same: Vec<u32> = (0..100).collect();
        assert!(matches!(walk.take(Ok(page(1, 500, &same))), Step::More(_)));
        assert!(matches!(walk.take(Ok(page(2, 500, &same))), Step::Done(_)));
    }

    #[test]
    fn waits_longer_each_time_and_gives_up_in_the_end() {
        let mut walk = walk();
        let mut waits = Vec::new();
        let failure = loop {
            match walk.take(Ok(answer(400, THROTTLED))) {
                Step::Wait {
                    ms,
                    throttled: true,
                } => waits.push(ms),
                Step::Failed(failure) => break failure,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60].map(|s| s * 1000));
        assert_eq!(failure.class, FailureClass::Throttled);
    }

    #[test]
    fn keeps_to_the_hint_of_the_cloud() {
        let mut response = answer(400, THROTTLED);
        response
            .headers
            .push(("x-acs-retry-after".to_owned(), "3000".to_owned()));
        let step = walk().take(Ok(response));
        assert!(
            matches!(step, Step::Wait { throttled: true, ms } if ms != 1_000),
            "{step:?}"
        );
    }

    #[test]
    fn tries_again_what_may_pass_and_not_what_will_not() {
        let mut walk = walk();
        let unavailable = r#"{"RequestId":"R","Code":"ServiceUnavailable","Message":"down"}"#;
        assert!(matches!(
            walk.take(Ok(answer(503, unavailable))),
            Step::Wait {
                throttled: false,
                ..
            }
        ));
        let denied = r#"{"RequestId":"R","Code":"NoPermission","Message":"Permission denied."}"#;
        let step = walk.take(Ok(answer(400, denied)));
        assert!(matches!(step, Step::Failed(failure) if failure.class == FailureClass::Denied));
    }
}
