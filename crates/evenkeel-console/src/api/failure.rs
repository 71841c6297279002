//! The one translator of what went wrong: from the cloud's, the proxy's or the browser's words to a class that has a
//! plain sentence and an advice.

use evenkeel::visible::visible;
use evenkeel::{ErrorClass, ProviderError, ResponseError};
use evenkeel_api::{AccountFailure, FailureCode, Problem, ProblemCode};

use super::ApiError;
use crate::i18n::Strings;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureClass {
    Denied,
    Credentials,
    Clock,
    Throttled,
    Unavailable,
    /// The cloud refused for a reason of its own.
    Refused,
    /// Nobody could make sense of the answer.
    Unreadable,
    /// The list came, and not all of it.
    Incomplete,
    /// The proxy did not reach the cloud.
    CloudUnreachable,
    /// The cloud did not answer the proxy in time.
    CloudTimeout,
    /// The browser did not reach the proxy.
    ProxyUnreachable,
    /// The proxy refused.
    ProxyRefused,
    /// The proxy asks who one is.
    LoginNeeded,
    /// The proxy could not write or read its database.
    Store,
}

/// What went wrong, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownFailure {
    pub class: FailureClass,
    /// In the other side's words; foreign text.
    pub detail: String,
    pub code: Option<String>,
    /// Where the proxy refused: for what, if this program knows it.
    pub problem: Option<ProblemCode>,
    pub request_id: Option<String>,
}

impl ShownFailure {
    pub fn title(&self, t: Strings) -> &'static str {
        match self.class {
            FailureClass::Denied => t.failure_denied(),
            FailureClass::Credentials => t.failure_credentials(),
            FailureClass::Clock => t.failure_clock(),
            FailureClass::Throttled => t.failure_throttled(),
            FailureClass::Unavailable => t.failure_unavailable(),
            FailureClass::Refused => t.failure_refused(),
            FailureClass::Unreadable => t.failure_unreadable(),
            FailureClass::Incomplete => t.failure_incomplete(),
            FailureClass::CloudUnreachable => t.failure_cloud_unreachable(),
            FailureClass::CloudTimeout => t.failure_cloud_timeout(),
            FailureClass::ProxyUnreachable => t.failure_proxy_unreachable(),
            FailureClass::ProxyRefused => t.failure_proxy_refused(),
            FailureClass::LoginNeeded => t.failure_login(),
            FailureClass::Store => t.failure_store(),
        }
    }

    pub fn advice(&self, t: Strings) -> &'static str {
        match self.class {
            FailureClass::Denied => t.advice_denied(),
            FailureClass::Credentials => t.advice_credentials(),
            FailureClass::Clock => t.advice_clock(),
            FailureClass::Throttled => t.advice_throttled(),
            FailureClass::Unavailable | FailureClass::CloudTimeout => t.advice_unavailable(),
            FailureClass::Refused | FailureClass::ProxyRefused => t.advice_refused(),
            FailureClass::Unreadable => t.advice_unreadable(),
            FailureClass::Incomplete => t.advice_incomplete(),
            FailureClass::CloudUnreachable => t.advice_cloud_unreachable(),
            FailureClass::ProxyUnreachable => t.advice_proxy_unreachable(),
            FailureClass::LoginNeeded => t.advice_login(),
            FailureClass::Store => t.advice_store(),
        }
    }

    /// The other side's own words, for whoever has to look them up.
    pub fn fine_print(&self) -> String {
        [
            self.code.as_deref(),
            Some(self.detail.as_str()),
            self.request_id.as_deref(),
        ]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .map(visible)
        .collect::<Vec<_>>()
        .join(" · ")
    }

    /// A line: what it is, and the other side's words.
    pub fn summary(&self, t: Strings) -> String {
        let fine = self.fine_print();
        let title = self.title(t);
        if fine.is_empty() {
            title.to_owned()
        } else {
            format!("{title} ({fine})")
        }
    }
}

impl From<ApiError> for ShownFailure {
    fn from(error: ApiError) -> Self {
        let here = |class, detail| Self {
            class,
            detail,
            code: None,
            problem: None,
            request_id: None,
        };
        match error {
            ApiError::Silent(detail) => here(FailureClass::ProxyUnreachable, detail),
            ApiError::Unreadable(detail) => here(FailureClass::Unreadable, detail),
            ApiError::Problem(problem) => (*problem).into(),
        }
    }
}

impl From<Problem> for ShownFailure {
    fn from(problem: Problem) -> Self {
        let known = problem.code.known();
        Self {
            // What a newer proxy says is a refusal, too; its own words tell for what.
            class: known.map_or(FailureClass::ProxyRefused, FailureClass::from),
            detail: problem.detail,
            code: Some(problem.code.as_str().to_owned()),
            problem: known,
            request_id: problem.request_id,
        }
    }
}

