//! What the taking of batches needs of HTTP: the key of a request, and why it was refused, in words.

use axum::http::HeaderMap;
use evenkeel::{Report, Severity};
use evenkeel_api::headers;
use evenkeel_engine::{CreateBatchError, DestinationError};

use crate::problem::{Problem, ProblemCode};

/// The most issues that are told: a large batch may have one for each item.
const MOST_ISSUES: usize = 1000;
/// The longest key, in bytes.
const KEY_MAX: usize = 255;

/// The `Idempotency-Key`.
pub(super) fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut keys = headers.get_all(headers::IDEMPOTENCY_KEY).iter();
    let key = keys
        .next()
        .and_then(|key| key.to_str().ok())
        .filter(|key| (1..=KEY_MAX).contains(&key.len()))
        .filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()));
    match key {
        Some(key) if keys.next().is_none() => Ok(key.to_owned()),
        _ => Err(Problem::new(
            ProblemCode::IdempotencyKeyNeeded,
            format!(
                "the header `Idempotency-Key` must be one text of 1 to {KEY_MAX} visible ASCII characters, \
                 a new one for each batch and the same one when the same batch is asked for again"
            ),
        )),
    }
}

impl From<CreateBatchError> for Problem {
    fn from(error: CreateBatchError) -> Self {
        match error {
            CreateBatchError::KeyTaken => Self::new(
                ProblemCode::IdempotencyConflict,
                "this `Idempotency-Key` belongs to another request; take a new key for a new batch",
            ),
            CreateBatchError::UnknownAccount => Self::unknown_account(),
            CreateBatchError::NoSuchAction(action, provider) => {
                let detail = format!("`{action}` is no action of `{provider}` accounts");
                Self::new(ProblemCode::InvalidParameters, detail).unprocessable()
            }
            CreateBatchError::NothingToRetry => Self::new(
                ProblemCode::NothingToRetry,
                "no item of the batch is rejected or not sent and waits for a retry: one that another batch sends \
                 again by now (`retried_by`) is retried there",
            ),
            CreateBatchError::Destination(error) => error.into(),
            CreateBatchError::PasswordNeeded => Self::new(
                ProblemCode::PasswordNeeded,
                "items of the batch took a password, and none is kept: say it again as `password`, or \
                 `\"without_password\": true` to have the cloud make one that nobody sees",
            ),
            CreateBatchError::Invalid(report) => invalid(report),
            CreateBatchError::Store(error) => error.into(),
        }
    }
}

impl From<DestinationError> for Problem {
    fn from(error: DestinationError) -> Self {
        let detail = match error {
            DestinationError::Moved { account, then, now } => format!(
                "the batch is for `{}` in `{}`, and `{account}` leads to `{}` in `{}` by now: have the account \
                 lead there again, or call the batch off",
                then.cloud.trim(),
                then.region,
                now.cloud.trim(),
                now.region,
            ),
            DestinationError::Missing(account) => format!(
                "no account `{account}` is configured any more: configure it again, or call the batch off"
            ),
            DestinationError::Store(error) => return error.into(),
        };
        Self::new(ProblemCode::AccountMoved, detail)
    }
}

pub(super) fn invalid(mut report: Report) -> Problem {
    let all = report.issues.len();
    let mut detail = "the batch breaks the rules of its action".to_owned();
    if all > MOST_ISSUES {
        let issues = &mut report.issues;
        issues.retain(|issue| issue.severity == Severity::Error);
        issues.truncate(MOST_ISSUES);
        detail = format!(
            "{detail} in {all} places; the first {} errors are listed",
            issues.len()
        );
    }
    Problem::new(ProblemCode::InvalidParameters, detail)
        .unprocessable()
        .with_issues(report)
}
