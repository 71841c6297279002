//! The one translator of what went wrong: from the cloud's, the proxy's or the browser's words to a class that has a
//! plain sentence and an advice.

use evenkeel::visible::visible;
use evenkeel::{ErrorClass, ProviderError, ResponseError};
use evenkeel_api::{AccountFailure, FailureCode};

use crate::api::{Problem, UNREACHABLE, UNREADABLE};
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
    /// The proxy could not write or read its database.
    Store,
}

/// What went wrong, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub class: FailureClass,
    /// In the other side's words; foreign text.
    pub detail: String,
    pub code: Option<String>,
    pub request_id: Option<String>,
}

impl Failure {
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
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let class = match problem.code.as_str() {
            UNREACHABLE => FailureClass::ProxyUnreachable,
            UNREADABLE => FailureClass::Unreadable,
            "upstream_timeout" => FailureClass::CloudTimeout,
            "upstream_unreachable" => FailureClass::CloudUnreachable,
            _ => FailureClass::ProxyRefused,
        };
        let code =
            (!matches!(problem.code.as_str(), UNREACHABLE | UNREADABLE)).then_some(problem.code);
        Self {
            class,
            detail: problem.detail,
            code,
            request_id: problem.request_id,
        }
    }
}

/// What the collector says of an account's last reading.
impl From<&AccountFailure> for Failure {
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

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        Self {
            class: error.class.into(),
            detail: error.message,
            code: Some(error.code),
            request_id: error.request_id,
        }
    }
}

impl From<ResponseError> for Failure {
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
                request_id,
            },
        }
    }
}
