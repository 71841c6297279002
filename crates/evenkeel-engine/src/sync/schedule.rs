//! When an account is synced next.

use evenkeel_api::FailureCode;
use uuid::Uuid;

use super::failure::SyncFailure;
use crate::sync_requests::{QUICK_MS, SyncRequest};

/// What a whole sync run lacked is looked for again soon.
const AGAIN_MS: i64 = 10_000;
/// The least time between a sync run and one that somebody asks for.
const ASKED_MS: i64 = 2_000;
/// Huawei locks a key for five minutes after more than five bad signatures.
const REFUSED_MS: i64 = 60_000;
const FIRST_RETRY_MS: i64 = 10_000;
const LONGEST_RETRY_MS: i64 = 600_000;

/// How a sync run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended<'a> {
    /// At the list's end; with what it lacked for the first time.
    Done { missing: u64 },
    /// It failed, and that so many times in a row.
    Failed {
        failure: &'a SyncFailure,
        times: i64,
    },
}

/// How long after a sync run the next one is, in ms.
pub(crate) fn wait(ended: Ended<'_>, poll_ms: i64) -> i64 {
    match ended {
        Ended::Done { missing: 0 } => jitter(poll_ms),
        Ended::Done { .. } => jitter(poll_ms.min(AGAIN_MS)),
        Ended::Failed { failure, times } => {
            let hint = failure
                .retry_after_ms()
                .and_then(|ms| i64::try_from(ms).ok());
            hint.unwrap_or_default().max(backoff(failure.code(), times))
        }
    }
}

fn backoff(code: FailureCode, times: i64) -> i64 {
    let first = match code {
        FailureCode::Credentials | FailureCode::Clock | FailureCode::Denied => REFUSED_MS,
        _ => FIRST_RETRY_MS,
    };
    let doublings = u32::try_from(times.saturating_sub(1))
        .unwrap_or_default()
        .min(10);
    jitter((first << doublings).min(LONGEST_RETRY_MS))
}

/// What is known when the next sync run is due.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due<'a> {
    /// When it was planned; none where the account was never synced.
    pub(crate) next_at: Option<i64>,
    /// When the last sync run ended.
    pub(crate) ended_at: Option<i64>,
    /// Why it failed.
    pub(crate) failed: Option<&'a FailureCode>,
    /// Whether the account's key is another one since.
    pub(crate) has_new_key: bool,
    pub(crate) request: SyncRequest,
    pub(crate) now: i64,
}

impl Due<'_> {
    /// When to sync: as planned, or earlier where somebody wishes it and the cloud did not ask to
    /// be left alone.
    pub(crate) fn at(self) -> i64 {
        let (Some(next_at), Some(ended_at)) = (self.next_at, self.ended_at) else {
            return self.next_at.unwrap_or(self.now);
        };
        // A clock that was put back must not stop everything.
        let next_at = next_at.min(self.now.saturating_add(2 * LONGEST_RETRY_MS));
        let gap = match self.failed {
            Some(FailureCode::Throttled) => return next_at,
            Some(FailureCode::Credentials | FailureCode::Clock) => REFUSED_MS,
            _ => ASKED_MS,
        };
        let mut due = next_at;
        if self.has_new_key {
            // What was refused, or what waits to be shown with this key.
            due = due.min(ended_at.saturating_add(ASKED_MS));
        }
        if self.request.asked_at.is_some_and(|asked| asked > ended_at) {
            due = due.min(ended_at.saturating_add(gap));
        }
        // What was read, though not whole, was read.
        let is_read = matches!(
            self.failed,
            None | Some(FailureCode::Incomplete | FailureCode::Endless)
        );
        if is_read
            && self
                .request
                .quick_until
                .is_some_and(|until| until > self.now)
        {
            due = due.min(ended_at.saturating_add(QUICK_MS));
        }
        due
    }
}

/// Within a tenth of it, so that accounts do not all call at once.
fn jitter(ms: i64) -> i64 {
    let spread = ms / 5;
    if spread == 0 {
        return ms;
    }
    let random = i64::from(Uuid::new_v4().as_fields().0) % spread;
    ms - spread / 2 + random
}