impl From<ProblemCode> for FailureClass {
    fn from(code: ProblemCode) -> Self {
        match code {
            ProblemCode::UpstreamTimeout => Self::CloudTimeout,
            ProblemCode::UpstreamUnreachable => Self::CloudUnreachable,
            ProblemCode::LoginNeeded => Self::LoginNeeded,
            ProblemCode::InvalidParameters
            | ProblemCode::UnknownAccount
            | ProblemCode::UnknownBatch
            | ProblemCode::UnknownEvent
            | ProblemCode::UnknownOperation
            | ProblemCode::NotFound
            | ProblemCode::MethodNotAllowed
            | ProblemCode::WrongCode
            | ProblemCode::WrongLogin
            | ProblemCode::WeakPassword
            | ProblemCode::TooManyAttempts
            | ProblemCode::TooManyRequests
            | ProblemCode::UnknownSession
            | ProblemCode::NotAllowed
            | ProblemCode::ForbiddenHost
            | ProblemCode::ForbiddenOrigin
            | ProblemCode::UnsupportedMediaType
            | ProblemCode::TooLarge
            | ProblemCode::NotAcceptable
            | ProblemCode::IncompleteBody
            | ProblemCode::MalformedBody
            | ProblemCode::Unsendable
            | ProblemCode::UpstreamLost
            | ProblemCode::UpstreamTooLarge
            | ProblemCode::UpstreamUnreadable
            | ProblemCode::IdempotencyKeyNeeded
            | ProblemCode::IdempotencyConflict
            | ProblemCode::NothingToRetry
            | ProblemCode::PasswordNeeded
            | ProblemCode::AccountMoved
            | ProblemCode::NotUnknown
            | ProblemCode::NotWaiting
            | ProblemCode::PlanChanged
            | ProblemCode::SecondPersonNeeded
            | ProblemCode::NoBreakGlass
            | ProblemCode::UseBatches
            | ProblemCode::KeyRests
            | ProblemCode::TooManyStreams
            | ProblemCode::Busy
            | ProblemCode::StoreUnavailable
            | ProblemCode::Internal => Self::ProxyRefused,
        }
    }
}

/// What the sync says of an account's last reading.
impl From<&AccountFailure> for ShownFailure {
    fn from(failure: &AccountFailure) -> Self {
        let class = match failure.code {
            FailureCode::Denied => FailureClass::Denied,
            FailureCode::Credentials => FailureClass::Credentials,
            FailureCode::Clock => FailureClass::Clock,
            FailureCode::Throttled => FailureClass::Throttled,
            FailureCode::Unavailable => FailureClass::Unavailable,
            FailureCode::Refused | FailureCode::Other => FailureClass::Refused,
            FailureCode::Unreadable => FailureClass::Unreadable,
            FailureCode::Endless | FailureCode::Incomplete => FailureClass::Incomplete,
            FailureCode::Unreachable | FailureCode::Lost => FailureClass::CloudUnreachable,
            FailureCode::Timeout => FailureClass::CloudTimeout,
            FailureCode::Unsendable => FailureClass::ProxyRefused,
            FailureCode::Store => FailureClass::Store,
        };
        Self {
            class,
            detail: failure.detail.clone(),
            code: failure.provider_code.clone(),
            problem: None,
            request_id: failure.request_id.clone(),
        }
    }
}

impl From<ErrorClass> for FailureClass {
    fn from(class: ErrorClass) -> Self {
        match class {
            ErrorClass::Denied => Self::Denied,
            ErrorClass::Credentials => Self::Credentials,
            ErrorClass::Clock => Self::Clock,
            ErrorClass::Throttled => Self::Throttled,
            ErrorClass::Unavailable => Self::Unavailable,
            ErrorClass::NotFound | ErrorClass::Invalid | ErrorClass::Other => Self::Refused,
        }
    }
}

impl From<ProviderError> for ShownFailure {
    fn from(error: ProviderError) -> Self {
        Self {
            class: error.class.into(),
            detail: error.message,
            code: Some(error.code),
            problem: None,
            request_id: error.request_id,
        }
    }
}

impl From<ResponseError> for ShownFailure {
    fn from(error: ResponseError) -> Self {
        match error {
            ResponseError::Refused(error) => error.into(),
            ResponseError::Unreadable {
                status,
                detail,
                class,
                request_id,
                ..
            } => Self {
                class: class.map_or(FailureClass::Unreadable, FailureClass::from),
                detail,
                code: Some(format!("HTTP {status}")),
                problem: None,
                request_id,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(json: &str) -> ShownFailure {
        ApiError::Problem(serde_json::from_str(json).unwrap()).into()
    }

    #[test]
    fn what_the_proxy_says_keeps_its_words() {
        let late = r#"{"code":"upstream_timeout","detail":"no answer","request_id":"r-1"}"#;
        let failure = failure(late);
        assert_eq!(failure.class, FailureClass::CloudTimeout);
        assert_eq!(failure.problem, Some(ProblemCode::UpstreamTimeout));
        assert_eq!(failure.fine_print(), "upstream_timeout · no answer · r-1");
    }

    #[test]
    fn what_a_newer_proxy_says_is_a_refusal_in_its_own_words() {
        let failure = failure(r#"{"code":"of_tomorrow","detail":"all new"}"#);
        assert_eq!(failure.class, FailureClass::ProxyRefused);
        assert_eq!(failure.problem, None);
        assert_eq!(failure.fine_print(), "of_tomorrow · all new");
    }

    #[test]
    fn what_no_proxy_said_has_no_code() {
        let silent = ShownFailure::from(ApiError::Silent("connection refused".to_owned()));
        assert_eq!(silent.class, FailureClass::ProxyUnreachable);
        assert_eq!(silent.fine_print(), "connection refused");
        let odd = ShownFailure::from(ApiError::Unreadable("HTTP 502".to_owned()));
        assert_eq!(
            (odd.class, odd.fine_print().as_str()),
            (FailureClass::Unreadable, "HTTP 502")
        );
    }
}
