//! Why an account could not be read, as it is shown and kept. What failed with a call is [`CallFailure`]'s to say.

use evenkeel::{ErrorClass, ProviderError, ResponseError, Timestamp};
use evenkeel_api::{AccountFailure, FailureCode};
use evenkeel_store::StoreError;

use crate::{
    call_failure::{CallFailure, FailureKind},
    foreign,
    keys::{KeyFault, REFUSED},
};

/// The longest message of a cloud that is kept and logged, in characters.
const MESSAGE_MAX: usize = 500;
/// The longest code, or id of a request.
const CODE_MAX: usize = 128;

/// Why an account could not be read, or not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SyncFailure {
    /// A call for a page came to nothing.
    Call(CallFailure),
    /// The list is not what a list is, or cannot be kept.
    List {
        /// In a word.
        code: FailureCode,
        /// For a person.
        detail: String,
    },
}

impl SyncFailure {
    pub(crate) fn list(code: FailureCode, detail: impl Into<String>) -> Self {
        Self::List {
            code,
            detail: detail.into(),
        }
    }

    /// In a word of the API.
    pub(crate) fn code(&self) -> FailureCode {
        match self {
            Self::Call(failure) => code(failure.kind()),
            Self::List { code, .. } => *code,
        }
    }

    /// How long the account is to be left alone, ms, where somebody says.
    pub(crate) fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Call(failure) => failure.retry_after_ms(),
            Self::List { .. } => None,
        }
    }

    /// Whether the same call may work soon.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(
            self.code(),
            FailureCode::Unavailable
                | FailureCode::Timeout
                | FailureCode::Lost
                | FailureCode::Unreachable
                | FailureCode::Unreadable
        )
    }

    /// For a person.
    fn detail(&self) -> String {
        match self {
            Self::List { detail, .. } => detail.clone(),
            Self::Call(CallFailure::KeyRests { .. }) => REFUSED.to_owned(),
            // Of a refused signature only the code is kept: some clouds send back what was signed, a
            // session token among it.
            Self::Call(CallFailure::Refused(ResponseError::Refused(error))) => match error.class {
                ErrorClass::Credentials | ErrorClass::Clock => REFUSED.to_owned(),
                _ => foreign::one_line(&error.message, MESSAGE_MAX),
            },
            Self::Call(failure) => failure.to_string(),
        }
    }

    /// The cloud's own code.
    fn provider_code(&self) -> Option<String> {
        match self {
            Self::Call(
                CallFailure::KeyRests { code, .. }
                | CallFailure::Refused(ResponseError::Refused(ProviderError { code, .. })),
            ) => Some(foreign::one_line(code, CODE_MAX)),
            _ => None,
        }
    }

    fn request_id(&self) -> Option<String> {
        match self {
            Self::Call(CallFailure::Refused(
                ResponseError::Refused(ProviderError { request_id, .. })
                | ResponseError::Unreadable { request_id, .. },
            )) => request_id.as_deref(),
            _ => None,
        }
        .map(|id| foreign::one_line(id, CODE_MAX))
    }

    /// As it is shown, with its time.
    pub(crate) fn shown(&self, at: i64) -> AccountFailure {
        AccountFailure {
            code: self.code(),
            detail: self.detail(),
            at: Timestamp::from_millis(at),
            provider_code: self.provider_code(),
            request_id: self.request_id(),
        }
    }
}

impl std::fmt::Display for SyncFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(code) = self.provider_code() {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.detail())
    }
}

/// What failed with a call, in a word of the API.
fn code(kind: FailureKind) -> FailureCode {
    match kind {
        FailureKind::Unsendable => FailureCode::Unsendable,
        FailureKind::Unreachable => FailureCode::Unreachable,
        FailureKind::TimedOut => FailureCode::Timeout,
        FailureKind::ConnectionLost => FailureCode::Lost,
        FailureKind::TooLarge | FailureKind::Unreadable => FailureCode::Unreadable,
        FailureKind::KeyRests(KeyFault::Key) => FailureCode::Credentials,
        FailureKind::KeyRests(KeyFault::Clock) => FailureCode::Clock,
        FailureKind::GivenUp | FailureKind::Interrupted => FailureCode::Other,
        FailureKind::Refused(class) => match class {
            ErrorClass::Denied => FailureCode::Denied,
            ErrorClass::Credentials => FailureCode::Credentials,
            ErrorClass::Clock => FailureCode::Clock,
            ErrorClass::Throttled => FailureCode::Throttled,
            ErrorClass::Unavailable => FailureCode::Unavailable,
            ErrorClass::NotFound | ErrorClass::Invalid | ErrorClass::Other => FailureCode::Refused,
        },
    }
}

impl<E: Into<CallFailure>> From<E> for SyncFailure {
    fn from(error: E) -> Self {
        Self::Call(error.into())
    }
}

impl SyncFailure {
    /// That the store does not take what was read.
    pub(crate) fn store(error: &StoreError) -> Self {
        Self::list(FailureCode::Store, error.to_string())
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
        let failure = SyncFailure::from(ResponseError::Refused(error));
        assert!(failure.to_string().chars().count() < 700);
        let shown = failure.shown(0);
        assert!(shown.request_id.unwrap().chars().count() <= CODE_MAX + 1);
    }
}
