//! Why an account could not be read, and how long it is left alone for it.

use evenkeel::{ErrorClass, ProviderError, ResponseError, Timestamp};
use evenkeel_api::{AccountFailure, FailureCode};
use evenkeel_store::StoreError;

use crate::{
    foreign,
    keys::{KeyAnswer, KeyFault, REFUSED, RestingKey},
    upstream::SendError,
};

/// The longest message of a cloud that is kept and logged, in characters.
const MESSAGE_MAX: usize = 500;
/// The longest code, or id of a request.
const CODE_MAX: usize = 128;

/// Why a page did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: FailureCode,
    detail: String,
    provider_code: Option<String>,
    request_id: Option<String>,
    /// How long the cloud asks to be left alone, ms.
    pub(crate) hint_ms: Option<u64>,
}

impl Failure {
    pub(crate) fn new(code: FailureCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            provider_code: None,
            request_id: None,
            hint_ms: None,
        }
    }

    /// The key is left alone because the cloud refused it.
    pub(crate) fn resting(rest: &RestingKey, now: i64) -> Self {
        let code = match rest.fault {
            KeyFault::Key => FailureCode::Credentials,
            KeyFault::Clock => FailureCode::Clock,
        };
        Self {
            provider_code: Some(rest.code.clone()),
            hint_ms: u64::try_from(rest.next_at.saturating_sub(now)).ok(),
            ..Self::new(code, REFUSED)
        }
    }

    /// What it says about the key.
    pub(crate) fn key_answer(&self) -> KeyAnswer {
        let code = self.provider_code.clone().unwrap_or_default();
        match self.code {
            FailureCode::Credentials => KeyAnswer::Refused(KeyFault::Key, code),
            FailureCode::Clock => KeyAnswer::Refused(KeyFault::Clock, code),
            FailureCode::Denied | FailureCode::Refused => KeyAnswer::Taken,
            _ => KeyAnswer::Nothing,
        }
    }

    /// Whether the same call may work soon.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(
            self.code,
            FailureCode::Unavailable
                | FailureCode::Timeout
                | FailureCode::Lost
                | FailureCode::Unreachable
                | FailureCode::Unreadable
        )
    }

    /// As it is shown, with its time.
    pub(crate) fn shown(&self, at: i64) -> AccountFailure {
        AccountFailure {
            code: self.code,
            detail: self.detail.clone(),
            at: Timestamp::from_millis(at),
            provider_code: self.provider_code.clone(),
            request_id: self.request_id.clone(),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(code) = &self.provider_code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.detail)
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        let code = match &error {
            SendError::Unsigned(_) | SendError::Unsendable => FailureCode::Unsendable,
            SendError::Unreachable { .. } => FailureCode::Unreachable,
            SendError::Timeout { .. } => FailureCode::Timeout,
            SendError::Lost { .. } => FailureCode::Lost,
            SendError::TooLarge { .. } | SendError::Unreadable { .. } => FailureCode::Unreadable,
        };
        Self::new(code, error.to_string())
    }
}

fn code(class: ErrorClass) -> FailureCode {
    match class {
        ErrorClass::Denied => FailureCode::Denied,
        ErrorClass::Credentials => FailureCode::Credentials,
        ErrorClass::Clock => FailureCode::Clock,
        ErrorClass::Throttled => FailureCode::Throttled,
        ErrorClass::Unavailable => FailureCode::Unavailable,
        ErrorClass::NotFound | ErrorClass::Invalid | ErrorClass::Other => FailureCode::Refused,
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        let code = code(error.class);
        // Of a refused signature only the code is kept: some clouds send back what was signed, a
        // session token among it.
        let detail = match code {
            FailureCode::Credentials | FailureCode::Clock => REFUSED.to_owned(),
            _ => foreign::one_line(&error.message, MESSAGE_MAX),
        };
        Self {
            provider_code: Some(foreign::one_line(&error.code, CODE_MAX)),
            request_id: error.request_id.map(|id| foreign::one_line(&id, CODE_MAX)),
            hint_ms: error.retry_after_ms,
            ..Self::new(code, detail)
        }
    }
}

impl From<ResponseError> for Failure {
    fn from(error: ResponseError) -> Self {
        // A gateway's page of HTML says by its status what is the matter, not that we cannot read.
        let code = error.class().map_or(FailureCode::Unreadable, code);
        let (detail, hint_ms) = (error.to_string(), error.retry_after_ms());
        match error {
            ResponseError::Refused(error) => error.into(),
            ResponseError::Unreadable { request_id, .. } => Self {
                request_id,
                hint_ms,
                ..Self::new(code, detail)
            },
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(FailureCode::Store, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cloud_says_is_bounded() {
        let long = "x\n".repeat(1_000_000);
        let error = ProviderError {
            class: ErrorClass::Other,
            code: long.clone(),
            message: long.clone(),
            request_id: Some(long),
            retry_after_ms: None,
            status: 400,
        };
        let failure = Failure::from(error);
        assert!(failure.to_string().chars().count() < 700);
        let shown = failure.shown(0);
        assert!(shown.request_id.unwrap().chars().count() <= CODE_MAX + 1);
    }
}
