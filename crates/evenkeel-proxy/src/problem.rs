//! What the proxy itself has to say: `application/problem+json` (RFC 9457) with a stable code.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use evenkeel::Report;
use evenkeel_store::StoreError;
use serde::Serialize;

/// What is known about a call that got no answer from the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Nothing left: it is safe to try again.
    NotSent,
    /// Something may have left and nobody knows: look at the event before anything else.
    Unknown,
}

/// The stable codes; a code is never reused for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The parameters break a rule; `issues` says which.
    InvalidParameters,
    /// No account of that name.
    UnknownAccount,
    /// No batch of that id, or no such item of it.
    UnknownBatch,
    /// No event of that id was seen.
    UnknownEvent,
    /// No operation of that name, or not of this account's cloud.
    UnknownOperation,
    /// Nothing is there.
    NotFound,
    /// Something is there, but not for this method.
    MethodNotAllowed,
    /// The `Host` is not this machine.
    ForbiddenHost,
    /// The request comes from another site's page.
    ForbiddenOrigin,
    /// The body is not declared as JSON.
    UnsupportedMediaType,
    /// The body is larger than any call needs.
    TooLarge,
    /// The body did not arrive, or not in time.
    IncompleteBody,
    /// The body's chunks are none.
    MalformedBody,
    /// The request could not be built as it would be signed.
    Unsendable,
    /// The cloud could not be reached; nothing was sent.
    UpstreamUnreachable,
    /// The cloud did not answer in time.
    UpstreamTimeout,
    /// The connection broke after the request had left.
    UpstreamLost,
    /// The cloud's answer is larger than any answer should be.
    UpstreamTooLarge,
    /// The cloud's answer cannot be read.
    UpstreamUnreadable,
    /// The request needs a key that makes it one, however often it is sent.
    IdempotencyKeyNeeded,
    /// The key belongs to another request.
    IdempotencyConflict,
    /// No item of the batch was rejected or not sent and is not sent again yet.
    NothingToRetry,
    /// Items that took a password are to be sent again, and the request says neither the password nor
    /// that there is to be none.
    PasswordNeeded,
    /// The account leads elsewhere than when the batch was taken.
    AccountMoved,
    /// Only an unknown item can be settled by a person.
    NotUnknown,
    /// What changes something goes through a batch.
    UseBatches,
    /// The cloud refuses the account's key, which is left alone for a while.
    KeyRests,
    /// There are as many streams as there may be.
    TooManyStreams,
    /// The proxy has as much in hand as it may; `retry-after` says when to come back.
    Busy,
    /// The store does not answer, or does not take what it is given.
    StoreUnavailable,
    /// The proxy itself failed.
    Internal,
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Self::InvalidParameters
            | Self::MalformedBody
            | Self::Unsendable
            | Self::IdempotencyKeyNeeded => StatusCode::BAD_REQUEST,
            Self::IdempotencyConflict | Self::PasswordNeeded => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NothingToRetry | Self::AccountMoved | Self::NotUnknown | Self::UseBatches => {
                StatusCode::CONFLICT
            }
            Self::UnknownAccount
            | Self::UnknownBatch
            | Self::UnknownEvent
            | Self::UnknownOperation
            | Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::ForbiddenHost | Self::ForbiddenOrigin => StatusCode::FORBIDDEN,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::IncompleteBody => StatusCode::REQUEST_TIMEOUT,
            Self::UpstreamUnreachable
            | Self::UpstreamLost
            | Self::UpstreamTooLarge
            | Self::UpstreamUnreadable => StatusCode::BAD_GATEWAY,
            Self::UpstreamTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::KeyRests | Self::TooManyStreams | Self::Busy | Self::StoreUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A problem on its way out; the request-log middleware adds the request id and writes the body.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    code: Code,
    status: StatusCode,
    detail: String,
    outcome: Option<CallOutcome>,
    issues: Option<Report>,
    retry_after_s: Option<u64>,
}

impl Problem {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            status: code.status(),
            detail: detail.into(),
            outcome: None,
            issues: None,
            retry_after_s: None,
        }
    }

    /// There is no such account.
    pub(crate) fn unknown_account() -> Self {
        Self::new(
            Code::UnknownAccount,
            "no account of that name is configured; GET /api/v1/accounts lists them",
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

    pub(crate) fn code(&self) -> Code {
        self.code
    }

    /// States that nothing was sent, unless the problem knows better.
    pub(crate) fn assume_not_sent(&mut self) {
        self.outcome.get_or_insert(CallOutcome::NotSent);
    }

    /// The body.
    pub(crate) fn to_json(&self, request_id: &str) -> Vec<u8> {
        #[derive(Serialize)]
        struct Shape<'a> {
            title: &'static str,
            status: u16,
            code: Code,
            detail: &'a str,
            request_id: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            outcome: Option<CallOutcome>,
            #[serde(skip_serializing_if = "Option::is_none")]
            issues: Option<&'a Report>,
        }
        let status = self.status;
        let shape = Shape {
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            code: self.code,
            detail: &self.detail,
            request_id,
            outcome: self.outcome,
            issues: self.issues.as_ref(),
        };
        serde_json::to_vec(&shape).unwrap_or_default()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::new(Code::StoreUnavailable, error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after_s {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}