#[cfg(test)]
mod tests {
    use evenkeel::{ErrorClass, ProviderError, ResponseError};

    use super::*;

    fn failed(code: FailureCode, times: i64) -> i64 {
        let failure = SyncFailure::list(code, "");
        wait(
            Ended::Failed {
                failure: &failure,
                times,
            },
            60_000,
        )
    }

    fn about(ms: i64) -> std::ops::RangeInclusive<i64> {
        ms * 9 / 10..=ms * 11 / 10
    }

    #[test]
    fn walks_keep_their_interval_within_a_tenth() {
        for _ in 0..100 {
            assert!(about(60_000).contains(&wait(Ended::Done { missing: 0 }, 60_000)));
            assert!(about(10_000).contains(&wait(Ended::Done { missing: 1 }, 60_000)));
            assert!(about(5_000).contains(&wait(Ended::Done { missing: 1 }, 5_000)));
        }
    }

    #[test]
    fn failures_are_left_alone_longer_each_time() {
        for (times, ms) in [
            (1, 10_000),
            (2, 20_000),
            (6, 320_000),
            (7, 600_000),
            (99, 600_000),
        ] {
            let wait = failed(FailureCode::Unreachable, times);
            assert!(about(ms).contains(&wait), "{times}: {wait}");
        }
        assert!(about(60_000).contains(&failed(FailureCode::Credentials, 1)));
    }

    #[test]
    fn the_clouds_hint_is_kept_to() {
        let failure = SyncFailure::from(ResponseError::Refused(ProviderError {
            status: 429,
            code: "Throttling".to_owned(),
            message: String::new(),
            request_id: None,
            retry_after_ms: Some(900_000),
            class: ErrorClass::Throttled,
        }));
        let ended = Ended::Failed {
            failure: &failure,
            times: 1,
        };
        assert_eq!(wait(ended, 60_000), 900_000);
    }

    #[test]
    fn a_wish_brings_a_walk_forward_but_not_into_a_pause_that_the_cloud_asked_for() {
        let due = |failed: Option<FailureCode>, request| {
            Due {
                next_at: Some(160_000),
                ended_at: Some(100_000),
                failed: failed.as_ref(),
                has_new_key: false,
                request,
                now: 110_000,
            }
            .at()
        };
        let asked = SyncRequest {
            asked_at: Some(105_000),
            ..SyncRequest::default()
        };
        let quick = SyncRequest {
            quick_until: Some(150_000),
            ..SyncRequest::default()
        };
        let over = SyncRequest {
            asked_at: Some(99_000),
            quick_until: Some(109_000),
        };
        assert_eq!(due(None, SyncRequest::default()), 160_000);
        assert_eq!(due(None, asked), 102_000);
        assert_eq!(due(None, quick), 105_000);
        assert_eq!(due(None, over), 160_000);
        assert_eq!(due(Some(FailureCode::Throttled), asked), 160_000);
        assert_eq!(due(Some(FailureCode::Credentials), asked), 160_000);
        assert_eq!(due(Some(FailureCode::Lost), asked), 102_000);
        assert_eq!(due(Some(FailureCode::Lost), quick), 160_000);
    }

    #[test]
    fn a_new_key_is_tried_soon_unless_the_cloud_asked_to_be_left_alone() {
        let due = |failed| {
            Due {
                next_at: Some(160_000),
                ended_at: Some(100_000),
                failed: Some(&failed),
                has_new_key: true,
                request: SyncRequest::default(),
                now: 110_000,
            }
            .at()
        };
        assert_eq!(due(FailureCode::Credentials), 102_000);
        assert_eq!(due(FailureCode::Throttled), 160_000);
    }

    #[test]
    fn an_account_that_was_never_walked_is_walked_now() {
        let due = Due {
            next_at: None,
            ended_at: None,
            failed: None,
            has_new_key: false,
            request: SyncRequest::default(),
            now: 7,
        };
        assert_eq!(due.at(), 7);
    }
}
