//! What the proxy itself has to say, as an answer.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use evenkeel::Report;
pub(crate) use evenkeel_api::{CallOutcome, ProblemCode};
use evenkeel_api::{PROBLEM_TYPE, paths};
use evenkeel_engine::{CallFailure, FailureKind};
use evenkeel_store::StoreError;

/// A problem on its way out; the request-log middleware adds the request id and writes the body.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    code: ProblemCode,
    status: StatusCode,
    detail: String,
    outcome: Option<CallOutcome>,
    issues: Option<Report>,
    retry_after_s: Option<u64>,
}

impl Problem {
    pub(crate) fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            // INVARIANT: every code has the status of a refusal; a test of the API holds that.
            status: StatusCode::from_u16(code.status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            detail: detail.into(),
            outcome: None,
            issues: None,
            retry_after_s: None,
        }
    }

    /// A parameter is not what is taken.
    pub(crate) fn wrong_parameter(name: &str, taken: &str) -> Self {
        let detail = format!("`{name}` must be {taken}");
        Self::new(ProblemCode::InvalidParameters, detail)
    }

    /// There is no such account.
    pub(crate) fn unknown_account() -> Self {
        Self::new(
            ProblemCode::UnknownAccount,
            format!(
                "no account of that name is configured; GET {} lists them",
                paths::accounts()
            ),
        )
    }

    /// The body is JSON and its parts are what they should be, but what it asks for is refused.
    pub(crate) fn unprocessable(mut self) -> Self {
        self.status = StatusCode::UNPROCESSABLE_ENTITY;
        self
    }

    pub(crate) fn with_outcome(mut self, outcome: CallOutcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    pub(crate) fn with_issues(mut self, report: Report) -> Self {
        self.issues = Some(report);
        self
    }

    /// Says when it is worth while to ask again.
    pub(crate) fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    pub(crate) fn code(&self) -> ProblemCode {
        self.code
    }

    /// States that nothing was sent, unless the problem knows better.
    pub(crate) fn assume_not_sent(&mut self) {
        self.outcome.get_or_insert(CallOutcome::NotSent);
    }

    /// The body.
    pub(crate) fn to_json(&self, request_id: &str) -> Vec<u8> {
        let body = evenkeel_api::Problem {
            title: self
                .status
                .canonical_reason()
                .unwrap_or_default()
                .to_owned(),
            status: self.status.as_u16(),
            code: self.code.into(),
            detail: self.detail.clone(),
            request_id: Some(request_id.to_owned()),
            outcome: self.outcome,
            issues: self.issues.as_ref(),
        };
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::new(ProblemCode::StoreUnavailable, error.to_string())
    }
}

impl From<CallFailure> for Problem {
    fn from(failure: CallFailure) -> Self {
        let (code, detail) = match failure.kind() {
            FailureKind::Unsendable => (ProblemCode::Unsendable, failure.to_string()),
            FailureKind::Unreachable => (ProblemCode::UpstreamUnreachable, failure.to_string()),
            FailureKind::TimedOut => (ProblemCode::UpstreamTimeout, failure.to_string()),
            FailureKind::ConnectionLost => (ProblemCode::UpstreamLost, failure.to_string()),
            FailureKind::TooLarge => (ProblemCode::UpstreamTooLarge, failure.to_string()),
            FailureKind::Unreadable | FailureKind::Refused(_) => {
                (ProblemCode::UpstreamUnreadable, failure.to_string())
            }
            FailureKind::KeyRests(_) => (
                ProblemCode::KeyRests,
                format!(
                    "{failure}, and refused it too often just now to be asked again: `evenkeel accounts check` says what is wrong"
                ),
            ),
            FailureKind::GivenUp | FailureKind::Interrupted => (
                ProblemCode::Internal,
                "the call was cut off inside the proxy".to_owned(),
            ),
        };
        Self::new(code, detail).with_outcome(failure.outcome())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_TYPE));
        if let Some(seconds) = self.retry_after_s {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // As HTTP has it: a 401 says what would do.
        if self.status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, bearer);
        }
        response.extensions_mut().insert(self);
        response
    }
}
